"""What customers spend."""

from typing import Any

import numpy as np
import pytest
from tests.vernost.predict.processes import cdnow

from vernost.errors import InvalidValue
from vernost.predict import GammaGamma


def made_up(count: int, p: float, q: float, v: float, seed: int) -> tuple[dict[str, Any], Any]:
    """Customers with one to nine purchases, and the true mean value of each."""
    chance = np.random.default_rng(seed)
    x = chance.integers(1, 10, count).astype(float)
    nu = chance.gamma(q, 1 / v, count)
    return {"frequency": x, "monetary_value": chance.gamma(p * x) / nu / x}, p / nu


def test_the_truth_behind_made_up_spending_is_found() -> None:
    frame, _ = made_up(20_000, 6.25, 3.74, 15.44, seed=1)
    model = GammaGamma().fit(frame)

    away = np.log(list(model.params_.values())) - np.log([6.25, 3.74, 15.44])
    assert np.abs(away / np.sqrt(np.diag(model._optimum.covariance))).max() < 3.5
    assert model.correlation_ == pytest.approx(0, abs=0.03)


def test_the_mean_value_of_customers_is_foretold_with_its_spread() -> None:
    frame, truth = made_up(20_000, 6.25, 3.74, 15.44, seed=2)
    model = GammaGamma().fit(frame)

    away = truth - model.expected_value(frame)
    low, high = model.value_interval(frame, level=0.8)

    assert away.mean() == pytest.approx(0, abs=0.3)
    assert (away**2).mean() == pytest.approx(model.value_variance(frame).mean(), rel=0.1)
    assert ((low < truth) & (truth < high)).mean() == pytest.approx(0.8, abs=0.02)


def test_who_never_came_back_gets_everyones_mean() -> None:
    model = GammaGamma().fit(cdnow.customers())
    p, q, v = model.params_.values()

    value = model.expected_value({"frequency": [0, 0], "monetary_value": [None, 70.0]})

    assert value == pytest.approx([p * v / (q - 1)] * 2)


def test_weights_stand_for_rows() -> None:
    frame = {"frequency": [1, 2, 5, 0], "monetary_value": [30.0, 12.0, 50.0, None]}
    weight = [40, 30, 10, 99]

    by_weight = GammaGamma().fit({**frame, "weight": weight})
    by_rows = GammaGamma().fit({name: np.repeat(column, weight) for name, column in frame.items()})

    assert by_weight.log_likelihood_ == pytest.approx(by_rows.log_likelihood_)
    assert by_weight.params_ == pytest.approx(by_rows.params_, rel=1e-4)


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        pytest.param({"frequency": [0], "monetary_value": [None]}, "No customer has a repeat purchase", id="none"),
        pytest.param({"frequency": [1, 2], "monetary_value": [0, 5]}, "not above 0 for 1 of", id="free"),
        pytest.param({"frequency": [1, 2], "monetary_value": [None, 5]}, "is empty or not above 0", id="empty"),
        pytest.param({"frequency": [1, None], "monetary_value": [3, 5]}, "frequency must be a number", id="frequency"),
    ],
)
def test_frames_that_tell_nothing_of_spending_are_refused(frame: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidValue, match=message):
        GammaGamma().fit(frame)


def test_spending_that_does_not_vary_is_said() -> None:
    model = GammaGamma().fit({"frequency": [1, 2, 3], "monetary_value": [10.0, 10.0, 10.0]})

    assert model.is_at_bound_
    assert model.correlation_ == 0
    assert model.expected_value({"frequency": [1], "monetary_value": [10]}) == pytest.approx([10], rel=0.02)
