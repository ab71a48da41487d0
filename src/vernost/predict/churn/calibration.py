"""Curves from what a classifier says to what comes: Platt's, beta and isotonic, on the scale of log-odds."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from vernost.predict.churn.logistic import fit_logistic

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


SLOPE_SPREAD = 0.2
"""Standard deviation of the slope of what comes on what is said, as believed beforehand of classifiers kept small."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """What log-odds become.

    Attributes:
        shape: maps log-odds to log-odds, never turning the order of two customers round.
        shift: added to all.
    """

    shape: "Callable[[NDArray[np.float64]], NDArray[np.float64]]"
    shift: float = 0.0

    def __call__(self, log_odds: "NDArray[np.float64]") -> "NDArray[np.float64]":
        """Calibrated log-odds."""
        return self.shape(log_odds) + self.shift

    def levelled(
        self, log_odds: "NDArray[np.float64]", y: "NDArray[np.float64]", weight: "NDArray[np.float64]"
    ) -> "Calibration":
        """The same shape, shifted so that as many leave as did (``y`` may be shares)."""
        import numpy as np

        shaped = self.shape(log_odds)
        (shift,) = fit_logistic(np.empty((len(y), 0)), y, weight, ridge=0.0, offset=shaped)
        return replace(self, shift=float(shift))


class Fit(Protocol):
    """Learns a calibration from log-odds, what came, and how many customers each stands for."""

    def __call__(
        self, log_odds: "NDArray[np.float64]", y: "NDArray[np.float64]", weight: "NDArray[np.float64]"
    ) -> Calibration:
        """The calibration."""


@dataclass(frozen=True, slots=True)
class Linear:
    """Weights of columns made of log-odds."""

    columns: "Callable[[NDArray[np.float64]], NDArray[np.float64]]"
    weights: "NDArray[np.float64]"

    def __call__(self, log_odds: "NDArray[np.float64]") -> "NDArray[np.float64]":
        """Their weighted sum."""
        return self.weights[0] + self.columns(log_odds) @ self.weights[1:]


@dataclass(frozen=True, slots=True)
class Steps:
    """A rising line through knots."""

    knots: "NDArray[np.float64]"
    values: "NDArray[np.float64]"

    def __call__(self, log_odds: "NDArray[np.float64]") -> "NDArray[np.float64]":
        """Its height; beyond the outer knots it stays level."""
        import numpy as np

        return np.interp(log_odds, self.knots, self.values)


def identity(log_odds: "NDArray[np.float64]") -> "NDArray[np.float64]":
    """As it was said."""
    return log_odds


def fit_platt(log_odds: "NDArray[np.float64]", y: "NDArray[np.float64]", weight: "NDArray[np.float64]") -> Calibration:
    """A straight line on log-odds: for what is too sure or not sure enough throughout.

    Its slope is drawn to 1: few leavers change nothing, and of many it is theirs.

    Source: J. Platt (1999), Probabilistic outputs for support vector machines.
    """
    import numpy as np

    level, more = fit_logistic(_straight(log_odds), y, weight, ridge=1 / SLOPE_SPREAD**2, offset=log_odds)
    return Calibration(Linear(_straight, np.array([level, max(1 + more, 0.0)])))


def fit_beta(log_odds: "NDArray[np.float64]", y: "NDArray[np.float64]", weight: "NDArray[np.float64]") -> Calibration:
    """Two slopes, one for low risks and one for high.

    Source: M. Kull, T. Silva Filho, P. Flach (2017), Beta calibration, AISTATS.
    """
    return _fit_linear((_two_slopes, _low_slope, _high_slope), log_odds, y, weight)


def fit_isotonic(
    log_odds: "NDArray[np.float64]", y: "NDArray[np.float64]", weight: "NDArray[np.float64]"
) -> Calibration:
    """Any rising curve, by pooling neighbours that stand in the wrong order.

    Source: B. Zadrozny, C. Elkan (2002), Transforming classifier scores into accurate multiclass probability estimates.
    """
    import numpy as np
    from scipy.optimize import isotonic_regression

    knots, group = np.unique(log_odds, return_inverse=True)
    total = np.bincount(group, weight)
    rate = isotonic_regression(np.bincount(group, weight * y) / total, weights=total).x
    # A pool in which nobody left is not proof that nobody ever will.
    floor = 0.5 / (total.sum() + 1)
    rate = np.clip(rate, floor, 1 - floor)
    return Calibration(Steps(knots, np.log(rate / (1 - rate))))


CALIBRATIONS: dict[str, Fit] = {"platt": fit_platt, "beta": fit_beta, "isotonic": fit_isotonic}
"""By name, from the simplest to the freest."""


def _fit_linear(
    choices: "tuple[Callable[[NDArray[np.float64]], NDArray[np.float64]], ...]",
    log_odds: "NDArray[np.float64]",
    y: "NDArray[np.float64]",
    weight: "NDArray[np.float64]",
) -> Calibration:
    """The first choice of columns whose weights all rise with risk; a constant when none does."""
    import numpy as np

    for columns in choices:
        weights = fit_logistic(columns(log_odds), y, weight, ridge=1e-3)
        if (weights[1:] >= 0).all():
            return Calibration(Linear(columns, weights))
    return Calibration(Linear(columns, np.append(weights[:1], np.zeros(len(weights) - 1)))).levelled(
        log_odds, y, weight
    )


def _straight(log_odds: "NDArray[np.float64]") -> "NDArray[np.float64]":
    return log_odds[:, None]


def _two_slopes(log_odds: "NDArray[np.float64]") -> "NDArray[np.float64]":
    import numpy as np

    return np.hstack([_low_slope(log_odds), _high_slope(log_odds)])


def _low_slope(log_odds: "NDArray[np.float64]") -> "NDArray[np.float64]":
    """Logarithm of the risk: steep where the risk is low."""
    import numpy as np

    return -np.logaddexp(0.0, -log_odds)[:, None]


def _high_slope(log_odds: "NDArray[np.float64]") -> "NDArray[np.float64]":
    """Logarithm of the chance to stay, turned round: steep where the risk is high."""
    import numpy as np

    return np.logaddexp(0.0, log_odds)[:, None]
