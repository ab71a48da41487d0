"""How sure differences are: the interval covers what it says, and customers are drawn whole."""

import numpy as np
import pytest

from vernost.errors import InvalidValue
from vernost.predict.evaluate import Difference, brier, log_loss, paired_bootstrap

CHANCE = np.random.default_rng(11)
Y = CHANCE.integers(0, 2, 400)
P = np.where(Y == 1, 0.6, 0.4)
Q = np.where(Y == 1, 0.55, 0.45)


def test_the_estimate_is_the_difference_on_all_customers() -> None:
    found = paired_bootstrap(Y, P, Q, log_loss, seed=1, draws=50)

    assert found.estimate == pytest.approx(np.log(0.6) - np.log(0.55))
    assert found.is_clear


def test_the_same_model_twice_differs_by_nothing() -> None:
    assert paired_bootstrap(Y, P, P, brier, seed=1, draws=50) == Difference(0.0, 0.0, 0.0)
    assert not Difference(0.0, 0.0, 0.0).is_clear


def test_the_seed_decides_the_draws() -> None:
    noisy = np.clip(P + CHANCE.normal(0, 0.2, len(P)), 0.01, 0.99)
    first, again, other = (paired_bootstrap(Y, P, noisy, brier, seed=seed, draws=50) for seed in (1, 1, 2))

    assert first == again != other


def test_intervals_cover_the_true_difference_as_often_as_they_say() -> None:
    covered = 0
    for seed in range(200):
        chance = np.random.default_rng(seed)
        y = chance.random(100) < 0.5
        p, q = np.full(100, 0.5), np.full(100, 0.6)  # true difference of Brier scores: 0.01
        found = paired_bootstrap(y, p, q, brier, seed=seed, draws=200)
        covered += found.low <= 0.01 <= found.high

    assert 0.90 <= covered / 200 <= 0.98


def test_customers_are_drawn_with_all_their_rows() -> None:
    noisy = np.clip(P + CHANCE.normal(0, 0.2, len(P)), 0.01, 0.99)
    rows = np.tile(np.arange(len(Y)), 4)
    plain = paired_bootstrap(Y, P, noisy, brier, seed=1, draws=200)
    copied = paired_bootstrap(Y[rows], P[rows], noisy[rows], brier, customer=rows, seed=1, draws=200)
    as_if_alone = paired_bootstrap(Y[rows], P[rows], noisy[rows], brier, seed=1, draws=200)

    assert (copied.low, copied.high) == pytest.approx((plain.low, plain.high))
    assert as_if_alone.high - as_if_alone.low < 0.7 * (copied.high - copied.low)


def test_a_customer_is_named_for_each_row() -> None:
    with pytest.raises(InvalidValue, match="customer has 2 values, y has 400"):
        paired_bootstrap(Y, P, Q, brier, seed=1, customer=["ann", "bob"])
