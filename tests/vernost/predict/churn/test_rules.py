"""Rules to be beaten, counted by hand."""

from math import log

import numpy as np
import pytest

from vernost.errors import InvalidValue
from vernost.predict.churn.rules import BaseRate, RecencyRule, RfmRule


@pytest.mark.parametrize(
    ("y", "rate"),
    [
        pytest.param([0, 0, 0, 1], 1.5 / 5, id="one of four"),
        pytest.param([0, 0, 0, 0], 0.5 / 5, id="all stayed"),
        pytest.param([1, 1, 1, 1], 4.5 / 5, id="all left"),
    ],
)
def test_the_base_rate_is_that_of_all_with_half_a_customer_on_each_side(y: list[int], rate: float) -> None:
    model = BaseRate().fit({"orders": [1, 2, 3, 4]}, y)

    np.testing.assert_allclose(model.predict_proba({"orders": [9, None]}), [[1 - rate, rate]] * 2)
    np.testing.assert_allclose(model.contributions({"orders": [9]}), [[0, log(rate / (1 - rate))]])


def test_the_recency_rule_tells_each_tenth_its_own_rate() -> None:
    silence = np.repeat(np.arange(10.0), 100)
    model = RecencyRule().fit({"silence": silence, "orders": silence}, silence >= 5)
    risks = model.predict_proba({"silence": [0, 4, 5, 99, None], "orders": [0] * 5})[:, 1]

    never, always = (0 + 10 * 0.5) / 110, (100 + 10 * 0.5) / 110
    np.testing.assert_allclose(risks, [never, never, always, always, 0.5], atol=1e-3)


def test_the_rfm_rule_tells_fewer_orders_and_longer_silence_more_risk() -> None:
    chance = np.random.default_rng(1)
    known = {"silence": chance.random(2000), "frequency": chance.random(2000), "revenue": chance.random(2000)}
    y = chance.random(2000) < (1 + known["silence"] - known["frequency"]) / 3
    model = RfmRule().fit(known, y)
    alike = {"silence": [0.1, 0.9, 0.5, 0.5, None], "frequency": [0.5, 0.5, 0.1, 0.9, None], "revenue": [0.5] * 5}

    recent, silent, rare, frequent, unknown = model.log_odds(alike)
    assert recent < unknown < silent
    assert frequent < unknown < rare
    assert abs(model.weights_[2]) < 0.1


@pytest.mark.parametrize("column", ["silence", "plan"])
def test_a_rule_names_the_column_that_it_cannot_do_without(column: str) -> None:
    with pytest.raises(InvalidValue, match=f"no column of numbers '{column}'.* Name one of orders"):
        RecencyRule(silence=column).fit({"orders": [1.0] * 10, "plan": ["a"] * 10}, [0, 1] * 5)
