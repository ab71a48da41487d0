"""Values that are smooth functions of means over customers, with intervals by the delta method.

The engine gives counts, sums and products of what each customer adds; a function of their means is then worked out
here, so that only a few numbers a row travel.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from vernost import statistics
from vernost.measure.finding import Row, grouped

if TYPE_CHECKING:
    import ibis.expr.types as ir

Means = Mapping[str, float]

STEP = 1e-5
"""Relative step of the numerical slope: the cube root of the precision of a float, where its error is least."""


def moments(customers: "ir.Table", keys: Sequence[str], names: Sequence[str]) -> "ir.Table":
    """Count, sums and sums of products by key.

    Args:
        customers: one row a customer and key.
        keys: columns that tell the rows of the answer apart.
        names: columns to take the moments of.

    Returns:
        The keys, ``n_``, ``sum_<name>_`` and ``product_<name>_<name>_``.
    """
    columns = {name: customers[name].cast("float64") for name in names}
    sums = {f"sum_{name}_": column.sum() for name, column in columns.items()}
    products = {f"product_{a}_{b}_": (columns[a] * columns[b]).sum() for a, b in _pairs(names)}
    return grouped(customers, keys, n_=customers.count(), **sums, **products)


def means(row: Row, names: Sequence[str]) -> Means:
    """Means of a row of `moments`; empty when there are no customers."""
    return {name: row[f"sum_{name}_"] / row["n_"] for name in names} if row["n_"] else {}


def estimate(
    row: Row, names: Sequence[str], function: Callable[[Means], float | None]
) -> tuple[float | None, float | None]:
    """Value of a function of the means, and its standard error.

    Args:
        row: a row of `moments`.
        names: the columns.
        function: from means to the value; None where it has none.

    Returns:
        Value and error; None for what cannot be told.

    Source: the multivariate delta method, C. G. Small (2010), Expansions and Asymptotics for Statistics, 4.4.
    """
    center = means(row, names)
    value = function(center) if center else None
    if value is None or row["n_"] < 2:
        return value, None
    slopes = [_slope(function, center, name) for name in names]
    known = [slope for slope in slopes if slope is not None]
    if len(known) < len(slopes):
        return value, None
    variance = 0.0
    for i, j in ((i, j) for i in range(len(names)) for j in range(len(names))):
        variance += known[i] * known[j] * _covariance(row, names[min(i, j)], names[max(i, j)])
    # Rounding can leave the variance of a constant a hair below 0.
    return value, (max(variance, 0.0) / row["n_"]) ** 0.5


def interval(value: float | None, error: float | None) -> dict[str, float | None]:
    """``value``, ``low`` and ``high``."""
    if value is None or error is None:
        return {"value": value, "low": None, "high": None}
    return {"value": value, "low": value - statistics.Z * error, "high": value + statistics.Z * error}


def _slope(function: Callable[[Means], float | None], center: Means, name: str) -> float | None:
    step = STEP * (abs(center[name]) or 1.0)
    up, down = ({**center, name: center[name] + side * step} for side in (1, -1))
    high, low = function(up), function(down)
    return None if high is None or low is None else (high - low) / (2 * step)


def _covariance(row: Row, a: str, b: str) -> float:
    n = row["n_"]
    return float((row[f"product_{a}_{b}_"] - row[f"sum_{a}_"] * row[f"sum_{b}_"] / n) / (n - 1))


def _pairs(names: Sequence[str]) -> list[tuple[str, str]]:
    return [(a, b) for i, a in enumerate(names) for b in names[i:]]


def dropped(row: Row) -> dict[str, Any]:
    """A row without its moments."""
    return {name: value for name, value in row.items() if not name.endswith("_")}
