"""Intervals by their textbook formulas."""

from collections.abc import Iterable
from fractions import Fraction
from math import sqrt
from typing import Any

Z = 1.959963984540054  # the 97.5 % quantile of the normal distribution

Row = dict[str, Any]


def share(numerator: int, denominator: int) -> Row:
    """A share with Wilson's interval: the two roots p of (p̂ - p)² = z² p (1 - p) / n; nothing of nobody."""
    row: Row = {"value": None, "low": None, "high": None, "numerator": numerator, "denominator": denominator}
    if denominator:
        p, n = numerator / denominator, denominator
        middle = (p + Z * Z / (2 * n)) / (1 + Z * Z / n)
        half = Z / (1 + Z * Z / n) * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
        row |= {"value": p, "low": max(0.0, middle - half), "high": min(1.0, middle + half)}
    return row


def count(number: int) -> Row:
    """A number of customers, as a Poisson number."""
    return total([1] * number, is_signed=False)


def total(amounts: Iterable[Any], *, is_signed: bool) -> Row:
    """A sum over independent customers: its variance is the sum of the squares; of nothing, no interval.

    It is no lower than what is taken off can bring it, at the most.
    """
    amounts = list(amounts)
    value, half = float(sum(amounts)), Z * sqrt(sum(amount * amount for amount in amounts))
    if half == 0:
        return {"value": value, "low": None, "high": None}
    off = [-amount for amount in amounts if amount < 0] if is_signed else []
    least = -float(sum(off)) - Z * sqrt(sum(amount * amount for amount in off))
    return {"value": value, "low": max(least, value - half), "high": value + half}


def ratio(pairs: Iterable[tuple[Any, Any]]) -> Row:
    """A ratio of sums over customers; the delta method: customers' residuals top - ratio * bottom vary around 0."""
    pairs = [(Fraction(top), Fraction(bottom)) for top, bottom in pairs]
    top, bottom = sum(a for a, _ in pairs), sum(b for _, b in pairs)
    row: Row = {"value": None, "low": None, "high": None, "numerator": float(top), "denominator": float(bottom)}
    if bottom:
        value, n = top / bottom, len(pairs)
        row["value"] = float(value)
        if n > 1:
            squares = sum((a - value * b) ** 2 for a, b in pairs)
            half = Z * sqrt(squares * n / (n - 1)) / abs(float(bottom))
            row |= {"low": float(value) - half, "high": float(value) + half}
    return row
