"""Purchases: recency, frequency, money, own rhythm, trends, discounts, deliveries: one pass over the orders."""

from typing import TYPE_CHECKING, Any

from vernost.measure.delivery import judged
from vernost.predict.features.known import Known
from vernost.predict.features.quantities import ratio

if TYPE_CHECKING:
    import ibis.expr.types as ir

SPANS = (30, 90, 180)
"""Days over which recent purchases are counted and held against as many days before."""


def facts(known: Known) -> "ir.Table":
    """Sales and refunds, with ``money_``, ``gap_`` (days since the sale before) and what is true of each."""
    import ibis

    rows = known.scope.standing(known.facts("orders"))
    never = ibis.literal(value=False)
    rows = rows.mutate(money_=rows.amount.cast("float64").fill_null(0.0), is_sale_=rows.kind == "sale")
    marks = [rows.discount > 0] if known.has("orders", "discount") else []
    marks += [rows.coupon.strip().length() > 0] if known.has("orders", "coupon") else []
    is_discounted = ibis.or_(*(mark.fill_null(never) for mark in marks)) if marks else never
    rows = rows.mutate(is_refund_=~rows.is_sale_, is_discounted_=rows.is_sale_ & is_discounted)
    return _with_gaps(_with_deliveries(known, rows))


def _with_deliveries(known: Known, rows: "ir.Table") -> "ir.Table":
    import ibis

    if not known.has("orders", "promised_at"):
        return rows.mutate(**dict.fromkeys(("is_judged_", "is_late_", "is_overdue_"), ibis.literal(value=False)))
    rows = judged(known.scope, rows)
    was_promised = rows.is_sale_ & rows.promised_at.notnull()
    return rows.mutate(
        is_judged_=was_promised & rows.is_delivered_,
        is_late_=was_promised & rows.is_late_,
        is_overdue_=was_promised & rows.is_overdue_,
    )


def _with_gaps(rows: "ir.Table") -> "ir.Table":
    import ibis

    turn = ibis.window(group_by=["customer_id", "is_sale_"], order_by="day_")
    return rows.mutate(gap_=rows.is_sale_.ifelse(rows.day_ - rows.day_.lag().over(turn), ibis.null("int64")))


def summary(known: Known) -> "ir.Table":
    """One row a customer with a sale."""
    rows = facts(known)
    customers = rows.group_by("customer_id").agg(
        **_sums(rows), **_recent(known, rows), **_services(rows), first_=rows.day_.min(where=rows.is_sale_)
    )
    customers = customers.filter(customers.orders > 0)
    return customers.mutate(
        tenure=known.today - customers.first_,
        silence=known.today - customers.last_,
        order_value_mean=ratio(customers.revenue, customers.orders),
        discounted_share=ratio(customers.discounted_, customers.orders),
        late_share=ratio(customers.late_deliveries, customers.judged_),
        is_last_late=(customers.late_at_ == customers.judged_at_).ifelse(1, 0),
        silence_ratio=ratio(known.today - customers.last_, customers.gap_mean),
        silence_z=ratio((known.today - customers.last_).cast("float64") - customers.gap_mean, customers.gap_std),
        **{
            f"{name}_trend_{span}d": ratio(customers[f"{name}_{span}d"], customers[f"{name}_before_{span}d"])
            for name in ("orders", "revenue")
            for span in SPANS
        },
    )


def _sums(rows: "ir.Table") -> dict[str, Any]:
    gap = rows.gap_.cast("float64")
    return {
        "last_": rows.day_.max(where=rows.is_sale_),
        "orders": rows.count(where=rows.is_sale_),
        "revenue": rows.money_.sum(),
        "order_value_max": rows.money_.max(where=rows.is_sale_),
        "gap_mean": gap.mean(),
        "gap_std": gap.std(how="sample"),
        "gap_max": rows.gap_.max(),
    }


def _recent(known: Known, rows: "ir.Table") -> dict[str, Any]:
    found = {}
    for span in SPANS:
        for name, is_then in ((f"{span}d", known.recent(rows, span)), (f"before_{span}d", known.before(rows, span))):
            found[f"orders_{name}"] = rows.count(where=rows.is_sale_ & is_then)
            found[f"revenue_{name}"] = is_then.ifelse(rows.money_, 0.0).sum()
    return found


def _services(rows: "ir.Table") -> dict[str, Any]:
    return {
        "refunds": rows.count(where=rows.is_refund_),
        "discounted_": rows.count(where=rows.is_discounted_),
        "judged_": rows.count(where=rows.is_judged_),
        "late_deliveries": rows.count(where=rows.is_late_),
        "overdue_orders": rows.count(where=rows.is_overdue_),
        "judged_at_": rows.ordered_at.max(where=rows.is_judged_),
        "late_at_": rows.ordered_at.max(where=rows.is_late_),
    }
