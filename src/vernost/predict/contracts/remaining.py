"""The time that a customer has before them, given the time already stayed."""

from abc import ABC, abstractmethod
from math import log
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vernost.errors import InvalidValue
from vernost.predict.contracts.lives import Floats
from vernost.predict.estimator import Estimator
from vernost.predict.frames import numbers


class Remaining(Estimator, ABC):
    """An estimator of a cumulative hazard, common to all customers but for a factor of each one.

    Who has stayed up to ``s`` stays another ``h`` with probability ``exp(-risk * (H(s + h) - H(s)))``.
    """

    def probability_of_leaving(self, frame: Any, horizon: ArrayLike, *, since: ArrayLike | None = None) -> Floats:
        """Chance that customers who are still here leave within the horizon.

        Args:
            frame: one row a customer, with what the model knows customers by.
            horizon: how far to look ahead, one for all or one a customer.
            since: how long each has stayed so far; by default what the frame says.
        """
        return -np.expm1(-self._hazard_ahead(frame, horizon, since))

    def median_remaining(self, frame: Any, *, since: ArrayLike | None = None) -> Floats:
        """The further time within which each customer leaves with an even chance.

        Args:
            frame: as in `probability_of_leaving`.
            since: as in `probability_of_leaving`.
        """
        stayed = self._stayed(frame, since)
        aim = self._hazard(stayed) + log(2) / self._risk(frame)
        ahead = np.maximum(self._reaches(aim) - stayed, 0.0)
        return ahead if since is not None else np.where(self._has_left(frame), 0.0, ahead)

    def _hazard_ahead(self, frame: Any, horizon: ArrayLike, since: ArrayLike | None) -> Floats:
        """What the cumulative hazard of each customer grows by within the horizon."""
        stayed, ahead = self._stayed(frame, since), np.asarray(horizon, dtype=np.float64)
        if not (ahead >= 0).all():
            raise InvalidValue("{name} must not be negative. Say how far to look ahead.", name="horizon")
        now, then = self._hazard(stayed), self._hazard(stayed + ahead)
        with np.errstate(invalid="ignore"):
            grown = self._risk(frame) * (then - now)
        # Where nobody was seen to stay for so long, everybody leaves at once.
        is_over = np.isinf(then) if since is not None else np.isinf(then) | self._has_left(frame)
        return np.where(is_over, np.inf, grown)

    def _stayed(self, frame: Any, since: ArrayLike | None) -> Floats:
        """How long each has stayed so far, checked."""
        self._check_fitted()
        stayed = self._so_far(frame) if since is None else np.asarray(since, dtype=np.float64)
        if not (stayed >= 0).all():
            raise InvalidValue("The time stayed so far is negative or missing for some customers. Fill or drop them.")
        return stayed

    def _so_far(self, frame: Any) -> Floats:
        """How long each has stayed so far, as the frame says."""
        return numbers(frame, "duration")

    def _has_left(self, frame: Any) -> bool | NDArray[np.bool_]:  # noqa: ARG002 - renewal models read it
        """Who has left, as far as what the model knows customers by can say so."""
        return False

    def _risk(self, frame: Any) -> Floats | float:  # noqa: ARG002 - those who tell customers apart read it
        """What the common hazard is multiplied by for each customer."""
        return 1.0

    @abstractmethod
    def _hazard(self, times: ArrayLike) -> Floats:
        """The common cumulative hazard."""

    @abstractmethod
    def _reaches(self, levels: ArrayLike) -> Floats:
        """The first time at which it is no less than each level."""


def checked_until(until: float) -> float:
    """The most further time to count, checked."""
    if not until > 0:
        raise InvalidValue("{name} is {value}, must be above 0.", name="until", value=until)
    return until
