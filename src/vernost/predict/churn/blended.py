"""A churn classifier that asks curves and trees alike: they err in different places, so their mean errs less."""

from typing import TYPE_CHECKING, Self

from vernost.predict.churn.additive import AdditiveChurn
from vernost.predict.churn.boosted import BoostedChurn
from vernost.predict.churn.classifier import ChurnClassifier
from vernost.predict.churn.encoding import Encoding
from vernost.predict.churn.logistic import mean_loss
from vernost.predict.churn.sample import Sample

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SHARES = (0.5, 0.25, 0.75, 0.0, 1.0)
"""Shares of trees that are tried, the most even first."""


class BlendedChurn(ChurnClassifier):
    """A mean of the log-odds of `AdditiveChurn` and `BoostedChurn`, so that contributions are a mean of theirs.

    The share of each is chosen by log loss on later origins, or on parts when there is one origin.

    Attributes:
        curves_, trees_: the two, fitted.
        share_: of the trees.
    """

    def __init__(
        self,
        *,
        curves: AdditiveChurn | None = None,
        trees: BoostedChurn | None = None,
        share: float | None = None,
        horizon: int = 1,
        seed: int = 0,
        threads: int = 1,
    ) -> None:
        self.curves = curves
        self.trees = trees
        self.share = share
        self.horizon = horizon
        self.seed = seed
        self.threads = threads

    def settled(self) -> Self:
        """One like this, not fitted, with the share and the settings of both that were found."""
        found = {"curves": self.curves_.settled(), "trees": self.trees_.settled(), "share": self.share_}
        return type(self)(**self.get_params() | found)

    def learn(self, sample: Sample, encoding: Encoding) -> None:
        """Learn from customers whose columns are encoded and whose order is settled."""
        curves = self.curves or AdditiveChurn(horizon=self.horizon, seed=self.seed)
        trees = self.trees or BoostedChurn(horizon=self.horizon, seed=self.seed, threads=self.threads)
        self.curves_, self.trees_ = curves.fresh(), trees.fresh()
        self.curves_.learn(sample, encoding)
        self.trees_.learn(sample, encoding)
        self.share_ = self._find_share(sample, encoding) if self.share is None else self.share

    def _find_share(self, sample: Sample, encoding: Encoding) -> float:
        rows, curves = self.curves_.unseen(sample, encoding, self.horizon)
        _, trees = self.trees_.unseen(sample, encoding, self.horizon)
        later = sample[rows]
        return min(SHARES, key=lambda share: mean_loss(mixed(curves, trees, share), later.y, later.weight))

    def matrix_log_odds(self, matrix: "NDArray[np.float64]") -> "NDArray[np.float64]":
        """Log-odds of leaving, from encoded columns."""
        return mixed(self.curves_.matrix_log_odds(matrix), self.trees_.matrix_log_odds(matrix), self.share_)

    def matrix_contributions(self, matrix: "NDArray[np.float64]") -> "NDArray[np.float64]":
        """What each column adds, and the base last, from encoded columns."""
        return mixed(self.curves_.matrix_contributions(matrix), self.trees_.matrix_contributions(matrix), self.share_)


def mixed(curves: "NDArray[np.float64]", trees: "NDArray[np.float64]", share: float) -> "NDArray[np.float64]":
    """What both say, with so much of what trees say."""
    return (1 - share) * curves + share * trees
