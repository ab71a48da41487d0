"""A cumulative hazard that was seen to grow by steps, and what it is likely to be after the last one."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from vernost.predict.contracts.lives import Floats

_ROUNDING = 1e-9
"""A sum may miss an exact bound by so much."""


@dataclass(frozen=True, slots=True)
class StepHazard:
    """Minus the logarithm of a survival curve: constant between the times seen, a straight line from 0 beyond them.

    The line continues the average hazard of all the time seen.
    Source: Brown, Hollander and Korwar (1974), Nonparametric tests of independence for censored data.

    Attributes:
        time: distinct times, increasing; the last is above 0.
        level: cumulative hazard from each time on, infinite where nobody stays.

    >>> import numpy as np
    >>> StepHazard(np.array([1.0, 2.0]), np.array([0.5, 1.0])).at([0.9, 1.0, 2.0, 4.0]).tolist()
    [0.0, 0.5, 1.0, 2.0]
    """

    time: Floats
    level: Floats

    @property
    def slope(self) -> float:
        """Average hazard over the time seen."""
        return float(self.level[-1] / self.time[-1])

    def at(self, times: ArrayLike) -> Floats:
        """Cumulative hazard at times."""
        times = np.asarray(times, dtype=np.float64)
        levels = np.concatenate([[0.0], self.level])
        seen = levels[np.searchsorted(self.time, times, side="right")]
        is_beyond = times > self.time[-1]
        return np.where(is_beyond, self.slope * np.where(is_beyond, times, 1.0), seen)

    def reaches(self, levels: ArrayLike) -> Floats:
        """The first time at which the cumulative hazard is no less than each level."""
        levels = np.asarray(levels, dtype=np.float64)
        place = np.searchsorted(self.level, levels - _ROUNDING, side="left")
        is_seen = place < len(self.time)
        with np.errstate(invalid="ignore"):
            beyond = levels / self.slope
        return np.where(is_seen, self.time[np.where(is_seen, place, 0)], beyond)
