"""Retention over a rolling window: the last n days against the n days before."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from vernost.errors import InvalidValue
from vernost.measure.activity import BASES
from vernost.measure.finding import Finding, count, grouped, share_of
from vernost.measure.periods import literal_of, midnight
from vernost.measure.scope import Scope
from vernost.schema import TABLES

if TYPE_CHECKING:
    import ibis.expr.types as ir

BEGINNING = datetime(1, 1, 1)  # noqa: DTZ001 - UTC by contract
"""Before any fact."""

DEFAULT_DAYS = 90
"""A quarter: the rhythm at which a retention plan is looked at again."""

MOST_DAYS = 100_000
"""Longest window; a longer one would begin before calendars do."""


def kept_in_window(scope: Scope, *, days: int | None, base: str, activity: str | None, complement: bool) -> Finding:
    """Of the customers active in the n days before the window, the share active in it.

    With subscriptions: of those running at the first instant of the window, the share running at its end.
    """
    first, last = window_days(scope, days)
    before = first - (last - first) - timedelta(days=1)
    start, middle = midnight(scope.zone, before), midnight(scope.zone, first)
    end = end_of(scope, last)
    if base == "subscriptions":
        rows, was, now = running_at_ends(scope, middle, end)
    else:
        rows, was, now = _active(scope, base, activity, (start, middle, end))
    customers = rows.group_by("customer_id", *fact_cuts(scope, base)).agg(was=was.any(), now=now.any())
    customers = customers.filter(customers.was)
    customers = with_customer_cuts(scope, customers, base)
    return share_of(scope, customers, customers.now, complement=complement, base=base)


def window_days(scope: Scope, days: int | None) -> tuple[date, date]:
    """First and last day of the window: that of the question, else the last n days."""
    since, until = scope.question.since, scope.question.until or scope.as_of
    if days is not None and days < 1:
        raise InvalidValue("{name} is {value}, must be at least 1.", name="days", value=days)
    if days is not None and days > MOST_DAYS:
        raise InvalidValue("{name} is {value}, must be at most {most}.", name="days", value=days, most=MOST_DAYS)
    if since and days:
        raise InvalidValue("A window is given by --days or by --from, not by both.")
    return since or until - timedelta(days=(days or DEFAULT_DAYS) - 1), until


def end_of(scope: Scope, last: date) -> datetime:
    """UTC instant at which a window is over; nothing is known after ``as_of``."""
    return min(midnight(scope.zone, last + timedelta(days=1)), scope.end)


def fact_cuts(scope: Scope, base: str) -> list[str]:
    """Cuts that belong to the facts of a table."""
    return [name for name in scope.question.cut if name in scope.log.tables[base].columns]


def counted_in_window(scope: Scope, base: str, activity: str | None, *, is_new: bool) -> Finding:
    """Customers active in the window (with subscriptions: running at its end), or those who first were in it."""
    start = midnight(scope.zone, scope.question.since) if scope.question.since else BEGINNING
    end = end_of(scope, scope.question.until or scope.as_of)
    if base == "subscriptions" and not is_new:
        rows, was, now = running_at_ends(scope, start, end)
    else:
        rows, was, now = _active(scope, base, activity, (BEGINNING, start, end))
    customers = rows.group_by("customer_id", *fact_cuts(scope, base)).agg(was=was.any(), now=now.any())
    customers = customers.filter(customers.now & ~customers.was if is_new else customers.now)
    customers = with_customer_cuts(scope, customers, base)
    return count(
        scope,
        grouped(customers, scope.keys, value=customers.count()),
        base=base,
        who=lambda: customers.select(*scope.keys, "customer_id", numerator=customers.now),
    )


def with_customer_cuts(scope: Scope, customers: "ir.Table", base: str) -> "ir.Table":
    """Customers with the cuts that belong to them beside them."""
    cuts = [name for name in scope.question.cut if name not in fact_cuts(scope, base)]
    return scope.with_customer(customers, cuts) if cuts else customers


def _facts(scope: Scope, base: str, activity: str | None) -> "ir.Table":
    """Facts up to ``as_of`` that make a known customer active."""
    facts = scope.table(base)
    facts = facts.filter((facts[BASES[base]] < literal_of(scope.end)) & facts.customer_id.notnull())
    if base == "orders":
        return scope.sold(facts)
    return facts.filter(facts.name == activity) if activity and base == "events" else facts


def _active(
    scope: Scope, base: str, activity: str | None, bounds: tuple[datetime, datetime, datetime]
) -> "tuple[ir.Table, ir.BooleanColumn, ir.BooleanColumn]":
    start, middle, end = bounds
    facts = _facts(scope, base, activity)
    at = facts[BASES[base]]
    facts = facts.filter((at >= literal_of(start)) & (at < literal_of(end))).mutate(was_=at < literal_of(middle))
    facts = _cut_at_start(scope, facts, base)
    return facts, facts.was_, ~facts.was_


def _cut_at_start(scope: Scope, facts: "ir.Table", base: str) -> "ir.Table":
    """Facts, their cuts replaced by the customer's value at the start: the last before it, or else the first after.

    Args:
        scope: the log seen through the question.
        facts: with ``was_``: whether the fact happened before the start (a subscription: runs there).
        base: their table.
    """
    import ibis

    cuts = fact_cuts(scope, base)
    if not cuts:
        return facts
    at, (key,) = BASES[base], TABLES[base].key
    backward = [ibis.desc(facts.was_.ifelse(facts[name], None)) for name in (at, key)]
    turn = ibis.window(group_by="customer_id", order_by=[ibis.desc(facts.was_.cast("int32")), *backward, at, key])
    near = facts.mutate(turn_=ibis.row_number().over(turn))
    start = near.filter(near.turn_ == 0).select("customer_id", *cuts)
    start = start.rename({f"{name}_": name for name in ("customer_id", *cuts)})
    joined = facts.drop(*cuts).join(start, facts.customer_id == start.customer_id_)
    return joined.drop("customer_id_").rename({name: f"{name}_" for name in cuts})


def running_at_ends(
    scope: Scope, start: datetime, end: datetime
) -> "tuple[ir.Table, ir.BooleanColumn, ir.BooleanColumn]":
    """Subscriptions that run at the first instant of the window or at its end, with whether each does.

    Cuts are the customer's at the start, or at the end for who has none running there.
    """
    rows = _facts(scope, "subscriptions", None)
    flagged = rows.mutate(was_=runs_at(rows, start), now_=runs_at(rows, end))
    flagged = _cut_at_start(scope, flagged.filter(flagged.was_ | flagged.now_), "subscriptions")
    return flagged, flagged.was_, flagged.now_


def runs_at(subscriptions: "ir.Table", instant: datetime) -> "ir.BooleanColumn":
    """Whether each subscription runs at an instant: in [started, ended)."""
    at, ended = literal_of(instant), subscriptions.ended_at
    return (subscriptions.started_at <= at) & (ended.isnull() | (ended > at))
