"""Pareto/NBD: customers buy at random, each at a rate of their own, and may leave for good at any moment.

Sources: D. Schmittlein, D. Morrison, R. Colombo (1987), Counting your customers. Management Science 33.
P. Fader, B. Hardie (2005), A note on deriving the Pareto/NBD model and related expressions.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import digamma, expit, gammaln

from vernost.predict.processes import quadrature
from vernost.predict.processes.departure import LogIntegral, departures
from vernost.predict.processes.distinct import Floats, Places, distinct, dot, total_by
from vernost.predict.processes.histories import Histories
from vernost.predict.processes.maximum import Objective
from vernost.predict.processes.process import PurchaseProcess, starting_rate


class ParetoNBD(PurchaseProcess):
    """Pareto/NBD: rates to buy are gamma (r, alpha), rates to leave are gamma (s, beta).

    >>> tea = {"frequency": [0, 2, 0, 1, 5, 0], "recency": [0, 30, 0, 9, 33, 0], "T": [38, 39, 35, 36, 34, 30]}
    >>> model = ParetoNBD().fit({**tea, "weight": [500, 60, 400, 90, 30, 450]})
    >>> model.expected_purchases({"frequency": [2], "recency": [30], "T": [39]}, horizon=13).round(1).tolist()
    [0.5]
    """

    _letters = ("r", "alpha", "s", "beta")

    def _start(self, histories: Histories) -> Floats:
        mean_span = dot(histories.weight, histories.span) / histories.count
        return np.array([0.5, 0.5 / starting_rate(histories), 0.5, mean_span / 2])

    def _objective(self, histories: Histories) -> Objective:
        return _Likelihood(histories)

    def _alive(self, values: Floats, histories: Histories) -> Floats:
        return expit(-_log_odds_left(values, histories))

    def _expected(self, values: Floats, frequency: Floats, span: Floats, horizons: Floats) -> Floats:
        r, alpha, s, beta = values
        longer = np.log1p(horizons[:, None] / (beta + span))
        there = longer if s == 1 else -np.expm1((1 - s) * longer) / (s - 1)
        return (r + frequency) * (beta + span) / (alpha + span) * there

    def _counts(self, values: Floats, frequency: Floats, span: Floats, horizon: float) -> Iterator[Floats]:
        """Who stays through the horizon buys all along it; who leaves at a moment, until then: summed over moments."""
        r, alpha, s, beta = values
        rate, time, calm = r + frequency, alpha + span, beta + span
        moments, weights = quadrature.interval(horizon, min(time.min(initial=horizon), calm.min(initial=horizon)))
        moments = np.append(moments, horizon)
        log_stay = s * np.log(calm / (calm + horizon))
        log_leave = np.log(s * weights) + s * np.log(calm)[:, None] - (s + 1) * np.log(calm[:, None] + moments[:-1])
        log_chance = np.column_stack((log_leave, log_stay)) - rate[:, None] * np.log1p(moments / time[:, None])
        log_more = np.log(moments / (time[:, None] + moments))
        count = 0
        while True:
            yield np.exp(log_chance).sum(axis=1)
            log_chance += np.log((rate + count) / (count + 1))[:, None] + log_more
            count += 1

    def _draw(self, values: Floats, span: Floats, chance: np.random.Generator) -> tuple[Floats, Floats]:
        r, alpha, s, beta = values
        leaving = chance.exponential(size=len(span)) / np.maximum(chance.gamma(s, 1 / beta, len(span)), 1e-300)
        there = np.minimum(span, leaving)
        frequency = chance.poisson(chance.gamma(r, 1 / alpha, len(span)) * there)
        return frequency.astype(np.float64), there * chance.beta(np.maximum(frequency, 1), 1)


def _log_odds_left(values: Floats, histories: Histories) -> Floats:
    r, alpha, s, beta = values
    x, span = histories.frequency, histories.span
    moments = _Moments.of(histories)
    log_left = departures(values, moments.purchases, moments.time).height
    here = (r + x) * np.log(alpha + span) + s * np.log(beta + span)
    return np.log(s) + here + _log_difference(log_left[moments.at_last], log_left[moments.at_end])


def _log_difference(larger: Floats, smaller: Floats) -> Floats:
    """log(exp(larger) - exp(smaller)), minus infinity where they are equal."""
    with np.errstate(divide="ignore"):
        return larger + np.log(-np.expm1(np.minimum(smaller - larger, 0.0)))


@dataclass(frozen=True, slots=True)
class _Moments:
    """Distinct pairs of purchases and a moment: the last purchase or the end, which of each history's is which."""

    purchases: Floats
    time: Floats
    at_last: Places
    at_end: Places

    @classmethod
    def of(cls, histories: Histories) -> "_Moments":
        twice = np.concatenate((histories.frequency, histories.frequency))
        (purchases, time), place = distinct(twice, np.concatenate((histories.recency, histories.span)))
        at_last, at_end = np.split(place, 2)
        return cls(purchases, time, at_last, at_end)


class _Likelihood:
    """Log-likelihood and gradient.

    A customer is alive, or left between the last purchase and today. The integral over the moments of leaving is the
    difference of two, from the last purchase on and from today on, each of two numbers only: far fewer than histories.
    The difference loses digits only where it is nothing beside the chance to be alive.
    """

    def __init__(self, histories: Histories) -> None:
        self.histories = histories
        self.moments = _Moments.of(histories)
        (self.purchases,), of_purchases = distinct(histories.frequency)
        self.with_purchases = total_by(of_purchases, histories.weight, len(self.purchases))

    def __call__(self, values: Floats) -> tuple[float, Floats]:
        r, alpha, s, beta = values
        x, n, count = self.purchases, self.with_purchases, self.histories.count
        height = dot(n, gammaln(r + x)) + count * (r * np.log(alpha) + s * np.log(beta) - gammaln(r))
        gradient = np.array(
            [
                dot(n, digamma(r + x)) + count * (np.log(alpha) - digamma(r)),
                count * r / alpha,
                count * np.log(beta),
                count * s / beta,
            ]
        )
        mixed, pull = self._mixed(values)
        return float(height + mixed), gradient + pull

    def _mixed(self, values: Floats) -> tuple[float, Floats]:
        """The logarithm of alive or left, and its gradient."""
        r, alpha, s, beta = values
        bought, span, weight = self.histories.frequency, self.histories.span, self.histories.weight
        left = departures(values, self.moments.purchases, self.moments.time)
        at_last, at_end = left.height[self.moments.at_last], left.height[self.moments.at_end]
        log_time, log_calm = np.log(alpha + span), np.log(beta + span)
        alive = -(r + bought) * log_time - s * log_calm
        height = np.logaddexp(alive, np.log(s) + _log_difference(at_last, at_end))
        by_last, by_end = (weight * np.exp(np.log(s) + part - height) for part in (at_last, at_end))
        alive = weight * np.exp(alive - height)
        pull = self._pull(left, by_last, by_end)
        pull -= [
            dot(alive, log_time),
            dot(alive, (r + bought) / (alpha + span)),
            dot(alive, log_calm) - (by_last.sum() - by_end.sum()) / s,
            s * dot(alive, 1 / (beta + span)),
        ]
        return dot(weight, height), pull

    def _pull(self, left: LogIntegral, by_last: Floats, by_end: Floats) -> Floats:
        count = len(left.height)
        share = total_by(self.moments.at_last, by_last, count) - total_by(self.moments.at_end, by_end, count)
        return np.einsum("ij,j->i", left.gradient, share)
