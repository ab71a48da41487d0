"""How much is bought, how often, by how many, added up order by order."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.oracle import intervals
from tests.oracle.world import Expected, Fact, Key, Row, World, grouped

Unit = tuple[Key, str | None]


def money(rows: Iterable[Fact]) -> Fraction:
    """What was paid; an amount that is not known adds nothing."""
    return sum((Fraction(Decimal(str(row["amount"]))) for row in rows if row["amount"] is not None), Fraction(0))


def sale_count(rows: Iterable[Fact]) -> int:
    return sum(row["kind"] == "sale" for row in rows)


def units(world: World, rows: list[Fact]) -> dict[Key, dict[Any, list[Fact]]]:
    """Rows of the answer -> independent customers -> their orders; each walk-in order is a customer of its own."""
    rows = world.in_window(rows, "ordered_at")
    by_key = grouped((world.key(row), row) for row in rows)
    return {
        key: grouped(((row["customer_id"], None if row["customer_id"] else row["order_id"]), row) for row in own)
        for key, own in by_key.items()
    }


def people(found: dict[Key, dict[Any, list[Fact]]], hit: Callable[[list[Fact]], bool]) -> list[tuple[Key, str, bool]]:
    """Known customers behind each row of the answer."""
    return [
        (key, customer, hit(rows))
        for key, customers in found.items()
        for (customer, _), rows in customers.items()
        if customer is not None
    ]


def _total(world: World, rows: list[Fact], of: Callable[[list[Fact]], Any], *, is_signed: bool) -> Expected:
    found = units(world, rows)
    values = {
        key: intervals.total([of(own) for own in customers.values()], is_signed=is_signed)
        for key, customers in found.items()
    }
    empty = intervals.total([], is_signed=is_signed)
    return Expected(world.rows(values, empty, "orders"), world.listed(people(found, lambda _: True), "orders"))


def _ratio(
    world: World, rows: list[Fact], top: Callable[[list[Fact]], Any], bottom: Callable[[list[Fact]], Any]
) -> Expected:
    found = units(world, rows)
    values = {
        key: intervals.ratio((top(own), bottom(own)) for own in customers.values()) for key, customers in found.items()
    }
    who = people(found, lambda own: top(own) != 0)
    return Expected(world.rows(values, intervals.ratio([]), "orders"), world.listed(who, "orders"))


def revenue(world: World) -> Expected:
    """Sales and refunds booked in the period, of customers and of walk-ins; without cancelled orders."""
    world.need("orders", "amount")
    return _total(world, world.standing(), money, is_signed=True)


def orders(world: World) -> Expected:
    """Sales of the period, walk-ins too."""
    world.need("orders")
    return _total(world, world.sales(), sale_count, is_signed=False)


def aov(world: World) -> Expected:
    """Revenue by sales; gross leaves refunds out."""
    world.need("orders", "amount")
    answer = _ratio(world, world.standing(), money, sale_count)
    gross = _ratio(world, world.standing(), lambda own: money(row for row in own if row["kind"] == "sale"), sale_count)
    rows: list[Row] = [row | {"gross": other["value"]} for row, other in zip(answer.rows, gross.rows, strict=True)]
    return Expected(rows, answer.who)


def purchase_frequency(world: World) -> Expected:
    """Sales of known customers by customers with a sale."""
    world.need("orders")
    return _ratio(world, [row for row in world.sales() if row["customer_id"]], sale_count, _is_buyer)


def revenue_per_customer(world: World) -> Expected:
    """Revenue of known customers, refunds taken off, by customers with a sale."""
    world.need("orders", "amount")
    return _ratio(world, [row for row in world.standing() if row["customer_id"]], money, _is_buyer)


def _is_buyer(rows: list[Fact]) -> int:
    return int(sale_count(rows) > 0)
