"""What can say how likely each customer is to leave."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol, Self

from vernost.predict.snapshot import Snapshot

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Candidate(Protocol):
    """A way to tell the risk of customers, from the simplest rule to a forest.

    Attributes:
        name: code name, as in the model card.
    """

    name: str

    def learn(self, past: Sequence[Snapshot], now: Snapshot) -> Self:
        """Learn from days whose horizon is over by ``now``, and from what is known of everyone ``now``.

        Args:
            past: labelled, the oldest first.
            now: the day to predict from; its labels, if it has any, are not looked at.
        """

    def risk(self, frame: Any) -> "NDArray[np.float64]":
        """Chance of leaving within the horizon, a number a row of the frame."""

    def contributions(self, frame: Any) -> "tuple[tuple[str, ...], NDArray[np.float64]]":
        """Names of features, and what each adds to the log-odds of leaving: rows by features, and the base last."""
