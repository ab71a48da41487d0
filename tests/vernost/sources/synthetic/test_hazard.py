"""When customers leave, against sums that can be written down."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vernost.sources.synthetic.columns import Columns
from vernost.sources.synthetic.hazard import Hazard

FADES = np.array([10.0, 30.0])
NOTHING: Columns = {
    "customer": np.array([], int),
    "at": np.array([]),
    "slot": np.array([], int),
    "weight": np.array([]),
}


def hazard(base: float, threshold: float, *, at: float = 0.0) -> Hazard:
    return Hazard.fresh(np.array([at]), np.array([base]), FADES, np.array([threshold]))


def lived(*rows: tuple[float, int, float]) -> Columns:
    at, slot, weight = zip(*rows, strict=True)
    return {
        "customer": np.zeros(len(rows), int),
        "at": np.array(at),
        "slot": np.array(slot),
        "weight": np.array(weight),
    }


@pytest.mark.parametrize(
    ("experiences", "base", "threshold", "left"),
    [
        pytest.param(NOTHING, 0.01, 0.5, 50.0, id="half of the threshold at a hundredth a day: fifty days"),
        pytest.param(NOTHING, 0.01, 2.0, math.inf, id="a threshold of two hundred days outlasts the hundred"),
        pytest.param(
            lived((20.0, 0, 1.0)), 0.0, 0.5, 20 + 10 * math.log(2), id="half of what fades: after ln 2 times 10"
        ),
        pytest.param(lived((20.0, 0, 0.4)), 0.0, 0.5, math.inf, id="less in all than the threshold: stays"),
        pytest.param(
            lived((20.0, 1, 0.4), (20.0, 1, 0.6)),
            0.0,
            0.5,
            20 + 30 * math.log(2),
            id="two at once add up, fading slowly",
        ),
        pytest.param(lived((60.0, 0, 9.0)), 0.01, 0.5, 50.0, id="what comes after leaving changes nothing"),
    ],
)
def test_a_customer_leaves_when_the_sum_passes_the_threshold(
    experiences: Columns, base: float, threshold: float, left: float
) -> None:
    assert hazard(base, threshold).followed(experiences, 100.0).left[0] == pytest.approx(left, abs=1e-5)


def total(base: float, rows: list[tuple[float, int, float]], until: float) -> float:
    """The sum of the hazard by its formula."""
    faded = [weight * -math.expm1(-(until - at) / FADES[slot]) for at, slot, weight in rows if at <= until]
    return base * until + sum(faded)


@settings(max_examples=100)
@given(
    st.floats(0, 0.02),
    st.floats(0.01, 3),
    st.lists(st.tuples(st.floats(0, 99), st.integers(0, 1), st.floats(0, 1)), max_size=8),
)
def test_the_sum_at_leaving_is_the_threshold(
    base: float, threshold: float, rows: list[tuple[float, int, float]]
) -> None:
    rows.sort()
    ended = hazard(base, threshold).followed(lived(*rows) if rows else NOTHING, 100.0)

    left = ended.left[0]
    if math.isinf(left):
        assert total(base, rows, 100.0) <= threshold + 1e-9
        assert ended.threshold_left[0] == pytest.approx(threshold - total(base, rows, 100.0), abs=1e-9)
    else:
        assert total(base, rows, left) == pytest.approx(threshold, abs=1e-6)
        assert ended.threshold_left[0] == 0


def test_following_in_two_steps_is_following_in_one() -> None:
    first, second = (10.0, 0, 0.3), (70.0, 1, 0.5)

    whole = hazard(0.004, 0.9).followed(lived(first, second), 100.0)
    halves = hazard(0.004, 0.9).followed(lived(first), 50.0).followed(lived(second), 100.0)

    assert halves.left[0] == pytest.approx(whole.left[0], abs=1e-6)
    assert halves.excess == pytest.approx(whole.excess)


def test_the_past_is_kept_when_customers_go_on() -> None:
    before = hazard(0.004, 0.9)

    before.followed(lived((10.0, 0, 0.3)), 50.0)

    assert before.at[0] == 0
    assert before.threshold_left[0] == 0.9
