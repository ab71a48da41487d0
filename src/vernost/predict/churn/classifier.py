"""What every churn classifier is: it learns from customers of whom it is known that they left, and says why."""

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Self

from vernost.predict.churn.encoding import Encoding
from vernost.predict.churn.sample import Sample
from vernost.predict.estimator import Estimator

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class ChurnClassifier(Estimator, ABC):
    """Learns log-odds of leaving that are a sum over columns.

    Attributes:
        least: how many it takes at least who left, and who stayed.
        feature_names_in_: columns learnt from, in the order of the contributions.
    """

    least: ClassVar[int] = 10
    seed: int = 0

    def fit(self, X: Any, y: Any, origin: Any = None, weight: Any = None) -> Self:
        """Learn from customers of whom it is known what came.

        Args:
            X: features, a row a customer: pandas, Polars, Arrow or a dict of columns; ``customer_id`` is set aside.
            y: 1 for who left, 0 for who stayed.
            origin: the day on which each row was looked at, as a number; earlier days are then tried on later ones.
            weight: how many customers each row stands for.
        """
        encoding = Encoding.learn(X)
        sample = Sample.check(encoding.matrix(X), y, origin, weight).without_dates()
        sample.check_enough(self.least)
        self.learn(sample[sample.order(self.seed)], encoding)
        self.encoding_ = encoding
        self.feature_names_in_ = encoding.names
        return self

    def predict_proba(self, X: Any) -> "NDArray[np.float64]":
        """Chance to stay and chance to leave, a row a customer."""
        import numpy as np

        left = sigmoid(self.log_odds(X))
        return np.column_stack([1 - left, left])

    def log_odds(self, X: Any) -> "NDArray[np.float64]":
        """Log-odds of leaving."""
        self._check_fitted()
        return self.matrix_log_odds(self.encoding_.matrix(X))

    def contributions(self, X: Any) -> "NDArray[np.float64]":
        """What each column adds to the log-odds of leaving, and the base last; a row sums to its log-odds."""
        self._check_fitted()
        return self.matrix_contributions(self.encoding_.matrix(X))

    def fresh(self) -> Self:
        """One like this, not fitted."""
        return type(self)(**self.get_params())

    def settled(self) -> Self:
        """One like this, not fitted, that searches no more: it has the settings that were found here."""
        return self.fresh()

    def unseen(
        self, sample: Sample, encoding: Encoding, horizon: int
    ) -> "tuple[NDArray[np.int64], NDArray[np.float64]]":
        """Rows, and the log-odds that models with these settings give them without having learnt from them."""
        import numpy as np

        rows, log_odds = [], []
        for past, later in sample.folds(horizon):
            model = self.settled()
            model.learn(sample[past], encoding)
            rows.append(later)
            log_odds.append(model.matrix_log_odds(sample.X[later]))
        return np.concatenate(rows), np.concatenate(log_odds)

    @abstractmethod
    def learn(self, sample: Sample, encoding: Encoding) -> None:
        """Learn from customers whose columns are encoded and whose order is settled."""

    def matrix_log_odds(self, matrix: "NDArray[np.float64]") -> "NDArray[np.float64]":
        """Log-odds of leaving, from encoded columns."""
        return self.matrix_contributions(matrix).sum(axis=1)

    @abstractmethod
    def matrix_contributions(self, matrix: "NDArray[np.float64]") -> "NDArray[np.float64]":
        """What each column adds, and the base last, from encoded columns."""


def sigmoid(log_odds: "NDArray[np.float64]") -> "NDArray[np.float64]":
    """Probability of log-odds, without overflow.

    >>> import numpy as np
    >>> sigmoid(np.array([-800.0, 0.0, 800.0])).tolist()
    [0.0, 0.5, 1.0]
    """
    from scipy.special import expit

    return expit(log_odds)


def loss_of(log_odds: "NDArray[np.float64]", y: "NDArray[np.float64]") -> "NDArray[np.float64]":
    """Log loss of each customer, exact also where the probability rounds to 0 or 1."""
    import numpy as np

    return np.logaddexp(0.0, log_odds) - y * log_odds
