"""Renewals: published values, what was planted, hand counts, and laws."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import approx_fprime
from scipy.special import betaln, hyp2f1
from sklearn.base import clone

from vernost.errors import InvalidValue, MissingColumn
from vernost.predict import BetaDiscreteWeibull, NotFitted, ShiftedBetaGeometric
from vernost.predict.contracts.renewal_model import RenewalModel
from vernost.predict.contracts.renewals import Turns

MODELS = [
    pytest.param(ShiftedBetaGeometric, id="sBG"),
    pytest.param(BetaDiscreteWeibull, id="BdW"),
]
Model = type[RenewalModel]

# Percent of customers that survive each year, Table 1 of Fader and Hardie (2007); the model learns from years 0 to 7.
HIGH_END = [100, 86.9, 74.3, 65.3, 59.3, 55.1, 51.7, 49.1, 46.8, 44.5, 42.7, 40.9, 39.4]
REGULAR = [100, 63.1, 46.8, 38.2, 32.6, 28.9, 26.2, 24.1, 22.3, 20.7, 19.4, 18.3, 17.3]
PUBLISHED = {"highend": (HIGH_END, 0.668, 3.806, -1611.2), "regular": (REGULAR, 0.704, 1.182, -1680.3)}


def cohort(shares: list[float]) -> dict[str, Any]:
    """A thousand customers of whom so many percent survive each year, seen for eight years."""
    alive = np.rint(np.array(shares[:8]) * 10)
    return {"recency": np.arange(1, 9), "T": np.full(8, 8), "weight": [*-np.diff(alive), alive[-1]]}


def planted(alpha: float, beta: float, c: float, *, number: int = 40_000, periods: int = 12) -> dict[str, Any]:
    """Customers with a chance of their own to leave, who joined at different times."""
    random = np.random.default_rng(7)
    stay = -np.log1p(-random.beta(alpha, beta, number))
    lived = np.maximum(np.ceil((random.exponential(size=number) / stay) ** (1 / c)), 1)
    present = random.integers(1, periods + 1, number)
    return {"recency": np.minimum(lived, present), "T": present}


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_published_parameters_are_found(name: str) -> None:
    shares, alpha, beta, height = PUBLISHED[name]
    model = ShiftedBetaGeometric().fit(cohort(shares))

    assert model.params_ == pytest.approx({"alpha": alpha, "beta": beta}, abs=6e-4)
    assert model.log_likelihood_ == pytest.approx(height, abs=0.06)
    # The five years that it has not seen too, within two points of what came.
    assert model.survival(np.arange(13)) * 100 == pytest.approx(shares, abs=2)


def test_the_file_of_the_published_cohorts_is_read_as_it_is() -> None:
    root = Path(os.environ.get("VERNOST_SHARED_DATA", Path(__file__).parents[5] / "shared" / "data"))
    path = root / "btyd_reference" / "sbg_cohorts.csv"
    if not path.exists():
        pytest.skip(f"{path} is not here")
    customers = pd.read_csv(path)

    for name, (shares, *_) in PUBLISHED.items():
        model = ShiftedBetaGeometric().fit(customers[customers["cohort"] == name])
        assert model.params_ == pytest.approx(ShiftedBetaGeometric().fit(cohort(shares)).params_)


@pytest.mark.parametrize(
    ("alpha", "beta", "published"),
    [
        pytest.param(3.80, 15.20, [3.31, 3.45, 3.59, 3.72, 3.84], id="alike"),
        pytest.param(0.067, 0.267, [7.68, 9.46, 9.86, 10.06, 10.19], id="of two kinds"),
    ],
)
def test_the_published_lifetimes_ahead_are_found(alpha: float, beta: float, published: list[float]) -> None:
    # Table 3 of Fader and Hardie (2010): discounted by 10 %, customers in their first to fifth year.
    model = ShiftedBetaGeometric().fit(planted(alpha, beta, 1.0))
    model._optimum.logs[:] = np.log([alpha, beta])

    assert model.discounted_remaining({"T": [1, 2, 3, 4, 5]}, 0.1) == pytest.approx(published, abs=0.012)


def test_the_lifetime_ahead_is_the_hypergeometric_function_of_the_paper() -> None:
    model = ShiftedBetaGeometric().fit(cohort(HIGH_END))
    alpha, beta = model.params_.values()
    present = np.array([1, 4, 30])
    expected = (beta + present - 1) / (alpha + beta + present - 1)
    expected *= hyp2f1(1, beta + present, alpha + beta + present, 1 / 1.02)

    assert model.discounted_remaining({"T": present}, 0.02) == pytest.approx(expected, rel=1e-9)


def test_survival_and_retention_are_those_of_the_formulas() -> None:
    model = ShiftedBetaGeometric().fit(cohort(REGULAR))
    alpha, beta = model.params_.values()
    period = np.arange(1, 10)

    assert model.retention_rate(period) == pytest.approx((beta + period - 1) / (alpha + beta + period - 1))
    assert model.survival(period) == pytest.approx(np.exp(betaln(alpha, beta + period) - betaln(alpha, beta)))
    assert model.survival(0) == 1


@pytest.mark.parametrize(
    ("make", "true"),
    [
        pytest.param(ShiftedBetaGeometric, {"alpha": 0.8, "beta": 4.0}, id="sBG"),
        pytest.param(BetaDiscreteWeibull, {"alpha": 0.8, "beta": 4.0, "c": 1.4}, id="BdW rising"),
        pytest.param(BetaDiscreteWeibull, {"alpha": 1.5, "beta": 6.0, "c": 0.7}, id="BdW falling"),
    ],
)
def test_what_was_planted_is_found_within_its_error(make: Model, true: dict[str, float]) -> None:
    model = make().fit(planted(**{"c": 1.0} | true))

    for letter, value in true.items():
        assert abs(model.params_[letter] - value) < 3 * model.standard_errors_[letter], letter
        low, high = model.interval()[letter]
        assert low < model.params_[letter] < high
    assert not model.is_at_bound_


def test_nine_of_ten_intervals_hold_the_truth() -> None:
    true = np.exp(betaln(0.8, 4.0 + 12) - betaln(0.8, 4.0))
    held = 0
    for number in range(100):
        random = np.random.default_rng(number)
        lived = random.geometric(random.beta(0.8, 4.0, 800))
        model = ShiftedBetaGeometric().fit({"recency": np.minimum(lived, 8), "T": np.full(800, 8)})
        low, high = model.survival_interval(12, 0.9)
        held += low < true < high

    assert 83 <= held <= 97


@pytest.mark.parametrize("make", MODELS)
def test_intervals_hold_the_estimate(make: Model) -> None:
    model = make().fit(cohort(HIGH_END))
    frame = {"recency": [1, 5, 2], "T": [1, 5, 8]}
    low, high = model.leaving_interval(frame, [1, 3, 3])
    chance = model.probability_of_leaving(frame, [1, 3, 3])

    assert (low[:2] < chance[:2]).all()
    assert (chance[:2] < high[:2]).all()
    assert (low[2], high[2]) == (1, 1)
    assert [bound.tolist() for bound in model.survival_interval([0])] == [[1], [1]]
    wide = model.survival_interval(5, 0.99)
    narrow = model.survival_interval(5, 0.5)
    assert wide[0] < narrow[0] < model.survival(5) < narrow[1] < wide[1]


def test_without_wear_the_two_models_are_one() -> None:
    frame = planted(0.8, 4.0, 1.0)
    plain, worn = ShiftedBetaGeometric().fit(frame), BetaDiscreteWeibull().fit(frame)

    assert worn.params_["c"] == pytest.approx(1, abs=3 * worn.standard_errors_["c"])
    assert plain.log_likelihood_ - 1e-6 <= worn.log_likelihood_ < plain.log_likelihood_ + 4
    assert worn.survival(np.arange(12)) == pytest.approx(plain.survival(np.arange(12)), abs=0.01)


@pytest.mark.parametrize("make", MODELS)
@pytest.mark.parametrize("values", [(0.7, 1.2, 1.3), (5.0, 60.0, 0.4), (0.01, 0.02, 2.5)])
def test_the_gradient_is_that_of_the_likelihood(make: Model, values: tuple[float, ...]) -> None:
    turns, point = Turns.read(cohort(REGULAR)), np.array(values[: len(make._letters)])
    model = make()
    expected = approx_fprime(point, lambda at: model._likelihood(at, turns)[0], 1e-7 * point)

    assert model._likelihood(point, turns)[1] == pytest.approx(expected, rel=1e-3, abs=1e-2)


def test_turns_are_counted_by_hand() -> None:
    # Ann left at her first renewal, Bob at his second; Eve, seen for three periods, renewed twice; Zoe is new.
    turns = Turns.read({"recency": [1, 2, 3, 1], "T": [4, 3, 3, 1], "weight": [1, 1, 2, 9]})

    assert turns.stayed.tolist() == [3, 2]
    assert turns.left.tolist() == [1, 1]


def test_frequency_counts_renewals_where_recency_counts_periods() -> None:
    by_period = Turns.read({"recency": [1, 2, 3, 1], "T": [4, 3, 3, 1]})
    by_renewal = Turns.read({"frequency": [0, 1, 2, 0], "T": [3, 2, 2, 0]})

    assert by_renewal.stayed.tolist() == by_period.stayed.tolist()
    assert by_renewal.left.tolist() == by_period.left.tolist()


@pytest.mark.parametrize("make", MODELS)
def test_the_chance_of_leaving_is_given_the_renewals_made(make: Model) -> None:
    model = make().fit(cohort(HIGH_END))
    frame = {"recency": [1, 5, 2, 8], "T": [1, 5, 8, 8]}
    expected = 1 - model.survival([2, 6, 0, 9]) / model.survival([0, 4, 0, 7])
    expected[2] = 1  # has left

    assert model.probability_of_leaving(frame, 2) == pytest.approx(expected)
    assert model.probability_of_leaving(frame, 1)[:2] == pytest.approx(1 - model.retention_rate([1, 5]))
    assert model.probability_of_leaving({"T": [5]}, 0) == pytest.approx([0])
    assert model.probability_of_leaving({"T": [5, 5]}, [1, 2], since=[0, 0]) == pytest.approx(
        1 - model.survival([1, 2])
    )


@pytest.mark.parametrize("make", MODELS)
def test_the_time_ahead_is_counted_in_renewals(make: Model) -> None:
    model = make().fit(cohort(HIGH_END))
    frame = {"recency": [1, 3, 2], "T": [1, 3, 8]}
    survival = model.survival(np.arange(10))

    assert model.expected_remaining(frame, 2) == pytest.approx(
        [survival[1] + survival[2], (survival[3] + survival[4]) / survival[2], 0]
    )
    median = model.median_remaining(frame)
    assert model.probability_of_leaving(frame, median)[:2].min() >= 0.5
    assert model.probability_of_leaving(frame, np.maximum(median - 1, 0))[:2].max() < 0.5
    assert median[2] == 0


def test_half_may_never_leave() -> None:
    model = ShiftedBetaGeometric().fit({"recency": [1, 2, 3, 4], "T": [4] * 4, "weight": [90, 9, 1, 300]})

    assert model.median_remaining({"T": [1, 4]})[1] > 1e6


customers = st.lists(st.tuples(st.integers(1, 6), st.integers(0, 4), st.integers(1, 5)), min_size=4, max_size=30)


@given(rows=customers)
@settings(max_examples=40, deadline=None)
def test_survival_falls_and_a_weight_is_a_repetition(rows: list[tuple[int, int, int]]) -> None:
    recency, beyond, weight = (np.array(column) for column in zip(*rows, strict=True))
    # Whatever was drawn, somebody leaves and somebody stays at the first two renewals.
    recency, beyond, weight = np.r_[recency, 1, 2, 3], np.r_[beyond, 1, 1, 0], np.r_[weight, 1, 1, 1]
    weighted = ShiftedBetaGeometric().fit({"recency": recency, "T": recency + beyond, "weight": weight})
    repeated = ShiftedBetaGeometric().fit({"recency": recency.repeat(weight), "T": (recency + beyond).repeat(weight)})
    survival = weighted.survival(np.arange(50))
    chances = weighted.probability_of_leaving({"T": np.arange(1, 50)}, 3)

    assert weighted.log_likelihood_ == pytest.approx(repeated.log_likelihood_)
    assert survival == pytest.approx(repeated.survival(np.arange(50)), abs=1e-4)
    assert (np.diff(survival) <= 0).all()
    assert ((chances >= 0) & (chances <= 1)).all()
    # Who has stayed for longer is likelier to stay.
    assert (np.diff(chances) <= 1e-12).all()


@pytest.mark.parametrize("make", MODELS)
def test_customers_who_are_all_alike_are_learnt_too(make: Model) -> None:
    # Everyone leaves with the chance of one in ten: there is no spread of chances to find.
    alive = np.rint(100_000 * 0.9 ** np.arange(9))
    model = make().fit({"recency": np.arange(1, 10), "T": np.full(9, 9), "weight": [*-np.diff(alive), alive[-1]]})

    assert model.retention_rate([1, 8]) == pytest.approx([0.9, 0.9], abs=2e-3)


@pytest.mark.parametrize("make", MODELS)
@pytest.mark.parametrize(
    ("frame", "message"),
    [
        pytest.param({"recency": [], "T": []}, "No contract has come up for renewal", id="nothing"),
        pytest.param({"recency": [1, 1], "T": [1, 1]}, "No contract has come up for renewal", id="all new"),
        pytest.param({"recency": [3, 2], "T": [3, 2]}, "Nobody has left", id="nobody left"),
        pytest.param({"recency": [1, 1], "T": [3, 2]}, "Nobody has renewed", id="all left at once"),
        pytest.param({"recency": [1], "T": [2]}, "Nobody has renewed", id="one row"),
        pytest.param({"recency": [1, 2], "T": [2, 2]}, "came up for renewal at most 1 times", id="one renewal"),
        pytest.param({"recency": [0, 2], "T": [2, 2]}, "between 1 and T", id="before the first period"),
        pytest.param({"recency": [3, 2], "T": [2, 2]}, "between 1 and T", id="after the present period"),
        pytest.param({"T": [0, 2]}, "T must lie between 1 and T", id="no period"),
        pytest.param({"frequency": [3, -1], "T": [3, 2]}, "between 0 and T", id="fewer than no renewals"),
        pytest.param({"recency": [1.5, 2], "T": [2, 2]}, "recency must be whole", id="half a period"),
        pytest.param({"recency": [1, None], "T": [2, 2]}, "recency is missing", id="a gap"),
        pytest.param({"recency": [1, 2], "T": [2, None]}, "T is missing", id="a gap in T"),
        pytest.param({"recency": [10**9, 2], "T": [10**9, 2]}, "no number of contracts", id="seconds"),
        pytest.param({"recency": [1, 2], "T": [2, 2], "weight": [-1, 1]}, "weight must not be", id="negative weight"),
    ],
)
def test_what_it_cannot_learn_from_is_said(make: Model, frame: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidValue, match=message):
        make().fit(frame)


def test_everyone_may_have_left() -> None:
    model = ShiftedBetaGeometric().fit({"recency": [1, 2, 3], "T": [9, 9, 9], "weight": [30, 20, 10]})

    assert 0 < model.retention_rate(1) < 1


@pytest.mark.parametrize("make", MODELS)
def test_what_it_cannot_answer_is_said(make: Model) -> None:
    model = make().fit(cohort(REGULAR))

    with pytest.raises(MissingColumn, match="T"):
        make().fit({"recency": [1]})
    with pytest.raises(NotFitted):
        make().survival(1)
    with pytest.raises(NotFitted):
        make().probability_of_leaving({"T": [1]}, 1)
    with pytest.raises(InvalidValue, match="period must be 1 or more"):
        model.retention_rate(0)
    with pytest.raises(InvalidValue, match="discount is 0"):
        model.discounted_remaining({"T": [1]}, 0)
    with pytest.raises(InvalidValue, match="until is 0"):
        model.expected_remaining({"T": [1]}, 0)
    with pytest.raises(InvalidValue, match="level is 1"):
        model.survival_interval(1, 1)
    with pytest.raises(InvalidValue, match="horizon must not be negative"):
        model.probability_of_leaving({"T": [1]}, -1)
    assert clone(model).get_params() == {}
