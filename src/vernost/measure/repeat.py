"""Who buys again, and how soon the second order comes."""

from typing import TYPE_CHECKING

from vernost.errors import InvalidValue
from vernost.measure.finding import Finding, share_of
from vernost.measure.measure import measure
from vernost.measure.periods import day_number, days
from vernost.measure.scope import Scope

if TYPE_CHECKING:
    import ibis.expr.types as ir


@measure(unit="share", reads=("orders",))
def repeat_rate(scope: Scope) -> Finding:
    """Customers with two or more sales by customers with at least one, inside the window or inside each period.

    A cut by an attribute of the order is read at the customer's first sale there.
    """
    buyers = _buyers(scope)
    first = scope.first_index(scope.grain, "orders") if scope.grain else None
    return share_of(scope, buyers, buyers.sales >= 2, first=first)


def _buyers(scope: Scope) -> "ir.Table":
    """Customers with a sale: keys, customer_id, sales."""
    import ibis

    rows = scope.sales()
    rows = rows.filter(rows.customer_id.notnull())
    period = ["period"] if scope.grain else []
    own = [name for name in scope.question.cut if name in scope.log.tables["orders"].columns]
    fixed = [name for name in scope.question.cut if name not in own]
    groups = [*period, "customer_id", *fixed]
    if not own:
        return rows.group_by(groups).agg(sales=rows.count())
    turn = ibis.window(group_by=[*period, "customer_id"], order_by=["ordered_at", "order_id"])
    rows = rows.mutate(turn_=ibis.row_number().over(turn))
    return rows.group_by(groups).agg(
        sales=rows.count(), **{name: rows[name].max(where=rows.turn_ == 0) for name in own}
    )


@measure(unit="share", reads=("orders",))
def second_order_rate(scope: Scope, *, days: int = 90) -> Finding:
    """Of customers whose first sale is at least n days old, the share with a second one within n days.

    With ``by``, periods are those of the first sale; only customers old enough count, so the last periods are empty.

    Args:
        scope: the log seen through the question.
        days: n; the same day counts as 0 days.
    """
    if days < 0:
        raise InvalidValue("{name} is {value}, must not be below 0.", name="days", value=days)
    buyers = first_and_second(scope)
    ripe = buyers.filter(buyers.first_day <= day_number(scope.as_of) - days)
    gap = ripe.second_day - ripe.first_day
    first = scope.first_index(scope.grain, "orders") if scope.grain else None
    return share_of(scope, ripe, ripe.second_day.notnull() & (gap <= days), first=first)


def first_and_second(scope: Scope) -> "ir.Table":
    """One row a customer, cuts read at the first sale: keys, customer_id, first_day, second_day (day numbers)."""
    import ibis

    rows = _whole(scope)
    turn = ibis.window(group_by="customer_id", order_by=["ordered_at", "order_id"])
    rows = rows.mutate(turn_=ibis.row_number().over(turn), next_=rows.local.lead().over(turn))
    first = rows.filter(rows.turn_ == 0)
    first = first.mutate(first_day=days(first.local), second_day=days(first.next_))
    if scope.grain:
        first = first.mutate(period=scope.grain.index(first.local))
    since, until = scope.window
    if since:
        first = first.filter(first.first_day >= day_number(since))
    if until:
        first = first.filter(first.first_day <= day_number(until))
    return first.select(*scope.keys, "customer_id", "first_day", "second_day")


def _whole(scope: Scope) -> "ir.Table":
    """Sales of known customers over the whole log, whatever the window."""
    rows = scope.sold(scope.facts("orders", "ordered_at", in_window=False))
    return rows.filter(rows.customer_id.notnull())
