"""Classifiers and rules as candidates: they learn from customers of whom it is known that they left or stayed."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Self

from vernost.predict.churn.calibrated import Calibrated
from vernost.predict.churn.classifier import ChurnClassifier
from vernost.predict.churn.contract import ContractChurn
from vernost.predict.estimator import Estimator
from vernost.predict.snapshot import IDENTITIES, Snapshot

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray


class Search:
    """A classifier whose settings are looked for once, on the earliest days, and kept for later ones.

    Attributes:
        classifier: makes one for a horizon in days.
        found: one like it that searches no more; None before the first was learnt.
    """

    def __init__(self, classifier: Callable[[int], ChurnClassifier], *, seed: int) -> None:
        self.classifier = classifier
        self.seed = seed
        self.found: ChurnClassifier | None = None

    def fit(self, days: int, X: Any, y: Any, **told: Any) -> ContractChurn:
        """Learn from customers of whom it is known what came; calibrated."""
        calibrated = Calibrated(self.found or self.classifier(days), horizon=days, seed=self.seed)
        model = ContractChurn(calibrated, horizon=days, seed=self.seed).fit(X, y, **told)
        self.found = self.found or model.others_.model_.settled()
        return model


class Rule:
    """A rule, which has nothing to look for."""

    def __init__(self, classifier: Callable[[], ChurnClassifier]) -> None:
        self.classifier = classifier

    def fit(self, days: int, X: Any, y: Any, **told: Any) -> ChurnClassifier:  # noqa: ARG002 - the shape of a search
        """Learn from customers of whom it is known what came."""
        return self.classifier().fit(X, y, **told)


class ClassifierCandidate(Estimator):
    """A classifier of features, learnt from all days whose horizon is over.

    Attributes:
        name: code name.
        search: fits the classifier.
    """

    def __init__(self, name: str, search: Search | Rule) -> None:
        self.name = name
        self.search = search

    def learn(self, past: Sequence[Snapshot], now: Snapshot) -> Self:
        """Fit the classifier to the labelled days."""
        import numpy as np
        import pyarrow as pa

        frames = pa.concat_tables([features_of(each.frame) for each in past], promote_options="default")
        left = np.concatenate([each.left for each in past if each.left is not None])
        origin = np.repeat([each.as_of.toordinal() for each in past], [len(each) for each in past])
        weight = np.concatenate([each.weight for each in past])
        self.model_ = self.search.fit(now.days, frames, left, origin=origin, weight=weight)
        return self

    def risk(self, frame: Any) -> "NDArray[np.float64]":
        """Chance of leaving within the horizon."""
        self._check_fitted()
        return self.model_.predict_proba(features_of(frame))[:, 1]

    def contributions(self, frame: Any) -> "tuple[tuple[str, ...], NDArray[np.float64]]":
        """What each feature adds to the log-odds of leaving, as the classifier adds it up."""
        self._check_fitted()
        return tuple(self.model_.feature_names_in_), self.model_.contributions(features_of(frame))


def features_of(frame: "pa.Table") -> "pa.Table":
    """The columns that classifiers learn from: the history of purchase processes says nothing that features do not."""
    return frame.select([name for name in frame.column_names if name not in IDENTITIES])
