"""A churn classifier that asks curves and trees alike: they err in different places, so their mean errs less."""

from typing import TYPE_CHECKING, Self

from vernost.predict.churn.additive import AdditiveChurn
from vernost.predict.churn.boosted import BoostedChurn
from vernost.predict.churn.classifier import ChurnClassifier
from vernost.predict.churn.encoding import Encoding
from vernost.predict.churn.sample import Sample

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class BlendedChurn(ChurnClassifier):
    """The mean log-odds of `AdditiveChurn` and `BoostedChurn`; so contributions are the mean of theirs, and as exact.

    Attributes:
        members_: the two, fitted.
    """

    def __init__(
        self, *, members: tuple[ChurnClassifier, ...] | None = None, horizon: int = 1, seed: int = 0, threads: int = 1
    ) -> None:
        self.members = members
        self.horizon = horizon
        self.seed = seed
        self.threads = threads

    def settled(self) -> Self:
        """One like this, not fitted, whose members have the settings that were found."""
        return type(self)(**self.get_params() | {"members": tuple(member.settled() for member in self.members_)})

    def learn(self, sample: Sample, encoding: Encoding) -> None:
        """Learn from customers whose columns are encoded and whose order is settled."""
        defaults = (
            AdditiveChurn(horizon=self.horizon, seed=self.seed),
            BoostedChurn(horizon=self.horizon, seed=self.seed, threads=self.threads),
        )
        self.members_ = [member.fresh() for member in self.members or defaults]
        for member in self.members_:
            member.learn(sample, encoding)

    def matrix_log_odds(self, matrix: "NDArray[np.float64]") -> "NDArray[np.float64]":
        """Log-odds of leaving, from encoded columns."""
        import numpy as np

        return np.mean([member.matrix_log_odds(matrix) for member in self.members_], axis=0)

    def matrix_contributions(self, matrix: "NDArray[np.float64]") -> "NDArray[np.float64]":
        """What each column adds, and the base last, from encoded columns."""
        import numpy as np

        return np.mean([member.matrix_contributions(matrix) for member in self.members_], axis=0)
