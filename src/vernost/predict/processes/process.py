"""What every purchase process can say of a customer, given what it learnt and the customer's own history."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from itertools import islice
from typing import Any, Self

import numpy as np

from vernost.errors import InvalidValue
from vernost.predict.processes import quadrature
from vernost.predict.processes.distinct import Floats, dot
from vernost.predict.processes.histories import Histories
from vernost.predict.processes.likelihood import MaximumLikelihood, check_level
from vernost.predict.processes.maximum import Objective, Prior, maximise

BLOCK = 4096
"""Histories whose chances are computed at a time: few enough to stay in the processor's cache."""

_MANY = 200_000
"""With more distinct histories, a tenth of so many is learnt from first."""


class PurchaseProcess(MaximumLikelihood, ABC):
    """Customers buy until they silently leave; whether they have left is never seen, only told from their silence.

    A frame has a row for each customer (or history) with ``frequency`` (repeat purchases), ``recency`` (time from the
    first to the last purchase), ``T`` (time from the first purchase to today) and perhaps ``weight`` (how many
    customers the row stands for). Horizons are in the same unit of time.
    """

    def fit(self, frame: Any) -> Self:
        """Learn the parameters from the histories of customers."""
        histories = Histories.of(frame)
        histories.check_learnable()
        return self._learn(histories)

    def _learn(self, histories: Histories, *, prior: Prior | None = None, start: Floats | None = None) -> Self:
        start, inverse = (self._start(histories) if start is None else start), None
        if len(histories.span) > _MANY:
            start, inverse = self._rehearsed(histories, start)
        objective = self._objective(histories)
        return self._adopt(maximise(objective, start, size=histories.count, prior=prior, inverse=inverse))

    def _rehearsed(self, histories: Histories, start: Floats) -> tuple[Floats, Floats | None]:
        """Where a part of the histories leads, and the inverse of the curvature there: all of them then lead nearby."""
        part = histories.part(np.arange(0, len(histories.span), len(histories.span) * 10 // _MANY))
        top = maximise(self._objective(part), start, size=part.count)
        return (start, None) if top.is_at_bound.any() else (np.exp(top.logs), top.covariance * part.count)

    # -- what each process says ------------------------------------------------------------------------------------

    @abstractmethod
    def _start(self, histories: Histories) -> Floats:
        """Parameters to start the search from."""

    @abstractmethod
    def _objective(self, histories: Histories) -> Objective:
        """The log-likelihood of histories and its gradient."""

    @abstractmethod
    def _alive(self, values: Floats, histories: Histories) -> Floats:
        """Chance that customers with these histories have not left."""

    @abstractmethod
    def _expected(self, values: Floats, frequency: Floats, span: Floats, horizons: Floats) -> Floats:
        """Expected purchases of customers known to be alive: when they last bought tells no more. A row a horizon."""

    @abstractmethod
    def _counts(self, values: Floats, frequency: Floats, span: Floats, horizon: float) -> Iterator[Floats]:
        """Chances that customers known to be alive buy 0, 1, 2 ... times within the horizon."""

    @abstractmethod
    def _draw(self, values: Floats, span: Floats, chance: np.random.Generator) -> tuple[Floats, Floats]:
        """Frequency and recency of customers made up; recency counts where there is a repeat purchase."""

    # -- what is asked ---------------------------------------------------------------------------------------------

    def probability_alive(self, frame: Any) -> Floats:
        """Chance that each customer has not left."""
        values, histories = self._values, Histories.of(frame)
        return self._alive(values, histories)[histories.place]

    def expected_purchases(self, frame: Any, horizon: float) -> Floats:
        """Expected purchases of each customer within the horizon, given the history."""
        values, histories = self._values, Histories.of(frame)
        check_horizon(horizon)
        return self._expected_of(values, histories, horizon)[histories.place]

    def expected_purchases_of_new(self, horizon: float) -> float:
        """Expected repeat purchases of someone who just bought for the first time."""
        return float(self.expected_purchases(_NEW, horizon)[0])

    def probability_silent(self, frame: Any, horizon: float) -> Floats:
        """Chance that each customer does not buy within the horizon: has left, or leaves, or just waits."""
        return self.purchase_probabilities(frame, horizon, 0)[:, 0]

    def purchase_probabilities(self, frame: Any, horizon: float, most: int) -> Floats:
        """Chances of 0, 1 ... ``most`` purchases within the horizon: a row for each customer, a column a count."""
        values, histories = self._values, Histories.of(frame)
        check_horizon(horizon)
        if most < 0:
            raise InvalidValue("{name} is {value}, must not be below 0.", name="most", value=most)
        frequency, span, place = histories.standing()
        counts = np.column_stack(list(islice(self._counts(values, frequency, span, horizon), most + 1)))
        alive = self._alive(values, histories)
        chances = alive[:, None] * counts[place]
        chances[:, 0] += 1 - alive
        return chances[histories.place]

    def purchase_interval(self, frame: Any, horizon: float, level: float = 0.8) -> tuple[Floats, Floats]:
        """Least and greatest number of purchases within the horizon, as they come so many times of hundred.

        Holds both what chance does and how unsure the parameters are. Counts are whole, so the true share inside is
        at least the level.
        """
        check_level(level)
        check_horizon(horizon)
        neighbours, histories = self._neighbours(), Histories.of(frame)
        order = np.argsort(self._expected_of(self._values, histories, horizon))
        low, high = np.empty(len(order)), np.empty(len(order))
        for block in np.split(order, range(BLOCK, len(order), BLOCK)):
            part = histories.part(block)
            low[block], high[block] = self._quantiles(neighbours, part, horizon, ((1 - level) / 2, (1 + level) / 2))
        return low[histories.place], high[histories.place]

    def discounted_purchases(self, frame: Any, rate: float, horizon: float | None = None) -> Floats:
        """Expected purchases of each customer, later ones counting less by exp(-rate t); to the horizon, or ever.

        By parts: the integral of the discounted rate of purchases is that of the discounted purchases so far.
        """
        values, histories = self._values, Histories.of(frame)
        if not rate > 0:
            raise InvalidValue("{name} is {value}, must be above 0.", name="rate", value=rate)
        ever = self._discounted_from(values, histories, rate, 0.0)
        if horizon is not None:
            check_horizon(horizon)
            ever -= np.exp(-rate * horizon) * self._discounted_from(values, histories, rate, horizon)
        return ever[histories.place]

    def sample(self, span: Any, *, seed: int) -> dict[str, Floats]:
        """Made-up customers of this process, watched for these spans: a frame for ``fit``."""
        values, chance = self._values, np.random.default_rng(seed)
        span = np.asarray(span, dtype=np.float64)
        frequency, recency = self._draw(values, span, chance)
        return {"frequency": frequency.astype(np.float64), "recency": np.where(frequency > 0, recency, 0.0), "T": span}

    # -- how it is put together ------------------------------------------------------------------------------------

    def _expected_of(self, values: Floats, histories: Histories, horizon: float) -> Floats:
        frequency, span, place = histories.standing()
        return self._alive(values, histories) * self._expected(values, frequency, span, np.array([horizon]))[0][place]

    def _discounted_from(self, values: Floats, histories: Histories, rate: float, begin: float) -> Floats:
        """Discounted purchases after a moment to come, as seen from that moment."""
        frequency, span, place = histories.standing()
        points, weights = quadrature.half_line()
        bought = self._expected(values, frequency, span, np.append(begin + points / rate, begin))
        share = weights * np.exp(-points)
        after = share @ bought[:-1] - share.sum() * bought[-1]
        return self._alive(values, histories) * after[place]

    def _quantiles(
        self, neighbours: list[Floats], histories: Histories, horizon: float, levels: tuple[float, float]
    ) -> tuple[Floats, Floats]:
        """Counts at which the chance of so many or fewer first reaches two levels, averaged over parameters."""
        frequency, span, place = histories.standing()
        alive = np.array([self._alive(values, histories) for values in neighbours])
        reached = (1 - alive).mean(axis=0)
        low, high = np.zeros_like(reached), np.zeros_like(reached)
        counts = [self._counts(values, frequency, span, horizon) for values in neighbours]
        for count, chances in enumerate(zip(*counts, strict=True)):
            reached = reached + np.einsum("ij,ij->j", alive, np.array(chances)[:, place]) / len(neighbours)
            low[reached < levels[0]] = count + 1
            high[reached < levels[1]] = count + 1
            if (reached >= levels[1]).all():
                break
        return low, high


_NEW = {"frequency": [0.0], "recency": [0.0], "T": [0.0]}


def check_horizon(horizon: float) -> float:
    """Refuse a horizon that is no time to come."""
    if not (np.isfinite(horizon) and horizon > 0):
        raise InvalidValue("horizon is {horizon}, must be a time above 0, in the unit of T.", horizon=horizon)
    return horizon


def starting_rate(histories: Histories) -> float:
    """Repeat purchases by time at which customers were watched: where a search for rates may start."""
    return dot(histories.weight, histories.frequency) / dot(histories.weight, histories.span)
