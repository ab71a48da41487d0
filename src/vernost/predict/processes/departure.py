"""The integral behind Pareto/NBD: purchases that stop because a customer left at some moment after a given one.

From t on, of (alpha + u)^-(r + x) (beta + u)^-(s + 1). It is a Gaussian hypergeometric function, whose library
routines fail for customers with hundreds of purchases; summed over positive points it cannot.
"""

from dataclasses import dataclass

import numpy as np

from vernost.predict.processes import quadrature
from vernost.predict.processes.distinct import Floats

_BLOCK = 2048


@dataclass(frozen=True, slots=True)
class LogIntegral:
    """Logarithm of the integral for each pair, and its gradient: a row for each parameter."""

    height: Floats
    gradient: Floats


def departures(values: Floats, purchases: Floats, time: Floats) -> LogIntegral:
    """The integral for pairs of purchases x and moment t.

    Args:
        values: r, alpha, s, beta.
        purchases: x of each pair.
        time: t of each pair.
    """
    r, alpha, s, beta = values
    large, small = max(alpha, beta), min(alpha, beta)
    power = s + 1 if alpha >= beta else r + purchases  # of the factor that falls fastest
    decay = r + s + purchases
    steepness = decay + power * (large - small) / (small + time)
    points, weights = quadrature.half_line(float((steepness / decay).max(initial=1.0)))
    height, gradient = np.empty_like(time), np.empty((4, len(time)))
    for begin in range(0, len(time), _BLOCK):
        part = slice(begin, begin + _BLOCK)
        sums = _summed(values, purchases[part], time[part], points / steepness[part, None], weights)
        height[part] = sums[0] - np.log(steepness[part])
        gradient[:, part] = sums[1:]
    return LogIntegral(height, gradient)


def _summed(values: Floats, purchases: Floats, time: Floats, rise: Floats, weights: Floats) -> Floats:
    """Logarithm and gradient, where ``rise`` is log((large + u) / (large + t)) at the points u."""
    r, alpha, s, beta = values
    large, small = max(alpha, beta), min(alpha, beta)
    fallen = np.expm1(-rise)
    near = (small + time)[:, None] - (large - small) * fallen
    shrunk = 1 + fallen
    log_far = np.log(large + time)[:, None] + rise
    log_near = np.log(near) + rise
    far_inverse, near_inverse = shrunk / (large + time)[:, None], shrunk / near
    is_far = alpha >= beta
    log_time, log_calm = (log_far, log_near) if is_far else (log_near, log_far)
    time_inverse, calm_inverse = (far_inverse, near_inverse) if is_far else (near_inverse, far_inverse)
    logs = log_far - (r + purchases)[:, None] * log_time - (s + 1) * log_calm
    top = logs.max(axis=1)
    terms = weights * np.exp(logs - top[:, None])
    total = terms.sum(axis=1)
    log_time, time_inverse, log_calm, calm_inverse = (
        np.einsum("ij,ij->i", terms, part) / total for part in (log_time, time_inverse, log_calm, calm_inverse)
    )
    slopes = (-log_time, -(r + purchases) * time_inverse, -log_calm, -(s + 1) * calm_inverse)
    return np.array([top + np.log(total), *slopes])
