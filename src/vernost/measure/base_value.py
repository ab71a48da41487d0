"""What the customers of today are worth: the simple model of this stage, a geometric curve of retention.

Each customer brings what the last year brought, as long as they stay; the share that stays is the same every year, and
later money counts for less. It is the textbook model, and it errs: customers differ, and those who stay longest leave
least, so it undervalues an old base. Models of the stage `predict` replace it.

Source: S. Gupta, D. R. Lehmann (2003), Customers as Assets, Journal of Interactive Marketing 17(1), 9-24.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from vernost.errors import InvalidValue, MissingFacts
from vernost.measure.activity import find_base, latest_of_customer
from vernost.measure.finding import Row
from vernost.measure.moments import Means, moments
from vernost.measure.periods import day_number, days, midnight, whole_seconds
from vernost.measure.scope import Scope
from vernost.options import DISCOUNT_RATE, HORIZON_YEARS, MARGIN_RATE

if TYPE_CHECKING:
    import ibis.expr.types as ir

NAMES = ("paid_", "yearly_", "was_", "kept_")
"""What each customer adds: paid so far, pays a year, was active a year ago, and still is."""

YEAR = 365
DAYS_IN_MONTH = 365.25 / 12


@dataclass(frozen=True, slots=True)
class Settings:
    """How money is counted.

    Attributes:
        margin_rate: share of revenue that is left after the cost of what was sold.
        discount_rate: yearly rate at which later money counts for less.
        horizon: years ahead.
        steps: payments a year.
        span: days over which retention was measured.
    """

    margin_rate: float
    discount_rate: float
    horizon: int
    steps: int = 1
    span: int = YEAR

    def __post_init__(self) -> None:
        if not 0 < self.margin_rate <= 1:
            raise InvalidValue(
                "{name} is {value:g}, must be above 0 and at most 1, such as 0.35.",
                name="margin_rate",
                value=self.margin_rate,
            )
        if not 0 <= self.discount_rate < 10:
            raise InvalidValue(
                "{name} is {value:g}, must be 0 or above, such as 0.12.", name="discount_rate", value=self.discount_rate
            )
        if not 1 <= self.horizon <= 100:
            raise InvalidValue("{name} is {value}, must be from 1 to 100 years.", name="horizon", value=self.horizon)

    def retention(self, at: Means) -> float | None:
        """Share of customers who stay for a year."""
        if at["was_"] <= 0:
            return None
        return min(max(at["kept_"] / at["was_"], 0.0), 1.0) ** (YEAR / self.span)

    def multiple(self, retention: float) -> float:
        """What one unit of money a year is worth over the horizon, the customer staying with this yearly chance.

        >>> round(Settings(margin_rate=1, discount_rate=0, horizon=2).multiple(0.5), 2)
        0.75
        """
        step = (retention / (1 + self.discount_rate)) ** (1 / self.steps)
        return sum(step**k for k in range(1, self.horizon * self.steps + 1)) / self.steps

    def historic(self, at: Means) -> float:
        """Margin of a customer so far."""
        return self.margin_rate * at["paid_"]

    def expected(self, at: Means) -> float | None:
        """Discounted margin of a customer to come."""
        retention = self.retention(at)
        return None if retention is None else self.margin_rate * at["yearly_"] * self.multiple(retention)

    def total(self, at: Means) -> float | None:
        """Margin of a customer, so far and to come."""
        expected = self.expected(at)
        return None if expected is None else self.historic(at) + expected


CONVENTIONS = Settings(MARGIN_RATE, DISCOUNT_RATE, HORIZON_YEARS)
"""Settings of a company that has not given its own."""


def customer_base(scope: Scope, base: str | None) -> tuple["ir.Table", str, int]:
    """Customers as of a day: customer_id, cuts and what `NAMES` say; their table, and the days of retention's span."""
    name = find_base(scope, base)
    if name == "events" and base is None:
        raise MissingFacts(scope.measure, "the table subscriptions or orders")
    if name == "events":
        raise InvalidValue("{measure} needs money: orders or subscriptions, not events.", measure=scope.measure)
    first = scope.span(name)
    start = scope.clock(name).day_of(first[0]) if first else scope.as_of
    span = max(min(YEAR, ((scope.as_of - start).days + 1) // 2), 1)
    customers = (_of_orders if name == "orders" else _of_subscriptions)(scope, span)
    at = {"orders": "ordered_at", "subscriptions": "started_at"}[name]
    return latest_of_customer(scope, customers, name, at), name, span


def spanned_moments(scope: Scope, base: str | None) -> "ir.Table":
    """Moments of `customer_base` by cut, with ``span_``, the days of retention's span."""
    import ibis

    customers, _, span = customer_base(scope, base)
    return moments(customers, scope.question.cut, NAMES).mutate(span_=ibis.literal(span).cast("int64"))


def customers_listed(scope: Scope, base: str | None) -> "ir.Table":
    """Customers of the base; those who brought money in the last year are in the numerator."""
    customers, _, _ = customer_base(scope, base)
    return customers.select(*scope.question.cut, "customer_id", numerator=customers.yearly_ > 0)


def fitted(settings: Settings, row: Row, base: str) -> Settings:
    """Settings for a row of `spanned_moments` of a base."""
    return replace(settings, steps=12 if base == "subscriptions" else 1, span=row["span_"])


def _of_orders(scope: Scope, span: int) -> "ir.Table":
    scope.need("orders", "amount")
    rows = scope.standing(scope.facts("orders", "ordered_at", cut=(), in_window=False))
    rows = rows.filter(rows.customer_id.notnull())
    end = day_number(scope.as_of) + 1
    day, amount = days(rows.local), rows.amount.fill_null(0).cast("float64")
    is_sale = rows.kind == "sale"
    year = min(YEAR, 2 * span)
    is_now = is_sale & (day >= end - span)
    was = is_sale & (day >= end - 2 * span) & (day < end - span)
    customers = rows.group_by("customer_id").agg(
        sales_=_flag(is_sale).sum(),
        paid_=amount.sum(),
        yearly_=(day >= end - year).ifelse(amount, 0.0).sum() * (YEAR / year),
        was_=_flag(was).max(),
        now_=_flag(is_now).max(),
    )
    customers = customers.filter(customers.sales_ > 0)
    return customers.select("customer_id", "paid_", "yearly_", "was_", kept_=customers.was_ * customers.now_)


def _of_subscriptions(scope: Scope, span: int) -> "ir.Table":
    import ibis

    rows = scope.facts("subscriptions", "started_at", cut=(), in_window=False)
    end = ibis.timestamp(scope.end.isoformat(sep=" "))
    then = ibis.timestamp(midnight(scope.zone, scope.as_of - timedelta(days=span - 1)).isoformat(sep=" "))
    price = rows.monthly_price.cast("float64")
    runs = rows.ended_at.isnull() | (rows.ended_at > end)
    ran = (rows.started_at <= then) & (rows.ended_at.isnull() | (rows.ended_at > then))
    seconds = whole_seconds(runs.ifelse(end, rows.ended_at)) - whole_seconds(rows.started_at)
    months = seconds.cast("float64").clip(lower=0.0) / (86_400 * DAYS_IN_MONTH)
    customers = rows.group_by("customer_id").agg(
        paid_=(price * months).sum(),
        yearly_=runs.ifelse(price * 12, 0.0).sum(),
        was_=_flag(ran).max(),
        now_=_flag(runs).max(),
    )
    return customers.select("customer_id", "paid_", "yearly_", "was_", kept_=customers.was_ * customers.now_)


def _flag(condition: Any) -> Any:
    return condition.cast("int32")


def at_ends(scope: Scope, make: Callable[[Scope], "ir.Table"], table: str) -> "ir.Table":
    """A table as of a day, or as of the end of each period asked for, with ``period``."""
    import ibis

    question = scope.question
    if scope.grain is None:
        if question.since:
            raise InvalidValue(
                "{measure} looks back over the whole log. Leave --from out, or ask by period.", measure=scope.measure
            )
        return make(scope.as_of_day(min(question.until or scope.as_of, scope.as_of)))
    wanted = _wanted(scope, table)
    # Before the first fact no period is looked back from; the table then has its columns and no rows.
    ends = [(index, min(scope.grain.last_day(index), scope.as_of)) for index in wanted] or [(0, scope.as_of)]
    tables = [make(scope.as_of_day(day)).mutate(period=ibis.literal(index).cast("int64")) for index, day in ends]
    looked = ibis.union(*tables) if len(tables) > 1 else tables[0]
    return looked if wanted else looked.limit(0)


MAX_PERIODS = 120
"""Ends of periods that one question may look back from."""


def _wanted(scope: Scope, table: str) -> range:
    """Periods asked for, each looked at as of its end."""
    grain, question = scope.grain, scope.question
    assert grain is not None  # noqa: S101 - for the type checker; the caller asked
    first, last = scope.first_index(grain, table), scope.last_index(grain)
    if question.since:
        first = max(first, grain.index_of(question.since))
    if question.until:
        last = min(last, grain.index_of(question.until))
    if last - first >= MAX_PERIODS:
        raise InvalidValue(
            "{measure} looks back from the end of each of {count} periods, which are too many. Ask for at most "
            "{most} with --from, or for longer periods.",
            measure=scope.measure,
            count=last - first + 1,
            most=MAX_PERIODS,
        )
    return range(first, last + 1)
