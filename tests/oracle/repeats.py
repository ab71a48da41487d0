"""Who buys again, and how soon."""

from datetime import timedelta

from tests.oracle import intervals
from tests.oracle.world import Expected, Key, World, grouped


def repeat_rate(world: World) -> Expected:
    """Customers with two or more sales by customers with at least one, in the window or in each period.

    A cut by an attribute of the order is read at the first sale there.
    """
    world.need("orders")
    sales = [row for row in world.in_window(world.sales(), "ordered_at") if row["customer_id"]]
    period = world.question.by and world.period
    buyers = grouped(((period(row["ordered_at"]) if period else None, row["customer_id"]), row) for row in sales)
    return _share(world, [(world.key(own[0]), own[0]["customer_id"], len(own) >= 2) for own in buyers.values()])


def second_order_rate(world: World, days: int = 90) -> Expected:
    """Of customers whose first sale is at least n days old, the share with a second one within n days.

    Periods and windows are those of the first sale, first and second those of all time.
    """
    world.need("orders")
    people: list[tuple[Key, str, bool]] = []
    for customer, own in grouped((row["customer_id"], row) for row in world.sales() if row["customer_id"]).items():
        bought = [world.day(row["ordered_at"]) for row in own]
        is_ripe = bought[0] <= world.as_of - timedelta(days=days)
        if is_ripe and world.in_window(own[:1], "ordered_at"):
            is_back = len(own) > 1 and (bought[1] - bought[0]).days <= days
            people.append((world.key(own[0]), customer, is_back))
    return _share(world, people)


def _share(world: World, people: list[tuple[Key, str, bool]]) -> Expected:
    hits = grouped((key, hit) for key, _, hit in people)
    found = {key: intervals.share(sum(hit), len(hit)) for key, hit in hits.items()}
    return Expected(world.rows(found, intervals.share(0, 0), "orders"), world.listed(people, "orders"))
