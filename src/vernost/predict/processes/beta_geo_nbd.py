"""BG/NBD: customers buy at random, each at a rate of their own, and may leave for good after any purchase.

Source: P. Fader, B. Hardie, K. Lee (2005), "Counting your customers" the easy way. Marketing Science 24.
"""

from collections.abc import Iterator
from typing import ClassVar

import numpy as np
from scipy.special import digamma, expit, gammaln

from vernost.predict.processes import quadrature
from vernost.predict.processes.distinct import Floats, distinct, dot, total_by
from vernost.predict.processes.histories import Histories
from vernost.predict.processes.maximum import Objective
from vernost.predict.processes.process import PurchaseProcess, starting_rate


class BetaGeoNBD(PurchaseProcess):
    """BG/NBD: rates are gamma (r, alpha), the chance to leave after a purchase is beta (a, b).

    >>> tea = {"frequency": [0, 2, 0, 1, 5, 0], "recency": [0, 30, 0, 9, 33, 0], "T": [38, 39, 35, 36, 34, 30]}
    >>> model = BetaGeoNBD().fit({**tea, "weight": [500, 60, 400, 90, 30, 450]})
    >>> model.expected_purchases({"frequency": [2], "recency": [30], "T": [39]}, horizon=13).round(1).tolist()
    [0.5]
    """

    _letters = ("r", "alpha", "a", "b")
    _early_chances: ClassVar[int] = 0
    """Chances to leave before the first repeat purchase."""

    def _start(self, histories: Histories) -> Floats:
        return np.array([0.5, 0.5 / starting_rate(histories), 1.0, 2.0])

    def _objective(self, histories: Histories) -> Objective:
        return _Likelihood(histories, self._early_chances)

    def _alive(self, values: Floats, histories: Histories) -> Floats:
        r, alpha, a, b = values
        return expit(-self._log_odds_left(r, alpha, a, b, histories))

    def _log_odds_left(self, r: float, alpha: float, a: float, b: float, histories: Histories) -> Floats:
        # Between 0 and 1 purchases the odds run from none (or those of one) in proportion, so that means of
        # histories can be asked about too.
        chances = histories.frequency + self._early_chances
        with np.errstate(divide="ignore"):
            known = np.log(a * np.minimum(chances, 1)) - np.log(b + np.maximum(chances, 1) - 1)
        ratio = np.log((alpha + histories.span) / (alpha + histories.recency))
        return known + (r + histories.frequency) * ratio

    def _expected(self, values: Floats, frequency: Floats, span: Floats, horizons: Floats) -> Floats:
        """The mean over the chance p to leave of (1 - (1 + p t / alpha)^-r) / p, for each horizon t."""
        r, alpha, a, b = values
        (purchases,), place = distinct(frequency)
        longest = horizons.max()
        count = _nodes((alpha + span.min(initial=longest)) / longest)
        points, weights = quadrature.beta_mean(a, b + purchases + self._early_chances, count)
        p, share = points[place], weights[place] / points[place]
        rate, time = (r + frequency)[:, None], (alpha + span)[:, None]
        lost = (-np.expm1(-rate * np.log1p(p * (horizon / time))) for horizon in horizons)
        return np.array([np.einsum("ij,ij->i", share, part) for part in lost])

    def _counts(self, values: Floats, frequency: Floats, span: Floats, horizon: float) -> Iterator[Floats]:
        r, alpha, a, b = values
        rate, time, stay = r + frequency, alpha + span, b + frequency + self._early_chances
        log_chance, log_more = rate * np.log(time / (time + horizon)), np.log(horizon / (time + horizon))
        survived, beyond, count = np.ones_like(rate), np.ones_like(rate), 0
        left = np.zeros_like(rate)
        while True:
            chance = np.exp(log_chance)  # of so many purchases, were there no leaving
            yield survived * chance + left * beyond
            beyond = np.maximum(beyond - chance, 0)  # of more
            left = survived * a / (a + stay + count)
            survived = survived - left
            log_chance = log_chance + np.log((rate + count) / (count + 1)) + log_more
            count += 1

    def _draw(self, values: Floats, span: Floats, chance: np.random.Generator) -> tuple[Floats, Floats]:
        r, alpha, a, b = values
        tries = np.maximum(chance.beta(a, b, len(span)), 1e-12)
        last = chance.geometric(tries) - self._early_chances
        bought = chance.poisson(chance.gamma(r, 1 / alpha, len(span)) * span)
        left = bought >= last
        frequency = np.where(left, last, bought)
        return frequency, span * chance.beta(np.maximum(frequency, 1), np.maximum(bought - frequency + 1, 1))


class _Likelihood:
    """Log-likelihood and gradient; what depends on one column alone is computed once for each of its values."""

    def __init__(self, histories: Histories, early_chances: int) -> None:
        weight = histories.weight
        self.count = histories.count
        (self.purchases,), of_purchases = distinct(histories.frequency)
        self.chances = self.purchases + early_chances
        self.with_purchases = total_by(of_purchases, weight, len(self.purchases))
        (self.spans,), of_span = distinct(histories.span)
        self.with_span = total_by(of_span, weight, len(self.spans))
        self.bought_with_span = total_by(of_span, weight * histories.frequency, len(self.spans))
        # Only who had a chance to leave may have left.
        asked = histories.frequency + early_chances > 0
        self.x, self.weight = histories.frequency[asked], weight[asked]
        self.of_purchases, self.of_span = of_purchases[asked], of_span[asked]
        (self.recencies,), self.of_recency = distinct(histories.recency[asked])

    def __call__(self, values: Floats) -> tuple[float, Floats]:
        r, alpha, a, b = values
        x, n, k = self.purchases, self.with_purchases, self.chances
        log_span = np.log(alpha + self.spans)
        watched = r * self.with_span + self.bought_with_span
        height = dot(n, gammaln(r + x) + gammaln(b + k) - gammaln(a + b + k)) - dot(watched, log_span)
        height += self.count * (r * np.log(alpha) - gammaln(r) + gammaln(a + b) - gammaln(b))
        stay = digamma(a + b) - dot(n, digamma(a + b + k)) / self.count
        gradient = np.array(
            [
                dot(n, digamma(r + x)) - dot(self.with_span, log_span) + self.count * (np.log(alpha) - digamma(r)),
                self.count * r / alpha - dot(watched, 1 / (alpha + self.spans)),
                self.count * stay,
                self.count * (stay - digamma(b)) + dot(n, digamma(b + k)),
            ]
        )
        left, pull = self._left(r, alpha, a, b, log_span)
        return float(height + left), gradient + pull

    def _left(self, r: float, alpha: float, a: float, b: float, log_span: Floats) -> tuple[float, Floats]:
        """What the possibility of having left adds: log(1 + odds)."""
        exits = b + np.maximum(self.chances, 1) - 1
        longer = log_span[self.of_span] - np.log(alpha + self.recencies)[self.of_recency]
        odds = (np.log(a) - np.log(exits))[self.of_purchases] + (r + self.x) * longer
        share = self.weight * expit(odds)
        nearer = (1 / (alpha + self.spans))[self.of_span] - (1 / (alpha + self.recencies))[self.of_recency]
        pull = np.array(
            [
                dot(share, longer),
                dot(share, (r + self.x) * nearer),
                share.sum() / a,
                -dot(share, (1 / exits)[self.of_purchases]),
            ]
        )
        return dot(self.weight, np.maximum(odds, 0) + np.log1p(np.exp(-np.abs(odds)))), pull


def _nodes(nearness: float) -> int:
    """How many points the mean over p needs for ten digits, when the integrand ends at -nearness."""
    growth = np.log(1 + 2 * nearness + 2 * np.sqrt(nearness * (1 + nearness)))
    return int(np.clip(np.ceil(14 / growth), 8, 128))
