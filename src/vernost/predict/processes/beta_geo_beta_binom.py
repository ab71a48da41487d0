"""BG/BB: occasions on which customers buy or not, until they silently leave.

Source: P. Fader, B. Hardie, J. Shang (2010), Customer-base analysis in a discrete-time noncontractual setting.
Marketing Science 29.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from scipy.special import betaln, digamma, gammaln, hyp2f1

from vernost.errors import InvalidValue
from vernost.predict.processes.distinct import Floats, dot
from vernost.predict.processes.histories import Histories
from vernost.predict.processes.maximum import Objective
from vernost.predict.processes.process import PurchaseProcess


class BetaGeoBetaBinom(PurchaseProcess):
    """BG/BB: the chance to buy on an occasion is beta (alpha, beta), to leave before one is beta (gamma, delta).

    ``frequency`` is the number of occasions with a purchase, ``recency`` the last of them (0 for none), ``T`` how many
    there were; horizons are whole numbers of occasions. ``probability_alive`` is that of being there at the next one.

    >>> gifts = {"frequency": [0, 1, 6, 1, 3, 2], "recency": [0, 6, 6, 1, 5, 2], "T": [6] * 6}
    >>> model = BetaGeoBetaBinom().fit({**gifts, "weight": [3464, 129, 1203, 1091, 116, 613]})
    >>> model.expected_purchases({"frequency": [6], "recency": [6], "T": [6]}, horizon=1).round(1).tolist()
    [0.9]
    """

    _letters = ("alpha", "beta", "gamma", "delta")

    def probability_alive(self, frame: Any) -> Floats:
        """Chance that each customer will still be there at the next occasion."""
        values, histories = self._values, Histories.of(frame)
        stays = values[3] + histories.span
        return (self._alive(values, histories) * stays / (values[2] + stays))[histories.place]

    def _start(self, histories: Histories) -> Floats:  # noqa: ARG002 - occasions have a scale of their own
        return np.array([1.0, 1.0, 0.5, 2.0])

    def _objective(self, histories: Histories) -> Objective:
        return _Likelihood(_checked(histories))

    def _alive(self, values: Floats, histories: Histories) -> Floats:
        """Chance of having been there at the last occasion."""
        ways = _Ways(_checked(histories))
        logs = ways.log_chances(values)
        return np.exp(logs[ways.first] - ways.log_sums(logs))

    def _expected(self, values: Floats, frequency: Floats, span: Floats, horizons: Floats) -> Floats:
        alpha, beta, gamma, delta = values
        last = [_occasions(horizon) for horizon in horizons.tolist()]
        later = np.arange(max(last) + 1)[:, None]
        there = np.exp(betaln(gamma, delta + span + later) - betaln(gamma, delta + span))
        there[0] = 0  # the occasion that is over
        return (alpha + frequency) / (alpha + beta + span) * there.cumsum(axis=0)[last]

    def _counts(self, values: Floats, frequency: Floats, span: Floats, horizon: float) -> Iterator[Floats]:
        """Sums over the occasions for which the customer is still there."""
        alpha, beta, gamma, delta = values
        last = _occasions(horizon)
        there = np.arange(last + 1)
        buys, passes, stay = alpha + frequency[:, None], (beta + span - frequency)[:, None], delta + span[:, None]
        log_there = betaln(gamma + (there < last), stay + there) - betaln(gamma, stay)
        for count in there:
            left = there[count:]
            ways = gammaln(left + 1) - gammaln(count + 1) - gammaln(left - count + 1)
            bought = betaln(buys + count, passes + left - count) - betaln(buys, passes)
            yield np.exp(log_there[:, count:] + ways + bought).sum(axis=1)
        while True:
            yield np.zeros_like(frequency)

    def _discounted_from(self, values: Floats, histories: Histories, rate: float, begin: float) -> Floats:
        """The sum over all occasions to come, in closed form."""
        alpha, beta, gamma, delta = values
        frequency, span, place = histories.standing()
        stay, one = delta + span + _occasions(begin), np.exp(-rate)
        there = stay / (gamma + stay) * one * hyp2f1(1, stay + 1, gamma + stay + 1, one)
        until = np.exp(betaln(gamma, stay) - betaln(gamma, delta + span))
        after = (alpha + frequency) / (alpha + beta + span) * there * until
        return self._alive(values, histories) * after[place]

    def _draw(self, values: Floats, span: Floats, chance: np.random.Generator) -> tuple[Floats, Floats]:
        alpha, beta, gamma, delta = values
        leaving = np.maximum(chance.beta(gamma, delta, len(span)), 1e-12)
        there = np.minimum(span, chance.geometric(leaving) - 1)
        occasions = np.arange(1, int(span.max(initial=0)) + 1)
        buys = chance.random((len(span), len(occasions))) < chance.beta(alpha, beta, len(span))[:, None]
        buys &= occasions <= there[:, None]
        return buys.sum(axis=1), (buys * occasions).max(axis=1, initial=0)


class _Ways:
    """All the ways in which a history can have come about: still there, or gone after any occasion since the last."""

    def __init__(self, histories: Histories) -> None:
        ways = (histories.span - histories.recency).astype(np.intp) + 1
        self.first = np.cumsum(ways) - ways
        self.row = np.repeat(np.arange(len(ways)), ways)
        back = np.arange(len(self.row)) - self.first[self.row]  # how many occasions ago the customer left
        self.left = (back > 0).astype(np.intp)
        self.there = (histories.span[self.row] - back).astype(np.intp)
        self.bought = histories.frequency[self.row].astype(np.intp)
        self.most = int(histories.span.max(initial=0))

    def log_chances(self, values: Floats) -> Floats:
        """Logarithm of the chance of each way."""
        alpha, beta, gamma, delta = values
        counts = np.arange(self.most + 1)
        of_buying = gammaln(alpha + counts)[self.bought] + gammaln(beta + counts)[self.there - self.bought]
        of_staying = gammaln(gamma + counts[:2])[self.left] + gammaln(delta + counts)[self.there]
        joined = gammaln(alpha + beta + counts)[self.there]
        lasting = gammaln(gamma + delta + np.arange(self.most + 2))[self.there + self.left]
        return of_buying + of_staying - joined - lasting - betaln(alpha, beta) - betaln(gamma, delta)

    def log_sums(self, logs: Floats) -> Floats:
        """Logarithm of the chance of each history: all its ways together."""
        top = np.maximum.reduceat(logs, self.first)
        return top + np.log(np.add.reduceat(np.exp(logs - top[self.row]), self.first))


class _Likelihood:
    def __init__(self, histories: Histories) -> None:
        self.histories = histories
        self.ways = _Ways(histories)

    def __call__(self, values: Floats) -> tuple[float, Floats]:
        alpha, beta, gamma, delta = values
        ways, weight = self.ways, self.histories.weight
        logs = ways.log_chances(values)
        sums = ways.log_sums(logs)
        share = weight[ways.row] * np.exp(logs - sums[ways.row])
        all_ = self.histories.count

        def pulled(letter: float, places: Any) -> float:
            """Sum of digamma(letter + place) over ways, by their shares."""
            totals = np.bincount(places, weights=share)
            return float(totals @ digamma(letter + np.arange(len(totals))))

        occasions, lasting = pulled(alpha + beta, ways.there), pulled(gamma + delta, ways.there + ways.left)
        either, any_ = all_ * digamma(alpha + beta) - occasions, all_ * digamma(gamma + delta) - lasting
        gradient = [
            pulled(alpha, ways.bought) - all_ * digamma(alpha) + either,
            pulled(beta, ways.there - ways.bought) - all_ * digamma(beta) + either,
            pulled(gamma, ways.left) - all_ * digamma(gamma) + any_,
            pulled(delta, ways.there) - all_ * digamma(delta) + any_,
        ]
        return dot(weight, sums), np.array(gradient)


def _checked(histories: Histories) -> Histories:
    for name, values in (("frequency", histories.frequency), ("recency", histories.recency), ("T", histories.span)):
        if (values != np.rint(values)).any():
            raise InvalidValue(
                "{name} is not whole for a customer. Occasions are counted: use whole numbers.", name=name
            )
    if (histories.frequency > histories.recency).any():
        raise InvalidValue(
            "frequency is above recency for a customer: up to the last purchase there were fewer occasions than "
            "purchases. Check both columns."
        )
    return histories


def _occasions(horizon: float) -> int:
    if horizon != round(horizon):
        raise InvalidValue("horizon is {horizon}, must be a whole number of occasions.", horizon=horizon)
    return int(horizon)
