"""A churn classifier that knows what contracts settle: who has announced to leave, and who is bound for longer."""

from typing import TYPE_CHECKING

from vernost.predict.churn.calibrated import Calibrated
from vernost.predict.churn.classifier import ChurnClassifier
from vernost.predict.churn.encoding import Encoding
from vernost.predict.churn.rules import base_log_odds
from vernost.predict.churn.sample import Sample

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

LEAST_OF_GROUP = 30
"""Customers of a group from which on its rate is learnt."""

LEAST_TO_TELL = 30
"""Customers of a group who did as its others did not, from which on more can be learnt of it than its rate."""

SLACK_DAYS = 3
"""Whoever is bound for so little more than the horizon may yet be free within it: months are not of one length."""

LEAVING_IN, RENEWAL_IN = "leaving_in", "renewal_in"


class ContractChurn(ChurnClassifier):
    """Groups that a contract settles have a rate of their own; a calibrated classifier tells all others.

    Whoever turned renewal off leaves at the end of the term, and whoever is bound beyond the horizon stays. A model of
    all would have to tell this by large weights, and what keeps weights small would make these customers too unsure
    and, as it is set for all, the others too sure. A group in which enough customers did otherwise is not settled and
    stays with the others, as do all where too few are left to learn from. The days that settle it carry the whole
    contribution.

    Attributes:
        others_: the classifier of the others.
        rates_: place of the column that settles it -> log-odds of leaving of its group.
    """

    def __init__(self, others: Calibrated, *, horizon: int = 1, seed: int = 0) -> None:
        self.others = others
        self.horizon = horizon
        self.seed = seed

    def learn(self, sample: Sample, encoding: Encoding) -> None:
        """Learn from customers whose columns are encoded and whose order is settled."""
        import numpy as np

        self.places_ = {name: encoding.names.index(name) for name in (LEAVING_IN, RENEWAL_IN) if name in encoding.names}
        settled = {place: rows for place, rows in self._groups(sample.X) if _is_settled(sample[rows])}
        others = sample[~np.any([*settled.values(), np.zeros(len(sample), dtype=np.bool_)], axis=0)]
        if others.rarer < self.least:
            settled, others = {}, sample
        self.rates_ = {place: base_log_odds(sample[rows]) for place, rows in settled.items()}
        self.others_ = self.others.fresh()
        self.others_.learn(others, encoding)

    def _groups(self, matrix: "NDArray[np.float64]") -> "Iterator[tuple[int, NDArray[np.bool_]]]":
        """Who has announced to leave within the horizon, and who of the rest is bound beyond it, by the column."""
        import numpy as np

        leaves = np.zeros(len(matrix), dtype=np.bool_)
        if (place := self.places_.get(LEAVING_IN)) is not None:
            leaves = matrix[:, place] <= self.horizon
            yield place, leaves
        if (place := self.places_.get(RENEWAL_IN)) is not None:
            yield place, (matrix[:, place] > self.horizon + SLACK_DAYS) & ~leaves

    def _settled(self, matrix: "NDArray[np.float64]") -> "Iterator[tuple[int, NDArray[np.bool_], float]]":
        for place, rows in self._groups(matrix):
            if place in self.rates_:
                yield place, rows, self.rates_[place]

    def matrix_log_odds(self, matrix: "NDArray[np.float64]") -> "NDArray[np.float64]":
        """Log-odds of leaving, from encoded columns."""
        log_odds = self.others_.matrix_log_odds(matrix)
        for _, rows, rate in self._settled(matrix):
            log_odds[rows] = rate
        return log_odds

    def matrix_contributions(self, matrix: "NDArray[np.float64]") -> "NDArray[np.float64]":
        """What each column adds, and the base last, from encoded columns."""
        shares = self.others_.matrix_contributions(matrix)
        for place, rows, rate in self._settled(matrix):
            shares[rows, :-1] = 0.0
            shares[rows, place] = rate - shares[rows, -1]
        return shares


def _is_settled(group: Sample) -> bool:
    return len(group) >= LEAST_OF_GROUP and group.rarer < LEAST_TO_TELL
