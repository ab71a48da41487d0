"""What a contract settles is told by its own rate; where it settles nothing, a model of all tells it."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from vernost.predict.churn.additive import AdditiveChurn
from vernost.predict.churn.calibrated import Calibrated
from vernost.predict.churn.classifier import sigmoid
from vernost.predict.churn.contract import SLACK_DAYS, ContractChurn
from vernost.predict.evaluate import log_loss

HORIZON, CUSTOMERS = 30, 6000
LEFT = 0.02
"""Share of those who leave who had neither announced it nor were bound."""


def firm(seed: int, *, kept: float = 1.0, broken: float = 0.0) -> tuple[pd.DataFrame, Any]:
    """Customers by the day of renewal, of whom some announced to leave at it, and who left.

    Args:
        seed: of chance.
        kept: chance of those who announced it to leave.
        broken: chance of those who are bound to leave nevertheless.
    """
    chance = np.random.default_rng(seed)
    renewal = chance.uniform(0, 60, CUSTOMERS)
    announced = chance.random(CUSTOMERS) < 0.05
    use = chance.normal(size=CUSTOMERS)
    free = sigmoid(np.log(LEFT / (1 - LEFT)) - use)
    due = renewal <= HORIZON
    risk = np.where(announced & due, kept, np.where(due, free, broken))
    known = pd.DataFrame({"use": use, "renewal_in": renewal, "leaving_in": np.where(announced, renewal, np.nan)})
    return known, (chance.random(CUSTOMERS) < risk).astype(int)


def plain() -> Calibrated:
    return Calibrated(AdditiveChurn())


def fitted(**firm_of: float) -> ContractChurn:
    return ContractChurn(plain(), horizon=HORIZON).fit(*firm(1, **firm_of))


def test_who_announced_it_leaves_and_who_is_bound_stays() -> None:
    later, _ = firm(2)
    model = fitted()
    risk = model.predict_proba(later)[:, 1]

    assert (risk[later.leaving_in <= HORIZON] > 0.99).all()
    assert (risk[later.renewal_in > HORIZON + SLACK_DAYS] < 0.001).all()


def test_weights_that_are_kept_small_make_it_no_less_sure() -> None:
    later, left = firm(2)
    small = Calibrated(AdditiveChurn(penalty=300.0))
    models = ContractChurn(small, horizon=HORIZON), small.fresh()
    apart, one = (log_loss(left, model.fit(*firm(1)).predict_proba(later)[:, 1]) for model in models)

    assert apart < 0.95 * one


@pytest.mark.parametrize(
    ("change", "settles"),
    [
        pytest.param({}, {"leaving_in", "renewal_in"}, id="both"),
        pytest.param({"kept": 0.5}, {"renewal_in"}, id="words are not kept"),
        pytest.param({"broken": 0.05}, {"leaving_in"}, id="bonds do not hold"),
    ],
)
def test_a_group_is_apart_where_the_contract_settles_it(change: dict[str, float], settles: set[str]) -> None:
    model = fitted(**change)

    assert {model.feature_names_in_[place] for place in model.rates_} == settles


@pytest.mark.parametrize("columns", [["use"], ["use", "renewal_in"]], ids=["no contract", "no announcements"])
def test_columns_may_be_missing(columns: list[str]) -> None:
    known, left = firm(1)
    model = ContractChurn(plain(), horizon=HORIZON).fit(known[columns], left)

    assert {columns[place] for place in model.rates_} == set(columns) & {"renewal_in"}


def test_where_nobody_else_leaves_one_model_tells_all() -> None:
    known, left = firm(1)
    left[known.leaving_in.isna()] = 0
    model, one = ContractChurn(plain(), horizon=HORIZON).fit(known, left), plain().fit(known, left)

    assert model.rates_ == {}
    np.testing.assert_allclose(model.log_odds(known), one.log_odds(known))


def test_a_handful_is_no_group() -> None:
    known, left = firm(1)
    known.loc[known.index[20:], "leaving_in"] = np.nan
    model = ContractChurn(plain(), horizon=HORIZON).fit(known, left)

    assert [model.feature_names_in_[place] for place in model.rates_] == ["renewal_in"]


def test_what_settles_it_carries_the_whole_contribution() -> None:
    model = fitted()
    later, _ = firm(2)
    shares = model.contributions(later)
    said = ((later.leaving_in <= HORIZON) | (later.renewal_in > HORIZON + SLACK_DAYS)).to_numpy()

    assert len(set(shares[:, -1])) == 1
    assert (shares[said] != 0).sum(axis=1).tolist() == [2] * said.sum()
    np.testing.assert_allclose(shares[said].sum(axis=1), model.log_odds(later)[said])
