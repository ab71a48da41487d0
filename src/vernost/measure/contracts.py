"""Money under contract: monthly recurring revenue, what of it is lost, what of it is kept."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from vernost.measure.activity import Activity
from vernost.measure.finding import Finding, grouped, ratio, total
from vernost.measure.measure import measure
from vernost.measure.periods import Grain, midnight
from vernost.measure.scope import Scope
from vernost.measure.window import end_of, fact_cuts, running_at_ends, runs_at, window_days, with_customer_cuts

if TYPE_CHECKING:
    import ibis.expr.types as ir

READS = ("subscriptions",)


@measure(unit="share", reads=READS)
def revenue_churn(scope: Scope, *, days: int | None = None) -> Finding:
    """Share of the recurring revenue at the start of the period that its customers no longer pay at the end.

    A customer's change between both ends of the period counts, so a move from one plan to another is an upgrade or a
    downgrade and not a loss and a gain; new customers do not count. ``gross`` (the value) leaves growth out; ``net``
    takes it off. ``cancelled``, ``downgraded`` and ``upgraded`` are the money behind them, ``customers`` and
    ``customers_lost`` the heads.

    Args:
        scope: the log seen through the question.
        days: length of the window without periods; 90 by default.
    """
    ends = _ends(scope, days)
    change = ends.end_ - ends.start_
    lost = (change < 0).ifelse(-change, 0.0)
    is_gone = ~ends.is_kept_
    finding = ratio(
        scope,
        ends,
        lost,
        ends.start_,
        also={"gross": lost, "net": -change},
        sums={
            "cancelled": is_gone.ifelse(lost, 0.0),
            "downgraded": is_gone.ifelse(0.0, lost),
            "upgraded": (change > 0).ifelse(change, 0.0),
            "customers": ends.one_,
            "customers_lost": is_gone.cast("int32"),
        },
        first=_first(scope),
        base="subscriptions",
    )
    return _within_one(finding)


@measure(unit="share", reads=READS)
def nrr(scope: Scope, *, days: int | None = None) -> Finding:
    """Net revenue retention: what the customers of the start pay at the end by what they paid at the start.

    Args:
        scope: the log seen through the question.
        days: length of the window without periods; 90 by default.
    """
    ends = _ends(scope, days)
    finding = ratio(scope, ends, ends.end_, ends.start_, first=_first(scope), base="subscriptions")
    return replace(finding, table=finding.table.mutate(low=finding.table.low.clip(lower=0.0)))


@measure(unit="share", reads=READS)
def grr(scope: Scope, *, days: int | None = None) -> Finding:
    """Gross revenue retention: as `nrr`, with no customer's growth counted; one minus gross revenue churn.

    Args:
        scope: the log seen through the question.
        days: length of the window without periods; 90 by default.
    """
    ends = _ends(scope, days)
    kept = (ends.end_ < ends.start_).ifelse(ends.end_, ends.start_)
    return _within_one(ratio(scope, ends, kept, ends.start_, first=_first(scope), base="subscriptions"))


@measure(unit="money", reads=READS)
def mrr(scope: Scope) -> Finding:
    """Monthly recurring revenue: what the subscriptions that run at the end of the period cost a month.

    A cut by an attribute of the subscription is that of each subscription itself, so that rows add up.
    """
    scope.need("subscriptions")
    rows = _running_at_end(scope)
    customers = grouped(rows, [*scope.keys, "customer_id"], amount_=rows.monthly_price.sum())
    return total(scope, customers, customers.amount_, first=_first(scope), base="subscriptions")


def _first(scope: Scope) -> int | None:
    return scope.first_index(scope.grain, "subscriptions") if scope.grain else None


def _within_one(finding: Finding) -> Finding:
    table = finding.table
    return replace(finding, table=table.mutate(low=table.low.clip(lower=0.0), high=table.high.clip(upper=1.0)))


def _ends(scope: Scope, days: int | None) -> "ir.Table":
    """Customers running at the start: keys, customer_id, start_ and end_ (MRR there), is_kept_ (runs at the end)."""
    scope.need("subscriptions")
    table = _ends_of_window(scope, days) if scope.grain is None else _ends_of_periods(scope, scope.grain)
    return table.mutate(one_=1)


def _ends_of_periods(scope: Scope, grain: Grain) -> "ir.Table":
    import ibis

    seen = Activity(scope, grain, "subscriptions")
    pairs = seen.pairs(paid_=lambda rows: rows.monthly_price.cast("float64").sum())
    turn = ibis.window(group_by="customer_id", order_by="period")
    pairs = pairs.mutate(then_=pairs.paid_.lead().over(turn))
    pairs = pairs.mutate(is_kept_=(pairs.next == pairs.period + 1).fill_null(_false()))
    at_start = {name: pairs[f"after_{name}"] if name in seen.fact_cuts else pairs[name] for name in scope.question.cut}
    return pairs.filter(pairs.period < seen.last).select(
        "period",
        "customer_id",
        "is_kept_",
        **at_start,
        start_=pairs.paid_,
        end_=pairs.is_kept_.ifelse(pairs.then_, 0.0),
    )


def _ends_of_window(scope: Scope, days: int | None) -> "ir.Table":
    first, last = window_days(scope, days)
    start, end = midnight(scope.zone, first), end_of(scope, last)
    rows, was, now = running_at_ends(scope, start, end)
    price = rows.monthly_price.cast("float64")
    customers = rows.group_by("customer_id", *fact_cuts(scope, "subscriptions")).agg(
        was_=was.cast("int32").max(),
        now_=now.cast("int32").max(),
        start_=was.ifelse(price, 0.0).sum(),
        end_=now.ifelse(price, 0.0).sum(),
    )
    customers = customers.filter(customers.was_ == 1).mutate(is_kept_=lambda t: t.now_ == 1).drop("was_", "now_")
    return with_customer_cuts(scope, customers, "subscriptions")


def _running_at_end(scope: Scope) -> "ir.Table":
    """Subscriptions that run at the end of each period, or of the window: the table's columns and the keys."""
    if scope.grain is None:
        return _running_at_last(scope)
    seen = Activity(scope, scope.grain, "subscriptions")
    rows = seen.facts.mutate(period=seen.facts.period - 1)
    return scope.with_attributes(rows.filter(rows.period >= seen.first), "subscriptions", scope.question.cut)


def _running_at_last(scope: Scope) -> "ir.Table":
    end = end_of(scope, scope.question.until or scope.as_of)
    rows = scope.facts("subscriptions", "started_at", cut=(), in_window=False)
    return scope.with_attributes(rows.filter(runs_at(rows, end)), "subscriptions", scope.question.cut)


def _false() -> Any:
    import ibis

    return ibis.literal(value=False)
