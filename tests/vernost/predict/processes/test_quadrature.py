"""Sums that stand for integrals."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import gamma, hyp2f1

from vernost.predict.processes import quadrature
from vernost.predict.processes.departure import departures


@pytest.mark.parametrize("power", [0.0, 0.3, 2.0, 6.0])
def test_the_half_line_gives_the_gamma_function(power: float) -> None:
    points, weights = quadrature.half_line()

    assert weights @ (points**power * np.exp(-points)) == pytest.approx(gamma(power + 1), rel=1e-8)


def test_an_interval_gives_a_logarithm() -> None:
    points, weights = quadrature.interval(1000, scale=0.1)

    assert weights @ (1 / (0.1 + points)) == pytest.approx(np.log(1000.1 / 0.1), rel=1e-12)


@pytest.mark.parametrize(("a", "b"), [(0.01, 0.02), (0.5, 0.5), (1.0, 1.0), (0.8, 2.4), (3.0, 900.0), (0.5, 0.50001)])
def test_means_under_a_beta_distribution(a: float, b: float) -> None:
    points, weights = quadrature.beta_mean(a, np.array([b, b + 7]), 12)

    for row, second in enumerate((b, b + 7)):
        assert weights[row].sum() == pytest.approx(1)
        assert weights[row] @ points[row] == pytest.approx(a / (a + second))
        variance = a * second / ((a + second) ** 2 * (a + second + 1))
        assert weights[row] @ points[row] ** 2 == pytest.approx(variance + (a / (a + second)) ** 2)


@pytest.mark.parametrize("x", [0, 3, 40])
@pytest.mark.parametrize(("alpha", "beta"), [(10.6, 11.7), (11.7, 10.6), (5.0, 5.0), (200.0, 1.0), (0.5, 300.0)])
@pytest.mark.parametrize("t", [0.0, 20.0])
def test_departures_are_the_hypergeometric_function(alpha: float, beta: float, x: int, t: float) -> None:
    r, s = 0.55, 0.6
    large, power = max(alpha, beta), s + 1 if alpha >= beta else r + x
    z = abs(alpha - beta) / (large + t)
    known = hyp2f1(r + s + x, power, r + s + x + 1, z)
    height = np.log(known) - (r + s + x) * np.log(large + t) - np.log(r + s + x)

    ours = departures(np.array([r, alpha, s, beta]), np.array([float(x)]), np.array([t]))

    assert ours.height == pytest.approx([height], rel=1e-10)


@pytest.mark.parametrize(("alpha", "beta"), [(10.6, 11.7), (200.0, 1.0), (0.5, 300.0)])
def test_departures_of_heavy_buyers_are_the_integral(alpha: float, beta: float) -> None:
    r, s, x, t = 0.55, 0.6, 800.0, 30.0

    def relative(u: float) -> float:
        """The integrand over its value at t, with u on the scale on which it falls."""
        step = u * (alpha + t) / (r + x)
        return float(np.exp(-(r + x) * np.log1p(step / (alpha + t)) - (s + 1) * np.log1p(step / (beta + t))))

    whole = quad(relative, 0, 200, epsabs=0, epsrel=1e-11, limit=500)[0]
    height = np.log(whole * (alpha + t) / (r + x)) - (r + x) * np.log(alpha + t) - (s + 1) * np.log(beta + t)

    ours = departures(np.array([r, alpha, s, beta]), np.array([x]), np.array([t]))

    assert ours.height == pytest.approx([height], rel=1e-11)
