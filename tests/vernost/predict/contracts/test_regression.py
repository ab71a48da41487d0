"""Regressions of how long customers stay: against lifelines, against what was planted, and by their laws."""

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines import CoxPHFitter, WeibullAFTFitter
from sklearn.base import clone

from vernost.errors import InvalidValue, MissingColumn, VernostError
from vernost.predict import CoxRegression, NotFitted, WeibullRegression
from vernost.predict.contracts.regression import NoConvergence, ProportionalHazards

MODELS = [pytest.param(CoxRegression, id="Cox"), pytest.param(WeibullRegression, id="Weibull")]
Model = type[ProportionalHazards]


def planted(number: int = 3000, *, seed: int = 4) -> pd.DataFrame:
    """Hazards that rise as time to the half, by a tenth a unit of age, doubled on the plan 'gold'."""
    random = np.random.default_rng(seed)
    age = random.normal(40, 5, number)
    plan = random.choice(["basic", "gold"], number, p=[0.7, 0.3])
    risk = np.exp(0.1 * (age - 40) + np.log(2) * (plan == "gold"))
    left = 200 * (random.exponential(size=number) / risk) ** (1 / 1.5)
    seen = random.uniform(0, 500, number)
    return pd.DataFrame(
        {"duration": np.minimum(left, seen), "event": (left <= seen).astype(int), "age": age, "plan": plan}
    )


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return planted()


@pytest.fixture(scope="module", params=MODELS)
def model(request: pytest.FixtureRequest, frame: pd.DataFrame) -> ProportionalHazards:
    return request.param().fit(frame)


def test_what_was_planted_is_found(model: ProportionalHazards) -> None:
    assert model.coefficients_["age"] == pytest.approx(0.1, abs=0.012)
    assert model.coefficients_["plan=gold"] == pytest.approx(np.log(2), abs=0.12)
    assert list(model.coefficients_) == ["age", "plan=gold"]
    new = {"age": [40, 40], "plan": ["basic", "gold"]}
    true = np.exp(-((100 / 200) ** 1.5) * np.array([1, 2]))
    assert model.survival(new, 100, since=0) == pytest.approx(true, abs=0.025)


def test_the_form_of_weibull_is_found(frame: pd.DataFrame) -> None:
    model = WeibullRegression().fit(frame)

    assert model.shape_ == pytest.approx(1.5, abs=0.06)
    assert model.survival(frame.iloc[:1], model.scale_, since=0) == pytest.approx(
        np.exp(-np.exp(model.contributions(frame.iloc[:1])[1].sum()))
    )


@pytest.mark.parametrize("penalty", [0.0, 0.01])
def test_lifelines_agrees_on_cox(frame: pd.DataFrame, penalty: float) -> None:
    raw = frame.assign(plan=(frame["plan"] == "gold").astype(float))
    theirs = CoxPHFitter(penalizer=penalty).fit(raw, "duration", "event")
    ours = CoxRegression(penalty=penalty).fit(frame)
    # Between its steps lifelines draws lines, so the curves are compared at the steps.
    times = np.quantile(frame["duration"][frame["event"] == 1], [0.1, 0.5, 0.9, 1], method="nearest")
    expected = theirs.predict_survival_function(raw.head(20), times=times).to_numpy()

    assert ours.coefficients_["age"] == pytest.approx(theirs.params_["age"], rel=1e-5)
    assert ours.coefficients_["plan=gold"] == pytest.approx(theirs.params_["plan"], rel=1e-5)
    assert ours.log_likelihood_ == pytest.approx(theirs.log_likelihood_, rel=1e-8)
    for time, row in zip(times, expected, strict=True):
        assert ours.survival(frame.head(20), time, since=0) == pytest.approx(row, rel=1e-5)


def test_lifelines_agrees_on_weibull(frame: pd.DataFrame) -> None:
    raw = frame.assign(plan=(frame["plan"] == "gold").astype(float))
    theirs = WeibullAFTFitter(penalizer=0.0).fit(raw, "duration", "event")
    ours = WeibullRegression(penalty=0.0).fit(frame)
    since = raw["duration"].head(20)
    expected = theirs.predict_survival_function(raw.head(20), times=[90.0], conditional_after=since).to_numpy()[0]

    assert ours.survival(frame.head(20), 90) == pytest.approx(expected, rel=1e-4)
    assert ours.log_likelihood_ == pytest.approx(theirs.log_likelihood_, rel=1e-6)
    assert ours.coefficients_["age"] == pytest.approx(
        -theirs.params_["lambda_", "age"] * np.exp(theirs.params_["rho_", "Intercept"]), rel=1e-3
    )


def test_lifelines_agrees_on_weights_and_late_entries(frame: pd.DataFrame) -> None:
    raw = frame.assign(
        plan=(frame["plan"] == "gold").astype(float),
        weight=np.random.default_rng(5).integers(1, 4, len(frame)),
        entry=frame["duration"] * np.random.default_rng(6).uniform(0, 0.5, len(frame)),
    )
    theirs = CoxPHFitter().fit(raw, "duration", "event", weights_col="weight", entry_col="entry")
    ours = CoxRegression(penalty=0).fit(raw.assign(plan=frame["plan"]))

    assert ours.coefficients_["age"] == pytest.approx(theirs.params_["age"], rel=1e-5)


@pytest.mark.parametrize("make", MODELS)
def test_a_weight_is_a_repetition(make: Model) -> None:
    frame = planted(300)
    weight = np.random.default_rng(5).integers(1, 4, len(frame))
    weighted = make(penalty=0).fit(frame.assign(weight=weight))
    repeated = make(penalty=0).fit(frame.loc[frame.index.repeat(weight)].reset_index(drop=True))

    # Efron's account of ties takes those who leave together for one after another, so repeating them tells in Cox.
    close = {"rel": 1e-2 if make is CoxRegression else 1e-4}
    assert weighted.coefficients_ == pytest.approx(repeated.coefficients_, **close)
    assert weighted.survival(frame, 50, since=0) == pytest.approx(repeated.survival(frame, 50, since=0), **close)


def test_the_chance_of_leaving_is_given_the_time_stayed(model: ProportionalHazards, frame: pd.DataFrame) -> None:
    few, stayed = frame.head(50), frame["duration"].head(50).to_numpy()
    whole = model.survival(few, stayed + 60, since=0) / model.survival(few, stayed, since=0)

    assert model.survival(few, 60) == pytest.approx(whole)
    assert model.probability_of_leaving(few, 60) == pytest.approx(1 - whole)
    assert model.probability_of_leaving(few, 60, since=0) == pytest.approx(1 - model.survival(few, 60, since=0))


def test_half_have_left_after_the_median(model: ProportionalHazards, frame: pd.DataFrame) -> None:
    few = frame.head(50)
    median = model.median_remaining(few)

    assert (model.survival(few, median - 1e-6) >= 0.5).all()
    assert (model.survival(few, median + 1e-6) <= 0.5).all()


def test_the_mean_time_ahead_is_the_area_under_survival(model: ProportionalHazards, frame: pd.DataFrame) -> None:
    few = frame.head(50)
    days = np.arange(0, 100, 0.1) + 0.05
    area = sum(model.survival(few, day) for day in days) * 0.1

    assert model.expected_remaining(few, 100) == pytest.approx(area, abs=0.15)


@given(sooner=st.floats(0, 2000), later=st.floats(0, 2000), since=st.floats(0, 2000))
@settings(max_examples=50, deadline=None)
def test_who_is_followed_longer_has_left_more_likely(sooner: float, later: float, since: float) -> None:
    frame = planted(60)
    for make in (CoxRegression, WeibullRegression):
        fitted = _once(make, frame)
        near, far = (fitted.probability_of_leaving(frame, time, since=since) for time in sorted((sooner, later)))
        assert ((near >= 0) & (far <= 1) & (near <= far)).all()


_FITTED: dict[Model, ProportionalHazards] = {}


def _once(make: Model, frame: pd.DataFrame) -> ProportionalHazards:
    if make not in _FITTED:
        _FITTED[make] = make().fit(frame)
    return _FITTED[make]


def test_contributions_add_up_to_the_risk(model: ProportionalHazards, frame: pd.DataFrame) -> None:
    names, parts = model.contributions(frame)
    hazard = -np.log(model.survival(frame, 100, since=0))

    assert names == ("age", "plan")
    assert parts[:, 0] == pytest.approx(model.coefficients_["age"] * (frame["age"] - frame["age"].mean()))
    assert hazard / hazard[0] == pytest.approx(np.exp(parts.sum(axis=1) - parts[0].sum()))
    assert parts.mean(axis=0) == pytest.approx([0, 0], abs=1e-9)


def test_what_is_missing_or_never_seen_explains_nothing(model: ProportionalHazards) -> None:
    _, parts = model.contributions({"age": [None, 50, None], "plan": ["platinum", None, "gold"]})

    assert (parts != 0).tolist() == [[False, False], [True, False], [False, True]]


@pytest.mark.parametrize("make", MODELS)
def test_columns_that_say_nothing_new_are_dropped_and_named(make: Model) -> None:
    frame = planted(300)
    frame = frame.assign(
        country="ru",
        empty=None,
        rare=[*"abcd", *[None] * 296],
        months=frame["age"] / 12,
        is_basic=frame["plan"] == "basic",
        customer_id=range(300),
    )
    model = make().fit(frame)

    assert model.dropped_ == {
        "country=ru": "constant",
        "empty": "constant",
        "rare": "constant",
        "months": "collinear",
        "is_basic": "collinear",
    }
    assert list(model.coefficients_) == ["age", "plan=gold"]


@pytest.mark.parametrize(
    "shape",
    [
        pytest.param(lambda table: table, id="pandas"),
        pytest.param(pl.from_pandas, id="Polars"),
        pytest.param(pa.Table.from_pandas, id="Arrow"),
        pytest.param(lambda table: {name: table[name].tolist() for name in table}, id="lists"),
        pytest.param(lambda table: table.set_index(table.index[::-1]), id="pandas with another index"),
        pytest.param(lambda table: table[["plan", "event", "age", "duration"]], id="columns in another order"),
    ],
)
def test_any_frame_will_do(shape: Any, frame: pd.DataFrame) -> None:
    few = frame.head(400)
    expected = CoxRegression().fit(few)
    model = CoxRegression().fit(shape(few))

    assert model.coefficients_ == pytest.approx(expected.coefficients_)
    assert model.survival(shape(few), 30) == pytest.approx(expected.survival(few, 30))


@pytest.mark.parametrize("name", ["возраст клиента", "np.log(x)", "a + b", "`", "duration ", "x0001", "Q('1')"])
@pytest.mark.parametrize("make", MODELS)
def test_a_column_may_have_any_name(make: Model, name: str) -> None:
    frame = planted(200).rename(columns={"age": name})

    assert make().fit(frame).coefficients_[name] == pytest.approx(0.1, abs=0.1)


@pytest.mark.parametrize("make", MODELS)
def test_only_the_chosen_columns_explain(make: Model) -> None:
    model = make(covariates=["plan"]).fit(planted(300).assign(when=pd.Timestamp("2024-01-01")))

    assert list(model.coefficients_) == ["plan=gold"]
    assert clone(model).get_params() == {"covariates": ["plan"], "penalty": 0.01}


@pytest.mark.parametrize("make", MODELS)
def test_a_contract_that_ended_on_the_day_of_its_start_counts(make: Model) -> None:
    frame = planted(300)
    frame.loc[:5, ["duration", "event"]] = [0, 1]

    assert make().fit(frame).coefficients_["age"] == pytest.approx(0.1, abs=0.05)


@pytest.mark.parametrize("make", MODELS)
def test_more_weight_on_the_penalty_shrinks(make: Model) -> None:
    loose, tight = (make(penalty=penalty).fit(planted(300)) for penalty in (0.01, 10.0))

    assert abs(tight.coefficients_["age"]) < abs(loose.coefficients_["age"]) / 3


def test_who_leaves_all_but_surely_is_told_of() -> None:
    frame = {"duration": np.arange(1.0, 41.0), "event": np.ones(40), "order": np.arange(40.0, 0.0, -1.0)}

    with pytest.raises(NoConvergence, match="some column may tell who leaves"):
        CoxRegression(penalty=0).fit(frame)
    assert CoxRegression().fit(frame).coefficients_["order"] > 0


@pytest.mark.parametrize("make", MODELS)
@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param({"event": 0}, "Nobody in the frame has left", id="nobody left"),
        pytest.param({"duration": -1.0}, "duration is negative in 12 rows", id="negative durations"),
        pytest.param({"duration": np.nan}, "duration is missing or not finite in 12 of 12", id="unknown durations"),
        pytest.param({"duration": 7.0}, "All durations are the same", id="one duration"),
        pytest.param({"age": 30, "plan": "basic"}, "No column that could explain varies", id="constants"),
        pytest.param({"age": np.inf}, "age.*infinite", id="infinite"),
        pytest.param({"age": pd.Timestamp("2024-01-01")}, "age.*timestamp", id="an instant"),
    ],
)
def test_what_it_cannot_learn_from_is_said(make: Model, change: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidValue, match=message):
        make().fit(planted(12).assign(**change))


@pytest.mark.parametrize("make", MODELS)
def test_everyone_may_have_left(make: Model) -> None:
    assert make().fit(planted(300).assign(event=1)).coefficients_["age"] > 0


@pytest.mark.parametrize("make", MODELS)
def test_what_it_cannot_answer_is_said(make: Model) -> None:
    frame = planted(100)
    model = make().fit(frame)

    with pytest.raises(InvalidValue, match="All durations are the same"):
        make().fit(frame.head(1).assign(event=1))
    with pytest.raises(InvalidValue, match="no column that could explain"):
        make().fit(frame[["duration", "event"]])
    with pytest.raises(MissingColumn, match="colour"):
        make(covariates=["colour"]).fit(frame)
    with pytest.raises(InvalidValue, match="penalty is -1"):
        make(penalty=-1).fit(frame)
    with pytest.raises(InvalidValue, match="until is 0"):
        model.expected_remaining(frame, 0)
    with pytest.raises(NotFitted):
        make().survival(frame, 1)
    with pytest.raises(NotFitted):
        make().contributions(frame)
    with pytest.raises(MissingColumn, match="duration"):
        model.survival(frame[["age", "plan"]], 1)
    with pytest.raises(VernostError, match="plan"):
        model.survival(frame[["age", "duration"]], 1)
