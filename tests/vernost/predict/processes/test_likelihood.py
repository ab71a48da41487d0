"""The climb: gradients, curvature, bounds and beliefs."""

import numpy as np
import pytest
from tests.vernost.predict.processes import cdnow, donations

from vernost.errors import InvalidValue
from vernost.predict import BetaGeoBetaBinom, BetaGeoNBD, GammaGamma, ModifiedBetaGeoNBD, NotFitted, ParetoNBD
from vernost.predict.processes.gamma_gamma import _Likelihood as SpendingLikelihood
from vernost.predict.processes.histories import Histories
from vernost.predict.processes.maximum import Objective, Prior, maximise
from vernost.predict.processes.process import PurchaseProcess

PROCESSES = [BetaGeoNBD, ModifiedBetaGeoNBD, ParetoNBD, BetaGeoBetaBinom]
FEW = {"frequency": [0, 0, 1, 2, 30, 700], "recency": [0, 0, 5, 6, 38, 30], "T": [7, 39, 6, 39, 39, 39]}
OCCASIONS = {"frequency": [0, 1, 2, 5, 6], "recency": [0, 5, 2, 6, 6], "T": [3, 6, 6, 7, 6]}


def _objectives() -> dict[str, Objective]:
    frames = {process: OCCASIONS if process is BetaGeoBetaBinom else FEW for process in PROCESSES}
    made: dict[str, Objective] = {p.__name__: p()._objective(Histories.of(frame)) for p, frame in frames.items()}
    x, mean = np.array([1.0, 4.0, 300.0]), np.array([3.0, 20.0, 15.0])
    return made | {"GammaGamma": SpendingLikelihood(x, mean, np.array([1.0, 2.0, 1.0]))}


@pytest.mark.parametrize("values", [(0.3, 5.0, 0.8, 2.5), (4.0, 0.2, 3.0, 90.0)], ids=str)
@pytest.mark.parametrize("name", _objectives())
def test_the_gradient_is_that_of_the_height(name: str, values: tuple[float, ...]) -> None:
    objective = _objectives()[name]
    point = np.array(values[:3] if name == "GammaGamma" else values)

    def slope(place: int) -> float:
        step = np.zeros_like(point)
        step[place] = point[place] * 1e-5
        return (objective(point + step)[0] - objective(point - step)[0]) / (2 * step[place])

    numeric = [slope(place) for place in range(len(point))]
    assert objective(point)[1] == pytest.approx(numeric, rel=1e-5, abs=1e-5)


def _parabola(values: np.ndarray) -> tuple[float, np.ndarray]:
    """A likelihood whose logarithm of the first parameter is 1 ± 0.5; the second makes no difference."""
    away = (np.log(values[0]) - 1) / 0.5
    return -0.5 * away**2, np.array([-away / 0.5 / values[0], 0.0])


def test_what_the_data_do_not_tell_is_said() -> None:
    top = maximise(_parabola, np.array([1.0, 1.0]), size=1.0)

    assert top.logs[0] == pytest.approx(1.0)
    assert top.is_at_bound.tolist() == [False, True]
    assert top.covariance[0, 0] == pytest.approx(0.25)


def test_a_belief_and_the_data_meet_by_their_precision() -> None:
    prior = Prior(mean=np.array([0.0, 3.0]), spread=np.array([0.5, 1.0]))

    top = maximise(_parabola, np.array([1.0, 1.0]), size=1.0, prior=prior)

    assert top.logs == pytest.approx([0.5, 3.0])
    assert np.diag(top.covariance) == pytest.approx([0.125, 1.0])


def test_the_search_ends_where_it_must() -> None:
    top = maximise(_parabola, np.array([9.0, 1.0]), size=1.0, lowest=np.array([5.0, 1e-9]))

    assert np.exp(top.logs[0]) == pytest.approx(5.0)
    assert top.is_at_bound[0]


def test_intervals_widen_with_their_level_and_hold_the_estimate() -> None:
    model = BetaGeoNBD().fit(cdnow.histories())

    for letter, value in model.params_.items():
        (wide_low, wide_high), (low, high) = model.interval(0.95)[letter], model.interval(0.5)[letter]
        assert 0 < wide_low < low < value < high < wide_high


def test_neighbours_carry_the_covariance() -> None:
    model = ParetoNBD().fit(cdnow.histories())

    around = np.log(model._neighbours()) - np.log(list(model.params_.values()))

    assert around.mean(axis=0) == pytest.approx(np.zeros(4), abs=1e-9)
    assert around.T @ around / len(around) == pytest.approx(model._optimum.covariance)


def test_a_level_is_between_0_and_1() -> None:
    with pytest.raises(InvalidValue, match=r"level is 95, must be between 0 and 1"):
        BetaGeoBetaBinom().fit(donations.FRAME).interval(95)


@pytest.mark.parametrize("model", [*(process() for process in PROCESSES), GammaGamma()], ids=repr)
def test_what_has_not_learnt_says_so(model: PurchaseProcess | GammaGamma) -> None:
    with pytest.raises(NotFitted):
        model.interval()
