"""What every churn classifier does, on a company whose true risks are known."""

import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from tests.vernost.predict.churn.company import company

from vernost.errors import InvalidValue
from vernost.predict.churn.additive import AdditiveChurn
from vernost.predict.churn.blended import BlendedChurn
from vernost.predict.churn.boosted import BoostedChurn, MissingLibrary
from vernost.predict.churn.calibrated import Calibrated
from vernost.predict.churn.classifier import ChurnClassifier
from vernost.predict.churn.rules import BaseRate, RecencyRule, RfmRule
from vernost.predict.churn.sample import TooFewCustomers
from vernost.predict.evaluate import auc, log_loss

KNOWN = company(3000, seed=1)
LATER = company(3000, seed=2)
BOOSTED = {"leaves": 4, "least_in_leaf": 20, "rounds": 150}
LEARNERS: dict[str, Callable[[], ChurnClassifier]] = {
    "additive": AdditiveChurn,
    "boosted": lambda: BoostedChurn(**BOOSTED),
    "blended": lambda: BlendedChurn(curves=AdditiveChurn(penalty=30.0), trees=BoostedChurn(**BOOSTED)),
    "calibrated": lambda: Calibrated(AdditiveChurn(penalty=30.0)),
}
RULES: dict[str, Callable[[], ChurnClassifier]] = {
    "base rate": BaseRate,
    "recency": RecencyRule,
    "rfm": lambda: RfmRule(frequency="orders"),
}
ALL = LEARNERS | RULES


@pytest.mark.parametrize("make", ALL.values(), ids=ALL)
def test_contributions_and_the_base_sum_to_the_log_odds(make: Callable[[], ChurnClassifier]) -> None:
    model = make().fit(KNOWN.X, KNOWN.y)
    told = model.model_.matrix_log_odds(model.encoding_.matrix(LATER.X)) if isinstance(model, Calibrated) else None
    log_odds = model.log_odds(LATER.X) if told is None else told
    shares = model.contributions(LATER.X)

    assert model.feature_names_in_ == tuple(KNOWN.X.columns[1:])
    assert shares.shape == (3000, 6)
    np.testing.assert_allclose(shares.sum(axis=1), log_odds, atol=1e-9)
    np.testing.assert_allclose(model.predict_proba(LATER.X).sum(axis=1), 1)


@pytest.mark.parametrize("make", LEARNERS.values(), ids=LEARNERS)
def test_a_learner_comes_close_to_the_truth_and_beats_every_rule(make: Callable[[], ChurnClassifier]) -> None:
    def loss(made: ChurnClassifier) -> float:
        return log_loss(LATER.y, made.fit(KNOWN.X, KNOWN.y).predict_proba(LATER.X)[:, 1])

    truth = log_loss(LATER.y, 1 / (1 + np.exp(-LATER.truth)))

    assert truth < loss(make()) < truth + 0.02
    assert loss(make()) < min(loss(rule()) for rule in RULES.values())


@pytest.mark.parametrize("make", ALL.values(), ids=ALL)
@pytest.mark.parametrize("kind", [pl.DataFrame, pa.Table.from_pandas, dict], ids=["polars", "arrow", "dict"])
def test_kinds_of_frames_may_be_mixed(make: Callable[[], ChurnClassifier], kind: Callable[[Any], Any]) -> None:
    model = make().fit(kind(KNOWN.X), KNOWN.y)
    other_order = LATER.X[LATER.X.columns[::-1]]

    np.testing.assert_allclose(model.log_odds(other_order), make().fit(KNOWN.X, KNOWN.y).log_odds(LATER.X))


@pytest.mark.parametrize("make", LEARNERS.values(), ids=LEARNERS)
def test_columns_that_say_nothing_change_nothing_much_and_get_no_share(make: Callable[[], ChurnClassifier]) -> None:
    known = KNOWN.X.assign(constant=1.0, empty=np.nan, one_word="слово")
    model = make().fit(known, KNOWN.y)
    shares = model.contributions(known)
    same = model.contributions(known.assign(constant=np.nan, one_word="другое"))

    np.testing.assert_array_equal(shares[:, 5:8], 0.0)
    np.testing.assert_array_equal(same[:, 5:8], 0.0)


@pytest.mark.parametrize("make", LEARNERS.values(), ids=LEARNERS)
def test_a_category_never_seen_is_told_as_a_missing_one(make: Callable[[], ChurnClassifier]) -> None:
    model = make().fit(KNOWN.X, KNOWN.y)

    np.testing.assert_array_equal(
        model.log_odds(LATER.X.assign(тариф="вечный")), model.log_odds(LATER.X.assign(тариф=None))
    )


@pytest.mark.parametrize("make", ALL.values(), ids=ALL)
@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param(lambda X: X.drop(columns="silence"), "X lacks the columns silence", id="a column less"),
        pytest.param(lambda X: X.assign(orders=np.inf), "orders holds infinite values", id="infinity"),
        pytest.param(lambda X: X.assign(тариф=1), "тариф held text at fit and holds numbers now", id="another type"),
    ],
)
def test_what_cannot_be_told_is_refused_with_a_reason(
    make: Callable[[], ChurnClassifier], change: Callable[[pd.DataFrame], pd.DataFrame], said: str
) -> None:
    model = make().fit(KNOWN.X, KNOWN.y)

    with pytest.raises(InvalidValue, match=said):
        model.predict_proba(change(LATER.X))


@pytest.mark.parametrize("make", LEARNERS.values(), ids=LEARNERS)
@pytest.mark.parametrize(
    ("y", "said"),
    [
        pytest.param([1, 0, 0, 0, 0], "of 1 customers that they left and of 4 that they stayed", id="five customers"),
        pytest.param([0] * 100, "of 0 customers that they left", id="all stayed"),
        pytest.param([1] * 100, "of 0 that they stayed|and of 0 that", id="all left"),
    ],
)
def test_too_few_customers_of_a_kind_are_refused(make: Callable[[], ChurnClassifier], y: list[int], said: str) -> None:
    with pytest.raises(TooFewCustomers, match=said):
        make().fit(KNOWN.X[: len(y)], y)


@pytest.mark.parametrize("make", LEARNERS.values(), ids=LEARNERS)
def test_few_customers_are_not_learnt_by_heart(make: Callable[[], ChurnClassifier]) -> None:
    few = company(80, seed=3)
    loss = log_loss(LATER.y, make().fit(few.X, few.y).predict_proba(LATER.X)[:, 1])

    assert loss < log_loss(LATER.y, np.full(3000, LATER.y.mean())) + 0.05


@pytest.mark.parametrize("make", ALL.values(), ids=ALL)
def test_nobody_to_be_told_of_gives_no_rows(make: Callable[[], ChurnClassifier]) -> None:
    model = make().fit(KNOWN.X, KNOWN.y)

    assert model.predict_proba(LATER.X[:0]).shape == (0, 2)
    assert model.contributions(LATER.X[:0]).shape == (0, 6)


@pytest.mark.parametrize("make", LEARNERS.values(), ids=LEARNERS)
def test_rows_that_weigh_more_are_heard_more(make: Callable[[], ChurnClassifier]) -> None:
    weight = np.where(KNOWN.y == 1, 3.0, 1.0)
    heard = make().fit(KNOWN.X, KNOWN.y, weight=weight).predict_proba(KNOWN.X)[:, 1]
    unheard = make().fit(KNOWN.X, KNOWN.y).predict_proba(KNOWN.X)[:, 1]

    assert np.average(heard, weights=weight) == pytest.approx(np.average(KNOWN.y, weights=weight), abs=0.02)
    assert heard.mean() > unheard.mean() + 0.1


def test_trees_find_what_only_tells_together() -> None:
    chance = np.random.default_rng(6)
    pairs = {"a": chance.normal(size=4000), "b": chance.normal(size=4000)}
    y = chance.random(4000) < np.where(pairs["a"] * pairs["b"] > 0, 0.9, 0.1)
    trees, curves = BoostedChurn().fit(pairs, y), AdditiveChurn().fit(pairs, y)

    assert auc(y, trees.predict_proba(pairs)[:, 1]) > 0.85
    assert auc(y, curves.predict_proba(pairs)[:, 1]) < 0.6
    assert trees.leaves_ >= 4


def test_a_blend_has_more_of_who_was_right() -> None:
    chance = np.random.default_rng(6)
    pairs = {"a": chance.normal(size=3000), "b": chance.normal(size=3000)}
    joined = np.where(pairs["a"] * pairs["b"] > 0, 0.9, 0.1)
    summed = 1 / (1 + np.exp(-pairs["a"] - pairs["b"]))
    trees, curves = (BlendedChurn().fit(pairs, chance.random(3000) < risk) for risk in (joined, summed))

    assert trees.share_ == 1.0
    assert curves.share_ < 0.5


def test_the_search_is_bounded_and_settles() -> None:
    few = company(600, seed=4, origins=3)
    model = BoostedChurn().fit(few.X, few.y, origin=few.origin)
    again = model.settled().fit(few.X, few.y, origin=few.origin)

    assert model.leaves_ in (2, 4, 8)
    assert 1 <= model.rounds_ <= 800
    assert (again.leaves_, again.least_in_leaf_, again.rounds_) == (model.leaves_, model.least_in_leaf_, model.rounds_)
    np.testing.assert_array_equal(again.log_odds(LATER.X), model.log_odds(LATER.X))


def test_the_number_of_threads_changes_nothing() -> None:
    one, two = (BoostedChurn(**BOOSTED, threads=threads).fit(KNOWN.X, KNOWN.y) for threads in (1, 2))

    np.testing.assert_array_equal(one.log_odds(LATER.X), two.log_odds(LATER.X))


def test_later_origins_decide_how_much_is_learnt() -> None:
    chance = np.random.default_rng(8)
    fickle, origin = chance.normal(size=3000), np.repeat([0, 1, 2], 1000)
    y = chance.random(3000) < 1 / (1 + np.exp(-2 * fickle * np.array([1, -1, 1])[origin]))
    by_chance = AdditiveChurn().fit({"fickle": fickle}, y)
    by_time = AdditiveChurn().fit({"fickle": fickle}, y, origin=origin)

    assert by_time.penalty_ > by_chance.penalty_


def test_a_system_without_openmp_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    class NoLibrary:
        def find_spec(self, name: str, *_: object) -> None:
            if name == "lightgbm":
                raise OSError("libgomp.so.1: cannot open shared object file")

    for name in [name for name in sys.modules if name.partition(".")[0] == "lightgbm"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [NoLibrary(), *sys.meta_path])

    with pytest.raises(MissingLibrary, match=r"libgomp.so.1.*Install.*libgomp1 on Debian"):
        BlendedChurn().fit(KNOWN.X, KNOWN.y)
