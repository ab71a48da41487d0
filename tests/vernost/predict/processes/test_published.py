"""What the papers print is what comes out, from the log of the shop they used to its parameters."""

import tomllib
from pathlib import Path

import numpy as np
import pytest
from tests.vernost.predict.processes import cdnow, donations

from vernost.predict import BetaGeoBetaBinom, BetaGeoNBD, GammaGamma, ModifiedBetaGeoNBD, ParetoNBD
from vernost.predict.processes.process import PurchaseProcess

BAYES = tomllib.loads((Path(__file__).parent / "bayes_reference.toml").read_text(encoding="utf-8"))
"""Model -> means and standard deviations of a Bayesian package; the file says whence."""


@pytest.mark.parametrize(
    ("process", "published", "height"),
    [
        pytest.param(BetaGeoNBD, (0.243, 4.414, 0.793, 2.426), -9582.43, id="Fader, Hardie and Lee 2005"),
        pytest.param(ParetoNBD, (0.553, 10.578, 0.606, 11.669), -9594.98, id="Fader and Hardie 2005"),
        pytest.param(ModifiedBetaGeoNBD, (0.525, 6.183, 0.891, 1.614), None, id="Batislam and others 2007"),
    ],
)
def test_cdnow_gives_the_published_parameters(
    process: type[PurchaseProcess], published: tuple[float, ...], height: float | None
) -> None:
    model = process().fit(cdnow.histories())

    # The papers rounded T and t_x to hundredths of a week; we have them by the day.
    assert tuple(model.params_.values()) == pytest.approx(published, rel=3e-4, abs=6e-4)
    assert height is None or model.log_likelihood_ == pytest.approx(height, abs=0.01)
    assert not model.is_at_bound_


@pytest.mark.parametrize(
    ("process", "theirs", "height", "errors"),
    [
        pytest.param(BetaGeoNBD, (0.2425945, 4.4136019, 0.7929199, 2.4258881), -9582.429, None, id="BG/NBD, CLVTools"),
        pytest.param(
            ParetoNBD,
            (0.5532, 10.5763, 0.6063, 11.6715),
            -9594.976,
            (0.0476264, 0.8427222, 0.1872594, 6.2105448),
            id="Pareto/NBD, CLVTools",
        ),
        pytest.param(ParetoNBD, (0.5533971, 10.5801985, 0.6060625, 11.6562237), -9594.976, None, id="Pareto/NBD, BTYD"),
    ],
)
def test_packages_of_r_agree_within_a_hundredth_of_the_standard_error(
    process: type[PurchaseProcess], theirs: tuple[float, ...], height: float, errors: tuple[float, ...] | None
) -> None:
    """CLVTools' figures are those of its own tests, BTYD's those of its walkthrough."""
    model = process().fit(cdnow.histories())
    ours, standard_errors = (np.array(list(each.values())) for each in (model.params_, model.standard_errors_))

    assert (np.abs(ours - theirs) < standard_errors / 100).all()
    assert model.log_likelihood_ == pytest.approx(height, abs=0.001)
    assert errors is None or standard_errors == pytest.approx(errors, rel=0.005)


@pytest.mark.parametrize("process", [BetaGeoNBD, ModifiedBetaGeoNBD])
def test_a_bayesian_package_agrees_within_a_standard_deviation(process: type[PurchaseProcess]) -> None:
    """Of parameters, of what they foretell, and of how sure they are; the package's priors move its means a little."""
    mean, deviation = (BAYES[process.__name__][name] for name in ("mean", "deviation"))
    model, customer = process().fit(cdnow.histories()), {"frequency": [2], "recency": [30.43], "T": [38.86]}

    ours = model.params_ | {
        "purchases": model.expected_purchases(customer, 39)[0],
        "alive": model.probability_alive(customer)[0],
        "new": model.expected_purchases_of_new(52),
    }
    for name, value in ours.items():
        assert abs(value - mean[name]) < deviation[name], name
    for letter, error in model.standard_errors_.items():
        assert error == pytest.approx(deviation[letter], rel=0.15), letter


def test_a_bayesian_package_agrees_on_spending_within_a_standard_deviation() -> None:
    mean, deviation = (BAYES["GammaGamma"][name] for name in ("mean", "deviation"))
    model = GammaGamma().fit(cdnow.customers())

    for letter, value in model.params_.items():
        assert abs(value - mean[letter]) < deviation[letter], letter
        assert model.standard_errors_[letter] == pytest.approx(deviation[letter], rel=0.15), letter


def test_a_new_customer_of_cdnow_is_expected_to_buy_as_often_as_in_r() -> None:
    """By BTYD's walkthrough 1.473 times in a year."""
    model = ParetoNBD().fit(cdnow.histories())

    assert model.expected_purchases_of_new(52) == pytest.approx(1.473, abs=5e-4)


def test_the_spending_of_cdnow_gives_the_published_parameters() -> None:
    model = GammaGamma().fit(cdnow.customers())

    assert tuple(model.params_.values()) == pytest.approx((6.25, 3.74, 15.44), abs=0.006)
    assert model.correlation_ == pytest.approx(0.11, abs=0.005)


def test_donations_give_the_published_parameters() -> None:
    model = BetaGeoBetaBinom().fit(donations.FRAME)

    assert tuple(model.params_.values()) == pytest.approx((1.2035, 0.7497, 0.6567, 2.7834), abs=6e-5)
    assert model.log_likelihood_ == pytest.approx(-33225.58, abs=0.005)


def test_a_customer_of_the_paper_gets_the_published_forecast() -> None:
    model = BetaGeoNBD().fit(cdnow.histories())

    expected = model.expected_purchases({"frequency": [2], "recency": [30.43], "T": [38.86]}, 39)

    assert expected == pytest.approx([1.226], abs=5e-4)


def test_the_standard_errors_are_those_of_simulated_repetitions() -> None:
    model = BetaGeoNBD().fit(cdnow.histories())
    spans = np.repeat(cdnow.histories()["T"].to_numpy(), cdnow.histories()["weight"].to_numpy())

    again = [list(BetaGeoNBD().fit(model.sample(spans, seed=seed)).params_.values()) for seed in range(25)]

    spread = np.log(again).std(axis=0)
    claimed = [error / model.params_[letter] for letter, error in model.standard_errors_.items()]
    assert spread == pytest.approx(claimed, rel=0.4)  # a spread of 25 is itself known to about 14 %


@pytest.mark.parametrize(
    ("history", "probability"),
    [pytest.param((6, 6), 0.93, id="gave each time"), pytest.param((0, 0), 0.11, id="never gave")],
)
def test_donors_are_alive_as_published(history: tuple[int, int], probability: float) -> None:
    model = BetaGeoBetaBinom().fit(donations.FRAME)

    alive = model.probability_alive({"frequency": [history[0]], "recency": [history[1]], "T": [6]})

    assert alive == pytest.approx([probability], abs=0.005)
