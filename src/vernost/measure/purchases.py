"""How much is bought, how often, by how many: revenue, orders, average check, frequency."""

from typing import TYPE_CHECKING, Any

from vernost.measure.activity import Activity, find_base
from vernost.measure.finding import Finding, count, grouped, ratio, total
from vernost.measure.lifecycle import READS, customer_states, states
from vernost.measure.measure import measure
from vernost.measure.scope import Scope

if TYPE_CHECKING:
    import ibis.expr.types as ir


def _bills(scope: Scope) -> "ir.Table":
    """Standing orders and refunds with what they add: ``sales`` (0 or 1), ``gross`` (sales alone), ``money``.

    No name is that of an attribute: any of these may be a cut.
    """
    scope.need("orders", "amount")
    rows = scope.standing(scope.facts("orders", "ordered_at"))
    is_sale = (rows.kind == "sale").cast("int32")
    money = rows.amount.fill_null(0)
    return rows.mutate(sales=is_sale, money=money, gross=(rows.kind == "sale").ifelse(money, 0))


def _by_customer(scope: Scope, rows: "ir.Table", **sums: Any) -> "ir.Table":
    """Sums by customer; each walk-in order stands for a customer of its own, named null."""
    walk_in = rows.customer_id.isnull().ifelse(rows.order_id, "")
    rows = rows.mutate(walk_in_=walk_in)
    return grouped(
        rows, [*scope.keys, "customer_id", "walk_in_"], **{name: rows[of].sum() for name, of in sums.items()}
    )


def _first(scope: Scope, table: str = "orders") -> int | None:
    return scope.first_index(scope.grain, table) if scope.grain else None


@measure(unit="money", reads=("orders",))
def revenue(scope: Scope) -> Finding:
    """Sales plus refunds booked in the period; cancelled orders do not count, walk-ins do."""
    customers = _by_customer(scope, _bills(scope), money="money")
    return total(scope, customers, customers.money, first=_first(scope), is_signed=True)


@measure(unit="count", reads=("orders",))
def orders(scope: Scope) -> Finding:
    """Sales in the period: neither refunds nor cancelled; walk-ins count."""
    rows = scope.sales()
    customers = _by_customer(scope, rows.mutate(one=1), orders="one")
    return total(scope, customers, customers.orders, first=_first(scope))


@measure(unit="money", reads=("orders",))
def aov(scope: Scope) -> Finding:
    """Average check: revenue (refunds taken off) by sales; ``gross`` leaves refunds out."""
    customers = _by_customer(scope, _bills(scope), money="money", sales="sales", gross="gross")
    return ratio(
        scope, customers, customers.money, customers.sales, also={"gross": customers.gross}, first=_first(scope)
    )


@measure(unit="ratio", reads=("orders",))
def purchase_frequency(scope: Scope) -> Finding:
    """Sales by active customers in the period."""
    customers = _buyers(scope, scope.sales().mutate(sales=1, money=0))
    return ratio(scope, customers, customers.sales, customers.one, first=_first(scope))


@measure(unit="money", reads=("orders",))
def revenue_per_customer(scope: Scope) -> Finding:
    """Revenue (refunds taken off) of known customers by customers with a sale in the period."""
    scope.need("orders", "amount")
    customers = _buyers(scope, _bills(scope))
    return ratio(scope, customers, customers.money, customers.one, first=_first(scope))


def _buyers(scope: Scope, rows: "ir.Table") -> "ir.Table":
    """One row a known customer and key of these orders: sales, money, one (1 when there is a sale)."""
    rows = rows.filter(rows.customer_id.notnull())
    customers = grouped(rows, [*scope.keys, "customer_id"], sales=rows.sales.sum(), money=rows.money.sum())
    return customers.mutate(one=(customers.sales > 0).cast("int32"))


@measure(unit="count", reads=READS)
def active_customers(scope: Scope, *, base: str | None = None, activity: str | None = None) -> Finding:
    """Customers with at least one sale in the period, or with a subscription running at its end.

    Args:
        scope: the log seen through the question.
        base: the table that makes a customer active.
        activity: name of the event that counts, with events.
    """
    return _counted(scope, ("new", "returning", "resurrecting"), base, activity)


@measure(unit="count", reads=READS)
def new_customers(scope: Scope, *, base: str | None = None, activity: str | None = None) -> Finding:
    """Customers whose first sale (or subscription) falls in the period.

    Args:
        scope: the log seen through the question.
        base: the table that makes a customer active.
        activity: name of the event that counts, with events.
    """
    return _counted(scope, ("new",), base, activity)


def _counted(scope: Scope, wanted: tuple[str, ...], base: str | None, activity: str | None) -> Finding:
    from vernost.measure.window import counted_in_window

    if scope.grain is None:
        return counted_in_window(scope, find_base(scope, base), activity, is_new=wanted == ("new",))
    seen = Activity(scope, scope.grain, find_base(scope, base), event=activity, counts_start=wanted == ("new",))
    table = states(seen)
    number = sum((table[state] for state in wanted[1:]), table[wanted[0]])
    # A value of a cut that only those asleep have has no rows of its own.
    table = table.select(*scope.keys, value=number).filter(lambda t: t.value > 0)

    def who() -> "ir.Table":
        rows = customer_states(seen)
        rows = rows.mutate(period=rows.period - 1) if seen.compares_ends else rows
        rows = rows.filter(rows.state.isin(wanted))
        return rows.select(*scope.keys, "customer_id", numerator=rows.state.notnull())

    return count(scope, table, who=who, base=seen.base, first=seen.first)
