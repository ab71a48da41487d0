"""Purchase processes as candidates: who is silent for the whole horizon has left."""

from collections.abc import Callable, Sequence
from itertools import combinations
from math import factorial
from typing import TYPE_CHECKING, Any, Self

from vernost.predict.estimator import Estimator
from vernost.predict.frames import numbers
from vernost.predict.snapshot import Snapshot

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

HISTORY = ("frequency", "silence", "T")
"""What a purchase process knows of a customer: repeat purchases, days since the last one, days since the first."""


class ProcessCandidate(Estimator):
    """A purchase process, fitted to everyone's history as of the day to predict from.

    Attributes:
        name: code name of the process.
    """

    def __init__(self, name: str, process: Callable[[], Any]) -> None:
        self.name = name
        self.process = process

    def learn(self, past: Sequence[Snapshot], now: Snapshot) -> Self:  # noqa: ARG002 - needs no labels
        """Fit the process to the histories of ``now``."""
        assert now.population is not None  # noqa: S101 - companies without orders have no such candidate
        histories = now.population()
        self.model_ = self.process().fit(histories)
        self.days_ = now.days
        # Of who is still there: beside a mean that the long gone are part of, hardly anyone seems silent.
        weight = numbers(histories, "weight") * self.model_.probability_alive(histories)
        total = weight.sum()
        frequency, span, recency = (numbers(histories, name) for name in ("frequency", "T", "recency"))
        self.usual_ = {
            "frequency": float(frequency @ weight / total),
            "silence": float((span - recency) @ weight / total),
            "T": float(span @ weight / total),
        }
        return self

    def risk(self, frame: Any) -> "NDArray[np.float64]":
        """Chance of no purchase within the horizon."""
        self._check_fitted()
        return self.model_.probability_silent(frame, self.days_)

    def contributions(self, frame: Any) -> "tuple[tuple[str, ...], NDArray[np.float64]]":
        """Shapley values of the log-odds over the three facts, against the mean history of who is still there.

        With three facts all 2³ combinations of own and usual facts can be asked, so the shares are exact.
        Source: L. Shapley (1953), A value for n-person games.
        """
        import numpy as np

        self._check_fitted()
        own = {"frequency": numbers(frame, "frequency"), "T": numbers(frame, "T")}
        own["silence"] = own["T"] - numbers(frame, "recency")
        worth = {
            known: self._log_odds(own, known)
            for size in range(len(HISTORY) + 1)
            for known in combinations(HISTORY, size)
        }
        shares = np.zeros((len(own["T"]), len(HISTORY) + 1))
        for place, name in enumerate(HISTORY):
            for known, without in worth.items():
                if name not in known:
                    joined = tuple(fact for fact in HISTORY if fact in known or fact == name)
                    part = factorial(len(known)) * factorial(len(HISTORY) - len(known) - 1) / factorial(len(HISTORY))
                    shares[:, place] += part * (worth[joined] - without)
        shares[:, -1] = worth[()]
        return HISTORY, shares

    def _log_odds(self, own: "dict[str, NDArray[np.float64]]", known: tuple[str, ...]) -> "NDArray[np.float64]":
        """Log-odds of leaving for customers of whom only some facts are their own, the others as usual."""
        import numpy as np

        count = len(own["T"])
        mixed = {name: own[name] if name in known else np.full(count, self.usual_[name]) for name in HISTORY}
        span = np.maximum(mixed["T"], mixed["silence"])
        recency = np.where(mixed["frequency"] > 0, span - mixed["silence"], 0.0)
        history = {"frequency": mixed["frequency"], "recency": recency, "T": span}
        return log_odds(self.model_.probability_silent(history, self.days_))


def log_odds(probability: "NDArray[np.float64]") -> "NDArray[np.float64]":
    """Log-odds, finite also for what is all but sure."""
    import numpy as np

    inside = np.clip(probability, 1e-9, 1 - 1e-9)
    return np.log(inside) - np.log1p(-inside)
