"""What every estimator of the stage keeps to, whatever it learns: a case says how each is fitted and asked."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from tests.vernost.predict.churn.company import company

from vernost.errors import InvalidValue
from vernost.predict.churn.additive import AdditiveChurn
from vernost.predict.churn.blended import BlendedChurn
from vernost.predict.churn.boosted import BoostedChurn
from vernost.predict.churn.calibrated import Calibrated
from vernost.predict.churn.classifier import ChurnClassifier
from vernost.predict.churn.contract import ContractChurn
from vernost.predict.churn.rules import BaseRate, RecencyRule, RfmRule
from vernost.predict.contracts import KaplanMeier, ShiftedBetaGeometric
from vernost.predict.contracts.regression import ProportionalHazards
from vernost.predict.contracts.remaining import Remaining
from vernost.predict.contracts.renewal_model import RenewalModel
from vernost.predict.estimator import Estimator, NotFitted
from vernost.predict.processes import BetaGeoNBD, ModifiedBetaGeoNBD, ParetoNBD
from vernost.predict.processes.process import PurchaseProcess

CHANCE = np.random.default_rng(21)
COMPANY = company(800, seed=5, origins=3)


@dataclass(frozen=True)
class Case:
    """An estimator with data.

    Attributes:
        make: a new one.
        frame: rows to learn from.
        fit: teaches it some of the rows.
        answer: what it then says of rows.
        other: another value of one of its parameters.
        exactness: how far an answer may move when sums are taken in another order; where a likelihood is all but flat,
            the search for its top ends a little elsewhere.
    """

    make: Callable[[], Any]
    frame: Any
    fit: Callable[[Any, Any], Any]
    answer: Callable[[Any, Any], Any]
    other: dict[str, Any]
    exactness: float = 1e-6


def classifier(make: Callable[[], Any], **other: Any) -> Case:
    return Case(
        make,
        COMPANY.X,
        lambda model, rows: model.fit(COMPANY.X.iloc[rows], COMPANY.y[rows], origin=COMPANY.origin[rows]),
        lambda model, frame: model.predict_proba(frame),
        other,
    )


def framed(make: Callable[[], Any], frame: pd.DataFrame, answer: Callable[[Any, Any], Any]) -> Case:
    return Case(
        make, frame, lambda model, rows: model.fit(frame.iloc[rows].reset_index(drop=True)), answer, {}, exactness=2e-3
    )


def histories() -> pd.DataFrame:
    frequency = CHANCE.poisson(1.5, 400)
    span = CHANCE.uniform(20, 40, 400)
    recency = np.where(frequency > 0, span * CHANCE.random(400), 0.0)
    return pd.DataFrame({"frequency": frequency, "recency": recency, "T": span})


def lives() -> pd.DataFrame:
    return pd.DataFrame({"duration": CHANCE.integers(1, 8, 400), "event": CHANCE.integers(0, 2, 400)})


def renewals() -> pd.DataFrame:
    periods = np.minimum(CHANCE.geometric(CHANCE.beta(1, 3, 400)), 9)
    return pd.DataFrame({"recency": periods, "T": np.where(periods < 9, periods + 1, 9)})


BOOSTED = BoostedChurn(leaves=4, least_in_leaf=20, rounds=40)
CASES = {
    "BaseRate": classifier(BaseRate),
    "RecencyRule": classifier(RecencyRule, silence="orders"),
    "RfmRule": classifier(lambda: RfmRule(frequency="orders"), monetary="silence"),
    "AdditiveChurn": classifier(AdditiveChurn, penalty=5.0),
    "BoostedChurn": classifier(lambda: clone(BOOSTED), rounds=5),
    "BlendedChurn": classifier(lambda: BlendedChurn(curves=AdditiveChurn(penalty=30.0), trees=BOOSTED), share=0.9),
    "Calibrated": classifier(lambda: Calibrated(clone(BOOSTED)), estimator=AdditiveChurn(penalty=30.0)),
    "ContractChurn": classifier(
        lambda: ContractChurn(Calibrated(clone(BOOSTED))), others=Calibrated(AdditiveChurn(penalty=30.0))
    ),
    "BetaGeoNBD": framed(BetaGeoNBD, histories(), lambda model, frame: model.probability_alive(frame)),
    "ModifiedBetaGeoNBD": framed(ModifiedBetaGeoNBD, histories(), lambda model, frame: model.probability_alive(frame)),
    "ParetoNBD": framed(ParetoNBD, histories(), lambda model, frame: model.probability_alive(frame)),
    "ShiftedBetaGeometric": framed(
        ShiftedBetaGeometric, renewals(), lambda model, frame: model.probability_of_leaving(frame, 2)
    ),
    "KaplanMeier": framed(KaplanMeier, lives(), lambda model, frame: model.probability_of_leaving(frame, 2)),
}
ALL = pytest.mark.parametrize("case", CASES.values(), ids=CASES)
SET = pytest.mark.parametrize(
    "case", [case for case in CASES.values() if case.other], ids=lambda case: repr(case.other)
)


def everyone(case: Case) -> Any:
    return np.arange(len(case.frame))


@ALL
def test_it_is_made_of_its_parameters(case: Case) -> None:
    model = case.make()

    assert type(model)(**model.get_params()).get_params() == model.get_params()
    assert repr(model).startswith(f"{type(model).__name__}(")


@ALL
def test_scikit_learn_clones_it_without_what_it_has_learnt(case: Case) -> None:
    model = case.fit(case.make(), everyone(case))
    copy = clone(model)

    assert repr(copy) == repr(model)
    with pytest.raises(NotFitted, match=f"{type(model).__name__} has not learnt anything yet"):
        case.answer(copy, case.frame)


@SET
def test_a_parameter_can_be_replaced_and_is_heeded(case: Case) -> None:
    model = case.make().set_params(**case.other)
    plain = case.answer(case.fit(case.make(), everyone(case)), case.frame)

    assert model.get_params().items() >= case.other.items()
    assert not np.allclose(case.answer(case.fit(model, everyone(case)), case.frame), plain, atol=1e-12)


@ALL
def test_an_unknown_parameter_is_refused(case: Case) -> None:
    with pytest.raises(InvalidValue, match="has no parameter 'colour'"):
        case.make().set_params(colour="red")


@ALL
def test_fit_gives_the_estimator_back_and_leaves_its_parameters_alone(case: Case) -> None:
    model = case.make()
    before = repr(model)

    assert case.fit(model, everyone(case)) is model
    assert repr(model) == before


@ALL
def test_what_was_learnt_before_is_forgotten(case: Case) -> None:
    rows = everyone(case)
    twice = case.fit(case.fit(case.make(), rows[: len(rows) // 2]), rows)

    np.testing.assert_array_equal(case.answer(twice, case.frame), case.answer(case.fit(case.make(), rows), case.frame))


@ALL
def test_the_order_of_rows_does_not_matter(case: Case) -> None:
    rows = everyone(case)
    shuffled = case.fit(case.make(), np.random.default_rng(1).permutation(rows))

    np.testing.assert_allclose(
        case.answer(shuffled, case.frame), case.answer(case.fit(case.make(), rows), case.frame), rtol=case.exactness
    )


@ALL
def test_a_row_is_answered_the_same_alone(case: Case) -> None:
    model = case.fit(case.make(), everyone(case))

    np.testing.assert_allclose(
        case.answer(model, case.frame.iloc[5:6].reset_index(drop=True)), case.answer(model, case.frame)[5:6], rtol=1e-9
    )


@pytest.mark.parametrize(
    ("family", "lacks"),
    [
        (ChurnClassifier, "learn"),
        (ChurnClassifier, "matrix_contributions"),
        (Remaining, "_hazard"),
        (Remaining, "_reaches"),
        (ProportionalHazards, "_learnt"),
        (RenewalModel, "_worn"),
        (PurchaseProcess, "_alive"),
    ],
)
def test_an_estimator_that_lacks_what_its_family_asks_of_it_cannot_be_made(family: type[Estimator], lacks: str) -> None:
    class Unfinished(family):  # type: ignore[valid-type, misc]  # a class of the case
        pass

    with pytest.raises(TypeError, match=lacks):
        Unfinished()


def test_the_seed_decides_what_is_left_to_chance() -> None:
    first, again, other = (
        BoostedChurn(leaves=4, least_in_leaf=20, rounds=40, seed=seed).fit(COMPANY.X, COMPANY.y).log_odds(COMPANY.X)
        for seed in (1, 1, 2)
    )

    np.testing.assert_array_equal(first, again)
    assert not np.allclose(first, other)
