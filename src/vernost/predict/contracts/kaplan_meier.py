"""How long customers stay, as it was seen, without an assumption about its form."""

from typing import Any, Self, get_args

import numpy as np
from numpy.typing import ArrayLike

from vernost.errors import InvalidValue
from vernost.predict.contracts.lives import Floats, Lives
from vernost.predict.contracts.remaining import Remaining, checked_until
from vernost.predict.contracts.step_hazard import StepHazard
from vernost.statistics import Bands, kaplan_meier, restricted_mean

_ROUNDING = 1e-9
"""A product of shares may miss an exact bound by so much."""

BANDS = get_args(Bands)

_DENSE = 4
"""Whole durations are counted without sorting when they reach no further than so many times their number."""


class KaplanMeier(Remaining):
    """Share of customers that stays longer than each time, with those who still stay as censored.

    It learns from the columns ``duration``, ``event`` and, where there are, ``weight`` (a row that stands for many) and
    ``entry`` (customers first seen when they had stayed for so long). Those tied with an end are at risk of it.
    Beyond the longest time seen it takes the average hazard for granted.

    Attributes:
        bands: 'log-log' or 'plain', the form of the 95 % bounds.
        curve_: columns time, at_risk, events, value, low, high.

    >>> model = KaplanMeier().fit({"duration": [1, 2, 3, 3], "event": [1, 1, 0, 0]})
    >>> model.survival([0, 1, 2]).round(2).tolist(), model.median
    ([1.0, 0.75, 0.5], 2.0)
    """

    def __init__(self, *, bands: Bands = "log-log") -> None:
        self.bands = bands

    def fit(self, frame: Any) -> Self:
        """Learn the curve from one row a customer."""
        if self.bands not in BANDS:
            raise InvalidValue(
                "{name} is {value!r}, must be one of {known}.", name="bands", value=self.bands, known=BANDS
            )
        lives = Lives.read(frame)
        time, ended, gone = _counted(lives)
        unseen = 0 if lives.entry is None else _entering(lives.entry, time, lives.weight)
        self.curve_ = kaplan_meier(time, ended, gone - ended, unseen=unseen, bands=self.bands)
        with np.errstate(divide="ignore"):
            self._steps = StepHazard(self.curve_["time"], -np.log(self.curve_["value"]))
        return self

    def survival(self, times: ArrayLike) -> Floats:
        """Share of customers that stays longer than each time."""
        self._check_fitted()
        return np.exp(-self._hazard(times))

    @property
    def median(self) -> float | None:
        """The time after which no more than half stay; None when that was not seen."""
        return self._first_below("value")

    @property
    def median_interval(self) -> tuple[float | None, float | None]:
        """Its 95 % interval, read off the bands (Brookmeyer and Crowley 1982, Biometrics 38, 29-41)."""
        return self._first_below("low"), self._first_below("high")

    def _first_below(self, column: str) -> float | None:
        self._check_fitted()
        below = (self.curve_[column] <= 1 / 2 + _ROUNDING).nonzero()[0]
        return float(self.curve_["time"][below[0]]) if below.size else None

    def restricted_mean(self, until: float | None = None) -> tuple[float, float, float]:
        """Mean time stayed up to a limit (by default the longest time seen), with its 95 % interval."""
        self._check_fitted()
        time = self.curve_["time"]
        longest = float(time[-1])
        if until is None:
            return restricted_mean(self.curve_)
        if not 0 < until <= longest:
            raise InvalidValue(
                "until is {value}, must be above 0 and at most {longest:g}, the longest time seen.",
                value=until,
                longest=longest,
            )
        kept = int(np.searchsorted(time, until, side="left"))
        cut = {name: values[: kept + 1].copy() for name, values in self.curve_.items()}
        cut["time"] = np.append(time[:kept], until)
        cut["events"][kept] = 0
        return restricted_mean(cut)

    def expected_remaining(self, frame: Any, until: float, *, since: ArrayLike | None = None) -> Floats:
        """Mean further time of customers who are still here, of which no more than ``until`` is counted.

        Args:
            frame: one row a customer with the ``duration`` so far.
            until: the most further time to count.
            since: how long each has stayed so far; by default what the frame says.
        """
        stayed, until = self._stayed(frame, since), checked_until(until)
        staying = np.exp(-self._hazard(stayed))
        area = self._area(stayed + until) - self._area(stayed)
        return np.where(staying > 0, area / np.where(staying > 0, staying, 1.0), 0.0)

    def _area(self, times: Floats) -> Floats:
        """Area under the curve up to times."""
        time, value = self.curve_["time"], self.curve_["value"]
        levels = np.concatenate([[1.0], value])
        starts = np.concatenate([[0.0], time])
        areas = np.concatenate([[0.0], np.cumsum(levels[:-1] * np.diff(starts))])
        place = np.searchsorted(time, times, side="right")
        seen = areas[place] + levels[place] * (np.minimum(times, time[-1]) - starts[place])
        return seen + np.where(times > time[-1], (value[-1] - self.survival(times)) / self._steps.slope, 0.0)

    def _hazard(self, times: ArrayLike) -> Floats:
        return self._steps.at(times)

    def _reaches(self, levels: ArrayLike) -> Floats:
        return self._steps.reaches(levels)


def _counted(lives: Lives) -> tuple[Floats, Any, Any]:
    """Distinct times, how many ended at each, and how many ended or were last seen at it."""
    longest = lives.duration.max()
    place = lives.duration.astype(np.intp) if longest <= max(_DENSE * len(lives.duration), 1000) else None
    if place is not None and (place == lives.duration).all():
        time = np.arange(int(longest) + 1, dtype=np.float64)
    else:
        time, place = np.unique(lives.duration, return_inverse=True)
    gone = np.bincount(place, lives.weight)
    ended = np.bincount(place, lives.event if lives.weight is None else lives.event * lives.weight)
    is_seen = gone > 0
    return time[is_seen], ended[is_seen], gone[is_seen]


def _entering(entry: Floats, time: Floats, weight: Floats | None) -> Floats:
    """How many come under observation at each time or later."""
    order = np.argsort(entry)
    weights = np.ones(len(entry)) if weight is None else weight[order]
    before = np.concatenate([[0.0], weights.cumsum()])
    return before[-1] - before[np.searchsorted(entry[order], time, side="left")]
