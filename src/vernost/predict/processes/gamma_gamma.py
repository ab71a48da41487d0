"""Gamma-Gamma: what customers spend by purchase, each around a mean of their own.

Source: P. Fader, B. Hardie (2013), The gamma-gamma model of monetary value.
"""

from typing import Any, Self

import numpy as np
from scipy.special import digamma, gammainccinv, gammaln

from vernost.errors import InvalidValue
from vernost.predict.frames import numbers
from vernost.predict.processes.distinct import Floats, distinct, dot, total_by
from vernost.predict.processes.histories import weights
from vernost.predict.processes.likelihood import MaximumLikelihood, check_level
from vernost.predict.processes.maximum import maximise

_LEAST_Q = 1.05
"""Below 1 the mean spend of customers is infinite, and near it, whatever one likes."""


class GammaGamma(MaximumLikelihood):
    """Gamma-Gamma: a customer's purchases are gamma (p, nu) with nu gamma (q, v) over customers.

    A frame has ``frequency`` (repeat purchases) and ``monetary_value`` (their mean value). The model takes it that who
    buys more often does not spend more or less by purchase; ``correlation_`` says how far that holds.

    Attributes:
        correlation_: of frequency and mean value, among customers with repeat purchases.

    >>> tea = {"frequency": [1, 2, 3, 1, 6, 2], "monetary_value": [20.0, 35.0, 18.0, 90.0, 40.0, 25.0]}
    >>> model = GammaGamma().fit(tea)
    >>> value = model.expected_value({"frequency": [0, 1, 50], "monetary_value": [None, 200, 200]})
    >>> bool(value[0] < value[1] < value[2] < 200)
    True
    """

    _letters = ("p", "q", "v")

    def fit(self, frame: Any) -> Self:
        """Learn from customers with repeat purchases; the others say nothing of them and are not looked at."""
        x, mean = _spending(frame)
        counts = weights(frame)
        told = x > 0
        (x, mean), place = distinct(x[told], mean[told])
        weight = total_by(place, None if counts is None else counts[told], len(x))
        if not weight.sum() > 0:
            raise InvalidValue("No customer has a repeat purchase, so nothing tells what they spend. Wait for some.")
        self.correlation_ = _correlation(x, mean, weight)
        middle = float(np.exp(dot(weight, np.log(mean)) / weight.sum()))
        start, lowest = np.array([2.0, 3.0, middle]), np.array([1e-6, _LEAST_Q, 1e-300])
        return self._adopt(maximise(_Likelihood(x, mean, weight), start, size=float(weight.sum()), lowest=lowest))

    def expected_value(self, frame: Any) -> Floats:
        """Mean value of the purchases of each customer: between own mean and everyone's, by how many are known."""
        shape, scale = self._posterior(frame)
        return scale / (shape - 1)

    def value_variance(self, frame: Any) -> Floats:
        """How unsure that mean is: its variance, given the parameters; infinite where little is known."""
        shape, scale = self._posterior(frame)
        with np.errstate(divide="ignore"):
            return np.where(shape > 2, (scale / (shape - 1)) ** 2 / np.maximum(shape - 2, 0), np.inf)

    def value_interval(self, frame: Any, level: float = 0.8) -> tuple[Floats, Floats]:
        """Where the mean value of each customer lies, so many times of hundred, given the parameters."""
        check_level(level)
        shape, scale = self._posterior(frame)
        return scale / gammainccinv(shape, (1 - level) / 2), scale / gammainccinv(shape, (1 + level) / 2)

    def _posterior(self, frame: Any) -> tuple[Floats, Floats]:
        """Shape and scale of the inverse gamma distribution of each customer's mean."""
        p, q, v = self._values
        x, mean = _spending(frame)
        return p * x + q, p * (v + x * mean)


class _Likelihood:
    def __init__(self, x: Floats, mean: Floats, weight: Floats) -> None:
        self.x, self.mean, self.weight, self.count = x, mean, weight, weight.sum()
        (self.purchases,), of_purchases = distinct(x)
        self.with_purchases = total_by(of_purchases, weight, len(self.purchases))
        self.log_spent = np.log(x) + np.log(mean)

    def __call__(self, values: Floats) -> tuple[float, Floats]:
        p, q, v = values
        x, n = self.purchases, self.with_purchases
        log_all, known = np.log(v + self.x * self.mean), p * self.x + q
        height = dot(n, gammaln(p * x + q) - gammaln(p * x)) + self.count * (q * np.log(v) - gammaln(q))
        height += dot(self.weight, p * self.x * self.log_spent - np.log(self.mean) - known * log_all)
        more = digamma(p * x + q)
        gradient = [
            dot(n, x * (more - digamma(p * x))) + dot(self.weight * self.x, self.log_spent - log_all),
            dot(n, more) + self.count * (np.log(v) - digamma(q)) - dot(self.weight, log_all),
            self.count * q / v - dot(self.weight, known / (v + self.x * self.mean)),
        ]
        return float(height), np.array(gradient)


def _spending(frame: Any) -> tuple[Floats, Floats]:
    """Repeat purchases and their mean value; 0 where there are none."""
    x, mean = numbers(frame, "frequency"), numbers(frame, "monetary_value")
    if not (np.isfinite(x).all() and (x >= 0).all()):
        raise InvalidValue("frequency must be a number of repeat purchases, 0 or more, in each row.")
    wrong = (x > 0) & ~((mean > 0) & np.isfinite(mean))
    if wrong.any():
        raise InvalidValue(
            "monetary_value is empty or not above 0 for {count} of the customers with repeat purchases. "
            "Leave free and refunded orders out.",
            count=int(wrong.sum()),
        )
    return x, np.where(x > 0, mean, 0.0)


def _correlation(x: Floats, mean: Floats, weight: Floats) -> float:
    """Weighted correlation; 0 where one of the two does not vary."""
    covariance = np.cov(np.array([x, mean]), aweights=weight, bias=True)
    spread = np.sqrt(covariance[0, 0] * covariance[1, 1])
    return float(covariance[0, 1] / spread) if spread > 0 else 0.0
