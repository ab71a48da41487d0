"""How much more or less a company sells than a purchase process foretells, learnt from its own earlier forecasts."""

import copy
from collections.abc import Sequence
from typing import TYPE_CHECKING, Self

import numpy as np

from vernost.errors import InvalidValue
from vernost.predict.estimator import Estimator
from vernost.predict.frames import numbers
from vernost.predict.processes.distinct import Floats, dot
from vernost.predict.processes.process import PurchaseProcess

if TYPE_CHECKING:
    from vernost.predict.histories import Past


class DriftCorrection(Estimator):
    """A factor for the total that a purchase process foretells.

    Processes take it that nothing changes but who is still there. Where assortment, prices or the season change, all
    forecasts are off in the same direction. The process is fitted as of earlier days, and what it then foretold is
    held against what came. That ratio is drawn towards 1 by as much as it is unsure, so that without drift, or with few
    customers, nothing is corrected.

    It is for sums. What it adds comes from few customers who are not known beforehand, so the forecast of each one
    errs less without it.

    Attributes:
        process: the process whose forecasts are corrected; it is not changed.
        spread: standard deviation of the logarithm of such ratios over companies, as believed beforehand.
        factor_: what totals are multiplied by.
        ratios_: what came over what was foretold, for each earlier day.
        standard_error_: of the logarithm of their common ratio, before it is drawn towards 1.
    """

    def __init__(self, process: PurchaseProcess, *, spread: float = 0.1) -> None:
        self.process = process
        self.spread = spread

    def fit(self, pasts: "Sequence[Past]") -> Self:
        """Learn from earlier days, as ``pasts_of`` gives them."""
        if not pasts:
            raise InvalidValue("There is no earlier day to learn from. The log must hold more than two days.")
        foretold, came, variance = np.transpose([_tried(self.process, past) for past in pasts])
        if not (foretold.sum() > 0 and came.sum() > 0):
            raise InvalidValue("Nobody bought again after any of the earlier days, so there is nothing to correct.")
        self.ratios_ = (came / foretold).tolist()
        ratio = came.sum() / foretold.sum()
        # The same customers and moments stand behind all days, so more days make chance no smaller. How much one day
        # tells of another is not seen in one day: as much as one company tells of another.
        by_chance = float((variance / foretold**2).mean()) / ratio**2
        by_day = float(np.var(came / foretold) / len(pasts)) / ratio**2 if len(pasts) > 1 else self.spread**2
        self.standard_error_ = float(np.sqrt(by_chance + by_day))
        trust = self.spread**2 / (self.spread**2 + by_chance + by_day)
        self.factor_ = float(np.exp(trust * np.log(ratio)))
        return self

    def total(self, expected: Floats) -> float:
        """The corrected sum of what is expected of each customer."""
        self._check_fitted()
        return self.factor_ * float(np.sum(expected))


def _tried(process: PurchaseProcess, past: "Past") -> tuple[float, float, float]:
    """Purchases foretold and come, and the variance of what came around it."""
    weight, bought = numbers(past.frame, "weight"), numbers(past.frame, "bought")
    expected = copy.copy(process).fit(past.frame).expected_purchases(past.frame, past.horizon)
    foretold, came = dot(weight, expected), dot(weight, bought)
    return foretold, came, dot(weight, (bought - came / foretold * expected) ** 2)
