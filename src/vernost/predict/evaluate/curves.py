"""How good chances of leaving were, as curves: do they come true, how soon are leavers found, what does it pay."""

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, Any

from vernost.errors import InvalidValue
from vernost.predict.evaluate.metrics import BINS, bin_of, checked
from vernost.statistics import wilson

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Bin:
    """Customers who were told about the same.

    Attributes:
        customers: how many.
        told: mean chance.
        came: share who left.
        low, high: 95 % interval of that share (Wilson).
    """

    customers: float
    told: float
    came: float
    low: float
    high: float


def reliability(y: Any, p: Any, weight: Any = None, *, bins: int = BINS) -> tuple[Bin, ...]:
    """What was told beside what came, over groups of equally many customers, by rising chance.

    >>> [(each.customers, each.told, each.came) for each in reliability([0, 1, 1, 1], [0.25, 0.25, 0.75, 0.75], bins=2)]
    [(2.0, 0.25, 0.5), (2.0, 0.75, 1.0)]
    """
    y, p, weight = checked(y, p, weight)
    group = bin_of(p, weight, bins)
    return tuple(
        _bin(y[members], p[members], weight[members])
        for members in (group == place for place in range(bins))
        if weight[members].sum() > 0
    )


def _bin(y: "NDArray[np.float64]", p: "NDArray[np.float64]", weight: "NDArray[np.float64]") -> Bin:
    total = weight.sum()
    # Rows that stand for unequally many customers tell less than as many equal ones (L. Kish, Survey Sampling, 1965).
    known = total**2 / (weight**2).sum()
    came = float(y @ weight / total)
    low, high = wilson(came * known, known)
    return Bin(float(total), float(p @ weight / total), came, float(low), float(high))


@dataclass(frozen=True, slots=True)
class Decile:
    """The customers of highest risk down to here.

    Attributes:
        share: of all customers, from the riskiest on.
        gain: share of all leavers among them.
        lift: how many times more often this tenth leaves than all.
    """

    share: float
    gain: float
    lift: float


def gains(y: Any, p: Any, weight: Any = None, *, parts: int = 10) -> tuple[Decile, ...]:
    """Leavers found in each tenth of customers, from the riskiest; NaN when nobody left.

    A group of customers who were told the same is spread over the tenths it lies across, as its mean over all orders.

    >>> [(each.share, each.gain, each.lift) for each in gains([0, 0, 0, 1], [0.1, 0.1, 0.1, 0.9], parts=2)]
    [(0.5, 1.0, 2.0), (1.0, 1.0, 0.0)]
    """
    import numpy as np

    y, p, weight = checked(y, p, weight)
    _, customers, left = _from_riskiest(p, weight, weight * y)
    total = left[-1] if left[-1] > 0 else np.nan
    shares = np.arange(1, parts + 1) / parts
    found = np.interp(shares, customers / customers[-1], left / total)
    lifts = np.diff(found, prepend=0.0) * parts
    return tuple(
        Decile(float(share), float(gain), float(lift)) for share, gain, lift in zip(shares, found, lifts, strict=True)
    )


@dataclass(frozen=True, slots=True)
class Profit:
    """What it pays to contact everyone at or above a threshold.

    Attributes:
        threshold: chances of leaving, falling; the first is infinite and contacts nobody.
        contacted: how many customers are contacted.
        profit: money won less money spent.
    """

    threshold: "NDArray[np.float64]"
    contacted: "NDArray[np.float64]"
    profit: "NDArray[np.float64]"

    @property
    def best_threshold(self) -> float:
        """Where the profit is greatest; infinite when it does not pay to contact anyone."""
        return float(self.threshold[self.profit.argmax()])

    @property
    def best_profit(self) -> float:
        """The greatest profit, 0 when it does not pay to contact anyone."""
        return float(self.profit.max())


def profit(y: Any, p: Any, weight: Any = None, *, value: Any, cost: Any, success: float) -> Profit:
    """Profit at each threshold.

    Args:
        y: 1 for who left (had nobody contacted them).
        p: chance of leaving that was told.
        weight: how many customers each row stands for.
        value: worth of a customer who is kept; one for all or one each.
        cost: of contacting a customer; one for all or one each.
        success: share of leavers whom a contact keeps.

    >>> curve = profit([1, 0, 1, 0], [0.9, 0.8, 0.7, 0.1], value=100, cost=10, success=0.5)
    >>> curve.profit.tolist(), curve.best_threshold
    ([0.0, 40.0, 30.0, 70.0, 60.0], 0.7)
    """
    import numpy as np

    y, p, weight = checked(y, p, weight)
    if not 0 <= success <= 1:
        raise InvalidValue("{name} is {value}, must lie between 0 and 1.", name="success", value=success)
    won = weight * (y * success * np.asarray(value, dtype=np.float64) - np.asarray(cost, dtype=np.float64))
    threshold, contacted, total = _from_riskiest(p, weight, won)
    return Profit(np.append(inf, threshold), contacted, total)


def _from_riskiest(p: "NDArray[np.float64]", *amounts: "NDArray[np.float64]") -> "tuple[NDArray[np.float64], ...]":
    """Distinct chances, falling, and running totals of amounts from the riskiest on, which begin with 0."""
    import numpy as np

    values, place = np.unique(-p, return_inverse=True)
    totals = (np.cumsum(np.bincount(place, amount, minlength=len(values))) for amount in amounts)
    return -values, *(np.append(0.0, total) for total in totals)
