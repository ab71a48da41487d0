"""The climb to the top of a likelihood, and its shape there."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vernost.predict.processes.distinct import Floats

Bools = NDArray[np.bool_]
Objective = Callable[[Floats], tuple[float, Floats]]
"""From parameters to the log-likelihood and its gradient."""

REACH = 12.0
"""Parameters are sought within a factor of e to this of where the search starts; beyond lies a flat likelihood."""

_MOST_STEPS = 300
_ENOUGH = 1e-10
"""Steps that gain less, by customer, are left to Newton's."""

_STEP = 1e-4
"""Of the differences that give the curvature."""

_NEAR = 1e-3
"""So near to each other, places have the same curvature."""


@dataclass(frozen=True, slots=True)
class Prior:
    """What is believed of the logarithms of the parameters beforehand: independent normal distributions."""

    mean: Floats
    spread: Floats

    def __call__(self, logs: Floats) -> tuple[float, Floats]:
        """Log-density, without its constant, and its gradient."""
        away = (logs - self.mean) / self.spread
        return -0.5 * float(away @ away), -away / self.spread


@dataclass(frozen=True, slots=True)
class Optimum:
    """The top of a likelihood.

    Attributes:
        logs: logarithms of the parameters there.
        log_likelihood: its height.
        covariance: of the logarithms; zero for parameters at the bound of the search.
        is_at_bound: for each parameter, whether the likelihood still rises (or is flat) where the search ends.
    """

    logs: Floats
    log_likelihood: float
    covariance: Floats
    is_at_bound: Bools


def maximise(
    objective: Objective,
    start: Floats,
    *,
    size: float,
    prior: Prior | None = None,
    lowest: Floats | None = None,
    inverse: Floats | None = None,
) -> Optimum:
    """Climb to the top of a likelihood, in the logarithms of its parameters.

    Quasi-Newton steps come near; Newton's own, by differences of the analytic gradient, polish and leave the curvature
    behind.

    Args:
        objective: log-likelihood and gradient.
        start: parameters to start from.
        size: number of customers, by which the height is divided, so that tolerances mean the same at every size.
        prior: what is believed beforehand.
        lowest: least value of each parameter, where it has one.
        inverse: a guess at the inverse of the curvature, by customer.
    """

    def depth(logs: Floats) -> tuple[float, Floats]:
        values = np.exp(logs)
        height, gradient = objective(values)
        gradient = gradient * values
        if prior:
            belief, pull = prior(logs)
            height, gradient = height + belief, gradient + pull
        return -height / size, -gradient / size

    origin = np.log(start)
    low, high = origin - REACH, origin + REACH
    if lowest is not None:
        low = np.maximum(low, np.log(lowest))
    guess = np.eye(len(origin)) if inverse is None else inverse
    logs, curvature, is_held = _polished(depth, _descended(depth, origin, low, high, guess), low, high, size)
    free = np.ix_(~is_held, ~is_held)
    covariance = np.zeros((len(logs), len(logs)))
    covariance[free] = np.linalg.inv(curvature[free] * size)
    return Optimum(logs, objective(np.exp(logs))[0], covariance, is_held)


def _descended(depth: Objective, logs: Floats, low: Floats, high: Floats, inverse: Floats) -> Floats:
    """Near the bottom, by the steps of Broyden, Fletcher, Goldfarb and Shanno.

    For four parameters this costs less than to load a library for it, whose threads would wait for each other.
    """
    height, gradient = depth(logs)
    for _ in range(_MOST_STEPS):
        inward = np.where(gradient > 0, logs > low, logs < high)
        slope = np.where(inward, gradient, 0.0)
        step = np.where(inward, -inverse @ slope, 0.0)
        if step @ slope >= 0:  # what was learnt of the curvature misleads here
            inverse, step = np.eye(len(logs)), -slope
        step /= max(1.0, np.abs(step).max())
        found = _lower(depth, logs, height, slope, step, low, high)
        if found is None:
            break
        new_logs, new_height, new_gradient = found
        inverse = _learnt(inverse, new_logs - logs, new_gradient - gradient)
        gain = height - new_height
        logs, height, gradient = found
        if gain < _ENOUGH * max(1.0, abs(height)):
            break
    return logs


def _lower(
    depth: Objective, logs: Floats, height: float, slope: Floats, step: Floats, low: Floats, high: Floats
) -> tuple[Floats, float, Floats] | None:
    """A lower place along a step, itself or a part of it; None when there is none but by rounding."""
    for part in 0.5 ** np.arange(30):
        trial = np.clip(logs + part * step, low, high)
        new_height, new_gradient = depth(trial)
        if new_height < height + 1e-4 * min(0.0, slope @ (trial - logs)):
            return trial, new_height, new_gradient
    return None


def _learnt(inverse: Floats, moved: Floats, change: Floats) -> Floats:
    """The inverse of the curvature, given how the gradient changed along a step."""
    along = moved @ change
    if along <= 1e-12:
        return inverse
    turn = np.eye(len(moved)) - np.outer(moved, change) / along
    return turn @ inverse @ turn.T + np.outer(moved, moved) / along


def _polished(depth: Objective, logs: Floats, low: Floats, high: Floats, size: float) -> tuple[Floats, Floats, Bools]:
    """Newton's steps to the very bottom; the curvature there; which parameters are at a bound or on a flat."""
    height, gradient = depth(logs)
    while True:
        curvature = _curvature(depth, logs)
        is_held = _held(curvature * size, (logs - low < _NEAR) | (high - logs < _NEAR))
        slope, step, free = np.where(is_held, 0.0, gradient), np.zeros_like(logs), ~is_held
        step[free] = np.linalg.solve(curvature[np.ix_(free, free)], -gradient[free])
        if np.abs(step).max() < _NEAR:
            return np.clip(logs + step, low, high), curvature, is_held
        found = _lower(depth, logs, height, slope, step, low, high)
        if found is None or height - found[1] < _ENOUGH * max(1.0, abs(height)):
            return logs, curvature, is_held
        logs, height, gradient = found


def _curvature(depth: Objective, logs: Floats) -> Floats:
    """Hessian by central differences of the gradient."""
    rows = [(depth(logs + step)[1] - depth(logs - step)[1]) / (2 * _STEP) for step in _STEP * np.eye(len(logs))]
    return (np.array(rows) + np.array(rows).T) / 2


def _held(information: Floats, is_held: Bools) -> Bools:
    """Parameters that the data do not tell: those at a bound, and those along which the likelihood is flat."""
    is_held = is_held.copy()
    while not is_held.all():
        free = np.flatnonzero(~is_held)
        known, directions = np.linalg.eigh(information[np.ix_(free, free)])
        if known[0] > REACH**-2:  # else the standard error would reach beyond all that was searched
            break
        is_held[free[np.abs(directions[:, 0]).argmax()]] = True
    return is_held
