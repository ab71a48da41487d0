"""Candidates that learn from no labels, corrected by what came after the days of which it is known."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Self

from vernost.predict.candidates.candidate import Candidate
from vernost.predict.candidates.process import log_odds
from vernost.predict.churn.calibrated import calibrate, find_shape, helps_to_level
from vernost.predict.churn.calibration import Calibration, identity
from vernost.predict.churn.classifier import sigmoid
from vernost.predict.churn.sample import Sample
from vernost.predict.estimator import Estimator
from vernost.predict.snapshot import Snapshot

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LATEST = 4
"""Days that the correction is learnt from; older ones tell of another company."""


class CalibratedCandidate(Estimator):
    """A candidate whose risks are corrected in shape and level, as those of classifiers are.

    Attributes:
        candidate: makes the one that is corrected.
        shape_: name of the calibration that was chosen; 'none' without a day of which it is known what came.
    """

    def __init__(self, candidate: Callable[[], Candidate]) -> None:
        self.candidate = candidate
        self.name = candidate().name

    def learn(self, past: Sequence[Snapshot], now: Snapshot) -> Self:
        """Learn how risks told on earlier days came true, and fit the candidate to ``now``."""
        self.model_ = self.candidate().learn([], now)
        self.shape_, self.correct_ = "none", Calibration(identity)
        if past:
            told = self._told(past[-LATEST:])
            self.shape_ = find_shape(told, now.days)
            is_levelled = helps_to_level(told, self.shape_, now.days)
            self.correct_ = calibrate(told, self.shape_, is_levelled=is_levelled)
        return self

    def _told(self, past: Sequence[Snapshot]) -> Sample:
        """The log-odds told on each day by what was known then, beside what came."""
        import numpy as np

        odds = [log_odds(self.candidate().learn([], each).risk(each.frame)) for each in past]
        origin = np.repeat([each.as_of.toordinal() for each in past], [len(each) for each in past])
        left = np.concatenate([each.left for each in past if each.left is not None])
        weight = np.concatenate([each.weight for each in past])
        return Sample(np.concatenate(odds)[:, None], left, weight / weight.mean(), origin)

    def risk(self, frame: Any) -> "NDArray[np.float64]":
        """Corrected chance of leaving within the horizon."""
        self._check_fitted()
        return sigmoid(self.correct_(log_odds(self.model_.risk(frame))))

    def contributions(self, frame: Any) -> "tuple[tuple[str, ...], NDArray[np.float64]]":
        """What each fact adds to the log-odds before the correction."""
        self._check_fitted()
        return self.model_.contributions(frame)
