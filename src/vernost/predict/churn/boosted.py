"""A churn classifier of boosted trees: finds what only tells together, such as the silence of a weekly buyer."""

from itertools import product
from typing import TYPE_CHECKING, Any, Self

from vernost.errors import VernostError
from vernost.predict.churn.classifier import ChurnClassifier
from vernost.predict.churn.encoding import Encoding
from vernost.predict.churn.sample import Sample

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LEAVES = (2, 4, 8)
LEAST_IN_LEAF = (20, 100)
MOST_ROUNDS = 800
"""Settings that are tried: from stumps, that is no interactions, to three facts at once."""

SEARCH_ROWS = 50_000
PATIENCE = 100
"""The search of the number of rounds ends when the loss on later customers has not fallen for so many."""

STEADY = {
    "objective": "binary",
    "learning_rate": 0.04,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "deterministic": True,
    "force_row_wise": True,
    "metric": "binary_logloss",
    "verbosity": -1,
}
"""Regularised throughout; each tree sees seven tenths of the customers."""

COLUMNS_SHARE, LEAST_COLUMNS = 0.25, 4
"""Each tree sees a quarter of the columns, so that many weak ones are heard, and enough of few to join them."""


class MissingLibrary(VernostError):
    """A library of the system that boosted trees need is not installed."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            "LightGBM does not load: {reason}. Install the OpenMP library of the system: libgomp1 on Debian and "
            "Ubuntu, libgomp on Fedora and Alpine, libomp on macOS.",
            reason=reason,
        )


class BoostedChurn(ChurnClassifier):
    """Gradient-boosted trees of LightGBM, with their size and number chosen by log loss on later origins.

    Categories are split as such; values that are missing, rare or never seen go together. Contributions are exact
    (TreeSHAP: S. Lundberg et al. (2020), From local explanations to global understanding, Nature Machine Intelligence).

    Attributes:
        booster_: the trees.
        leaves_, least_in_leaf_, rounds_: settings that were found.
    """

    def __init__(
        self,
        *,
        leaves: int | None = None,
        least_in_leaf: int | None = None,
        rounds: int | None = None,
        horizon: int = 1,
        seed: int = 0,
        threads: int = 1,
    ) -> None:
        self.leaves = leaves
        self.least_in_leaf = least_in_leaf
        self.rounds = rounds
        self.horizon = horizon
        self.seed = seed
        self.threads = threads

    def settled(self) -> Self:
        """One like this, not fitted, with the settings that were found."""
        found = {"leaves": self.leaves_, "least_in_leaf": self.least_in_leaf_, "rounds": self.rounds_}
        return type(self)(**self.get_params() | found)

    def learn(self, sample: Sample, encoding: Encoding) -> None:
        """Learn from customers whose columns are encoded and whose order is settled."""
        self.leaves_, self.least_in_leaf_, self.rounds_ = self._settings(sample, encoding)
        found = self._parameters(self.leaves_, self.least_in_leaf_, sample)
        rows = _dataset(sample, encoding, found)
        self.booster_ = load_lightgbm().train(found, rows, self.rounds_)

    def _settings(self, sample: Sample, encoding: Encoding) -> tuple[int, int, int]:
        """Leaves, least customers in a leaf, and rounds: those given, the others by trial."""
        import numpy as np

        if self.leaves and self.least_in_leaf and self.rounds:
            return self.leaves, self.least_in_leaf, self.rounds
        sample = sample[:SEARCH_ROWS]
        folds = [(sample[past], sample[later]) for past, later in sample.folds(self.horizon)]
        trials = {}
        for leaves, least in product(_given(self.leaves, LEAVES), _given(self.least_in_leaf, LEAST_IN_LEAF)):
            losses = np.sum([self._losses(past, later, encoding, leaves, least) for past, later in folds], axis=0)
            rounds = self.rounds or int(np.argmin(losses)) + 1
            trials[leaves, least, rounds] = losses[rounds - 1]
        return min(trials, key=trials.__getitem__)

    def _losses(
        self, past: Sample, later: Sample, encoding: Encoding, leaves: int, least: int
    ) -> "NDArray[np.float64]":
        """Log loss on later customers after each round; infinite from where it fell no more."""
        import numpy as np

        lightgbm = load_lightgbm()
        settings = self._parameters(leaves, least, past)
        rows = _dataset(past, encoding, settings)
        heard: dict[str, dict[str, list[float]]] = {}
        watch = [lightgbm.record_evaluation(heard)]
        if not self.rounds:
            watch.append(lightgbm.early_stopping(PATIENCE, verbose=False))
        rounds = self.rounds or MOST_ROUNDS
        test = _dataset(later, encoding, settings, reference=rows)
        lightgbm.train(settings, rows, rounds, valid_sets=[test], valid_names=["later"], callbacks=watch)
        (curve,) = heard["later"].values()
        return np.append(curve, np.full(rounds - len(curve), np.inf))

    def _parameters(self, leaves: int, least: int, sample: Sample) -> dict[str, Any]:
        rows, columns = sample.X.shape
        size = {
            "num_leaves": leaves,
            "min_data_in_leaf": min(least, rows // 4),
            "feature_fraction": min(1.0, max(COLUMNS_SHARE, LEAST_COLUMNS / columns)),
        }
        return STEADY | size | {"seed": self.seed, "num_threads": self.threads}

    def matrix_log_odds(self, matrix: "NDArray[np.float64]") -> "NDArray[np.float64]":
        """Log-odds of leaving, from encoded columns."""
        return self._told(matrix, raw_score=True)

    def matrix_contributions(self, matrix: "NDArray[np.float64]") -> "NDArray[np.float64]":
        """What each column adds, and the base last, from encoded columns."""
        return self._told(matrix, pred_contrib=True).reshape(len(matrix), matrix.shape[1] + 1)

    def _told(self, matrix: "NDArray[np.float64]", **what: bool) -> "NDArray[np.float64]":
        import numpy as np

        if not len(matrix):  # which LightGBM divides by
            return np.empty(0)
        return np.asarray(self.booster_.predict(matrix, num_threads=self.threads, **what))


def load_lightgbm() -> Any:
    """LightGBM, or what to install so that it loads."""
    try:
        import lightgbm
    except OSError as error:
        raise MissingLibrary(str(error)) from error
    return lightgbm


def has_trees() -> bool:
    """Whether LightGBM loads."""
    try:
        load_lightgbm()
    except MissingLibrary:
        return False
    return True


def _dataset(sample: Sample, encoding: Encoding, settings: dict[str, Any], reference: Any = None) -> Any:
    return load_lightgbm().Dataset(
        sample.X,
        sample.y,
        weight=sample.weight,
        categorical_feature=encoding.categories,
        params=settings,
        reference=reference,
    )


def _given(value: int | None, choices: tuple[int, ...]) -> tuple[int, ...]:
    return choices if value is None else (value,)
