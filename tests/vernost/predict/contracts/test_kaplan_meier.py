"""Survival as it was seen: counted by hand, against lifelines, and by its laws."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter
from lifelines.utils import restricted_mean_survival_time
from sklearn.base import clone

from vernost.errors import InvalidValue, MissingColumn, VernostError
from vernost.predict import KaplanMeier, NotFitted

FOUR = {"duration": [1, 2, 3, 3], "event": [1, 1, 0, 0]}
"""One of four left after 1, one of three after 2, two stay after 3."""


def lives(number: int = 500, *, seed: int = 1) -> dict[str, Any]:
    random = np.random.default_rng(seed)
    left, seen = random.exponential(300, number), random.uniform(0, 700, number)
    return {"duration": np.minimum(left, seen), "event": left <= seen}


def test_the_curve_is_that_counted_by_hand() -> None:
    curve = KaplanMeier().fit(FOUR).curve_

    assert curve["time"].tolist() == [1, 2, 3]
    assert curve["at_risk"].tolist() == [4, 3, 2]
    assert curve["events"].tolist() == [1, 1, 0]
    assert curve["value"] == pytest.approx([3 / 4, 1 / 2, 1 / 2])


@pytest.mark.parametrize(
    ("time", "share"),
    [
        pytest.param(0, 1.0, id="everyone is there at the start"),
        pytest.param(0.99, 1.0, id="nobody has left before the first end"),
        pytest.param(1, 0.75, id="at an end it has happened"),
        pytest.param(3, 0.5, id="the longest time seen"),
        pytest.param(6, 0.25, id="beyond it the average hazard, ln 2 over 3, goes on"),
    ],
)
def test_survival_at_a_time(time: float, share: float) -> None:
    assert KaplanMeier().fit(FOUR).survival(time) == pytest.approx(share)


@pytest.mark.parametrize(
    ("stayed", "horizon", "chance"),
    [
        pytest.param(0, 1, 0.25, id="a new customer"),
        pytest.param(1, 1, 1 / 3, id="one of the three that stayed leaves next"),
        pytest.param(2, 1, 0.0, id="nobody was seen to leave then"),
        pytest.param(1, 0, 0.0, id="no time to leave in"),
    ],
)
def test_the_chance_of_leaving_is_given_the_time_stayed(stayed: float, horizon: float, chance: float) -> None:
    model = KaplanMeier().fit(FOUR)

    assert model.probability_of_leaving({"duration": [stayed]}, horizon) == pytest.approx([chance])
    assert model.probability_of_leaving({"customer_id": ["ann"]}, horizon, since=[stayed]) == pytest.approx([chance])


def test_each_customer_may_have_a_horizon_of_their_own() -> None:
    chances = KaplanMeier().fit(FOUR).probability_of_leaving({"duration": [0, 0]}, [1, 2])

    assert chances == pytest.approx([1 / 4, 1 / 2])


def test_who_outstays_a_curve_that_ended_leaves_at_once() -> None:
    model = KaplanMeier().fit({"duration": [1, 2], "event": [1, 1]})

    assert model.probability_of_leaving({"duration": [1, 2, 5]}, 1).tolist() == [1, 1, 1]
    assert model.median_remaining({"duration": [0, 1, 5]}).tolist() == [1, 1, 0]
    assert model.expected_remaining({"duration": [0, 1, 5]}, 10) == pytest.approx([1.5, 1, 0])


def test_the_time_remaining_is_counted_by_hand() -> None:
    model = KaplanMeier().fit(FOUR)

    # From 1 on: one unit in full, then two thirds; from 0.5 on, half a unit, then three quarters.
    assert model.expected_remaining({"duration": [1, 0.5]}, 2) == pytest.approx([1 + 2 / 3, 0.5 + 3 / 4 + 1 / 4])
    # From 2 on nobody leaves up to 3; then half have left where exp(-t ln2 / 3) is a quarter: at 6.
    assert model.median_remaining({"duration": [0, 2]}) == pytest.approx([2, 4])
    # The tail from 3 to 6 falls from 1/2 to 1/4 with the hazard ln 2 / 3.
    assert model.expected_remaining({"duration": [3]}, 3) == pytest.approx([2 * (1 / 4) / (np.log(2) / 3)])


def test_median_and_mean_are_read_off() -> None:
    model = KaplanMeier().fit(FOUR)

    assert model.median == 2
    assert KaplanMeier().fit({"duration": [1, 2, 3], "event": [1, 0, 0]}).median is None
    assert model.restricted_mean()[0] == pytest.approx(1 + 0.75 + 0.5)
    assert model.restricted_mean(1.5)[0] == pytest.approx(1 + 0.75 / 2)
    with pytest.raises(InvalidValue, match="at most 3, the longest time seen"):
        model.restricted_mean(4)


def test_plain_bands_are_standard_errors_within_bounds() -> None:
    curve = KaplanMeier(bands="plain").fit({"duration": [1] * 10 + [2] * 90, "event": [1] * 10 + [0] * 90}).curve_
    error = np.sqrt(0.9 * 0.1 / 100)

    assert curve["low"][0] == pytest.approx(0.9 - 1.96 * error, abs=1e-5)
    assert curve["high"][0] == pytest.approx(0.9 + 1.96 * error, abs=1e-5)
    assert KaplanMeier(bands="plain").fit(FOUR).curve_["high"][0] == 1
    with pytest.raises(InvalidValue, match="must be one of log-log, plain"):
        KaplanMeier(bands="wide").fit(FOUR)  # type: ignore[arg-type]


def test_who_is_first_seen_late_is_at_risk_only_from_then() -> None:
    # Bob is seen from 1 on: at 1 only ann and eve are at risk, at 3 bob and eve.
    curve = KaplanMeier().fit({"duration": [1, 3, 4], "event": [1, 1, 0], "entry": [0, 1, 0]}).curve_

    assert curve["at_risk"].tolist() == [2, 2, 1]
    assert curve["value"] == pytest.approx([1 / 2, 1 / 4, 1 / 4])


@pytest.mark.parametrize("scale", [pytest.param(1.0, id="any numbers"), pytest.param(None, id="whole days")])
def test_lifelines_agrees(scale: float | None) -> None:
    frame = lives()
    if scale is None:
        frame["duration"] = np.floor(frame["duration"])
    weight = np.random.default_rng(2).integers(1, 5, 500)
    ours = KaplanMeier().fit(frame | {"weight": weight})
    theirs = KaplanMeierFitter().fit(frame["duration"], frame["event"], weights=weight)
    times = np.linspace(0, frame["duration"].max(), 60)
    bands = theirs.confidence_interval_survival_function_.loc[ours.curve_["time"]].to_numpy()
    is_known = ~np.isnan(ours.curve_["low"])

    assert ours.survival(times) == pytest.approx(theirs.survival_function_at_times(times).to_numpy())
    assert ours.curve_["low"][is_known] == pytest.approx(bands[is_known, 0])
    assert ours.curve_["high"][is_known] == pytest.approx(bands[is_known, 1])
    assert ours.median == theirs.median_survival_time_
    assert ours.restricted_mean(250)[0] == pytest.approx(restricted_mean_survival_time(theirs, t=250))


def test_lifelines_agrees_on_late_entries() -> None:
    frame = lives()
    frame["entry"] = frame["duration"] * np.random.default_rng(3).uniform(0, 0.9, 500)
    theirs = KaplanMeierFitter().fit(frame["duration"], frame["event"], entry=frame["entry"])
    times = np.linspace(1, frame["duration"].max(), 60)

    assert KaplanMeier().fit(frame).survival(times) == pytest.approx(
        theirs.survival_function_at_times(times).to_numpy()
    )


rows = st.lists(st.tuples(st.integers(1, 30), st.booleans(), st.integers(1, 4)), min_size=1, max_size=30)


@given(rows=rows.filter(lambda found: any(event for _, event, _ in found)), horizons=st.lists(st.floats(0, 60)))
@settings(max_examples=60)
def test_survival_falls_and_chances_are_chances(rows: list[tuple[int, bool, int]], horizons: list[float]) -> None:
    duration, event, weight = zip(*rows, strict=True)
    model = KaplanMeier().fit({"duration": duration, "event": event, "weight": weight})
    chances = [model.probability_of_leaving({"duration": duration}, horizon) for horizon in sorted(horizons)]

    assert (np.diff(model.survival(np.arange(60))) <= 1e-12).all()
    assert all(((chance >= 0) & (chance <= 1)).all() for chance in chances)
    assert all((later >= sooner - 1e-12).all() for sooner, later in pairwise(chances))


@given(rows=rows.filter(lambda found: any(event for _, event, _ in found)))
@settings(max_examples=60)
def test_a_weight_is_a_repetition(rows: list[tuple[int, bool, int]]) -> None:
    duration, event, weight = (np.array(column) for column in zip(*rows, strict=True))
    weighted = KaplanMeier().fit({"duration": duration, "event": event, "weight": weight}).curve_
    repeated = KaplanMeier().fit({"duration": duration.repeat(weight), "event": event.repeat(weight)}).curve_

    for name, values in weighted.items():
        assert values == pytest.approx(repeated[name], nan_ok=True), name


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param({"duration": [], "event": []}, "has no rows", id="nothing"),
        pytest.param({"event": [0, 0, 0, 0]}, "Nobody in the frame has left", id="nobody left"),
        pytest.param({"weight": [0, 0, 1, 1]}, "Nobody in the frame has left", id="nobody of weight left"),
        pytest.param({"duration": [1, -2, 3, -3]}, "duration is negative in 2 rows", id="negative durations"),
        pytest.param({"duration": [1, None, 3, 3]}, "duration is missing or not finite in 1 of 4", id="a gap"),
        pytest.param({"duration": [1, float("inf"), 3, 3]}, "duration is missing or not finite", id="no end"),
        pytest.param({"duration": ["a", "b", "c", "d"]}, "duration must hold numbers", id="words"),
        pytest.param({"duration": [0, 0, 0, 0]}, "Every duration is 0", id="no time"),
        pytest.param({"event": [1, None, 0, 0]}, "event is missing", id="unknown whether left"),
        pytest.param({"event": [1, 2, 0, 0]}, "event must be 1", id="neither left nor not"),
        pytest.param({"weight": [1, -1, 1, 1]}, "weight must not be negative", id="a negative weight"),
        pytest.param({"weight": [0, 0, 0, 0]}, "nor 0 everywhere", id="no weight"),
        pytest.param({"entry": [0, 2, 0, 0]}, "entry must lie between 0 and duration", id="seen after its end"),
    ],
)
def test_what_it_cannot_learn_from_is_said(change: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidValue, match=message):
        KaplanMeier().fit(FOUR | change)


def test_what_it_cannot_answer_is_said() -> None:
    model = KaplanMeier().fit(FOUR)

    with pytest.raises(MissingColumn, match="duration"):
        KaplanMeier().fit({"event": [1]})
    with pytest.raises(NotFitted):
        KaplanMeier().survival(1)
    with pytest.raises(NotFitted):
        KaplanMeier().probability_of_leaving({"duration": [1]}, 1)
    with pytest.raises(InvalidValue, match="horizon must not be negative"):
        model.probability_of_leaving({"duration": [1]}, -1)
    with pytest.raises(InvalidValue, match="until is 0"):
        model.expected_remaining({"duration": [1]}, 0)
    with pytest.raises(InvalidValue, match="negative or missing for some customers"):
        model.probability_of_leaving({"duration": [float("nan")]}, 1)


def test_it_keeps_the_conventions_of_estimators() -> None:
    model = KaplanMeier(bands="plain")

    assert clone(model).get_params() == {"bands": "plain"}
    assert model.fit(FOUR) is model
    assert issubclass(InvalidValue, VernostError)
