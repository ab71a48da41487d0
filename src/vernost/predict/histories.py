"""Purchase histories of a log, grouped in its engine: what purchase processes learn from."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from vernost.errors import InvalidValue
from vernost.measure.periods import day_number, days
from vernost.measure.question import Question
from vernost.measure.scope import Scope

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

    from vernost.store.log import Log

Unit = Literal["day", "week"]
_DAYS = {"day": 1, "week": 7}
YEAR, SEASON_SLACK = 365, 3
"""Days from a season to the same one, and how many more or fewer still are."""


@dataclass(frozen=True, slots=True)
class Past:
    """What was known on an earlier day, and what came after it.

    Attributes:
        frame: distinct histories as of that day with ``bought`` (purchases since then) and ``weight``.
        horizon: time since then, in the unit of the frame.
    """

    frame: "pa.Table"
    horizon: float


def histories_of(
    log: "Log", as_of: date | str | None = None, *, unit: Unit = "day", where: str | None = None
) -> "pa.Table":
    """Distinct histories of all customers with a sale, with counts, as of the end of a day.

    A day with sales counts once, however many there were; refunds and cancelled orders are no sales. The engine groups,
    so what travels grows with the number of distinct histories, not of customers.

    Args:
        log: the log.
        as_of: the day; that of the last order by default.
        unit: of recency and T.
        where: the customers and orders that count.

    Returns:
        Columns frequency, recency, T and weight (customers with this history).

    >>> from vernost import Log
    >>> days = ["2024-01-01", "2024-01-15", "2024-01-15", "2024-01-08"]
    >>> log = Log.wrap(orders={"customer_id": ["ann", "ann", "ann", "bob"], "ordered_at": days})
    >>> histories_of(log, "2024-01-29", unit="week").sort_by("frequency").to_pylist()
    [{'frequency': 0, 'recency': 0.0, 'T': 3.0, 'weight': 1}, {'frequency': 1, 'recency': 2.0, 'T': 4.0, 'weight': 1}]
    """
    _check_unit(unit)
    scope = _scope(log, as_of, where)
    customers = _customers(scope, with_money=False)
    grouped = customers.group_by("frequency", "last_", "first_").agg(weight=lambda t: t.count())
    return _in_order(scope, grouped.select(*_times(scope.as_of, grouped, unit), "weight"))


def customer_histories(
    log: "Log", as_of: date | str | None = None, *, unit: Unit = "day", where: str | None = None
) -> "ir.Table":
    """The history of each customer with a sale, as of the end of a day, left in the engine.

    Args:
        log: the log.
        as_of: the day; that of the last order by default.
        unit: of recency and T.
        where: the customers and orders that count.

    Returns:
        Columns customer_id, frequency, recency, T; with amounts also ``monetary_value``: the mean of what was paid by
        day, the first day left out, less the share of all money that was refunded; null without repeat purchases.
    """
    _check_unit(unit)
    scope = _scope(log, as_of, where)
    with_money = scope.has("orders", "amount")
    customers = _customers(scope, with_money=with_money)
    money = ["monetary_value"] if with_money else []
    return customers.select("customer_id", *_times(scope.as_of, customers, unit), *money)


def pasts_of(
    log: "Log",
    as_of: date | str | None = None,
    *,
    horizon: float | None = None,
    count: int = 4,
    unit: Unit = "day",
    where: str | None = None,
) -> list[Past]:
    """Earlier days as which one can look at the log, and what came from each of them until ``as_of``.

    The earliest lies as far back as one wants to look ahead, but at most half of what is known; the others lie evenly
    between it and ``as_of``. Where the earliest lies a year back it alone is taken: it looks ahead from the same season
    over the same seasons, while nearer ones look from other seasons into this one.

    Args:
        log: the log.
        as_of: the day; that of the last order by default.
        horizon: how far ahead one wants to look.
        count: how many earlier days.
        unit: of time.
        where: the customers and orders that count.
    """
    _check_unit(unit)
    scope = _scope(log, as_of, where)
    span = scope.span("orders")
    known = (scope.as_of - scope.clock("orders").day_of(span[0])).days if span else 0
    back = known / 2 if horizon is None else min(known / 2, horizon * _DAYS[unit])
    parts = (count,) if abs(back - YEAR) <= SEASON_SLACK else range(1, count + 1)
    ages = {round(back * part / count) for part in parts} - {0}
    return [_past(scope, days_ago, unit) for days_ago in sorted(ages, reverse=True)]


def _past(scope: Scope, days_ago: int, unit: Unit) -> Past:
    day = scope.as_of - timedelta(days=days_ago)
    sales = _sales_by_day(scope)
    was_known = sales.day_ <= day_number(day)
    customers = sales.group_by("customer_id").agg(
        frequency=sales.day_.nunique(where=was_known) - 1,
        first_=sales.day_.min(),
        last_=sales.day_.max(where=was_known),
        bought=sales.day_.nunique(where=~was_known),
    )
    customers = customers.filter(customers.first_ <= day_number(day))
    grouped = customers.group_by("frequency", "last_", "first_", "bought").agg(weight=lambda t: t.count())
    frame = _in_order(scope, grouped.select(*_times(day, grouped, unit), "bought", "weight"))
    return Past(frame, days_ago / _DAYS[unit])


def _in_order(scope: Scope, histories: "ir.Table") -> "pa.Table":
    """Histories as the engine gives them, but always in the same order: sums depend on it in their last digits."""
    return scope.log.fetch(histories.order_by(histories.columns))


def _scope(log: "Log", as_of: date | str | None, where: str | None) -> Scope:
    return Scope(log, Question.ask(as_of=as_of, where=where), measure="predict", reads=("orders",))


def _customers(scope: Scope, *, with_money: bool) -> "ir.Table":
    """Each customer with ``frequency``, first and last day (numbers) and perhaps ``monetary_value``."""
    if with_money:
        return _spenders(scope)
    sales = _sales_by_day(scope)
    return sales.group_by("customer_id").agg(
        frequency=sales.day_.nunique() - 1, first_=sales.day_.min(), last_=sales.day_.max()
    )


def _spenders(scope: Scope) -> "ir.Table":
    """The same with ``monetary_value``.

    No refund tells which sale it takes back, so each sale bears its part of them.
    """
    rows = _by_day(scope.standing(scope.facts("orders", "ordered_at", cut=())))
    is_sale, amount = rows.kind == "sale", rows.amount.cast("float64").fill_null(0.0)
    spent = rows.group_by("customer_id", "day_").agg(
        sales_=rows.count(where=is_sale),
        paid_=is_sale.ifelse(amount, 0.0).sum(),
        refunded_=is_sale.ifelse(0.0, amount).sum(),
    )
    has_sale = spent.sales_ > 0
    customers = spent.group_by("customer_id").agg(
        frequency=spent.count(where=has_sale) - 1,
        first_=spent.day_.min(where=has_sale),
        last_=spent.day_.max(where=has_sale),
        paid_=spent.paid_.sum(),
        refunded_=spent.refunded_.sum(),
        first_paid_=spent.paid_.argmin(spent.day_, where=has_sale),
    )
    customers = customers.filter(customers.first_.notnull())
    # Rounded, as a sum of cents that should be nothing seldom is.
    kept = 1 + (customers.refunded_ / customers.paid_.nullif(0.0)).round(6).cast("float64")
    later = (customers.paid_ - customers.first_paid_) / customers.frequency.nullif(0).cast("float64")
    return customers.mutate(monetary_value=later * kept.clip(0.0, 1.0).fill_null(1.0))


def _sales_by_day(scope: Scope) -> "ir.Table":
    """Sales of known customers with ``day_``, the number of their day."""
    return _by_day(scope.sales(cut=()))


def _by_day(orders: "ir.Table") -> "ir.Table":
    """Orders of known customers with ``day_``, the number of their day."""
    return orders.filter(orders.customer_id.notnull()).mutate(day_=days(orders.local))


def _check_unit(unit: str) -> None:
    if unit not in _DAYS:
        raise InvalidValue("{name} is {value!r}, must be one of {known}.", name="unit", value=unit, known=list(_DAYS))


def _times(day: date, table: "ir.Table", unit: Unit) -> "list[ir.Value]":
    """Frequency, recency and T as of a day."""
    length = float(_DAYS[unit])
    recency, span = table.last_ - table.first_, day_number(day) - table.first_
    times = {"recency": recency.cast("float64") / length, "T": span.cast("float64") / length}
    return [table.frequency, *(time.name(name) for name, time in times.items())]
