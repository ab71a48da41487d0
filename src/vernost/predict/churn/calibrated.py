"""A classifier whose chances come true: corrected on customers it had not learnt from, at later dates than it had."""

from dataclasses import replace
from typing import TYPE_CHECKING

from vernost.predict.churn.calibration import CALIBRATIONS, Calibration
from vernost.predict.churn.classifier import ChurnClassifier, loss_of
from vernost.predict.churn.encoding import Encoding
from vernost.predict.churn.sample import Sample

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Calibrated(ChurnClassifier):
    """A churn classifier with the calibration that served best on customers it had not learnt from.

    Two things are corrected. The *shape* (too sure, not sure enough) is the simplest of those in `CALIBRATIONS` whose
    log loss no other betters by more than its standard error; what is said is never taken as it is, for what keeps
    weights small keeps chances too near to each other. The *level* (as many leave as said) is taken from the latest
    origin, when on the origins before it taking the level of the one before would have helped; a shift that was seen
    once may as well be the season. Contributions sum to the log-odds before calibration.

    Attributes:
        model_: the classifier, fitted on everything.
        shape_: name of the calibration that was chosen.
        is_levelled_: whether the level is that of the latest origin, or of all customers when there are no origins.
        calibration_: from log-odds of ``model_`` to calibrated ones.
    """

    def __init__(self, estimator: ChurnClassifier, *, horizon: int = 1, seed: int = 0) -> None:
        self.estimator = estimator
        self.horizon = horizon
        self.seed = seed

    def learn(self, sample: Sample, encoding: Encoding) -> None:
        """Learn from customers whose columns are encoded and whose order is settled."""
        self.model_ = self.estimator.fresh()
        self.model_.learn(sample, encoding)
        rows, log_odds = self.model_.unseen(sample, encoding, self.horizon)
        told = replace(sample[rows], X=log_odds[:, None])
        self.shape_ = find_shape(told, self.horizon)
        self.is_levelled_ = sample.origin is None or helps_to_level(told, self.shape_, self.horizon)
        self.calibration_ = calibrate(told, self.shape_, is_levelled=self.is_levelled_)

    def matrix_log_odds(self, matrix: "NDArray[np.float64]") -> "NDArray[np.float64]":
        """Log-odds of leaving, from encoded columns."""
        return self.calibration_(self.model_.matrix_log_odds(matrix))

    def matrix_contributions(self, matrix: "NDArray[np.float64]") -> "NDArray[np.float64]":
        """What each column adds, and the base last, from encoded columns."""
        return self.model_.matrix_contributions(matrix)


def calibrate(told: Sample, shape: str, *, is_levelled: bool) -> Calibration:
    """A calibration learnt from what was told and what came; with origins its level is the latest's, or as told."""
    from scipy.special import expit

    log_odds = told.X[:, 0]
    calibration = CALIBRATIONS[shape](log_odds, told.y, told.weight)
    if told.origin is None:
        return calibration
    if is_levelled:
        now = told.origin == told.origin.max()
        return calibration.levelled(log_odds[now], told.y[now], told.weight[now])
    return calibration.levelled(log_odds, expit(log_odds), told.weight)


def find_shape(told: Sample, horizon: int) -> str:
    """The simplest calibration that no other betters by more than a standard error, on customers it has not seen."""
    import numpy as np

    chosen, least = "platt", None
    for shape in CALIBRATIONS:
        losses = _losses(told, shape, horizon, is_levelled=False)
        if least is None:
            least = losses
        gain = least - losses
        if gain.mean() > gain.std() / np.sqrt(len(gain)):
            chosen, least = shape, losses
    return chosen


def helps_to_level(told: Sample, shape: str, horizon: int) -> bool:
    """Whether the level of the latest origin would have served at the next, as often as that can be seen."""
    import numpy as np

    if told.origin is None or np.ptp(told.origin) < horizon:
        return False
    kept, moved = (_losses(told, shape, horizon, is_levelled=is_levelled) for is_levelled in (False, True))
    return bool(moved.mean() < kept.mean())


def _losses(told: Sample, shape: str, horizon: int, *, is_levelled: bool) -> "NDArray[np.float64]":
    import numpy as np

    losses = []
    for past, later in told.folds(horizon):
        calibration = calibrate(told[past], shape, is_levelled=is_levelled)
        losses.append(loss_of(calibration(told.X[later, 0]), told.y[later]) * told.weight[later])
    return np.concatenate(losses)
