"""Who stays longer, and why: hazards that are the same for all but for a factor explained by covariates."""

import warnings
from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import ArrayLike

from vernost.errors import InvalidValue, VernostError
from vernost.predict.contracts.covariates import Covariates
from vernost.predict.contracts.lives import Floats, Lives
from vernost.predict.contracts.remaining import Remaining, checked_until
from vernost.predict.contracts.step_hazard import StepHazard

if TYPE_CHECKING:
    import pandas as pd

PENALTY = 0.01
"""Ridge by default: weighs nothing against thousands of customers, and keeps coefficients finite for a few dozen."""

_CELLS = 128
"""Cells into which the time ahead is cut for its mean; the error is some 1/1000 of one of them."""


_FAILURES = ("failed to converge", "suspiciously close to 0")
"""What lifelines says in warnings, not in errors, when it gives up."""


class NoConvergence(VernostError):
    """A regression finds no coefficients that fit best."""

    def __init__(self, model: str) -> None:
        super().__init__(
            "{model} found no coefficients that fit best: some column may tell who leaves all but surely. "
            "Leave that column out, or raise the penalty.",
            model=model,
        )


class ProportionalHazards(Remaining):
    """A regression of how long customers stay on what is known of them.

    It learns from ``duration``, ``event`` and, where there are, ``weight`` and ``entry``, as `KaplanMeier` does, and
    from the covariates: numbers as they are, text as categories. Where a covariate is missing, or has a value that was
    rare or never seen, it explains nothing.

    Attributes:
        covariates: columns that may explain; by default all others but ``customer_id``.
        penalty: ridge on the standardised coefficients, by which they shrink.
        coefficients_: what one unit of a term (a column, or 'column=value') adds to the logarithm of the hazard.
        dropped_: terms that were not learnt from: 'constant', or 'collinear' with those before them.
        log_likelihood_: the height of what was maximised, the penalty taken off (Cox: partial).
    """

    def __init__(self, *, covariates: Sequence[str] | None = None, penalty: float = PENALTY) -> None:
        self.covariates = covariates
        self.penalty = penalty

    def fit(self, frame: Any) -> Self:
        """Learn from one row a customer."""
        if not self.penalty >= 0:
            raise InvalidValue("{name} is {value}, must not be below 0.", name="penalty", value=self.penalty)
        lives = Lives.read(frame)
        if len(np.unique(lives.duration)) < 2:
            raise InvalidValue("All durations are the same, so nothing can explain them. Give customers of other ages.")
        self._terms, standard = Covariates.learn(frame, self.covariates)
        self._effects = self._converged(_table(lives, standard))
        names = [str(term) for term in self._terms.terms]
        self.coefficients_ = dict(zip(names, (self._effects / self._terms.spread).tolist(), strict=True))
        self.dropped_ = dict(self._terms.dropped)
        return self

    def survival(self, frame: Any, horizon: ArrayLike, *, since: ArrayLike | None = None) -> Floats:
        """Chance that customers who are still here stay for the horizon.

        Args:
            frame: one row a customer, with the covariates.
            horizon: how far to look ahead, one for all or one a customer.
            since: how long each has stayed so far; by default the ``duration`` of the frame.
        """
        return np.exp(-self._hazard_ahead(frame, horizon, since))

    def expected_remaining(self, frame: Any, until: float, *, since: ArrayLike | None = None) -> Floats:
        """Mean further time of customers who are still here, of which no more than ``until`` is counted.

        Args:
            frame: one row a customer, with the covariates.
            until: the most further time to count.
            since: how long each has stayed so far; by default the ``duration`` of the frame.
        """
        stayed, risk = self._stayed(frame, since), self._risk(frame)
        now, width, total = self._hazard(stayed), checked_until(until) / _CELLS, np.zeros_like(risk)
        for cell in range(_CELLS):
            total += np.exp(-risk * (self._hazard(stayed + (cell + 0.5) * width) - now))
        return width * total

    def contributions(self, frame: Any) -> tuple[tuple[str, ...], Floats]:
        """Names of the columns, and what each adds to the logarithm of a customer's hazard against the mean customer.

        They add up to the whole: the risk is ``exp`` of their sum times that of the mean customer.
        """
        self._check_fitted()
        return self._terms.columns, self._terms.by_column(self._terms.standardised(frame) * self._effects)

    def _risk(self, frame: Any) -> Floats:
        return np.exp(self._terms.standardised(frame) @ self._effects)

    def _converged(self, table: "pd.DataFrame") -> Floats:
        """The effects, or an error when lifelines has a doubt whether they are those that fit best."""
        from lifelines.exceptions import ConvergenceError

        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            try:
                effects = self._learnt(table)
            except ConvergenceError as error:
                raise NoConvergence(type(self).__name__) from error
        has_failed = any(sign in str(warning.message) for warning in told for sign in _FAILURES)
        if has_failed or not np.isfinite(effects).all():
            raise NoConvergence(type(self).__name__)
        return effects

    @abstractmethod
    def _learnt(self, table: "pd.DataFrame") -> Floats:
        """Fit by lifelines, keep the common hazard, give the effects of the standardised terms on the log hazard."""


class CoxRegression(ProportionalHazards):
    """Cox's proportional hazards: the common hazard is whatever was seen (Efron's ties, Breslow's hazard).

    Beyond the longest time seen it takes the average hazard for granted.

    >>> random = np.random.default_rng(1)
    >>> price = random.uniform(0, 2, 400)
    >>> frame = {"duration": random.exponential(100 / np.exp(price)), "event": np.ones(400), "price": price}
    >>> CoxRegression().fit(frame).coefficients_["price"] > 0.5
    True
    """

    def _learnt(self, table: "pd.DataFrame") -> Floats:
        from lifelines import CoxPHFitter

        cox = CoxPHFitter(penalizer=self.penalty).fit(table, **_columns(table))
        hazard = cox.baseline_cumulative_hazard_.iloc[:, 0]
        self._steps = StepHazard(hazard.index.to_numpy(np.float64), hazard.to_numpy(np.float64))
        self.log_likelihood_ = float(cox.log_likelihood_)
        return cox.params_.to_numpy(np.float64)

    def _hazard(self, times: ArrayLike) -> Floats:
        return self._steps.at(times)

    def _reaches(self, levels: ArrayLike) -> Floats:
        return self._steps.reaches(levels)


class WeibullRegression(ProportionalHazards):
    """Weibull's accelerated life: time itself runs faster for some, and the hazard rises or falls as a power of time.

    Attributes:
        shape_: above 1 the hazard rises with the time stayed, below 1 it falls.
        scale_: the time that 37 % of mean customers outstay.

    >>> random = np.random.default_rng(1)
    >>> frame = {"duration": random.weibull(2, 400) * 100, "event": np.ones(400), "luck": random.normal(size=400)}
    >>> model = WeibullRegression().fit(frame)
    >>> round(model.shape_), round(model.scale_, -1)
    (2, 100.0)
    """

    def _learnt(self, table: "pd.DataFrame") -> Floats:
        from lifelines import WeibullAFTFitter

        # The likelihood has no place for what lasts no time at all: it lasts half of the shortest time seen.
        duration = table["duration"]
        duration = duration.mask(duration == 0, duration[duration > 0].min() / 2)
        unit = duration.mean()
        scaled = table.assign(duration=duration / unit)
        if "entry" in table:
            scaled["entry"] = table["entry"] / unit
        weibull = WeibullAFTFitter(penalizer=self.penalty).fit(scaled, **_columns(scaled))
        lengths = weibull.params_["lambda_"]
        self.shape_ = float(np.exp(weibull.params_["rho_"]["Intercept"]))
        self.scale_ = float(np.exp(lengths["Intercept"]) * unit)
        ended = table["event"] @ (table["weight"] if "weight" in table else np.ones(len(table)))
        self.log_likelihood_ = float(weibull.log_likelihood_ - ended * np.log(unit))
        return -self.shape_ * lengths.drop("Intercept").to_numpy(np.float64)

    def _hazard(self, times: ArrayLike) -> Floats:
        return (np.asarray(times, dtype=np.float64) / self.scale_) ** self.shape_

    def _reaches(self, levels: ArrayLike) -> Floats:
        return self.scale_ * np.asarray(levels, dtype=np.float64) ** (1 / self.shape_)


def _table(lives: Lives, standard: Floats) -> "pd.DataFrame":
    """What lifelines fits: the terms under names of its liking, whatever the columns are called."""
    import pandas as pd

    table = pd.DataFrame(standard, columns=[f"x{place:04}" for place in range(standard.shape[1])])
    given = {"duration": lives.duration, "event": lives.event, "weight": lives.weight, "entry": lives.entry}
    return table.assign(**{name: values for name, values in given.items() if values is not None})


def _columns(table: "pd.DataFrame") -> dict[str, str]:
    """How lifelines is told which column is what."""
    names = {"duration_col": "duration", "event_col": "event", "weights_col": "weight", "entry_col": "entry"}
    return {option: name for option, name in names.items() if name in table}
