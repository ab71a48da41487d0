"""What every classifier must beat: one rate for all, a rule of silence, and recency, frequency and money."""

from typing import TYPE_CHECKING, ClassVar

from vernost.errors import InvalidValue
from vernost.messages import shortened
from vernost.predict.churn.classifier import ChurnClassifier
from vernost.predict.churn.encoding import Encoding
from vernost.predict.churn.logistic import fit_logistic
from vernost.predict.churn.sample import Sample

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PRIOR = 10.0
"""A group's share of leavers is mixed with that of so many customers of the whole company."""


class BaseRate(ChurnClassifier):
    """Everyone leaves as often as anyone did; learns also from customers who all left or all stayed.

    Attributes:
        base_: log-odds of leaving, with half a customer added to those who left and to those who stayed (Jeffreys).
    """

    least: ClassVar[int] = 0

    def learn(self, sample: Sample, encoding: Encoding) -> None:
        """Learn from customers whose columns are encoded and whose order is settled."""
        self.base_ = base_log_odds(sample)
        self.columns_ = len(encoding.names)

    def matrix_contributions(self, matrix: "NDArray[np.float64]") -> "NDArray[np.float64]":
        """What each column adds, and the base last, from encoded columns."""
        return only({}, self.base_, len(matrix), self.columns_)


class RecencyRule(ChurnClassifier):
    """Customers silent for equally long leave equally often: a rate for each tenth of customers by silence.

    Attributes:
        base_: log-odds of leaving of all.
        tenths_: days of silence between the tenths.
        lifts_: what each tenth adds to the log-odds, and what a missing value adds, which is nothing.
    """

    least: ClassVar[int] = 1

    def __init__(self, *, silence: str = "silence") -> None:
        self.silence = silence

    def learn(self, sample: Sample, encoding: Encoding) -> None:
        """Learn from customers whose columns are encoded and whose order is settled."""
        import numpy as np

        self.place_ = place_of(self.silence, encoding)
        self.columns_ = len(encoding.names)
        self.base_ = base_log_odds(sample)
        silence = sample.X[:, self.place_]
        self.tenths_ = cuts(silence, 10)
        tenth = score(silence, self.tenths_)
        is_known = ~np.isnan(tenth)
        groups, groups_y = tenth[is_known].astype(np.int64), (sample.weight * sample.y)[is_known]
        total = np.bincount(groups, sample.weight[is_known], minlength=len(self.tenths_) + 1)
        left = np.bincount(groups, groups_y, minlength=len(self.tenths_) + 1)
        base = 1 / (1 + np.exp(-self.base_))
        rate = (left + PRIOR * base) / (total + PRIOR)
        self.lifts_ = np.append(np.log(rate / (1 - rate)) - self.base_, 0.0)

    def matrix_contributions(self, matrix: "NDArray[np.float64]") -> "NDArray[np.float64]":
        """What each column adds, and the base last, from encoded columns."""
        import numpy as np

        tenth = score(matrix[:, self.place_], self.tenths_)
        lift = self.lifts_[np.where(np.isnan(tenth), -1, tenth).astype(np.int64)]
        return only({self.place_: lift}, self.base_, len(matrix), self.columns_)


class RfmRule(ChurnClassifier):
    """Fifths by recency, frequency and money, a weight each: the score of marketers, with its weights learnt.

    Attributes:
        fifths_: column's place -> values between the fifths.
        means_: column's place -> mean score.
        weights_: column's place -> what a fifth more adds to the log-odds.
        base_: log-odds of an average customer.
    """

    def __init__(self, *, recency: str = "silence", frequency: str = "frequency", monetary: str = "revenue") -> None:
        self.recency = recency
        self.frequency = frequency
        self.monetary = monetary

    def learn(self, sample: Sample, encoding: Encoding) -> None:
        """Learn from customers whose columns are encoded and whose order is settled."""
        import numpy as np

        columns = dict.fromkeys((self.recency, self.frequency, self.monetary))
        places = [place_of(name, encoding) for name in columns]
        self.columns_ = len(encoding.names)
        self.fifths_ = {place: cuts(sample.X[:, place], 5) for place in places}
        scores = [score(sample.X[:, place], edges) for place, edges in self.fifths_.items()]
        self.means_ = {
            place: float(np.nanmean(values)) if not np.isnan(values).all() else 0.0
            for place, values in zip(places, scores, strict=True)
        }
        around = np.column_stack([self._around(sample.X, place) for place in places])
        base, *weights = fit_logistic(around, sample.y, sample.weight, ridge=1.0)
        self.base_, self.weights_ = float(base), dict(zip(places, weights, strict=True))

    def matrix_contributions(self, matrix: "NDArray[np.float64]") -> "NDArray[np.float64]":
        """What each column adds, and the base last, from encoded columns."""
        shares = {place: weight * self._around(matrix, place) for place, weight in self.weights_.items()}
        return only(shares, self.base_, len(matrix), self.columns_)

    def _around(self, matrix: "NDArray[np.float64]", place: int) -> "NDArray[np.float64]":
        """Scores around their mean; a missing one is in the middle."""
        import numpy as np

        return np.nan_to_num(score(matrix[:, place], self.fifths_[place]) - self.means_[place])


def base_log_odds(sample: Sample) -> float:
    """Log-odds of leaving of all, finite also when all left."""
    from math import log

    left = float(sample.y @ sample.weight)
    return log((left + 0.5) / (float(sample.weight.sum()) - left + 0.5))


def place_of(name: str, encoding: Encoding) -> int:
    """Where a column of numbers stands that a rule cannot do without."""
    if name not in encoding.names or name in encoding.levels:
        raise InvalidValue(
            "X has no column of numbers {column!r}, which this rule reads. Name one of {numeric}.",
            column=name,
            numeric=shortened([found for found in encoding.names if found not in encoding.levels], 20),
        )
    return encoding.names.index(name)


def cuts(values: "NDArray[np.float64]", parts: int) -> "NDArray[np.float64]":
    """Values between parts of equally many customers; fewer when many customers have the same value."""
    import numpy as np

    known = values[~np.isnan(values)]
    inner = np.linspace(0, 1, parts + 1)[1:-1]
    return np.unique(np.quantile(known, inner)) if len(known) else np.empty(0)


def score(values: "NDArray[np.float64]", edges: "NDArray[np.float64]") -> "NDArray[np.float64]":
    """Which part a value falls into, from 0; missing stays missing.

    >>> import numpy as np
    >>> score(np.array([1.0, 3.0, 9.0, np.nan]), np.array([3.0, 5.0])).tolist()
    [0.0, 0.0, 2.0, nan]
    """
    import numpy as np

    return np.where(np.isnan(values), np.nan, np.searchsorted(edges, values).astype(np.float64))


def only(shares: "dict[int, NDArray[np.float64]]", base: float, rows: int, columns: int) -> "NDArray[np.float64]":
    """Contributions where all but a few columns add nothing."""
    import numpy as np

    table = np.zeros((rows, columns + 1))
    for place, share in shares.items():
        table[:, place] = share
    table[:, -1] = base
    return table
