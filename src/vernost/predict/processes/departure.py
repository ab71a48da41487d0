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
    """Logarithm and gradient, where ``rise`` is log((large + u) / (large + t)) at the points."""
    r, alpha, s, beta = values
    large, small = max(alpha, beta), min(alpha, beta)
    later = np.log(large + time)[:, None] + rise
    nearer = later + np.log((small + time)[:, None] - (large - small) * np.expm1(-rise)) - np.log(large + time)[:, None]
    log_time, log_calm = (later, nearer) if alpha >= beta else (nearer, later)
    logs = later - (r + purchases)[:, None] * log_time - (s + 1) * log_calm
    top = logs.max(axis=1, keepdims=True)
    terms = weights * np.exp(logs - top)
    total = terms.sum(axis=1)
    terms /= total[:, None]
    return np.array(
        [
            top[:, 0] + np.log(total),
            -np.einsum("ij,ij->i", terms, log_time),
            -(r + purchases) * np.einsum("ij,ij->i", terms, np.exp(-log_time)),
            -np.einsum("ij,ij->i", terms, log_calm),
            -(s + 1) * np.einsum("ij,ij->i", terms, np.exp(-log_calm)),
        ]
    )
