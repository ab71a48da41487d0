"""One row a customer with what their orders say about them, as of a day; nothing from after it."""

from typing import TYPE_CHECKING

from vernost.measure.activity import latest_of_customer
from vernost.measure.finding import Finding
from vernost.measure.measure import measure
from vernost.measure.periods import day_number, days
from vernost.measure.scope import Scope

if TYPE_CHECKING:
    import ibis.expr.types as ir

RECENT_DAYS = (30, 90, 180, 365)
"""Spans before ``as_of`` over which recent orders and revenue are counted."""


@measure(unit="count", reads=("orders",))
def customer_features(scope: Scope) -> Finding:
    """One row a customer with a sale: tenure, recency, frequency, money, gaps between sales, recent activity.

    Money is that of sales less refunds, as ``revenue`` counts it; the largest order is a sale as it was paid.

    ``frequency`` is the number of sales after the first, ``recency`` the days between first and last sale and ``t`` the
    days between the first sale and ``as_of``, as purchase-process models want them. Gaps are in days of the calendar.
    """
    scope.refuse_periods()
    rows = _orders_with_gaps(scope)
    today = day_number(scope.as_of)
    recent = {}
    for span in RECENT_DAYS:
        is_recent = rows.day_ > today - span
        recent[f"orders_{span}d"] = rows.count(where=rows.is_sale_ & is_recent)
        recent[f"revenue_{span}d"] = is_recent.ifelse(rows.money_, 0.0).sum()
    customers = rows.group_by("customer_id").agg(
        first_=rows.day_.min(where=rows.is_sale_),
        last_=rows.day_.max(where=rows.is_sale_),
        orders=rows.count(where=rows.is_sale_),
        revenue=rows.money_.sum(),
        order_value_max=rows.money_.max(where=rows.is_sale_),
        gap_mean=rows.gap_.cast("float64").mean(),
        gap_std=rows.gap_.cast("float64").std(how="sample"),
        gap_max=rows.gap_.max(),
        **recent,
    )
    customers = customers.filter(customers.orders > 0)
    customers = customers.mutate(
        frequency=customers.orders - 1,
        recency=customers.last_ - customers.first_,
        t=today - customers.first_,
        silence=today - customers.last_,
        order_value_mean=customers.revenue / customers.orders.cast("float64"),
    ).drop("first_", "last_")
    columns = tuple(name for name in customers.columns if name != "customer_id")
    customers = latest_of_customer(scope, customers, "orders", "ordered_at")
    return Finding(
        table=customers.select("customer_id", *scope.question.cut, *columns),
        columns=columns,
        axis=("customer_id",),
        who=lambda: customers.select("customer_id", *scope.question.cut, numerator=customers.orders > 0),
    )


def _orders_with_gaps(scope: Scope) -> "ir.Table":
    """Orders of known customers: customer_id, is_sale_, day_ (number), money_, gap_ (days since the sale before)."""
    import ibis

    rows = scope.standing(scope.facts("orders", "ordered_at", cut=()))
    rows = rows.filter(rows.customer_id.notnull())
    rows = rows.select(
        "customer_id",
        is_sale_=rows.kind == "sale",
        day_=days(rows.local),
        money_=rows.amount.cast("float64").fill_null(0.0),
    )
    turn = ibis.window(group_by=["customer_id", "is_sale_"], order_by="day_")
    return rows.mutate(gap_=rows.is_sale_.ifelse(rows.day_ - rows.day_.lag().over(turn), ibis.null("int64")))
