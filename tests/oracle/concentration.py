"""How much of the revenue hangs on how few customers."""

from fractions import Fraction
from math import ceil
from typing import Any

from tests.oracle.purchases import money
from tests.oracle.silences import along_axis
from tests.oracle.world import Expected, Key, Row, World, grouped


def concentration(world: World) -> Expected:
    """Share of revenue by the top ⌈q n⌉ customers with a sale; Gini without small-sample factor."""
    world.need("orders", "amount")
    rows = [row for row in world.in_window(world.standing(), "ordered_at") if row["customer_id"]]
    found: dict[Key, list[Row]] = {}
    for (key, customer), own in grouped(((world.key(row), row["customer_id"]), row) for row in rows).items():
        sales = [row for row in own if row["kind"] == "sale"]
        if sales:
            spent = max(Fraction(0), money(own))
            found.setdefault(key, []).append({"who": customer, "spent": spent, "since": sales[0]["ordered_at"]})
    for own in found.values():
        own.sort(key=lambda row: (-row["spent"], row["since"], row["who"]))
    tops = {key: _tops(own) for key, own in found.items()}
    shown = [
        {name: row[name] for name in row if name != "tops"} | top
        for row in world.rows({key: {"tops": rows} for key, rows in tops.items()}, {"tops": _tops([])}, "orders")
        for top in row["tops"]
    ]
    shown = along_axis(world, shown, "top")
    people = [
        (key, row["who"], place < ceil(Fraction(len(own), 5)))
        for key, own in found.items()
        for place, row in enumerate(own)
    ]
    summary: dict[str, Any] = {}
    if not world.question.by and not world.question.cut:
        summary = {name: shown[0][name] for name in ("gini", "customers_for_80")}
    return Expected(shown, world.listed(people, "orders"), summary)


def _tops(richest: list[Row]) -> list[Row]:
    """A row for each top share, of customers from the richest to the poorest."""
    spent = [row["spent"] for row in richest]
    total, n = sum(spent, Fraction(0)), len(spent)
    gini = bulk = None
    if total:
        ranked = sum((rank * amount for rank, amount in enumerate(reversed(spent), start=1)), Fraction(0))
        gini = float(2 * ranked / (n * total) - Fraction(n + 1, n))
        bulk = next(k for k in range(1, n + 1) if sum(spent[:k]) >= Fraction(4, 5) * total) / n
    rows = []
    for percent in (1, 5, 10, 20):
        top = sum(spent[: ceil(Fraction(percent * n, 100))], Fraction(0))
        rows.append(
            {
                "top": percent / 100,
                "value": float(top / total) if total else None,
                "numerator": float(top),
                "denominator": float(total),
                "customers": n,
                "gini": gini,
                "customers_for_80": bulk,
            }
        )
    return rows
