"""What was known of each customer at the end of a day, and, where it is over, who left after it."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Self

from vernost.measure.base_value import customer_base
from vernost.measure.question import Question
from vernost.measure.scope import Scope
from vernost.predict.business import Business
from vernost.predict.contracts.durations import contract_lives
from vernost.predict.features import features
from vernost.predict.features.known import Known
from vernost.predict.frames import has
from vernost.predict.histories import customer_histories, histories_of
from vernost.predict.labels import labels

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from vernost.store.log import Log

COVARIATES = ("plan", "acquisition_channel")
"""What is known of customers when their contract begins."""

IDENTITIES = ("customer_id", "frequency", "recency", "T", "monetary_value", "duration")
"""Columns that say who a row is about, and the histories that processes read; features say the same in their way."""

MOST_LIVES = 200_000
"""Contracts that a regression learns from; more would move its handful of coefficients by nothing to speak of."""

MONEY = {"orders": "amount", "subscriptions": "monthly_price"}

_BUCKETS = 1_000_000


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Customers as of a day.

    Attributes:
        as_of: the day at whose end they are looked at.
        days: horizon of the risk.
        frame: one row a customer: ``customer_id``, history and features.
        weight: how many customers each row stands for, when the frame is a sample.
        left: 1 for who left within the horizon; None while it is not over.
        population: what models of all customers learn from: distinct purchase histories with counts, or contracts.
    """

    as_of: date
    days: int
    frame: "pa.Table"
    weight: "NDArray[np.float64]"
    left: "NDArray[np.float64] | None" = None
    population: Callable[[], Any] | None = None

    @property
    def known_on(self) -> date:
        """The day on which it is known who left."""
        return self.as_of + timedelta(days=self.days)

    def __len__(self) -> int:
        return int(self.frame.num_rows)

    def without(self, columns: Collection[str]) -> Self:
        """The same without these columns, where it has them, also in what models of all customers learn from."""
        frame, population = _dropped(self.frame, columns), self.population
        return replace(self, frame=frame, population=population and (lambda: _dropped(population(), columns)))


def _dropped(table: "pa.Table", columns: Collection[str]) -> "pa.Table":
    return table.drop_columns([name for name in columns if name in table.column_names])


def customers_as_of(log: "Log", business: Business, as_of: date) -> "ir.Table":
    """One row a customer who is present at the end of a day: features, and the history that processes read; lazy."""
    table = features(log, as_of, base=business.base)
    known = Known(log, as_of, base=business.base).scope.log
    if business.base == "orders":
        return _beside(table, customer_histories(known, as_of))
    if business.base == "subscriptions":
        return _beside(table, contract_lives(known, as_of).select("customer_id", "duration"))
    return table


def _beside(table: "ir.Table", others: "ir.Table") -> "ir.Table":
    others = others.rename(who_="customer_id")
    return table.left_join(others, table.customer_id == others.who_).drop("who_")


def take(log: "Log", business: Business, as_of: date, *, most: int) -> Snapshot:
    """Customers as of a day of which it is known who left after it: all, or a sample in which few leavers are not lost.

    Args:
        log: the customer log.
        business: how its customers come and go.
        as_of: the day.
        most: the most rows to take.
    """
    import numpy as np

    told = labels(log, as_of, business.days, base=business.base)
    counts = log.fetch(told.group_by("left").agg(count=told.count())).to_pylist()
    shares = _shares({row["left"]: row["count"] for row in counts}, most)
    told = told.rename(who_="customer_id", left_="left")
    table = customers_as_of(log, business, as_of)
    table = table.inner_join(told, table.customer_id == told.who_).drop("who_")
    if min(shares.values(), default=1.0) < 1:
        table = table.filter(_is_drawn(table, shares))
    # In an order, as sums of numbers depend on it in their last digits.
    rows = log.fetch(table.order_by("customer_id"))
    left = rows["left_"].to_numpy().astype(np.float64)
    weight = np.where(left == 1, 1 / shares.get(1, 1.0), 1 / shares.get(0, 1.0))
    return Snapshot(as_of, business.days, rows.drop_columns(["left_"]), weight, left, _population(log, business, as_of))


def now(log: "Log", business: Business) -> Snapshot:
    """The day to predict from: nothing but what models of all customers learn from; customers are scored in batches."""
    import numpy as np
    import pyarrow as pa

    return Snapshot(
        business.as_of,
        business.days,
        pa.table({}),
        np.empty(0),
        population=_population(log, business, business.as_of),
    )


def with_revenue(log: "Log", business: Business, customers: "ir.Table") -> "ir.Table":
    """Customers with what they brought so far, refunds taken off; events alone bring no money."""
    scope = Scope(
        log, Question.ask(as_of=business.as_of, timezone=business.timezone), measure="predict", reads=(business.base,)
    )
    if business.base == "events" or not scope.has(business.base, MONEY[business.base]):
        return customers
    paid, _, _ = customer_base(scope, business.base)
    paid = paid.select(who_=paid.customer_id, revenue_so_far=paid.paid_)
    return customers.left_join(paid, customers.customer_id == paid.who_).drop("who_")


def spending_of(log: "Log", business: Business) -> "pa.Table":
    """``frequency`` and ``monetary_value`` of customers with repeat purchases, or of a sample of them."""
    known = Known(log, business.as_of, base=business.base).scope.log
    histories = customer_histories(known, business.as_of)
    histories = histories.filter(histories.frequency > 0)
    return _drawn(known, histories.drop("recency", "T"), MOST_LIVES)


def _population(log: "Log", business: Business, as_of: date) -> Callable[[], Any] | None:
    known = Known(log, as_of, base=business.base).scope.log
    if business.base == "orders":
        return lambda: known.cached(("histories", as_of), lambda: histories_of(known, as_of))
    if business.base == "subscriptions":
        return lambda: known.cached(("lives", as_of), lambda: _drawn_lives(known, as_of))
    return None


def covariates_of(lives: Any) -> list[str]:
    """Those of these columns that are known of the contracts."""
    return [name for name in COVARIATES if has(lives, name)]


def _drawn_lives(log: "Log", as_of: date) -> "pa.Table":
    covariates = [name for name in COVARIATES if _has(log, name)]
    return _drawn(log, contract_lives(log, as_of, runs_of="all", covariates=covariates), MOST_LIVES)


def _drawn(log: "Log", table: "ir.Table", most: int) -> "pa.Table":
    """Rows of customers, all or those of a sample that the engine draws."""
    (row,) = log.fetch(table.agg(count=table.count())).to_pylist()
    share = min(1.0, most / max(row["count"], 1))
    drawn = table if share == 1 else table.filter(_bucket(table) < int(share * _BUCKETS))
    return log.fetch(drawn.order_by([name for name in ("customer_id", "run") if name in drawn.columns]))


def _has(log: "Log", column: str) -> bool:
    return any(name in log.tables and column in log.tables[name].columns for name in ("subscriptions", "customers"))


def _shares(counts: dict[int, int], most: int) -> dict[int, float]:
    """Share of each kind of customer to draw: half of the places for each, and the rest for whoever fills it.

    >>> _shares({0: 900, 1: 100}, 300)
    {0: 0.2222222222222222, 1: 1.0}
    """
    if sum(counts.values()) <= most:
        return dict.fromkeys(counts, 1.0)
    rarest = min(counts, key=lambda kind: counts[kind])
    drawn = {rarest: min(counts[rarest], most // 2)}
    drawn |= {kind: most - drawn[rarest] for kind in counts if kind != rarest}
    return {kind: drawn[kind] / counts[kind] for kind in counts}


def _is_drawn(table: "ir.Table", shares: dict[int, float]) -> "ir.BooleanColumn":
    import ibis

    limits = {kind: int(share * _BUCKETS) for kind, share in shares.items()}
    limit = (table.left_ == 1).ifelse(ibis.literal(limits.get(1, _BUCKETS)), ibis.literal(limits.get(0, _BUCKETS)))
    return _bucket(table) < limit


def _bucket(table: "ir.Table") -> "ir.IntegerColumn":
    """A number below a million that is the same whenever the engine is asked about the same customer."""
    return ((table.customer_id.hash() % _BUCKETS) + _BUCKETS) % _BUCKETS
