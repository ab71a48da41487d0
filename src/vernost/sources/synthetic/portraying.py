"""A portrait drawn from the tables of a log: rows are grouped where they are, only groups travel."""

from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from vernost.errors import InvalidValue
from vernost.schema import CANCELLED
from vernost.sources.staging import new_relation, quote_name, quote_text
from vernost.sources.synthetic.columns import Array
from vernost.sources.synthetic.portrait import Histories, Portrait, Worth

if TYPE_CHECKING:
    import duckdb

LEAST_BUYERS, LEAST_DAYS = 30, 28
"""Fewer buyers, or fewer days between the first and the last order, tell nothing that could be made up again."""
MOST_CHANNELS = 12
OTHER_CHANNELS = "other"


def portrait_of(connection: "duckdb.DuckDBPyConnection", tables: dict[str, str], *, timezone: str = "UTC") -> Portrait:
    """The portrait of a log.

    Args:
        connection: the engine that has its tables.
        tables: table of the log -> name of a relation.
        timezone: the company's clock.

    Raises:
        InvalidValue: it has too few orders of known customers.
    """
    if "orders" not in tables:
        raise InvalidValue("There are no orders to be like. Name SOURCES with orders, or simulate a --preset.")
    engine = _Engine(connection, tables, timezone)
    first, last, buyers = engine.span()
    if buyers < LEAST_BUYERS or (last - first).days < LEAST_DAYS:
        seen = (last - first).days + 1 if buyers else 0
        raise InvalidValue(
            "There are {buyers} known buyers over {seen} days; to be like them takes {least} over {days}. Name "
            "more SOURCES, or simulate a --preset.",
            buyers=buyers,
            seen=seen,
            least=LEAST_BUYERS,
            days=LEAST_DAYS,
        )
    refunds, refunded, cancelled = engine.given_back()
    channels, delivered = engine.channels()
    return Portrait(
        first_day=first,
        last_day=last,
        histories=engine.histories(first, (last - first).days + 1),
        by_day=engine.by_day(first, (last - first).days + 1),
        by_hour=engine.by_hour(),
        worth=engine.worth(),
        lines=engine.lines(),
        refunds=refunds,
        refunded=refunded,
        cancelled=cancelled,
        channels=channels,
        delivered=delivered,
        acquisition=engine.acquisition(),
    )


class _Engine:
    """The queries behind a portrait."""

    def __init__(self, connection: "duckdb.DuckDBPyConnection", tables: dict[str, str], timezone: str) -> None:
        self.connection, self.tables = connection, tables
        self.orders, self.sales = new_relation(connection), new_relation(connection)
        # Staged instants are of UTC without saying so, those of files may say it: the session's own clock is UTC.
        local = f"timezone({quote_text(timezone)}, o.ordered_at::TIMESTAMPTZ)"
        words = ", ".join(quote_text(word) for word in CANCELLED)
        connection.execute(
            f"CREATE TEMP TABLE {quote_name(self.orders)} AS SELECT o.order_id, o.customer_id, {local} AS happened,"  # noqa: S608
            f" o.amount::DOUBLE AS amount, o.kind, o.channel, o.promised_at IS NOT NULL AS is_promised,"
            f" coalesce(lower(trim(o.status)) IN ({words}), false) AS is_cancelled"
            f" FROM {quote_name(tables['orders'])} AS o WHERE o.customer_id IS NOT NULL"
        )
        connection.execute(
            f"CREATE TEMP VIEW {quote_name(self.sales)} AS SELECT * FROM {quote_name(self.orders)}"  # noqa: S608
            " WHERE kind = 'sale' AND NOT is_cancelled"
        )

    def one(self, query: str) -> tuple[Any, ...]:
        """The only row of a query."""
        row = self.connection.execute(query).fetchone()
        assert row is not None  # noqa: S101 - an aggregate has one row
        return row

    def arrays(self, query: str) -> dict[str, Array]:
        """The columns of a query."""
        return self.connection.execute(query).fetchnumpy()

    def span(self) -> tuple[date, date, int]:
        first, last, buyers = self.one(
            "SELECT min(happened)::DATE, max(happened)::DATE, count(DISTINCT customer_id)"  # noqa: S608
            f" FROM {quote_name(self.sales)}"
        )
        return (first, last, buyers) if buyers else (date.min, date.min, 0)

    def histories(self, first: date, days: int) -> Histories:
        found = self.arrays(
            "SELECT first, last, orders, count(*) AS buyers FROM ("  # noqa: S608
            f"SELECT min(happened)::DATE - DATE {quote_text(str(first))} AS first,"
            f" max(happened)::DATE - DATE {quote_text(str(first))} AS last, count(*) AS orders"
            f" FROM {quote_name(self.sales)} GROUP BY customer_id) GROUP BY ALL ORDER BY ALL"
        )
        first_days, last_days, orders, buyers = (np.asarray(found[name]) for name in found)
        return Histories(first_days, last_days, orders, buyers, days)

    def by_day(self, first: date, days: int) -> Array:
        found = self.arrays(
            f"SELECT happened::DATE - DATE {quote_text(str(first))} AS day, count(*) AS orders"  # noqa: S608
            f" FROM {quote_name(self.sales)} GROUP BY day ORDER BY day"
        )
        return np.bincount(np.asarray(found["day"]), weights=np.asarray(found["orders"]), minlength=days)

    def by_hour(self) -> Array:
        found = self.arrays(
            f"SELECT hour(happened) AS hour, count(*) AS orders FROM {quote_name(self.sales)}"  # noqa: S608
            " GROUP BY hour ORDER BY hour"
        )
        if found["hour"].size < 2:
            return np.zeros(0)
        counts = np.bincount(np.asarray(found["hour"]), weights=np.asarray(found["orders"]), minlength=24)
        return counts / counts.sum()

    def worth(self) -> Worth:
        paid = f"(SELECT customer_id, amount, ln(amount) AS l FROM {quote_name(self.sales)} WHERE amount > 0)"  # noqa: S608
        mean, median = self.one(f"SELECT avg(amount), median(amount) FROM {paid}")  # noqa: S608
        within, between, noise = self.one(
            "SELECT sum((n - 1) * v) / nullif(sum(n - 1), 0), var_samp(m), avg(1 / n) FROM"  # noqa: S608
            f" (SELECT count(*) AS n, avg(l) AS m, coalesce(var_samp(l), 0) AS v FROM {paid} GROUP BY customer_id)"
        )
        if mean is None:
            raise InvalidValue("No order has an amount above 0. Map one: --map amount=COLUMN.")
        within = float(within or 0.0)
        return Worth(float(mean), float(median), within, max(float(between or 0.0) - within * float(noise), 0.0))

    def lines(self) -> float:
        if "order_lines" not in self.tables:
            return float("nan")
        lines, orders = self.one(
            f"SELECT count(*), count(DISTINCT l.order_id) FROM {quote_name(self.tables['order_lines'])} AS l"  # noqa: S608
            f" JOIN {quote_name(self.sales)} AS s USING (order_id)"
        )
        return lines / orders if orders else float("nan")

    def given_back(self) -> tuple[float, float, float]:
        sales, refunds, money, back, cancelled, every = self.one(
            "SELECT count(*) FILTER (kind = 'sale' AND NOT is_cancelled), count(*) FILTER (kind = 'refund'),"  # noqa: S608
            " avg(amount) FILTER (kind = 'sale' AND NOT is_cancelled), avg(-amount) FILTER (kind = 'refund'),"
            " count(*) FILTER (kind = 'sale' AND is_cancelled), count(*) FILTER (kind = 'sale')"
            f" FROM {quote_name(self.orders)}"
        )
        share = min(max((back or 0.0) / money, 0.0), 1.0) if money else 0.0
        return refunds / sales, share, cancelled / every

    def channels(self) -> tuple[dict[str, float], tuple[str, ...]]:
        rows = self.connection.execute(
            f"SELECT channel, count(*), avg(is_promised::INT) FROM {quote_name(self.sales)}"  # noqa: S608
            " WHERE channel IS NOT NULL GROUP BY channel ORDER BY count(*) DESC, channel"
        ).fetchall()
        shares = _shares([(name, count) for name, count, _ in rows])
        return shares, tuple(name for name, _, promised in rows if promised > 0.5 and name in shares)

    def acquisition(self) -> dict[str, tuple[float, float, float]]:
        if "customers" not in self.tables:
            return {}
        rows = self.connection.execute(
            "SELECT c.acquisition_channel, count(*), avg(b.orders - 1), avg(c.acquisition_cost::DOUBLE)"  # noqa: S608
            f" FROM {quote_name(self.tables['customers'])} AS c JOIN (SELECT customer_id, count(*) AS orders"
            f" FROM {quote_name(self.sales)} GROUP BY customer_id) AS b USING (customer_id)"
            " WHERE c.acquisition_channel IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1"
        ).fetchall()
        shares = _shares([(name, count) for name, count, _, _ in rows])
        whole = sum(count * repeats for _, count, repeats, _ in rows) / max(sum(count for _, count, _, _ in rows), 1)
        known = {name: (repeats / whole if whole else 1.0, cost or 0.0) for name, _, repeats, cost in rows}
        return {name: (share, *known.get(name, (1.0, 0.0))) for name, share in shares.items()}


def _shares(counts: list[tuple[str, int]]) -> dict[str, float]:
    """Shares of the largest, and of all others together.

    >>> _shares([("web", 3), ("app", 1)])
    {'web': 0.75, 'app': 0.25}
    """
    whole = sum(count for _, count in counts)
    shares = {name: count / whole for name, count in counts[:MOST_CHANNELS]}
    rest = sum(count for _, count in counts[MOST_CHANNELS:])
    if rest:
        shares[OTHER_CHANNELS] = shares.get(OTHER_CHANNELS, 0.0) + rest / whole
    return shares
