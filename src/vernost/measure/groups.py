"""Ready segments by rule: who is dear, new, steady, slipping away, gone."""

from datetime import date
from typing import TYPE_CHECKING

from vernost.errors import InvalidValue
from vernost.measure.activity import latest_of_customer
from vernost.measure.finding import Finding, share_of
from vernost.measure.gaps import Lapse, company_curve, find_lapse
from vernost.measure.measure import measure
from vernost.measure.periods import day_number, days
from vernost.measure.scope import Scope

if TYPE_CHECKING:
    import ibis.expr.types as ir

QUARTILE = 0.75
"""Silent for longer than this quantile of own gaps is slipping away."""

MIN_GAPS = 3
"""Gaps a customer needs for an own rhythm; with fewer the company's return curve speaks."""

TOP_PERCENT = 10
NEW_DAYS = 90


@measure(unit="share", reads=("orders",))
def vip(scope: Scope) -> Finding:
    """Of all customers with a sale, the share in the top decile of revenue in the 12 months up to ``as_of``.

    Of the n customers with a sale in these 12 months the ⌈n / 10⌉ with the most revenue, refunds taken off, if it is
    above 0; of equals the one who bought first.
    """
    scope.need("orders", "amount")
    customers = _customers(scope)
    return _share(scope, customers, _is_vip(customers))


@measure(unit="share", reads=("orders",))
def new(scope: Scope, *, days: int = NEW_DAYS) -> Finding:
    """Of all customers with a sale, the share whose first sale is at most so many days before ``as_of``.

    Args:
        scope: the log seen through the question.
        days: how long a customer is new.
    """
    if days < 0:
        raise InvalidValue("{name} is {value}, must not be below 0.", name="days", value=days)
    customers = _customers(scope)
    return _share(scope, customers, _is_new(scope, customers, days))


@measure(unit="share", reads=("orders",))
def at_risk(scope: Scope, *, lapse_days: int | None = None, min_gaps: int = MIN_GAPS) -> Finding:
    """Of all customers with a sale, the share silent for longer than is usual with them, or at high risk; but not lost.

    Usual is the 75th percentile of the customer's own gaps; with fewer than three gaps, the days within which three
    quarters of the company's returns happen (Kaplan-Meier). At high risk is whom the latest kept forecast puts into its
    upper band, as long as its horizon is not over.

    Args:
        scope: the log seen through the question.
        lapse_days: silence that makes a customer lost; learnt from the log by default.
        min_gaps: gaps a customer needs to be measured by them.
    """
    customers, lapse = _customers(scope), find_lapse(scope, lapse_days)
    return _share(scope, customers, _is_at_risk(scope, customers, lapse.days, min_gaps), lapse)


@measure(unit="share", reads=("orders",))
def lost(scope: Scope, *, lapse_days: int | None = None) -> Finding:
    """Of all customers with a sale, the share that lapsed: silent for longer than the lapse window.

    Args:
        scope: the log seen through the question.
        lapse_days: silence that makes a customer lost; learnt from the log by default.
    """
    customers, lapse = _customers(scope), find_lapse(scope, lapse_days)
    return _share(scope, customers, _is_lost(customers, lapse.days), lapse)


@measure(unit="share", reads=("orders",))
def regular(scope: Scope, *, lapse_days: int | None = None, min_gaps: int = MIN_GAPS) -> Finding:
    """Of all customers with a sale, the share that bought at least twice and is not vip, new, at risk or lost.

    Args:
        scope: the log seen through the question.
        lapse_days: silence that makes a customer lost; learnt from the log by default.
        min_gaps: gaps a customer needs to be measured by them.
    """
    customers, lapse = _customers(scope), find_lapse(scope, lapse_days)
    is_other = _is_new(scope, customers, NEW_DAYS) | _is_lost(customers, lapse.days)
    is_other |= _is_at_risk(scope, customers, lapse.days, min_gaps)
    if scope.has("orders", "amount"):
        is_other |= _is_vip(customers)
    return _share(scope, customers, (customers.sales_ >= 2) & ~is_other, lapse)


def _share(scope: Scope, customers: "ir.Table", hit: "ir.BooleanValue", lapse: Lapse | None = None) -> Finding:
    marked = customers.select("customer_id", hit_=hit)
    named = latest_of_customer(scope, marked, "orders", "ordered_at")
    if lapse is None:
        return share_of(scope, named, named.hit_)
    return share_of(scope, named, named.hit_, summary=lambda _: lapse.said, notes=lapse.notes)


def _is_vip(customers: "ir.Table") -> "ir.BooleanValue":
    return (
        (customers.year_sales_ > 0)
        & (customers.year_amount_ > 0)
        & (customers.place_ * 100 < customers.buyers_ * TOP_PERCENT)
    )


def _is_new(scope: Scope, customers: "ir.Table", new_days: int) -> "ir.BooleanValue":
    return customers.first_ >= day_number(scope.as_of) - new_days


def _is_lost(customers: "ir.Table", lapse_days: int) -> "ir.BooleanValue":
    return customers.silence_ > lapse_days


def _is_at_risk(scope: Scope, customers: "ir.Table", lapse_days: int, min_gaps: int) -> "ir.BooleanValue":
    if min_gaps < 1:
        raise InvalidValue("{name} is {value}, must be at least 1.", name="min_gaps", value=min_gaps)
    usual = company_curve(scope).days_to_return(QUARTILE)
    own = (customers.sales_ > min_gaps) & (customers.silence_ > customers.own_)
    few = (customers.sales_ <= min_gaps) & (customers.silence_ > (usual if usual is not None else lapse_days))
    return (own | few | customers.is_high_) & ~_is_lost(customers, lapse_days)


def _customers(scope: Scope) -> "ir.Table":
    """One row a customer with a sale, as of ``as_of``.

    Returns:
        customer_id, ``sales_``, ``first_`` (day number), ``silence_`` (days since the last sale), ``own_`` (75th
        percentile of gaps), ``year_sales_`` and ``year_amount_`` of the last 12 months, ``place_`` (from 0) by the
        latter among those who bought in them, ``buyers_`` (how many these are), ``is_high_`` (at high risk, as the
        latest kept forecast says).
    """
    import ibis

    _check_is_plain(scope)
    rows = scope.standing(scope.facts("orders", "ordered_at", cut=()))
    rows = rows.filter(rows.customer_id.notnull())
    rows = rows.select("customer_id", "ordered_at", "amount", is_sale_=rows.kind == "sale", day_=days(rows.local))
    turn = ibis.window(group_by=["customer_id", "is_sale_"], order_by="day_")
    gap = (rows.day_ - rows.day_.lag().over(turn)).cast("float64")
    rows = rows.mutate(gap_=rows.is_sale_.ifelse(gap, ibis.null("float64")))
    is_recent = rows.day_ > day_number(_year_before(scope.as_of))
    customers = rows.group_by("customer_id").agg(
        sales_=rows.is_sale_.cast("int32").sum().cast("int64"),
        since_=rows.ordered_at.min(where=rows.is_sale_),
        first_=rows.day_.min(where=rows.is_sale_),
        last_=rows.day_.max(where=rows.is_sale_),
        own_=rows.gap_.quantile(QUARTILE),
        year_sales_=(rows.is_sale_ & is_recent).cast("int32").sum().cast("int64"),
        year_amount_=is_recent.ifelse(rows.amount.fill_null(0), 0).sum(),
    )
    customers = _with_risk(scope, customers.filter(customers.sales_ > 0))
    return _placed(customers, day_number(scope.as_of))


def _with_risk(scope: Scope, customers: "ir.Table") -> "ir.Table":
    """Customers with ``is_high_``: whether the latest kept score that still holds is in the upper band."""
    import ibis

    if "scores" not in scope.log.tables:
        return customers.mutate(is_high_=ibis.literal(value=False))
    scores = scope.log.tables["scores"]
    day, today = days(scores.scored_on.cast("timestamp")), day_number(scope.as_of)
    scores = scores.filter((day <= today) & (day + scores["days"] > today))
    turn = ibis.window(group_by="customer_id", order_by=ibis.desc("scored_on"))
    latest = scores.mutate(turn_=ibis.row_number().over(turn)).filter(lambda t: t.turn_ == 0)
    high = latest.filter(latest.band == "high").select(who_=latest.customer_id)
    joined = customers.left_join(high, customers.customer_id == high.who_)
    return joined.mutate(is_high_=joined.who_.notnull()).drop("who_")


def _placed(customers: "ir.Table", today: int) -> "ir.Table":
    import ibis

    has_bought = (customers.year_sales_ > 0).cast("int32")
    customers = customers.mutate(silence_=today - customers.last_, has_bought_=has_bought)
    order = [ibis.desc("has_bought_"), ibis.desc("year_amount_"), "since_", "customer_id"]
    return customers.mutate(
        place_=ibis.row_number().over(ibis.window(order_by=order)).cast("int64"),
        buyers_=customers.has_bought_.sum().over(ibis.window()).cast("int64"),
    )


def _check_is_plain(scope: Scope) -> None:
    """Refuse periods and windows: a segment is a state at an instant."""
    if scope.grain or scope.question.since or scope.question.until:
        raise InvalidValue(
            "{measure} says how customers stand at one date, not over periods. Leave out the periods and the "
            "window, and name the date with --as-of.",
            measure=scope.measure,
        )


def _year_before(day: date) -> date:
    """The same day a year before; of 29 February the 28th."""
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)
