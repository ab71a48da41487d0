"""Customers who leave only when their contract comes up for renewal, each with a chance of their own."""

from abc import abstractmethod
from statistics import NormalDist
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaln, digamma

from vernost.errors import InvalidValue
from vernost.predict.contracts.lives import Floats
from vernost.predict.contracts.remaining import Remaining
from vernost.predict.contracts.renewals import Standings, Turns
from vernost.predict.processes.likelihood import MaximumLikelihood, check_level
from vernost.predict.processes.maximum import maximise

_NEGLIGIBLE = 1e-12
"""Payments discounted to less than this part of today's are left out."""

_LEAST_DISCOUNT = 1e-4
"""With less it takes too many payments to come to such a part."""

_NEVER = 2.0**50
"""A renewal that nobody will see: what is not reached by then never is."""


class RenewalModel(MaximumLikelihood, Remaining):
    """Chances of leaving are spread over customers by a beta distribution (alpha, beta).

    At renewal ``t`` a contract has worn by ``g(t)``, and a share of ``B(alpha, beta + g(t)) / B(alpha, beta)`` has
    survived. It learns from ``recency`` (number, from 1, of the last period paid for) and ``T`` (number of the present
    period), or from ``frequency`` (renewals made) and ``T`` (renewals possible), and ``weight`` where there is one.
    Horizons are counted in renewals. Who has left stays away.
    """

    def fit(self, frame: Any) -> Self:
        """Learn from one row a customer."""
        turns = Turns.read(frame)
        turns.check_learnable(len(self._letters))

        def objective(values: Floats) -> tuple[float, Floats]:
            return self._likelihood(values, turns)

        start = np.ones(len(self._letters))
        start[1] = turns.retention / (1 - turns.retention)
        return self._adopt(maximise(objective, start, size=turns.size))

    def survival(self, period: ArrayLike) -> Floats:
        """Share of customers that survives so many renewals."""
        return np.exp(-self._hazard(period))

    def survival_interval(self, period: ArrayLike, level: float = 0.95) -> tuple[Floats, Floats]:
        """Bounds of `survival`, as sure as the parameters are."""
        times = np.asarray(period, dtype=np.float64)
        low, high = self._hazard_interval(np.zeros_like(times), times, level)
        return np.exp(-high), np.exp(-low)

    def leaving_interval(self, frame: Any, horizon: ArrayLike, level: float = 0.95) -> tuple[Floats, Floats]:
        """Bounds of `probability_of_leaving`, as sure as the parameters are; 1 for who has left.

        Args:
            frame: one row a customer.
            horizon: how many renewals to look ahead, one number for all or one a customer.
            level: how often the bounds hold the truth.
        """
        standings = Standings.read(frame)
        low, high = self._hazard_interval(standings.renewed, standings.renewed + np.asarray(horizon), level)
        return np.where(standings.has_left, 1, -np.expm1(-low)), np.where(standings.has_left, 1, -np.expm1(-high))

    def _hazard_interval(self, begin: Floats, end: Floats, level: float) -> tuple[Floats, Floats]:
        """Bounds of what the cumulative hazard grows by, normal on the scale of its logarithm."""
        check_level(level)
        best, *others = (
            self._hazard_of(values, end) - self._hazard_of(values, begin)
            for values in (self._values, *self._neighbours())
        )
        is_open = best > 0
        safe = np.where(is_open, best, 1.0)
        away = [np.log(np.where(is_open, other, 1.0) / safe) for other in others]
        reach = NormalDist().inv_cdf((1 + level) / 2) * np.sqrt(np.mean(np.square(away), axis=0))
        return best * np.exp(-reach), best * np.exp(reach)

    def retention_rate(self, period: ArrayLike) -> Floats:
        """Share of the customers in their first, second, ... period that renews at its end."""
        period = np.asarray(period, dtype=np.float64)
        if not (period >= 1).all():
            raise InvalidValue("period must be 1 or more: the first period is the one before the first renewal.")
        return np.exp(self._hazard(period - 1) - self._hazard(period))

    def expected_remaining(self, frame: Any, until: int) -> Floats:
        """Mean number of the next ``until`` renewals that customers will make.

        Args:
            frame: one row a customer.
            until: how many renewals to look ahead.
        """
        if until < 1:
            raise InvalidValue("{name} is {value}, must be at least 1.", name="until", value=until)
        return self._summed(frame, np.ones(int(until)))

    def discounted_remaining(self, frame: Any, discount: float) -> Floats:
        """Discounted expected residual lifetime (DERL): worth, in payments, of all renewals to come.

        It is seen from just before the next renewal, whose payment counts in full.
        Source: Fader and Hardie (2010), Customer-base valuation in a contractual setting. Marketing Science 29.

        Args:
            frame: one row a customer.
            discount: by how much a payment is worth less when it comes one period later, such as 0.1.
        """
        if not discount >= _LEAST_DISCOUNT:
            raise InvalidValue("discount is {value}, must be at least 0.0001, such as 0.01 a month.", value=discount)
        count = int(np.ceil(-np.log(_NEGLIGIBLE) / np.log1p(discount)))
        return self._summed(frame, (1 + discount) ** -np.arange(count, dtype=np.float64))

    def _summed(self, frame: Any, worth: Floats) -> Floats:
        """Sum over the renewals ahead of what each is worth and the chance that it is made."""
        self._check_fitted()
        standings = Standings.read(frame)
        renewed, place = np.unique(standings.renewed, return_inverse=True)
        ahead = np.arange(1, len(worth) + 1)
        sums = [worth @ np.exp(self._hazard(start) - self._hazard(start + ahead)) for start in renewed]
        return np.where(standings.has_left, 0.0, np.array(sums, dtype=np.float64)[place])

    def _likelihood(self, values: Floats, turns: Turns) -> tuple[float, Floats]:
        """Each renewal is made or not: log-likelihood and gradient."""
        worn, slopes = self._worn(values, np.arange(len(turns.left) + 1, dtype=np.float64))
        alpha, beta = values[0], values[1]
        kept = np.diff(betaln(alpha, beta + worn))
        by_both, by_beta = digamma(alpha + beta + worn), digamma(beta + worn)
        of_worn = by_beta - by_both
        gradients = np.diff([-by_both, of_worn, *(of_worn * slope for slope in slopes)], axis=1)
        lost = -np.expm1(kept)
        odds = np.exp(kept) / lost
        height = turns.stayed @ kept + turns.left @ np.log(lost)
        return float(height), gradients @ (turns.stayed - turns.left * odds)

    def _hazard(self, times: ArrayLike) -> Floats:
        return self._hazard_of(self._values, times)

    def _hazard_of(self, values: Floats, times: ArrayLike) -> Floats:
        worn, _ = self._worn(values, np.floor(np.asarray(times, dtype=np.float64)))
        return betaln(values[0], values[1]) - betaln(values[0], values[1] + worn)

    def _reaches(self, levels: ArrayLike) -> Floats:
        """The first renewal at which the cumulative hazard is no less: by doubling, then by halves."""
        levels = np.asarray(levels, dtype=np.float64)
        above = np.ones_like(levels)
        while (is_short := (self._hazard(above) < levels) & (above < _NEVER)).any():
            above = np.where(is_short, 2 * above, above)
        below, found = np.zeros_like(levels), above.copy()
        while (found - below > 1).any():
            middle = np.floor((below + found) / 2)
            is_short = self._hazard(middle) < levels
            below, found = np.where(is_short, middle, below), np.where(is_short, found, middle)
        return np.where(above < _NEVER, found, np.inf)

    def _so_far(self, frame: Any) -> Floats:
        return Standings.read(frame).renewed

    def _has_left(self, frame: Any) -> NDArray[np.bool_]:
        return Standings.read(frame).has_left

    @abstractmethod
    def _worn(self, values: Floats, renewals: Floats) -> tuple[Floats, list[Floats]]:
        """How much a contract has worn after so many renewals, and its slopes by the parameters after beta."""
