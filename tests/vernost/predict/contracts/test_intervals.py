"""From days to renewals, counted by hand."""

from typing import Any

import numpy as np
import pytest

from vernost.errors import InvalidValue
from vernost.predict import ShiftedBetaGeometric, renewal_interval, renewals_of, renewals_within


def ended(*days: float) -> dict[str, Any]:
    return {"duration": days, "event": [1] * len(days), "followed": [1000] * len(days)}


@pytest.mark.parametrize(
    ("durations", "days"),
    [
        pytest.param(ended(*[7, 14, 21, 7, 7, 35]), 7, id="by the week"),
        pytest.param(ended(*[31, 28, 59, 61, 92, 30, 153]), 30.4375, id="by the month, of whatever length"),
        pytest.param(ended(*[91, 92, 182, 90, 274, 91]), 91.3125, id="by the quarter"),
        pytest.param(ended(*[365, 366, 730, 365, 364]), 365.25, id="by the year, which is by the month too"),
        pytest.param(ended(*[365, 31, 61, 92, 365, 122, 153]), 30.4375, id="by the month, some for a year"),
        pytest.param(ended(*range(1, 300)), 30.4375, id="at any time: a month for want of a better one"),
        pytest.param(ended(*[365, 365, 365]), 30.4375, id="three are too few to tell"),
        pytest.param(ended(*[0] * 50), 30.4375, id="at once says nothing"),
        pytest.param({"duration": [365] * 9, "event": [0] * 9}, 30.4375, id="who stays says nothing"),
    ],
)
def test_the_interval_is_the_longest_that_ends_keep_to(durations: dict[str, Any], days: float) -> None:
    assert renewal_interval(durations) == days


@pytest.mark.parametrize(
    ("duration", "event", "followed", "recency", "present"),
    [
        pytest.param(0, 0, 0, 1, 1, id="new: in the first period"),
        pytest.param(29, 0, 29, 1, 1, id="a day before the first renewal"),
        pytest.param(30, 0, 30, 2, 2, id="renewed today"),
        pytest.param(75, 0, 75, 3, 3, id="renewed twice"),
        pytest.param(30, 1, 95, 1, 4, id="left at the first renewal"),
        pytest.param(32, 1, 95, 1, 4, id="or some days after it"),
        pytest.param(28, 1, 95, 1, 4, id="or before it"),
        pytest.param(45, 1, 95, 2, 4, id="left in the middle of the second period, which is paid for"),
        pytest.param(0, 1, 0, 1, 2, id="left at once: the first period is lost"),
        pytest.param(60, 1, 60, 2, 3, id="left at the second renewal, today"),
    ],
)
def test_periods_are_counted(duration: int, event: int, followed: int, recency: int, present: int) -> None:
    frame = {"duration": [duration], "event": [event], "followed": [followed]}
    found = renewals_of(frame, interval_days=30)

    assert (found["recency"][0], found["T"][0]) == (recency, present)


def test_weights_go_along() -> None:
    assert renewals_of(ended(30, 60) | {"weight": [2, 3]})["weight"].tolist() == [2, 3]


@pytest.mark.parametrize(
    ("duration", "horizon", "count"),
    [(10, 19, 0), (10, 20, 1), (10, 90, 3), (30, 29, 0), (30, 30, 1), (0, 0, 0)],
)
def test_renewals_ahead_are_counted(duration: int, horizon: int, count: int) -> None:
    assert renewals_within({"duration": [duration]}, horizon, interval_days=30).tolist() == [count]


def test_retention_by_the_month_is_found_in_days() -> None:
    random = np.random.default_rng(3)
    lived, seen = random.geometric(random.beta(1, 5, 20_000)), random.uniform(0, 700, 20_000)
    ends = np.rint(lived * 30.4375)
    frame = {"duration": np.minimum(ends, seen), "event": ends <= seen, "followed": seen}
    model = ShiftedBetaGeometric().fit(renewals_of(frame))

    assert model.retention_rate([1, 6, 12]) == pytest.approx([5 / 6, 10 / 11, 16 / 17], abs=0.01)


def test_what_makes_no_sense_is_said() -> None:
    with pytest.raises(InvalidValue, match="interval_days is 0"):
        renewals_of(ended(30), interval_days=0)
    with pytest.raises(InvalidValue, match="horizon_days must not be negative"):
        renewals_within({"duration": [1]}, -1, interval_days=30)
    with pytest.raises(InvalidValue, match="duration is missing"):
        renewal_interval({"duration": [None], "event": [1]})
