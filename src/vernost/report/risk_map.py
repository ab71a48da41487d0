"""The map of risk by expected revenue: few cells, however many customers there are."""

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from vernost.predict.frames import numbers

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

MOST = 10
"""Steps of risk, and of revenue."""

_WIDTHS = (1, 2, 5, 10)
"""Percents of a step of risk."""

_COVERED = 0.995
"""The few beyond this share of customers are put into the outermost step rather than stretch the map."""

_ROUND = (1, 2, 5)
_LEAST = 1e-9


@dataclass(frozen=True, slots=True)
class Step:
    """A span of risk or of revenue: it holds its lower end and not its upper one; an end that is None is open."""

    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Place:
    """A cell of the map.

    Attributes:
        risk: its column.
        revenue: its row, the least first.
        customers: how many are in it.
        at_risk: their revenue at risk.
    """

    risk: int
    revenue: int
    customers: int
    at_risk: float


@dataclass(frozen=True, slots=True)
class RiskMap:
    """Customers by risk and by the revenue expected of them within a year.

    Attributes:
        risks: its columns.
        revenues: its rows, the least first.
        places: cells with customers.
    """

    risks: tuple[Step, ...]
    revenues: tuple[Step, ...]
    places: tuple[Place, ...]


def risk_map(customers: "pa.Table", *, drift: float = 1.0) -> RiskMap:
    """The map of customers with ``risk``, ``revenue`` and ``revenue_at_risk``; there must be one.

    Sums of money are multiplied by ``drift``, as earlier forecasts teach.

    >>> import pyarrow as pa
    >>> rows = {"risk": [0.05, 0.95], "revenue": [120.0, 30.0], "revenue_at_risk": [6.0, 28.5]}
    >>> found = risk_map(pa.table(rows))
    >>> [(step.low, step.high) for step in found.revenues]
    [(20.0, 50.0), (50.0, 100.0), (100.0, 200.0)]
    >>> [(place.risk, place.revenue, place.customers) for place in found.places]
    [(9, 0, 1), (0, 2, 1)]
    """
    import numpy as np

    column, risks = _by_risk(numbers(customers, "risk"))
    row, revenues = _by_revenue(numbers(customers, "revenue"))
    cell = row * len(risks) + column
    size = len(risks) * len(revenues)
    heads = np.bincount(cell, minlength=size)
    money = drift * np.bincount(cell, np.nan_to_num(numbers(customers, "revenue_at_risk")), minlength=size)
    places = tuple(
        Place(int(each % len(risks)), int(each // len(risks)), int(heads[each]), float(money[each]))
        for each in np.flatnonzero(heads)
    )
    return RiskMap(risks, revenues, places)


def _by_risk(risk: "NDArray[np.float64]") -> "tuple[NDArray[np.intp], tuple[Step, ...]]":
    """The step of each risk, all of the narrowest round width by which few enough cover nearly all customers."""
    import numpy as np

    top = 100 * float(np.quantile(risk, _COVERED))
    width = next((width for width in _WIDTHS if top <= width * MOST), _WIDTHS[-1])
    count = min(MOST, int(top / width) + 1)
    edges = [number * width / 100 for number in range(count + 1)]
    steps = [Step(*pair) for pair in pairwise(edges)]
    if risk.max() >= edges[-1]:
        steps[-1] = Step(edges[-2], None)
    return _places(risk, edges), tuple(steps)


def _by_revenue(revenue: "NDArray[np.float64]") -> "tuple[NDArray[np.intp], tuple[Step, ...]]":
    """The step of each revenue, from one round number (1, 2, 5, 10 ...) to the next."""
    import numpy as np

    known = np.nan_to_num(revenue)
    exponents = np.log10(np.maximum(known, _LEAST))
    whole = np.floor(exponents).astype(np.intp)
    leading = 10 ** (exponents - whole)
    number = len(_ROUND) * whole + sum((leading >= mark * (1 - 1e-12)).astype(np.intp) for mark in _ROUND[1:])
    top = int(np.quantile(number, _COVERED, method="higher"))
    bottom = max(int(np.quantile(number, 1 - _COVERED, method="lower")), top - MOST + 1)
    edges = [_mark(each) for each in range(bottom, top + 2)]
    steps = [Step(*pair) for pair in pairwise(edges)]
    if known.min() < edges[0]:
        steps[0] = Step(None, edges[1])
    if known.max() >= edges[-1]:
        steps[-1] = Step(steps[-1].low, None)
    return _places(known, edges), tuple(steps)


def _places(values: "NDArray[np.float64]", edges: list[float]) -> "NDArray[np.intp]":
    """Between which edges each value lies; what lies beyond the outermost ones is put into their steps."""
    import numpy as np

    return np.clip(np.searchsorted(edges, values, side="right") - 1, 0, len(edges) - 2)


def _mark(number: int) -> float:
    return float(_ROUND[number % len(_ROUND)] * 10.0 ** (number // len(_ROUND)))
