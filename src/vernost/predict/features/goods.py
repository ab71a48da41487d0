"""What is bought: categories of the order lines."""

from typing import TYPE_CHECKING

from vernost.predict.features.known import Known
from vernost.predict.features.quantities import latest

if TYPE_CHECKING:
    import ibis.expr.types as ir


def facts(known: Known) -> "ir.Table":
    """Lines of sales, with their customer and day."""
    sales = known.scope.sold(known.facts("orders"))
    sales = sales.select("customer_id", "day_", "ordered_at", sale_=sales.order_id)
    lines = known.scope.table("order_lines")
    return lines.join(sales, lines.order_id == sales.sale_).drop("sale_")


def summary(known: Known) -> "ir.Table":
    """One row a customer with a line: how many categories, and the one bought most often."""
    lines = facts(known)
    lines = lines.filter(lines.category.notnull())
    pairs = lines.group_by("customer_id", "category").agg(times_=lines.count(), last_=lines.ordered_at.max())
    customers = pairs.group_by("customer_id").agg(categories=pairs.count())
    favourite = latest(pairs, "times_", "last_", "category")
    favourite = favourite.select(buyer_=favourite.customer_id, favourite_category=favourite.category)
    return customers.join(favourite, customers.customer_id == favourite.buyer_).drop("buyer_")
