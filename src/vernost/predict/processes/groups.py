"""A process for each group of customers, each as far from everyone's as the group has to say."""

import copy
from collections.abc import Callable
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from vernost.errors import MissingColumn
from vernost.predict.estimator import Estimator
from vernost.predict.frames import has, names, numbers
from vernost.predict.processes.distinct import Floats
from vernost.predict.processes.histories import Histories
from vernost.predict.processes.maximum import Optimum, Prior
from vernost.predict.processes.process import PurchaseProcess

_WIDE = 1.0
"""Spread of the logarithms of parameters over groups that is taken at first: parameters differ by a factor of e."""

_ROUNDS = 300


class GroupedProcess(Estimator):
    """A purchase process by channel, first product or another attribute, drawn towards everyone's parameters.

    How far groups differ is learnt from the groups themselves (empirical Bayes): where they are alike, or a group is
    small, it gets everyone's parameters; a large group that differs gets its own. Customers of a group not seen before,
    or of none, are forecast as everyone.

    Attributes:
        process: the process that is fitted to each group; it is not changed.
        group: column of the frame that names the group.
        pooled_: the process of everyone.
        groups_: the process of each group.
        spread_: standard deviation of the logarithm of each parameter over groups.
    """

    def __init__(self, process: PurchaseProcess, *, group: str) -> None:
        self.process = process
        self.group = group

    def fit(self, frame: Any) -> Self:
        """Learn everyone's parameters, how far groups differ, and the parameters of each."""
        of_row = self._groups(frame)
        self.pooled_ = copy.copy(self.process).fit(frame)
        columns = _columns(frame)
        known = sorted({group for group in of_row if _is_named(group)}, key=str)
        parts = {group: Histories.of(_rows(columns, of_row == group)) for group in known}
        parts = {group: part for group, part in parts.items() if part.count > 0}
        spread = self._learn_spread(list(parts.values()))
        self.spread_ = dict(zip(self.pooled_.params_, spread.tolist(), strict=True))
        self.groups_ = {group: self._drawn(part, spread) for group, part in parts.items()}
        return self

    def probability_alive(self, frame: Any) -> Floats:
        """Chance that each customer has not left."""
        return self._asked(frame, lambda process, part: process.probability_alive(part))

    def expected_purchases(self, frame: Any, horizon: float) -> Floats:
        """Expected purchases of each customer within the horizon."""
        return self._asked(frame, lambda process, part: process.expected_purchases(part, horizon))

    def probability_silent(self, frame: Any, horizon: float) -> Floats:
        """Chance that each customer does not buy within the horizon."""
        return self._asked(frame, lambda process, part: process.probability_silent(part, horizon))

    def purchase_probabilities(self, frame: Any, horizon: float, most: int) -> Floats:
        """Chances of 0, 1 ... ``most`` purchases within the horizon."""
        return self._asked(frame, lambda process, part: process.purchase_probabilities(part, horizon, most))

    def purchase_interval(self, frame: Any, horizon: float, level: float = 0.8) -> tuple[Floats, Floats]:
        """Least and greatest number of purchases within the horizon, as they come so many times of hundred."""

        def ends(process: PurchaseProcess, part: Any) -> Floats:
            return np.column_stack(process.purchase_interval(part, horizon, level))

        both = self._asked(frame, ends)
        return both[:, 0], both[:, 1]

    def discounted_purchases(self, frame: Any, rate: float, horizon: float | None = None) -> Floats:
        """Expected purchases of each customer, later ones counting less."""
        return self._asked(frame, lambda process, part: process.discounted_purchases(part, rate, horizon))

    # -- how it is put together ------------------------------------------------------------------------------------

    def _groups(self, frame: Any) -> "NDArray[np.object_]":
        if not has(frame, self.group):
            raise MissingColumn("The frame", self.group, names(frame))
        column = frame[self.group]
        values = column.to_pylist() if hasattr(column, "to_pylist") else list(column)
        of_row = np.empty(len(values), dtype=object)
        of_row[:] = values
        return of_row

    def _asked(self, frame: Any, ask: Callable[[PurchaseProcess, Any], Floats]) -> Floats:
        self._check_fitted()
        of_row, columns = self._groups(frame), _columns(frame)
        if not len(of_row):
            return ask(self.pooled_, columns)
        place = {group: number for number, group in enumerate(self.groups_, start=1)}
        number = np.array([place.get(group, 0) if _is_named(group) else 0 for group in of_row])
        processes = [self.pooled_, *self.groups_.values()]
        there = np.unique(number)
        told = [ask(processes[each], _rows(columns, number == each)) for each in there]
        answer = np.empty((len(of_row), *told[0].shape[1:]))
        for each, part in zip(there, told, strict=True):
            answer[number == each] = part
        return answer

    def _drawn(self, part: Histories, spread: Floats) -> PurchaseProcess:
        """The process of a group, given how far groups differ."""
        center = self.pooled_._optimum.logs  # noqa: SLF001 - a group's process is one of its kind
        prior = Prior(center, np.maximum(spread, 1e-4))
        return copy.copy(self.process)._learn(part, prior=prior, start=np.exp(center))  # noqa: SLF001

    def _learn_spread(self, parts: list[Histories]) -> Floats:
        wide = np.full(len(self.pooled_.params_), _WIDE)
        drawn = [self._drawn(part, wide)._optimum for part in parts]  # noqa: SLF001
        return _spread_of(self.pooled_._optimum.logs, drawn, wide)  # noqa: SLF001


def _spread_of(center: Floats, drawn: list[Optimum], wide: Floats) -> Floats:
    """How far groups differ, by expectation and maximisation, each group's likelihood taken for a normal density.

    Source: B. Carlin, T. Louis (2009), Bayesian Methods for Data Analysis, chapter 5.
    """
    belief = np.diag(wide**-2.0)
    own = [_positive(np.linalg.pinv(optimum.covariance) - belief) for optimum in drawn]
    pulls = [(precision + belief) @ (optimum.logs - center) for precision, optimum in zip(own, drawn, strict=True)]
    variance = wide**2.0
    for _ in range(_ROUNDS):
        posterior = [np.linalg.inv(precision + np.diag(1 / variance)) for precision in own]
        away = [covariance @ pull for covariance, pull in zip(posterior, pulls, strict=True)]
        squares = [step**2 + np.diag(covariance) for step, covariance in zip(away, posterior, strict=True)]
        variance = np.maximum(np.mean(squares, axis=0), 1e-8)
    return np.sqrt(variance)


def _positive(precision: Floats) -> Floats:
    """A precision without the directions in which it is, by rounding or a crooked likelihood, below 0."""
    known, directions = np.linalg.eigh(precision)
    return (directions * np.maximum(known, 0)) @ directions.T


def _is_named(group: Any) -> bool:
    """Whether a cell names a group: neither empty nor NaN."""
    return group is not None and group == group


def _columns(frame: Any) -> dict[str, Floats]:
    wanted = ("frequency", "recency", "T", "weight")
    return {name: numbers(frame, name) for name in wanted if name != "weight" or has(frame, name)}


def _rows(columns: dict[str, Floats], chosen: "NDArray[np.bool_]") -> dict[str, Floats]:
    return {name: column[chosen] for name, column in columns.items()}
