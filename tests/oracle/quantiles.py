"""Quantiles, linear between order statistics."""

from collections.abc import Iterable
from fractions import Fraction
from math import floor

from tests.oracle.world import Fact, Key, Row, World, in_order

SHOWN = (0.1, 0.25, 0.5, 0.75, 0.9, 0.95)


def quantile(values: Iterable[float | Fraction], share: float) -> float | None:
    """The value that lies at this share of the way from the least to the greatest; None of nothing."""
    ordered = sorted(Fraction(value) for value in values)
    if not ordered:
        return None
    place = Fraction(str(share)) * (len(ordered) - 1)
    low = floor(place)
    high = min(low + 1, len(ordered) - 1)
    return float(ordered[low] + (ordered[high] - ordered[low]) * (place - low))


def quantile_rows(world: World, found: dict[Key, list[Fact]], of: str) -> list[Row]:
    """A row for each quantile shown of a column, for each row of the answer."""
    counts = {key: {"denominator": len(rows)} for key, rows in found.items()}
    shown = []
    for row in world.rows(counts, {"denominator": 0}, "orders"):
        key = (*((row["period"],) if world.question.by else ()), *(row[name] for name in world.question.cut))
        values = [fact[of] for fact in found.get(key, [])]
        shown += [row | {"quantile": share, "value": quantile(values, share)} for share in SHOWN]
    names = (*(("period",) if world.question.by else ()), *world.question.cut, "quantile")
    rows = sorted(shown, key=lambda row: in_order(tuple(row[name] for name in names)))
    return rows if world.question.by else [{name: row[name] for name in row if name != "period"} for row in rows]
