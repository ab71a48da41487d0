"""What processes say of customers: probabilities that are probabilities, and forecasts that agree with each other."""

from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import hyp2f1, hyperu
from tests.vernost.predict.processes import cdnow, donations
from tests.vernost.predict.processes.shop import Shop

from vernost.errors import InvalidValue, MissingColumn
from vernost.predict import BetaGeoBetaBinom, BetaGeoNBD, ModifiedBetaGeoNBD, ParetoNBD
from vernost.predict.processes.process import PurchaseProcess

CONTINUOUS = [BetaGeoNBD, ModifiedBetaGeoNBD, ParetoNBD]
PROCESSES = [*CONTINUOUS, BetaGeoBetaBinom]
HISTORIES = {"frequency": [0, 0, 2, 26, 5], "recency": [0, 0, 30.43, 38, 5], "T": [0, 39, 38.86, 39, 39]}
OCCASIONS = {"frequency": [0, 0, 6, 1, 2], "recency": [0, 0, 6, 6, 3], "T": [0, 6, 6, 6, 6]}


def learnt(process: type[PurchaseProcess]) -> PurchaseProcess:
    return process().fit(donations.FRAME if process is BetaGeoBetaBinom else cdnow.histories())


def asked(process: type[PurchaseProcess]) -> dict[str, list[float]]:
    return OCCASIONS if process is BetaGeoBetaBinom else HISTORIES


@pytest.mark.parametrize("process", PROCESSES)
def test_chances_of_counts_sum_to_one_and_their_mean_is_what_is_expected(process: type[PurchaseProcess]) -> None:
    model, frame = learnt(process), asked(process)

    chances = model.purchase_probabilities(frame, 20, most=300)

    assert (chances >= 0).all()
    assert chances.sum(axis=1) == pytest.approx(np.ones(5), abs=1e-8)
    assert chances @ np.arange(301) == pytest.approx(model.expected_purchases(frame, 20), rel=1e-6)
    assert model.probability_silent(frame, 20) == pytest.approx(chances[:, 0])


@pytest.mark.parametrize("process", PROCESSES)
def test_no_discount_is_the_limit_of_little_discount(process: type[PurchaseProcess]) -> None:
    model, frame = learnt(process), asked(process)

    assert model.discounted_purchases(frame, 1e-9, 10) == pytest.approx(model.expected_purchases(frame, 10), rel=1e-5)


@pytest.mark.parametrize("process", PROCESSES)
def test_longer_silence_means_fewer_alive_and_fewer_purchases(process: type[PurchaseProcess]) -> None:
    recency = np.arange(3.0, 40.0)
    frame = {"frequency": np.full(37, 3), "recency": recency, "T": np.full(37, 40)}
    model = learnt(process)

    assert (np.diff(model.probability_alive(frame)) > 0).all()
    assert (np.diff(model.expected_purchases(frame, 13)) > 0).all()
    assert (np.diff(model.probability_silent(frame, 13)) < 0).all()


@pytest.mark.parametrize("process", PROCESSES)
def test_who_buys_hundreds_of_times_gets_finite_figures(process: type[PurchaseProcess]) -> None:
    heavy = {"frequency": [300, 900, 900], "recency": [990, 1000, 950], "T": [1000, 1000, 1000]}
    model = learnt(process)

    alive = model.probability_alive(heavy)

    assert ((alive >= 0) & (alive <= 1)).all()
    assert alive[1] > alive[2]
    bought = model.expected_purchases(heavy, 10)
    assert np.isfinite(bought).all()
    assert 5 < bought[1] < 10
    assert np.isfinite(model.purchase_probabilities(heavy, 10, 40)).all()


@pytest.mark.parametrize("process", CONTINUOUS)
def test_mean_histories_lie_between_those_of_whole_purchases(process: type[PurchaseProcess]) -> None:
    part = np.linspace(0, 1, 9)
    model = learnt(process)

    silent = model.probability_silent({"frequency": part, "recency": 5 * part, "T": np.full(9, 39)}, 13)

    assert np.isfinite(silent).all()
    assert silent[0] == pytest.approx(model.probability_silent({"frequency": [0], "recency": [0], "T": [39]}, 13)[0])
    assert np.abs(np.diff(silent)).max() < 0.05


@pytest.mark.parametrize("process", PROCESSES)
def test_no_rows_get_no_figures(process: type[PurchaseProcess]) -> None:
    model, nobody = learnt(process), {"frequency": [], "recency": [], "T": []}

    assert model.expected_purchases(nobody, 13).shape == (0,)
    assert model.purchase_probabilities(nobody, 13, 2).shape == (0, 3)
    assert model.discounted_purchases(nobody, 0.01).shape == (0,)
    assert [end.shape for end in model.purchase_interval(nobody, 13)] == [(0,), (0,)]


@pytest.mark.parametrize("process", PROCESSES)
def test_weights_stand_for_rows_and_rows_come_in_any_sequence(process: type[PurchaseProcess]) -> None:
    frame = {name: np.asarray(column) for name, column in asked(process).items()}
    weight = np.array([40, 300, 20, 3, 30])
    order = np.random.default_rng(1).permutation(weight.sum())
    rows = {name: np.repeat(column, weight)[order] for name, column in frame.items()}

    by_weight, by_rows = process().fit({**frame, "weight": weight}), process().fit(rows)

    assert by_weight.log_likelihood_ == pytest.approx(by_rows.log_likelihood_)
    each = by_weight.expected_purchases(frame, 10)
    assert by_rows.expected_purchases(rows, 10) == pytest.approx(np.repeat(each, weight)[order], rel=1e-4)


@pytest.mark.parametrize(
    ("process", "values"),
    [
        pytest.param(BetaGeoNBD, (0.5, 6.0, 0.8, 2.5), id="BG/NBD"),
        pytest.param(ModifiedBetaGeoNBD, (0.5, 6.0, 0.8, 2.5), id="MBG/NBD"),
        pytest.param(ParetoNBD, (0.6, 8.0, 0.7, 12.0), id="Pareto/NBD"),
        pytest.param(BetaGeoBetaBinom, (1.2, 0.75, 0.66, 2.8), id="BG/BB"),
    ],
)
def test_the_truth_behind_made_up_customers_is_found(process: type[PurchaseProcess], values: tuple[float, ...]) -> None:
    model = process().fit(process_like(process, values).sample(np.repeat([10.0, 20.0, 40.0], 15_000), seed=7))

    away = (np.log(list(model.params_.values())) - np.log(values)) / np.sqrt(np.diag(model._optimum.covariance))
    assert np.abs(away).max() < 3.5


def process_like(process: type[PurchaseProcess], values: tuple[float, ...]) -> PurchaseProcess:
    """A process with these parameters, known for sure."""
    from vernost.predict.processes.maximum import Optimum

    size = len(values)
    return process()._adopt(Optimum(np.log(values), 0.0, np.zeros((size, size)), np.zeros(size, dtype=bool)))


@pytest.mark.parametrize("process", CONTINUOUS)
def test_learning_from_a_part_first_leads_to_the_same(
    process: type[PurchaseProcess], monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = learnt(process).sample(np.random.default_rng(4).uniform(20, 60, 6000), seed=4)
    whole = process().fit(frame)

    monkeypatch.setattr("vernost.predict.processes.process._MANY", 3000)
    by_part = process().fit(frame)

    assert by_part.params_ == pytest.approx(whole.params_, rel=1e-4)
    assert by_part.standard_errors_ == pytest.approx(whole.standard_errors_, rel=0.01)


@pytest.mark.parametrize("process", CONTINUOUS)
def test_new_customers_do_what_made_up_ones_do(process: type[PurchaseProcess]) -> None:
    model = learnt(process)

    made_up = model.sample(np.full(200_000, 39.0), seed=3)

    assert made_up["frequency"].mean() == pytest.approx(model.expected_purchases_of_new(39), rel=0.02)


@pytest.mark.parametrize(("x", "recency", "span", "horizon"), [(0, 0, 39, 39), (2, 30.43, 38.86, 39), (7, 20, 39, 100)])
def test_the_forecast_of_bg_nbd_is_the_formula_of_the_paper(
    x: int, recency: float, span: float, horizon: float
) -> None:
    r, alpha, a, b = 0.243, 4.414, 0.793, 2.426
    ratio = hyp2f1(r + x, b + x, a + b + x - 1, horizon / (alpha + span + horizon))
    expected = (a + b + x - 1) / (a - 1) * (1 - ((alpha + span) / (alpha + span + horizon)) ** (r + x) * ratio)
    expected /= 1 + (x > 0) * a / (b + x - 1) * ((alpha + span) / (alpha + recency)) ** (r + x)

    ours = process_like(BetaGeoNBD, (r, alpha, a, b)).expected_purchases(
        {"frequency": [x], "recency": [recency], "T": [span]}, horizon
    )

    assert ours == pytest.approx([expected], rel=1e-8)


def test_the_discounted_purchases_of_pareto_nbd_are_the_formula_of_the_paper() -> None:
    model, rate = learnt(ParetoNBD), 0.0027
    r, alpha, s, beta = model.params_.values()
    x, span = np.array(HISTORIES["frequency"]), np.array(HISTORIES["T"])
    formula = (r + x) / (alpha + span) * (beta + span) ** s * rate ** (s - 1) * hyperu(s, s, rate * (beta + span))

    ours = model.discounted_purchases(HISTORIES, rate)

    assert ours == pytest.approx(model.probability_alive(HISTORIES) * formula, rel=1e-6)


@pytest.mark.parametrize("horizon", [10.0, 500.0])
def test_the_discounted_purchases_of_bg_nbd_are_the_sum_over_time(horizon: float) -> None:
    model, rate = learnt(BetaGeoNBD), 0.01
    frame: dict[str, Any] = {"frequency": [4], "recency": [30], "T": [39]}

    def paid(moment: float) -> float:
        return rate * np.exp(-rate * moment) * float(model.expected_purchases(frame, moment)[0]) if moment else 0.0

    whole = quad(paid, 0, horizon)[0] + np.exp(-rate * horizon) * model.expected_purchases(frame, horizon)[0]
    assert model.discounted_purchases(frame, rate, horizon) == pytest.approx([whole], rel=1e-5)


def test_intervals_hold_as_many_as_they_say_where_all_agrees_with_the_process() -> None:
    shop = Shop.open(20_000, weeks=78, arriving=12, seed=5)
    before, bought = shop.until(39), shop.bought(39, 78)
    model = BetaGeoNBD().fit(before)

    low, high = model.purchase_interval(before, 39, level=0.8)

    assert ((low <= bought) & (bought <= high)).mean() >= 0.8
    busy = model.expected_purchases(before, 39) > 8  # there, counts are so many that wholeness hardly matters
    assert ((low <= bought) & (bought <= high))[busy].mean() == pytest.approx(0.83, abs=0.05)


def test_silence_comes_as_often_as_foretold() -> None:
    shop = Shop.open(20_000, weeks=78, arriving=12, seed=6)
    before, bought = shop.until(39), shop.bought(39, 52)

    silent = BetaGeoNBD().fit(before).probability_silent(before, 13)

    for low, high in [(0.0, 0.5), (0.5, 0.9), (0.9, 1.0)]:
        asked_about = (silent >= low) & (silent < high)
        assert (bought[asked_about] == 0).mean() == pytest.approx(silent[asked_about].mean(), abs=0.03)


@pytest.mark.parametrize("seed", range(3))
def test_unsure_parameters_widen_the_interval(seed: int) -> None:
    frame = {"frequency": [100], "recency": [38.5], "T": [39]}
    few = BetaGeoNBD().fit(learnt(BetaGeoNBD).sample(np.full(120, 39.0), seed=seed))
    known = process_like(BetaGeoNBD, tuple(few.params_.values()))

    (low, high), (known_low, known_high) = few.purchase_interval(frame, 39), known.purchase_interval(frame, 39)

    assert high[0] - low[0] > known_high[0] - known_low[0]


@pytest.mark.parametrize("process", PROCESSES)
@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param({"frequency": [0, 0], "recency": [0, 0]}, "No customer bought twice", id="nobody came back"),
        pytest.param({"weight": [9, 0]}, "No customer bought twice", id="nobody stands for who came back"),
        pytest.param({"frequency": [1, -1]}, "frequency is -1.0, must not be below 0", id="below 0"),
        pytest.param({"recency": [3, 0]}, "recency is above 0 for a customer without repeat", id="recency without one"),
        pytest.param({"recency": [0, 9]}, "recency is beyond T", id="after today"),
        pytest.param({"T": [6, None]}, "T has empty or infinite values", id="empty"),
        pytest.param({"frequency": [0, 1.5]}, "frequency holds parts of purchases", id="half a purchase"),
        pytest.param({"recency": [0, 0]}, "recency is 0 for a customer with repeat", id="twice on one day"),
        pytest.param({"weight": [1, -1]}, "weight must be a number of customers", id="weight below 0"),
        pytest.param({"frequency": [], "recency": [], "T": []}, "The frame has no customers", id="no rows"),
    ],
)
def test_frames_from_which_nothing_can_be_learnt_are_refused(
    process: type[PurchaseProcess], change: dict[str, list[float]], message: str
) -> None:
    frame = {"frequency": [0, 1], "recency": [0, 3], "T": [6, 6]} | change

    with pytest.raises(InvalidValue, match=message):
        process().fit(frame)


def test_a_missing_column_is_named() -> None:
    with pytest.raises(MissingColumn, match="'recency'"):
        BetaGeoNBD().fit({"frequency": [1], "T": [3]})


@pytest.mark.parametrize("process", PROCESSES)
@pytest.mark.parametrize(
    "frame",
    [
        pytest.param({"frequency": [3], "recency": [5], "T": [6]}, id="one customer"),
        pytest.param({"frequency": [1] * 50, "recency": [3] * 50, "T": [6] * 50}, id="all alike"),
        pytest.param({"frequency": [0, 0, 1], "recency": [0, 0, 2], "T": [6, 6, 6]}, id="three customers"),
    ],
)
def test_data_that_tell_too_little_give_parameters_and_a_warning(
    process: type[PurchaseProcess], frame: dict[str, list[float]]
) -> None:
    model = process().fit(frame)

    assert model.is_at_bound_
    assert np.isnan(list(model.standard_errors_.values())).any()
    assert np.isfinite(model.expected_purchases(frame, 6)).all()
    low, high = model.purchase_interval(frame, 6)
    assert (low <= high).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        pytest.param(
            lambda model: model.expected_purchases(HISTORIES, 0), "horizon is 0, must be a time", id="no time"
        ),
        pytest.param(lambda model: model.probability_silent(HISTORIES, float("nan")), "horizon is nan", id="NaN"),
        pytest.param(lambda model: model.purchase_probabilities(HISTORIES, 1, -1), "most is -1", id="most"),
        pytest.param(
            lambda model: model.discounted_purchases(HISTORIES, 0.0), "rate is 0.0, must be above 0", id="rate"
        ),
        pytest.param(lambda model: model.purchase_interval(HISTORIES, 1, 1.0), "level is 1.0", id="level"),
    ],
)
def test_questions_that_make_no_sense_are_refused(call: Any, message: str) -> None:
    with pytest.raises(InvalidValue, match=message):
        call(learnt(BetaGeoNBD))


@pytest.mark.parametrize(
    ("frame", "horizon", "message"),
    [
        pytest.param(
            {"frequency": [1], "recency": [2.5], "T": [6]}, 2, "recency is not whole", id="part of an occasion"
        ),
        pytest.param({"frequency": [3], "recency": [2], "T": [6]}, 2, "frequency is above recency", id="too many"),
        pytest.param(
            {"frequency": [1], "recency": [2], "T": [6]}, 2.5, "horizon is 2.5, must be a whole", id="horizon"
        ),
    ],
)
def test_occasions_are_whole(frame: dict[str, list[float]], horizon: float, message: str) -> None:
    with pytest.raises(InvalidValue, match=message):
        learnt(BetaGeoBetaBinom).expected_purchases(frame, horizon)


def test_scikit_learn_can_clone_a_process() -> None:
    from sklearn.base import clone

    assert isinstance(clone(BetaGeoNBD(), safe=False), BetaGeoNBD)
