"""How like a log a made-up company came out: figure by figure, each with the error that is allowed."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vernost.sources.staging import quote_name, quote_path
from vernost.sources.synthetic.portrait import Portrait
from vernost.sources.synthetic.portraying import portrait_of
from vernost.sources.synthetic.setting import Setting

NUMBERS = (("one", 1, 1), ("two", 2, 2), ("three", 3, 3), ("few", 4, 6), ("many", 7, np.inf))
"""Groups of buyers by their orders: name, from, to."""
SPREADS = 3.0
"""Two samples of one company differ by up to so many standard errors, which in small logs is more than is allowed."""

BUYERS, ORDERS_MEAN, WORTH_MEAN, WORTH_MEDIAN = 0.02, 0.10, 0.10, 0.25
"""Allowed errors, in shares of the log's figure."""
REPEAT, NUMBER, RECENCY, WEEKDAY, MONTH, HOUR, REFUNDS, CANCELLED, CHANNEL = (
    0.02,
    0.025,
    0.03,
    0.01,
    0.015,
    0.015,
    0.02,
    0.01,
    0.02,
)
"""Allowed errors of shares."""


@dataclass(frozen=True)
class Agreement:
    """One figure of a log and of the company made like it.

    Attributes:
        figure: its name.
        of: what of it: a weekday (0: Monday), a month, an hour, a channel; empty when it has no parts.
        log: in the log.
        made: in the made-up company.
        allowed: by how much they may differ.
    """

    figure: str
    of: str
    log: float
    made: float
    allowed: float

    @property
    def is_within(self) -> bool:
        """Whether they differ by no more."""
        return abs(self.made - self.log) <= self.allowed

    @property
    def gap(self) -> float:
        """Their difference against what is allowed."""
        return abs(self.made - self.log) / self.allowed if self.allowed else float(self.made != self.log)


def portrait_of_company(folder: Path, setting: Setting) -> Portrait:
    """The portrait of a company that was written."""
    import duckdb

    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        tables = {}
        for name in ("orders", "order_lines", "customers"):
            paths = ", ".join(quote_path(path) for path in sorted(folder.glob(f"{name}*.parquet")))
            connection.execute(f"CREATE VIEW {quote_name(name)} AS SELECT * FROM read_parquet([{paths}])")  # noqa: S608
            tables[name] = name
        return portrait_of(connection, tables, timezone=setting.timezone)


def agreements(log: Portrait, made: Portrait, *, buyers: int | None = None) -> list[Agreement]:
    """All figures that a company shares with the log which it is made like.

    Args:
        log: the portrait of the log.
        made: that of the company.
        buyers: how many were asked for; as many as the log has when None.
    """
    return [*_of_buyers(log, made, buyers), *_of_orders(log, made), *_of_time(log, made), *_of_channels(log, made)]


def worst(found: list[Agreement]) -> list[Agreement]:
    """Of each figure with parts the one that differs most; the others as they are."""
    rows: dict[str, Agreement] = {}
    for each in found:
        known = rows.get(each.figure)
        if known is None or each.gap > known.gap:
            rows[each.figure] = each
    return list(rows.values())


def _of_buyers(log: Portrait, made: Portrait, buyers: int | None) -> Iterator[Agreement]:
    one, two = log.histories, made.histories
    wanted = float(one.buyer_count if buyers is None else buyers)
    yield Agreement("buyers", "", wanted, float(two.buyer_count), max(BUYERS * wanted, 1.0))
    yield Agreement("orders_mean", "", one.orders_mean, two.orders_mean, ORDERS_MEAN * one.orders_mean)
    size = min(one.buyer_count, two.buyer_count)
    yield Agreement("repeat_share", "", one.share(2), two.share(2), _allowed(REPEAT, one.share(2), size))
    for name, least, most in NUMBERS:
        share = one.share(least, most)
        yield Agreement(f"orders_{name}", "", share, two.share(least, most), _allowed(NUMBER, share, size))
    yield Agreement("recency", "", one.recency, two.recency, _allowed(RECENCY, one.recency, size))


def _of_orders(log: Portrait, made: Portrait) -> Iterator[Agreement]:
    yield Agreement("worth_mean", "", log.worth.mean, made.worth.mean, WORTH_MEAN * log.worth.mean)
    yield Agreement("worth_median", "", log.worth.median, made.worth.median, WORTH_MEDIAN * log.worth.median)
    size = int(min(log.by_day.sum(), made.by_day.sum()))
    for name, one, two, allowed in (
        ("refund_share", log.refunds, made.refunds, REFUNDS),
        ("cancelled_share", log.cancelled, made.cancelled, CANCELLED),
    ):
        yield Agreement(name, "", one, two, _allowed(allowed, min(one, 1.0), size))


def _of_time(log: Portrait, made: Portrait) -> Iterator[Agreement]:
    size = int(min(log.by_day.sum(), made.by_day.sum()))
    for day, (one, two) in enumerate(zip(log.weekdays.tolist(), made.weekdays.tolist(), strict=True)):
        yield Agreement("weekday", str(day), one, two, _allowed(WEEKDAY, one, size))
    months = made.months
    for month, one in log.months.items():
        yield Agreement("month", month, one, months.get(month, 0.0), _allowed(MONTH, one, size))
    if log.by_hour.size and made.by_hour.size:
        for hour, (one, two) in enumerate(zip(log.by_hour.tolist(), made.by_hour.tolist(), strict=True)):
            yield Agreement("hour", str(hour), one, two, _allowed(HOUR, one, size))


def _of_channels(log: Portrait, made: Portrait) -> Iterator[Agreement]:
    orders = int(min(log.by_day.sum(), made.by_day.sum()))
    buyers = min(log.histories.buyer_count, made.histories.buyer_count)
    for name, share in log.channels.items():
        yield Agreement("channel", name, share, made.channels.get(name, 0.0), _allowed(CHANNEL, share, orders))
    for name, (share, _, _) in log.acquisition.items():
        found = made.acquisition.get(name, (0.0, 0.0, 0.0))[0]
        yield Agreement("acquisition_channel", name, share, found, _allowed(CHANNEL, share, buyers))


def _allowed(stated: float, share: float, size: int) -> float:
    """The stated error of a share, or in a small sample what chance alone brings about."""
    return max(stated, SPREADS * float(np.sqrt(2 * share * (1 - share) / max(size, 1))))
