"""Metrics of chances: counted by hand, and as scikit-learn counts them."""

from collections.abc import Callable
from math import isnan, log
from time import process_time
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as reference

from vernost.errors import InvalidValue
from vernost.predict.evaluate import auc, brier, brier_parts, calibration_line, ece, log_loss, pr_auc

METRICS = {"auc": auc, "pr_auc": pr_auc, "log_loss": log_loss, "brier": brier, "ece": ece}
OF_SKLEARN = {
    "auc": reference.roc_auc_score,
    "pr_auc": reference.average_precision_score,
    "log_loss": reference.log_loss,
    "brier": reference.brier_score_loss,
}
TOLD = st.lists(st.tuples(st.sampled_from([0, 1]), st.sampled_from([0.0, 0.1, 0.1, 0.5, 0.7, 1.0])), min_size=2)


@pytest.mark.parametrize(
    ("metric", "y", "p", "expected"),
    [
        pytest.param(auc, [0, 0, 1, 1], [0.1, 0.2, 0.3, 0.4], 1.0, id="auc: each who left is above each who stayed"),
        pytest.param(auc, [1, 0], [0.2, 0.9], 0.0, id="auc: turned round"),
        pytest.param(auc, [0, 1, 0, 1], [0.5, 0.5, 0.5, 0.5], 0.5, id="auc: all tied"),
        pytest.param(auc, [0, 1, 0, 1], [0.1, 0.5, 0.5, 0.9], 3.5 / 4, id="auc: one pair of four tied"),
        pytest.param(pr_auc, [1, 0, 1], [0.9, 0.8, 0.7], (1 + 2 / 3) / 2, id="pr_auc: found first and third"),
        pytest.param(pr_auc, [1, 0], [0.5, 0.5], 0.5, id="pr_auc: tied, called together"),
        pytest.param(log_loss, [1, 0], [0.8, 0.4], -(log(0.8) + log(0.6)) / 2, id="log_loss: two surprises"),
        pytest.param(log_loss, [1], [0.0], -log(1e-15), id="log_loss: sure and wrong costs much, not everything"),
        pytest.param(brier, [1, 0], [0.8, 0.4], (0.04 + 0.16) / 2, id="brier: two squares"),
        pytest.param(ece, [1, 0, 1, 1], [0.4, 0.4, 0.9, 0.9], 0.1, id="ece: both groups off by a tenth"),
    ],
)
def test_a_metric_is_what_a_person_counts(metric: Any, y: list[int], p: list[float], expected: float) -> None:
    assert metric(y, p) == pytest.approx(expected)


@pytest.mark.parametrize("name", OF_SKLEARN)
@pytest.mark.parametrize("is_weighted", [False, True], ids=["equal", "weighted"])
@pytest.mark.parametrize("decimals", [1, 12], ids=["many ties", "no ties"])
def test_a_metric_agrees_with_scikit_learn(name: str, is_weighted: bool, decimals: int) -> None:
    chance = np.random.default_rng(3)
    y, p = chance.integers(0, 2, 500), chance.random(500).round(decimals)
    weight = chance.integers(1, 5, 500).astype(float) if is_weighted else None
    p = np.clip(p, 0.01, 0.99)

    expected = OF_SKLEARN[name](y, p, sample_weight=weight)

    assert METRICS[name](y, p, weight) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
@given(told=TOLD, seed=st.integers(0, 9))
@settings(max_examples=25, deadline=None)
def test_row_order_does_not_matter(metric: Any, told: list[tuple[int, float]], seed: int) -> None:
    y, p = np.array(told).T
    shuffled = np.random.default_rng(seed).permutation(len(y))

    assert metric(y[shuffled], p[shuffled]) == pytest.approx(metric(y, p), nan_ok=True)


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
@given(told=TOLD)
@settings(max_examples=25, deadline=None)
def test_a_weight_of_two_is_the_row_twice_and_a_weight_of_none_is_no_row(
    metric: Any, told: list[tuple[int, float]]
) -> None:
    y, p = np.array(told).T
    weight = np.arange(len(y)) % 3
    rows = np.repeat(np.arange(len(y)), weight)

    assert metric(y, p, weight) == pytest.approx(metric(y[rows], p[rows]), nan_ok=True)


@given(told=TOLD)
@settings(max_examples=25, deadline=None)
def test_the_parts_of_the_brier_score_make_it_up(told: list[tuple[int, float]]) -> None:
    y, p = np.array(told).T
    parts = brier_parts(y, p)

    assert parts.reliability - parts.resolution + parts.uncertainty + parts.within == pytest.approx(brier(y, p))


def test_the_parts_of_the_brier_score_are_counted_by_hand() -> None:
    parts = brier_parts([0, 1, 1, 1], [0.25, 0.25, 0.75, 0.75], bins=2)

    assert parts.reliability == pytest.approx((0.25**2 + 0.25**2) / 2)
    assert parts.resolution == pytest.approx((0.25**2 + 0.25**2) / 2)
    assert parts.uncertainty == pytest.approx(0.75 * 0.25)
    assert parts.within == pytest.approx(0.0)


@pytest.mark.parametrize(
    ("told", "slope", "intercept"),
    [
        pytest.param(lambda true: true, 1.0, 0.0, id="true chances"),
        pytest.param(lambda true: 2 * true, 0.5, 0.0, id="twice too sure"),
        pytest.param(lambda true: true - 1, 1.0, 1.0, id="too low by one"),
    ],
)
def test_the_line_of_calibration_says_what_was_done_to_the_chances(
    told: Callable[[Any], Any], slope: float, intercept: float
) -> None:
    chance = np.random.default_rng(5)
    true = chance.normal(size=200_000)
    y = chance.random(len(true)) < 1 / (1 + np.exp(-true))

    found = calibration_line(y, 1 / (1 + np.exp(-told(true))))

    assert found == pytest.approx((slope, intercept), abs=0.02)


def test_a_constant_chance_has_no_slope_but_a_level() -> None:
    slope, intercept = calibration_line([0, 0, 0, 1], [0.5, 0.5, 0.5, 0.5])

    assert isnan(slope)
    assert intercept == pytest.approx(-log(3))


@pytest.mark.parametrize("y", [[0, 0], [1, 1]], ids=["all stayed", "all left"])
def test_one_kind_of_customer_has_no_auc(y: list[int]) -> None:
    assert isnan(auc(y, [0.1, 0.9]))


@pytest.mark.parametrize(
    ("y", "p", "weight", "said"),
    [
        pytest.param([0, 1], [0.5], None, "hold 2, 1, 2 values", id="lengths"),
        pytest.param([0, 2], [0.5, 0.5], None, "other values than 0", id="labels"),
        pytest.param([0, 1], [0.5, 1.5], None, "outside of 0..1", id="chances"),
        pytest.param([0, 1], [0.5, float("nan")], None, "outside of 0..1", id="missing chances"),
        pytest.param([0, 1], [0.5, 0.5], [0, 0], "0 everywhere", id="weights"),
        pytest.param([], [], None, "0 everywhere", id="nobody"),
    ],
)
def test_bad_input_is_refused_with_a_reason(y: Any, p: Any, weight: Any, said: str) -> None:
    with pytest.raises(InvalidValue, match=said):
        log_loss(y, p, weight)


def test_a_million_customers_are_ranked_within_half_a_second() -> None:
    chance = np.random.default_rng(7)
    p = chance.random(1_000_000)
    y = chance.random(1_000_000) < p

    def cost() -> float:
        began = process_time()
        auc(y, p)
        return process_time() - began

    assert min(cost() for _ in range(3)) < 0.5
