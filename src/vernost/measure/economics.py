"""What customers cost to win, what they are worth, and how soon the cost comes back."""

from typing import TYPE_CHECKING, Any

from vernost import statistics
from vernost.measure.activity import find_base
from vernost.measure.base_value import NAMES, Settings, at_ends, customers_listed, fitted, spanned_moments
from vernost.measure.finding import Finding, Row
from vernost.measure.measure import measure
from vernost.measure.moments import dropped, estimate, interval, means
from vernost.measure.scope import Scope
from vernost.measure.spending import Spending
from vernost.options import DISCOUNT_RATE, HORIZON_YEARS, MARGIN_RATE

if TYPE_CHECKING:
    import ibis.expr.types as ir

READS = ("subscriptions", "orders", "events")
MONEY = ("subscriptions", "orders")


@measure(unit="money", reads=READS)
def cac(scope: Scope, *, base: str | None = None) -> Finding:
    """Cost to win a customer: money spent on acquisition in the period by customers new in it.

    By ``acquisition_channel``, money of a channel is set beside the new customers who came by it; without periods, only
    customers won since the first known spending count. Where no spending is known there is no cost, rather than 0.

    Args:
        scope: the log seen through the question.
        base: the table whose first fact makes a new customer; subscriptions, orders or events, whichever there is.
    """
    import ibis

    base = find_base(scope, base)
    spending = Spending(scope, "acquisition")
    new = spending.won(base)
    found = spending.beside(new, new=ibis.literal(1))
    spent, number = found.spent, found.new.nullif(ibis.literal(0.0))
    value = found.is_known_.ifelse(spent / number, ibis.null("float64"))
    # Spending is known, the number it won is Poisson: its relative error is 1 / root of it.
    error = statistics.Z * value / number**0.5
    return Finding(
        table=found.select(
            *scope.keys,
            value=value,
            low=(value - error).clip(lower=0.0),
            high=value + error,
            numerator=spent,
            denominator=found.new.cast("int64"),
        ),
        columns=("value", "low", "high", "numerator", "denominator"),
        interval="delta",
        empty={"numerator": 0, "denominator": 0},
        first=_first(scope, base),
        notes=spending.notes(),
        base=base,
        who=lambda: new.select(*scope.keys, "customer_id", numerator=ibis.literal(value=True)),
    )


@measure(unit="money", reads=MONEY)
def clv(
    scope: Scope,
    *,
    margin_rate: float = MARGIN_RATE,
    discount_rate: float = DISCOUNT_RATE,
    horizon: int = HORIZON_YEARS,
    base: str | None = None,
) -> Finding:
    """Lifetime value of a customer: margin so far (``historic``) and discounted margin to come (``expected``).

    With orders, what is to come follows from the last year's revenue of a customer and the share of the buyers of one
    year who buy in the next; with subscriptions, from what they pay a month and the share who stay. A log of less than
    two years is cut in halves, and the share that stays is brought to a year. See `vernost.measure.base_value`.

    Args:
        scope: the log seen through the question; by period, each is looked at as of its end.
        margin_rate: share of revenue left after the cost of what was sold.
        discount_rate: yearly rate at which later money counts for less.
        horizon: years ahead.
        base: subscriptions or orders.
    """
    settings = Settings(margin_rate, discount_rate, horizon)
    name = find_base(scope, base)

    def finished(row: Row) -> Row:
        model = fitted(settings, row, name)
        value, error = estimate(row, NAMES, model.total)
        at = means(row, NAMES)
        return dropped(row) | interval(value, error) | _parts(model, at) | {"customers": row["n_"]}

    return Finding(
        table=at_ends(scope, lambda then: spanned_moments(then, base), name),
        columns=("value", "low", "high", "historic", "expected", "retention", "customers"),
        interval="delta",
        finish=lambda rows: [finished(row) for row in rows],
        base=name,
        who=lambda: at_ends(scope, lambda then: customers_listed(then, base), name),
    )


def _parts(settings: Settings, at: Any) -> Row:
    if not at:
        return {"historic": None, "expected": None, "retention": None}
    return {
        "historic": settings.historic(at),
        "expected": settings.expected(at),
        "retention": settings.retention(at),
    }


@measure(unit="ratio", reads=MONEY)
def clv_to_cac(
    scope: Scope,
    *,
    margin_rate: float = MARGIN_RATE,
    discount_rate: float = DISCOUNT_RATE,
    horizon: int = HORIZON_YEARS,
    base: str | None = None,
) -> Finding:
    """Lifetime value of a customer by the cost to win one; both as of the same day, ``clv`` and ``cac`` beside it.

    Args:
        scope: the log seen through the question; by period, each is looked at as of its end.
        margin_rate: share of revenue left after the cost of what was sold.
        discount_rate: yearly rate at which later money counts for less.
        horizon: years ahead.
        base: subscriptions or orders.
    """
    settings = Settings(margin_rate, discount_rate, horizon)
    name = find_base(scope, base)
    spending = Spending(scope, "acquisition")

    def finished(row: Row) -> Row:
        value, error = estimate(row, NAMES, fitted(settings, row, name).total)
        cost = row["spent_"] / row["won_"] if row["won_"] and row["payments_"] and row["spent_"] else None
        shown = dropped(row) | {"clv": value, "cac": cost}
        if value is None or cost is None:
            return shown | interval(None, None)
        # Both errors are relative and taken as independent; that of the cost is of a Poisson number.
        relative = ((error / cost) ** 2 + (value / cost) ** 2 / row["won_"]) ** 0.5 if error is not None else None
        return shown | interval(value / cost, relative)

    return Finding(
        table=at_ends(scope, lambda then: _base_and_cost(then, base, name), name),
        columns=("value", "low", "high", "clv", "cac"),
        interval="delta",
        finish=lambda rows: [finished(row) for row in rows],
        notes=spending.notes(),
        base=name,
        who=lambda: at_ends(scope, lambda then: customers_listed(then, base), name),
    )


def _base_and_cost(scope: Scope, base: str | None, name: str) -> "ir.Table":
    """Moments of the base beside ``spent_``, ``payments_`` and ``won_``."""
    import ibis

    spending = Spending(scope, "acquisition")
    found = spending.beside(spending.won(name), new=ibis.literal(1))
    cost = found.select(*scope.keys, spent_=found.spent, payments_=found.payments_, won_=found.new)
    moments = spanned_moments(scope, base)
    if not scope.keys:
        return moments.cross_join(cost)
    (cut,) = scope.keys
    cost = cost.rename(channel_=cut)
    is_same = moments[cut].identical_to(cost.channel_)
    return moments.left_join(cost, is_same).drop("channel_")


def _first(scope: Scope, base: str) -> int | None:
    return scope.first_index(scope.grain, base) if scope.grain else None
