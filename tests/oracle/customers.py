"""One row a customer: scores against the others, and features."""

import tomllib
from datetime import timedelta
from fractions import Fraction
from importlib.resources import files
from itertools import pairwise
from statistics import mean, stdev

from tests.oracle.purchases import money
from tests.oracle.world import Expected, Fact, Key, Row, World, grouped, in_order


def rfm(world: World) -> Expected:
    """Days since the last sale, sales, revenue; score = 1 + ⌊5 × share of customers strictly worse⌋."""
    world.need("orders")
    has_money = any(row["amount"] is not None for row in world.tables["orders"])
    found: dict[str, Row] = {}
    for customer, own in _orders_of(world).items():
        sales = [row for row in own if row["kind"] == "sale"]
        if sales:
            found[customer] = {
                "recency_days": (world.as_of - world.day(sales[-1]["ordered_at"])).days,
                "frequency": len(sales),
                "monetary": float(money(own)) if has_money else None,
            }
    for row in found.values():
        row["r"] = _score(sum(other["recency_days"] > row["recency_days"] for other in found.values()), len(found))
        row["f"] = _score(sum(other["frequency"] < row["frequency"] for other in found.values()), len(found))
        row["m"] = (
            _score(sum(other["monetary"] < row["monetary"] for other in found.values()), len(found))
            if has_money
            else None
        )
        row["segment"] = _segment(row)
    return _rows(world, found)


def _score(worse: int, everyone: int) -> int:
    return 1 + 5 * worse // everyone


def _segment(row: Row) -> str | None:
    """The first segment of the editable table whose bounds hold."""
    rules = tomllib.loads(files("vernost.measure").joinpath("rfm.toml").read_text(encoding="utf-8"))
    for name, rule in rules.items():
        if all(score not in rule or rule[score][0] <= row[score] <= rule[score][1] for score in "rfm"):
            return name
    return None


def customer_features(world: World) -> Expected:
    """What a customer's sales say as of a day; gaps in days of the calendar; money is sales less refunds."""
    world.need("orders")
    found: dict[str, Row] = {}
    for customer, own in _orders_of(world).items():
        sales = [row for row in own if row["kind"] == "sale"]
        if sales:
            found[customer] = _features(world, sales, own)
    return _rows(world, found)


def _features(world: World, sales: list[Fact], own: list[Fact]) -> Row:
    days = [world.day(row["ordered_at"]) for row in sales]
    gaps = [(later - earlier).days for earlier, later in pairwise(days)]
    revenue = money(own)
    row: Row = {
        "orders": len(sales),
        "revenue": float(revenue),
        "order_value_max": float(max(money([sale]) for sale in sales)),
        "gap_mean": float(mean(gaps)) if gaps else None,
        "gap_std": stdev(gaps) if len(gaps) > 1 else None,
        "gap_max": max(gaps, default=None),
    }
    for span in (30, 90, 180, 365):
        recent = [fact for fact in own if world.day(fact["ordered_at"]) > world.as_of - timedelta(days=span)]
        row |= {
            f"orders_{span}d": sum(fact["kind"] == "sale" for fact in recent),
            f"revenue_{span}d": float(money(recent)),
        }
    return row | {
        "frequency": len(sales) - 1,
        "recency": (days[-1] - days[0]).days,
        "t": (world.as_of - days[0]).days,
        "silence": (world.as_of - days[-1]).days,
        "order_value_mean": float(revenue / Fraction(len(sales))),
    }


def _orders_of(world: World) -> dict[str, list[Fact]]:
    rows = world.in_window(world.standing(), "ordered_at")
    return grouped((row["customer_id"], row) for row in rows if row["customer_id"])


def cut_at_last(world: World, customer: str) -> Key:
    """Cuts of a customer at their last order of all kinds; an attribute of the customer never changes."""
    own = [row for row in world.in_window(world.facts("orders"), "ordered_at") if row["customer_id"] == customer]
    return world.cut(own[-1])


def _rows(world: World, found: dict[str, Row]) -> Expected:
    until = world.question.until
    cuts = {customer: cut_at_last(world, customer) for customer in found}
    rows = [
        {"customer_id": customer, "complete": until is None or until <= world.as_of}
        | dict(zip(world.question.cut, cuts[customer], strict=True))
        | found[customer]
        for customer in sorted(found, key=lambda customer: in_order((*cuts[customer], customer)))
    ]
    return Expected(rows, sorted(((customer, *cuts[customer], True) for customer in found), key=in_order))
