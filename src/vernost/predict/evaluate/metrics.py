"""How good chances of leaving were, in one number: how they rank customers, and how true they are.

Each is a function of what came (0 or 1), of the chance that was told, and of how many customers each row stands for.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vernost.errors import InvalidValue
from vernost.predict.churn.logistic import fit_logistic

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SUREST = 1e-15
"""Chances are kept so far from 0 and 1, so that one surprise costs much and not everything."""

BINS = 10
"""Groups of equally many customers, by the chance that was told."""


def auc(y: Any, p: Any, weight: Any = None) -> float:
    """Chance that who left was given more than who stayed, ties counting half; NaN when all left or all stayed.

    >>> auc([0, 1, 1], [0.2, 0.2, 0.9])
    0.75
    """
    import numpy as np

    y, p, weight = checked(y, p, weight)
    left, stayed = _tied(p, weight * y, weight * (1 - y))
    below = np.cumsum(stayed) - stayed
    pairs = left.sum() * stayed.sum()
    return float((left * (below + stayed / 2)).sum() / pairs) if pairs else float("nan")


def pr_auc(y: Any, p: Any, weight: Any = None) -> float:
    """Mean precision over recall (average precision); NaN when nobody left.

    >>> round(pr_auc([0, 1, 1], [0.8, 0.2, 0.9]), 4)
    0.8333
    """
    import numpy as np

    y, p, weight = checked(y, p, weight)
    left, called = (group[::-1] for group in _tied(p, weight * y, weight))
    called = np.cumsum(called)
    precision = np.divide(np.cumsum(left), called, out=np.zeros_like(called), where=called > 0)
    return float((left * precision).sum() / left.sum()) if left.sum() else float("nan")


def log_loss(y: Any, p: Any, weight: Any = None) -> float:
    """Mean surprise at what came, in nats.

    >>> round(log_loss([0, 1], [0.5, 0.5]), 4)
    0.6931
    """
    import numpy as np

    y, p, weight = checked(y, p, weight)
    inside = np.clip(p, SUREST, 1 - SUREST)
    return float(-(weight * np.where(y == 1, np.log(inside), np.log1p(-inside))).sum() / weight.sum())


def brier(y: Any, p: Any, weight: Any = None) -> float:
    """Mean squared distance between the chance and what came.

    >>> brier([0, 1], [0.5, 1.0])
    0.125
    """
    y, p, weight = checked(y, p, weight)
    return float((weight * (y - p) ** 2).sum() / weight.sum())


@dataclass(frozen=True, slots=True)
class BrierParts:
    """What the Brier score is made of: reliability - resolution + uncertainty + within.

    Source: A. Murphy (1973), A new vector partition of the probability score; the last part after D. Stephenson et al.
    (2008), Two extra components in the Brier score decomposition.

    Attributes:
        reliability: squared distance between what was told and what came, group by group; 0 is best.
        resolution: how far what came in the groups differs from the mean; more is better.
        uncertainty: the score of telling everyone the mean.
        within: what is lost, or when negative gained, by differences within groups.
    """

    reliability: float
    resolution: float
    uncertainty: float
    within: float


def brier_parts(y: Any, p: Any, weight: Any = None, *, bins: int = BINS) -> BrierParts:
    """The Brier score taken apart, over groups of equally many customers."""
    y, p, weight = checked(y, p, weight)
    mass, told, came = grouped(y, p, weight, bins)
    mean = float(y @ weight / weight.sum())
    reliability = float(mass @ (told - came) ** 2)
    resolution = float(mass @ (came - mean) ** 2)
    uncertainty = mean * (1 - mean)
    within = brier(y, p, weight) - (reliability - resolution + uncertainty)
    return BrierParts(reliability, resolution, uncertainty, within)


def ece(y: Any, p: Any, weight: Any = None, *, bins: int = BINS) -> float:
    """Expected calibration error: mean distance of what was told from what came, over groups of equally many customers.

    >>> round(ece([0, 0, 1, 1], [0.1, 0.1, 0.6, 0.6], bins=2), 4)
    0.25
    """
    import numpy as np

    mass, told, came = grouped(*checked(y, p, weight), bins)
    return float(mass @ np.abs(told - came))


def calibration_line(y: Any, p: Any, weight: Any = None) -> tuple[float, float]:
    """Slope and intercept of what came over what was told, both as log-odds; 1 and 0 are best.

    The slope is below 1 when chances were too sure. The intercept is that at slope 1 ("calibration in the large"):
    above 0 when more left than was told. The slope is NaN when everyone was told the same.

    Source: D. Cox (1958), Two further applications of a model for binary regression; E. Steyerberg (2019), Clinical
    Prediction Models, 2nd ed., 15.3.
    """
    import numpy as np

    y, p, weight = checked(y, p, weight)
    inside = np.clip(p, SUREST, 1 - SUREST)
    log_odds = np.log(inside) - np.log1p(-inside)
    (intercept,) = fit_logistic(np.empty((len(y), 0)), y, weight, ridge=0.0, offset=log_odds)
    if np.ptp(log_odds) == 0:
        return float("nan"), float(intercept)
    _, slope = fit_logistic(log_odds[:, None], y, weight, ridge=0.0)
    return float(slope), float(intercept)


def grouped(
    y: "NDArray[np.float64]", p: "NDArray[np.float64]", weight: "NDArray[np.float64]", bins: int
) -> "tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]":
    """Share of customers, mean chance and share of leavers of each group that is not empty, by rising chance."""
    import numpy as np

    group = bin_of(p, weight, bins)
    total = np.bincount(group, weight, minlength=bins)
    is_filled = total > 0
    told = np.bincount(group, weight * p, minlength=bins)[is_filled] / total[is_filled]
    came = np.bincount(group, weight * y, minlength=bins)[is_filled] / total[is_filled]
    return total[is_filled] / weight.sum(), told, came


def bin_of(p: "NDArray[np.float64]", weight: "NDArray[np.float64]", bins: int) -> "NDArray[np.int64]":
    """Which of so many groups of equally many customers each is in; who was told the same is in the same group.

    >>> import numpy as np
    >>> bin_of(np.array([0.9, 0.1, 0.5, 0.5]), np.ones(4), 2).tolist()
    [1, 0, 1, 1]
    """
    import numpy as np

    values, place = np.unique(p, return_inverse=True)
    mass = np.bincount(place, weight, minlength=len(values))
    middle = (np.cumsum(mass) - mass / 2) / weight.sum()
    return np.minimum((middle * bins).astype(np.int64), bins - 1)[place]


def checked(
    y: Any, p: Any, weight: Any = None
) -> "tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]":
    """Arrays of what was given, or what is wrong with it."""
    import numpy as np

    came, told = np.asarray(y, dtype=np.float64), np.asarray(p, dtype=np.float64)
    stands_for = np.ones(came.shape) if weight is None else np.asarray(weight, dtype=np.float64)
    if came.ndim != 1 or not came.shape == told.shape == stands_for.shape:
        raise InvalidValue(
            "y, p and weight hold {sizes} values. Give one of each for each customer.",
            sizes=[str(each.size) for each in (came, told, stands_for)],
        )
    if not ((came == 0) | (came == 1)).all():
        raise InvalidValue("y holds other values than 0 (stayed) and 1 (left). Give 0 or 1 for each customer.")
    if not ((told >= 0) & (told <= 1)).all():
        raise InvalidValue("p holds values outside of 0..1. Give the chance of leaving of each customer.")
    if not (stands_for >= 0).all() or not 0 < stands_for.sum() < np.inf:
        raise InvalidValue("weight must not be negative, nor 0 everywhere. Say how many customers a row stands for.")
    return came, told, stands_for


def _tied(p: "NDArray[np.float64]", *amounts: "NDArray[np.float64]") -> "list[NDArray[np.float64]]":
    """Sums of amounts over those who were told the same, by rising chance."""
    import numpy as np

    order = np.argsort(p)
    ordered = p[order]
    starts = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
    return [np.add.reduceat(amount[order], starts) for amount in amounts]
