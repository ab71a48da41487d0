"""Reliability, gain and profit, counted by hand."""

from math import inf, isnan
from typing import Any

import pytest

from vernost.errors import InvalidValue
from vernost.predict.evaluate import gains, profit, reliability


def test_bins_hold_equally_many_customers_with_the_interval_of_what_came() -> None:
    low, high = reliability([0, 0, 0, 1, 1, 1, 1, 0], [0.1] * 4 + [0.8] * 4, bins=2)

    assert (low.customers, low.told, low.came) == pytest.approx((4, 0.1, 0.25))
    assert (high.customers, high.told, high.came) == pytest.approx((4, 0.8, 0.75))
    assert (low.low, low.high) == pytest.approx((0.0456, 0.6994), abs=1e-4)  # Wilson, 1 of 4


def test_who_was_told_the_same_is_in_the_same_bin() -> None:
    assert [each.customers for each in reliability([0, 1, 1, 1], [0.5] * 4)] == [4]


def test_unequal_weights_widen_the_interval() -> None:
    (equal,) = reliability([0, 1] * 10, [0.5] * 20)
    (unequal,) = reliability([0, 1] * 10, [0.5] * 20, [1, 1, 9, 9] * 5)

    assert equal.came == unequal.came
    assert unequal.high - unequal.low > equal.high - equal.low


@pytest.mark.parametrize(
    ("y", "p", "gain", "lift"),
    [
        pytest.param([1, 1, 0, 0], [0.9, 0.8, 0.2, 0.1], [1.0, 1.0], [2.0, 0.0], id="all found in the first half"),
        pytest.param([0, 0, 1, 1], [0.9, 0.8, 0.2, 0.1], [0.0, 1.0], [0.0, 2.0], id="all found in the last half"),
        pytest.param([1, 0, 1, 0], [0.5, 0.5, 0.5, 0.5], [0.5, 1.0], [1.0, 1.0], id="told nothing"),
        pytest.param([1, 1, 0, 0], [0.9, 0.5, 0.5, 0.5], [0.5 + 1 / 6, 1.0], [4 / 3, 2 / 3], id="ties are spread"),
    ],
)
def test_gain_is_the_share_of_leavers_found(y: Any, p: Any, gain: list[float], lift: list[float]) -> None:
    halves = gains(y, p, parts=2)

    assert [each.gain for each in halves] == pytest.approx(gain)
    assert [each.lift for each in halves] == pytest.approx(lift)


def test_a_lift_without_leavers_is_unknown() -> None:
    assert all(isnan(each.lift) for each in gains([0, 0], [0.1, 0.2]))


@pytest.mark.parametrize(
    ("value", "cost", "curve", "threshold"),
    [
        pytest.param(100, 10, [0, 40, 30, 70], 0.2, id="worth contacting all: 50 for each of two, less 10 for each"),
        pytest.param(100, 45, [0, 5, -40, -35], 0.9, id="worth contacting the surest only"),
        pytest.param(100, 60, [0, -10, -70, -80], inf, id="worth contacting nobody"),
        pytest.param([20, 0, 200], 15, [0, -5, -20, 65], 0.2, id="the worth of each is their own"),
    ],
)
def test_profit_is_what_is_saved_less_what_contacts_cost(
    value: Any, cost: float, curve: list[float], threshold: float
) -> None:
    found = profit([1, 0, 1], [0.9, 0.5, 0.2], value=value, cost=cost, success=0.5)

    assert found.threshold.tolist() == [inf, 0.9, 0.5, 0.2]
    assert found.contacted.tolist() == [0, 1, 2, 3]
    assert found.profit.tolist() == pytest.approx(curve)
    assert (found.best_threshold, found.best_profit) == (threshold, max(curve))


def test_a_success_above_one_is_refused() -> None:
    with pytest.raises(InvalidValue, match=r"success is 1.5, must lie between 0 and 1"):
        profit([1, 0], [0.5, 0.5], value=1, cost=1, success=1.5)
