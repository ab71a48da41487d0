"""Calibration: each curve finds what was done to the chances, and only what served later is applied."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.vernost.predict.churn.company import company

from vernost.predict.churn.additive import AdditiveChurn
from vernost.predict.churn.calibrated import Calibrated, calibrate, find_shape, helps_to_level
from vernost.predict.churn.calibration import CALIBRATIONS
from vernost.predict.churn.classifier import ChurnClassifier, sigmoid
from vernost.predict.churn.sample import Sample
from vernost.predict.evaluate import auc, calibration_line

CHANCE = np.random.default_rng(12)
TRUTH = CHANCE.normal(-1, 1.5, 20_000)
Y = (CHANCE.random(20_000) < sigmoid(TRUTH)).astype(float)


def told(log_odds: Any, y: Any = Y, origin: Any = None) -> Sample:
    return Sample.check(np.asarray(log_odds)[:, None], y, origin)


class Boastful(AdditiveChurn):
    """Twice too sure."""

    def matrix_log_odds(self, matrix: Any) -> Any:
        return 2 * super().matrix_log_odds(matrix)


@pytest.mark.parametrize("shape", ["platt", "beta", "isotonic"])
def test_a_shape_undoes_what_made_chances_too_sure(shape: str) -> None:
    correct = CALIBRATIONS[shape](3 * TRUTH + 1, Y, np.ones(len(Y)))

    assert np.abs(sigmoid(correct(3 * TRUTH + 1)) - sigmoid(TRUTH)).mean() < 0.02


@pytest.mark.parametrize("shape", CALIBRATIONS)
@given(
    rows=st.lists(st.tuples(st.floats(-20, 20), st.sampled_from([0.0, 1.0])), min_size=1, max_size=30),
    asked=st.lists(st.floats(-800, 800), min_size=2),
)
@settings(max_examples=50, deadline=None)
def test_no_shape_turns_two_customers_round_or_leaves_the_numbers(
    shape: str, rows: list[tuple[float, float]], asked: list[float]
) -> None:
    log_odds, y = np.array(rows).T
    found = CALIBRATIONS[shape](log_odds, y, np.ones(len(y)))(np.sort(asked))

    assert np.isfinite(found).all()
    assert (np.diff(found) >= -1e-9).all()


@pytest.mark.parametrize(
    ("customers", "least", "most"),
    [
        pytest.param(20_000, 1.9, 2.1, id="many are believed"),
        pytest.param(30, 0.9, 1.15, id="a handful changes little"),
    ],
)
def test_a_slope_is_drawn_to_one(customers: int, least: float, most: float) -> None:
    rows = slice(customers)
    correct = CALIBRATIONS["platt"](TRUTH[rows] / 2, Y[rows], np.ones(customers))

    assert least < np.diff(correct(np.array([0.0, 1.0])))[0] < most


@pytest.mark.parametrize(
    ("log_odds", "shape"),
    [
        pytest.param(TRUTH, "platt", id="true chances"),
        pytest.param(2 * TRUTH, "platt", id="too sure throughout: a slope"),
        pytest.param(np.where(TRUTH < -1, 3 * TRUTH + 2, TRUTH), "beta", id="too sure of the safe: two slopes"),
        pytest.param(TRUTH + np.sin(3 * TRUTH) / 3, "isotonic", id="wavy: any rising curve"),
    ],
)
def test_the_simplest_shape_that_serves_is_chosen(log_odds: Any, shape: str) -> None:
    assert find_shape(told(log_odds), 1) == shape


@pytest.mark.parametrize(
    ("levels", "is_levelled"),
    [
        pytest.param([0.0, 1.0, 1.0, 1.0], True, id="what shifted stayed so"),
        pytest.param([1.0, -1.0, 1.0, -1.0], False, id="the season turns"),
        pytest.param([1.0], False, id="seen once"),
    ],
)
def test_the_latest_level_is_taken_when_that_would_have_helped_before(levels: list[float], is_levelled: bool) -> None:
    origin = np.arange(len(TRUTH)) % len(levels)
    y = (CHANCE.random(len(TRUTH)) < sigmoid(TRUTH + np.array(levels)[origin])).astype(float)
    sample = told(TRUTH, y, origin)
    correct = calibrate(sample, "platt", is_levelled=is_levelled)

    assert helps_to_level(sample, "platt", 1) is is_levelled
    assert correct(np.zeros(1))[0] == pytest.approx(levels[-1] if is_levelled else 0.0, abs=0.1)


def test_a_shape_learnt_at_one_date_keeps_the_level_that_was_told() -> None:
    y = (CHANCE.random(len(TRUTH)) < sigmoid(TRUTH + 1)).astype(float)
    correct = calibrate(told(2 * TRUTH, y, np.zeros(len(y))), "platt", is_levelled=False)

    assert sigmoid(correct(2 * TRUTH)).mean() == pytest.approx(sigmoid(2 * TRUTH).mean(), abs=1e-6)
    assert correct.shape.weights[1] == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize("origins", [1, 4], ids=["one date", "four dates"])
def test_calibration_makes_a_boastful_classifier_true_without_changing_its_ranking(origins: int) -> None:
    known, later = company(6000, seed=1, origins=origins), company(6000, seed=2)
    origin = known.origin if origins > 1 else None
    boastful: ChurnClassifier = Boastful(penalty=30.0)
    plain = boastful.fit(known.X, known.y, origin).predict_proba(later.X)[:, 1]
    made_true = Calibrated(boastful).fit(known.X, known.y, origin).predict_proba(later.X)[:, 1]

    assert calibration_line(later.y, plain)[0] == pytest.approx(0.5, abs=0.1)
    assert calibration_line(later.y, made_true)[0] == pytest.approx(1.0, abs=0.1)
    assert auc(later.y, made_true) == pytest.approx(auc(later.y, plain), abs=1e-3)


def test_a_level_that_keeps_rising_is_followed() -> None:
    known, later = (company(8000, seed=seed, origins=4, drift=0.6) for seed in (1, 2))
    model = Calibrated(AdditiveChurn(penalty=30.0)).fit(known.X, known.y, known.origin)
    said = sigmoid(model.model_.matrix_log_odds(model.encoding_.matrix(later.X)))
    next_time = sigmoid(later.truth + 0.6 * (4 - later.origin)).mean()

    assert model.is_levelled_
    assert said.mean() < model.predict_proba(later.X)[:, 1].mean() < next_time
