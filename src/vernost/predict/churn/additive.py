"""A churn classifier whose log-odds are a sum of curves, one a column: steady on little data, read at a glance."""

from itertools import pairwise
from typing import TYPE_CHECKING, Self

from vernost.predict.churn.classifier import ChurnClassifier
from vernost.predict.churn.curves import Basis, Curve
from vernost.predict.churn.encoding import Encoding
from vernost.predict.churn.logistic import fit_logistic, mean_loss
from vernost.predict.churn.sample import Sample

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PENALTIES = (3000.0, 1000.0, 300.0, 100.0, 30.0, 10.0, 3.0, 1.0)
"""From nearly straight to nearly free; each fit begins where the one before ended."""

SEARCH_ROWS, MOST_ROWS = 20_000, 100_000
"""With a few hundred coefficients more rows move the curves by less than they are uncertain by."""


class AdditiveChurn(ChurnClassifier):
    """Logistic regression on linear B-splines with knots at quantiles and on shrunk indicators of categories.

    The strength of the ridge is chosen by log loss on later origins, or on parts when there is one origin.

    Source: T. Hastie, R. Tibshirani (1990), Generalized Additive Models; P. Eilers, B. Marx (1996), Flexible smoothing
    with B-splines and penalties.

    Attributes:
        curves_: what each column adds, around a mean of 0.
        base_: log-odds of an average customer.
        penalty_: the ridge that was found.
    """

    def __init__(self, *, penalty: float | None = None, horizon: int = 1, seed: int = 0) -> None:
        self.penalty = penalty
        self.horizon = horizon
        self.seed = seed

    def settled(self) -> Self:
        """One like this, not fitted, with the ridge that was found."""
        return type(self)(penalty=self.penalty_, horizon=self.horizon, seed=self.seed)

    def learn(self, sample: Sample, encoding: Encoding) -> None:
        """Learn from customers whose columns are encoded and whose order is settled."""
        import numpy as np

        sample = sample[:MOST_ROWS]
        categories = set(encoding.categories)
        bases = [
            Basis.learn(column, sample.weight, is_category=place in categories)
            for place, column in enumerate(sample.X.T)
        ]
        design = np.hstack([basis.design(column) for basis, column in zip(bases, sample.X.T, strict=True)])
        self.penalty_ = self.penalty or _find_penalty(design[:SEARCH_ROWS], sample[:SEARCH_ROWS], self.horizon)
        coefficients = fit_logistic(design, sample.y, sample.weight, ridge=self.penalty_)
        ends = np.cumsum([1, *map(len, bases)])
        curves = [
            basis.curve(coefficients[begin:end]) for basis, (begin, end) in zip(bases, pairwise(ends), strict=True)
        ]
        means = [
            np.average(curve(column), weights=sample.weight) for curve, column in zip(curves, sample.X.T, strict=True)
        ]
        self.curves_ = [
            Curve(curve.knots, curve.values - mean, curve.missing - mean)
            for curve, mean in zip(curves, means, strict=True)
        ]
        self.base_ = float(coefficients[0] + sum(means))

    def matrix_contributions(self, matrix: "NDArray[np.float64]") -> "NDArray[np.float64]":
        """What each column adds, and the base last, from encoded columns."""
        import numpy as np

        shares = np.empty((len(matrix), len(self.curves_) + 1))
        for place, curve in enumerate(self.curves_):
            shares[:, place] = curve(matrix[:, place])
        shares[:, -1] = self.base_
        return shares


def _find_penalty(design: "NDArray[np.float64]", sample: Sample, horizon: int) -> float:
    """The ridge with the least log loss on customers not learnt from."""
    import numpy as np

    losses = np.zeros(len(PENALTIES))
    for past, later in sample.folds(horizon):
        coefficients = None
        for place, ridge in enumerate(PENALTIES):
            coefficients = fit_logistic(
                design[past], sample.y[past], sample.weight[past], ridge=ridge, start=coefficients, tolerance=1e-5
            )
            told = coefficients[0] + design[later] @ coefficients[1:]
            losses[place] += mean_loss(told, sample.y[later], sample.weight[later])
    return PENALTIES[int(np.argmin(losses))]
