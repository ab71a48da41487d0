"""The map of risk by expected revenue: few cells, however many customers there are."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vernost.predict.frames import numbers

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

MOST = 10
"""Steps of risk, and of revenue."""

_WIDTHS = (0.01, 0.02, 0.05, 0.1)
_COVERED = 0.995
"""The few beyond this share of customers are put into the outermost step rather than stretch the map."""

_ROUND = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Step:
    """A span of risk or of revenue; an end that is None is open."""

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

    top = float(np.quantile(risk, _COVERED))
    width = next((width for width in _WIDTHS if top <= width * MOST), _WIDTHS[-1])
    count = min(MOST, int(top / width) + 1)
    is_beyond = bool(risk.max() > count * width)
    steps = [Step(n * width, None if is_beyond and n == count - 1 else (n + 1) * width) for n in range(count)]
    return np.minimum((risk / width).astype(np.intp), count - 1), tuple(steps)


def _by_revenue(revenue: "NDArray[np.float64]") -> "tuple[NDArray[np.intp], tuple[Step, ...]]":
    """The step of each revenue, from one round number (1, 2, 5, 10 ...) to the next."""
    import numpy as np

    exponents = np.log10(np.maximum(np.nan_to_num(revenue), 1e-9))
    whole = np.floor(exponents).astype(np.intp)
    leading = 10 ** (exponents - whole)
    number = len(_ROUND) * whole + sum((leading >= mark * (1 - 1e-12)).astype(np.intp) for mark in _ROUND[1:])
    top = int(np.quantile(number, _COVERED, method="higher"))
    bottom = max(int(np.quantile(number, 1 - _COVERED, method="lower")), top - MOST + 1)
    place = np.clip(number, bottom, top) - bottom
    steps = [Step(_mark(each), _mark(each + 1)) for each in range(bottom, top + 1)]
    if number.min() < bottom:
        steps[0] = Step(None, steps[0].high)
    if number.max() > top:
        steps[-1] = Step(steps[-1].low, None)
    return place, tuple(steps)


def _mark(number: int) -> float:
    return float(_ROUND[number % len(_ROUND)] * 10.0 ** (number // len(_ROUND)))
