"""Models of contracts as candidates: how long customers stay, given how long they have stayed."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

from vernost.predict.contracts import ShiftedBetaGeometric, WeibullRegression, renewal_interval, renewals_of
from vernost.predict.contracts.intervals import renewals_within
from vernost.predict.estimator import Estimator
from vernost.predict.frames import numbers
from vernost.predict.snapshot import Snapshot, covariates_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class RenewalCandidate(Estimator):
    """The shifted-beta-geometric model: customers can leave when their contract comes up for renewal."""

    name = "renewals"

    def learn(self, past: Sequence[Snapshot], now: Snapshot) -> Self:  # noqa: ARG002 - needs no labels
        """Fit the model to everyone who was ever under contract by ``now``."""
        assert now.population is not None  # noqa: S101 - contracts have lives
        lives = now.population()
        self.interval_ = renewal_interval(lives)
        self.model_ = ShiftedBetaGeometric().fit(renewals_of(lives, interval_days=self.interval_))
        self.days_ = now.days
        return self

    def risk(self, frame: Any) -> "NDArray[np.float64]":
        """Chance of leaving at one of the renewals within the horizon."""
        self._check_fitted()
        return self._leaving(numbers(frame, "duration"))

    def contributions(self, frame: Any) -> "tuple[tuple[str, ...], NDArray[np.float64]]":
        """All that tells customers apart is how long they have stayed; the base is a customer at the mean."""
        import numpy as np

        from vernost.predict.candidates.process import log_odds

        stayed = numbers(frame, "duration")
        told = log_odds(self._leaving(stayed))
        base = float(told.mean()) if len(told) else 0.0
        return ("contract_tenure",), np.column_stack([told - base, np.full_like(told, base)])

    def _leaving(self, stayed: "NDArray[np.float64]") -> "NDArray[np.float64]":
        import numpy as np

        lives = {"duration": stayed}
        ahead = renewals_within(lives, self.days_, interval_days=self.interval_)
        made = np.floor(stayed / self.interval_)
        return self.model_.probability_of_leaving({"T": made + 1}, ahead, since=made)


class LifetimeCandidate(Estimator):
    """Weibull's regression of how long customers stay on what was known when they came."""

    name = "lifetimes"

    def learn(self, past: Sequence[Snapshot], now: Snapshot) -> Self:  # noqa: ARG002 - needs no labels
        """Fit the model to everyone who was ever under contract by ``now``."""
        assert now.population is not None  # noqa: S101 - contracts have lives
        lives = now.population()
        self.model_ = WeibullRegression(covariates=covariates_of(lives)).fit(lives)
        self.days_ = now.days
        return self

    def risk(self, frame: Any) -> "NDArray[np.float64]":
        """Chance of leaving within the horizon, having stayed so far."""
        self._check_fitted()
        return self.model_.probability_of_leaving(frame, self.days_)

    def contributions(self, frame: Any) -> "tuple[tuple[str, ...], NDArray[np.float64]]":
        """What each attribute adds to the log hazard, then what the time stayed does; for small risks, to log-odds."""
        import numpy as np

        from vernost.predict.candidates.process import log_odds

        names, parts = self.model_.contributions(frame)
        told = log_odds(self.risk(frame))
        base = float(told.mean()) if len(told) else 0.0
        rest = told - base - parts.sum(axis=1)
        return (*names, "contract_tenure"), np.column_stack([parts, rest, np.full_like(told, base)])
