"""Maximum likelihood: the parameters under which what was seen is most probable, and how sure they are."""

from statistics import NormalDist
from typing import ClassVar, Self

import numpy as np

from vernost.errors import InvalidValue
from vernost.predict.estimator import Estimator
from vernost.predict.processes.distinct import Floats
from vernost.predict.processes.maximum import Optimum


class MaximumLikelihood(Estimator):
    """A model learnt by maximum likelihood.

    Attributes:
        params_: parameters by the letters of the papers.
        standard_errors_: their standard errors; NaN where the data do not tell.
        covariance_: their covariance, in the sequence of ``params_``.
        log_likelihood_: log-likelihood at the parameters.
        is_at_bound_: whether the data leave a parameter open, as the likelihood is flat or rises to where the search
            ends.
    """

    _letters: ClassVar[tuple[str, ...]]

    params_: dict[str, float]
    log_likelihood_: float

    def _adopt(self, optimum: Optimum) -> Self:
        values = np.exp(optimum.logs)
        self._optimum = optimum
        self.params_ = dict(zip(self._letters, values.tolist(), strict=True))
        self.log_likelihood_ = optimum.log_likelihood
        self.covariance_ = optimum.covariance * np.outer(values, values)
        errors = np.where(optimum.is_at_bound, np.nan, np.sqrt(np.diag(self.covariance_)))
        self.standard_errors_ = dict(zip(self._letters, errors.tolist(), strict=True))
        self.is_at_bound_ = bool(optimum.is_at_bound.any())
        return self

    @property
    def _values(self) -> Floats:
        self._check_fitted()
        return np.exp(self._optimum.logs)

    def interval(self, level: float = 0.95) -> dict[str, tuple[float, float]]:
        """Where the parameters lie, so many times of hundred; made on the scale of logarithms, so never below 0."""
        self._check_fitted()
        check_level(level)
        reach = NormalDist().inv_cdf((1 + level) / 2) * np.sqrt(np.diag(self._optimum.covariance))
        reach = np.where(self._optimum.is_at_bound, np.inf, reach)
        low, high = np.exp(self._optimum.logs - reach), np.exp(self._optimum.logs + reach)
        return dict(zip(self._letters, zip(low.tolist(), high.tolist(), strict=True), strict=True))

    def _neighbours(self) -> list[Floats]:
        """Parameters around the learnt ones, whose mean and covariance are those of the estimate.

        An average over them carries the uncertainty of the parameters without chance.
        Source: S. Julier, J. Uhlmann (2004), Unscented filtering and nonlinear estimation.
        """
        self._check_fitted()
        known, directions = np.linalg.eigh(self._optimum.covariance)
        steps = directions * np.sqrt(np.maximum(known, 0) * len(known))
        return [np.exp(self._optimum.logs + sign * step) for step in steps.T for sign in (1, -1)]


def check_level(level: float) -> float:
    """Refuse a level of an interval outside 0 and 1."""
    if not 0 < level < 1:
        raise InvalidValue("level is {level}, must be between 0 and 1, such as 0.8.", level=level)
    return level
