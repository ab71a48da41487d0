"""How sure a difference between two models is: both are judged on the same customers, drawn anew many times."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from vernost.errors import InvalidValue
from vernost.predict.evaluate.metrics import checked
from vernost.statistics import CONFIDENCE

Metric = Callable[[Any, Any, Any], float]


@dataclass(frozen=True, slots=True)
class Difference:
    """A metric of the second model less that of the first, with its 95 % interval."""

    estimate: float
    low: float
    high: float

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves 0 out."""
        return self.low > 0 or self.high < 0


def paired_bootstrap(
    y: Any, p: Any, q: Any, metric: Metric, *, seed: int, weight: Any = None, customer: Any = None, draws: int = 1000
) -> Difference:
    """By how much ``metric(y, q)`` is above ``metric(y, p)``, with its interval over resampled customers (percentiles).

    Args:
        y: 1 for who left.
        p: chances that the first model told.
        q: chances that the second model told.
        metric: of `vernost.predict.evaluate`.
        seed: of the draws.
        weight: how many customers each row stands for.
        customer: who each row is about, when customers have several rows; they are drawn with all of them.
        draws: how often customers are drawn.

    Source: B. Efron, R. Tibshirani (1993), An Introduction to the Bootstrap, 13.3.

    >>> from vernost.predict.evaluate import log_loss
    >>> better = paired_bootstrap([0, 1] * 50, [0.5] * 100, [0.4, 0.6] * 50, log_loss, seed=1)
    >>> round(better.estimate, 3), better.is_clear
    (-0.182, True)
    """
    import numpy as np

    y, p, weight = checked(y, p, weight)
    _, q, _ = checked(y, q, weight)
    unit = np.arange(len(y)) if customer is None else np.unique(np.asarray(customer), return_inverse=True)[1]
    if len(unit) != len(y):
        raise InvalidValue(
            "{name} has {count} values, y has {rows}. Give one of each for each customer.",
            name="customer",
            count=len(unit),
            rows=len(y),
        )
    units = int(unit.max()) + 1
    chance = np.random.default_rng(seed)
    differences = np.empty(draws)
    for draw in range(draws):
        times = np.bincount(chance.integers(0, units, units), minlength=units)[unit]
        drawn = np.flatnonzero(times)
        counted = weight[drawn] * times[drawn]
        differences[draw] = metric(y[drawn], q[drawn], counted) - metric(y[drawn], p[drawn], counted)
    # A draw of customers who all stayed has no AUC; it says nothing of the difference.
    low, high = np.nanquantile(differences, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return Difference(metric(y, q, weight) - metric(y, p, weight), float(low), float(high))
