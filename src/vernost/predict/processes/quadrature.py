"""Integrals as weighted sums, exact to many digits for the smooth functions of this package."""

import numpy as np

from vernost.predict.processes.distinct import Floats

_LOWEST = 3.3
"""Where the sum starts: there u is 1e-13."""

_STEP = 0.25
_DIGITS = 30.0
"""What is exp(-30) times smaller than the rest is left out: thirteen digits are enough."""


def half_line(stretch: float = 1.0) -> tuple[Floats, Floats]:
    """Points and weights for the integral over u > 0 of what falls at least like exp(-u / stretch).

    Double exponential: points lie ever denser towards 0, so peaks there of any width are seen.
    Source: H. Takahasi, M. Mori (1974), Double exponential formulas for numerical integration.
    """
    steps = np.arange(-_LOWEST, np.log(_DIGITS * stretch) + _STEP, _STEP)
    points = np.exp(steps - np.exp(-steps))
    return points, _STEP * points * (1 + np.exp(-steps))


def interval(high: float, scale: float, count: int = 48) -> tuple[Floats, Floats]:
    """Points and weights for the integral from 0 to ``high`` of what changes on a scale: Gauss on its logarithm."""
    nodes, weights = np.polynomial.legendre.leggauss(count)
    reach = np.log1p(high / scale) / 2
    points = scale * np.expm1(reach * (1 + nodes))
    return points, weights * reach * (points + scale)


def beta_mean(a: float, b: Floats, count: int) -> tuple[Floats, Floats]:
    """Points and weights for the mean under beta distributions (a, b): a row for each b.

    Gauss-Jacobi, by the eigenvalues of the three-term recurrence.
    Source: G. Golub, J. Welsch (1969), Calculation of Gauss quadrature rules.
    """
    low, high, n = a - 1, b[:, None] - 1, np.arange(1, count)
    twice = 2 * n + low + high
    first = (low - high) / (low + high + 2)
    diagonal = np.hstack((first, (low**2 - high**2) / (twice * (twice + 2))))
    # For n = 1 the factor n + low + high cancels against twice - 1; written out, it may be 0 / 0.
    shared = np.where(n == 1, 1.0, (n + low + high) / np.where(n == 1, 1.0, twice - 1))
    beside = 2 * np.sqrt(n * (n + low) * (n + high) * shared / (twice + 1)) / twice
    matrix = np.zeros((len(b), count, count))
    rows = np.arange(count)
    matrix[:, rows, rows] = diagonal
    matrix[:, rows[1:], rows[:-1]] = beside  # the lower triangle is all that is read
    points, vectors = np.linalg.eigh(matrix)
    return np.clip((1 + points) / 2, 1e-300, 1.0), vectors[:, 0, :] ** 2
