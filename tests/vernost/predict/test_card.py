"""The model card: its numbers by hand, and what it says in either language."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from vernost.messages import Message
from vernost.predict.backtest import Standing, Trial
from vernost.predict.business import Business
from vernost.predict.candidates import roster
from vernost.predict.card import ModelCard, draw_up
from vernost.predict.card_words import MODELS, sentences
from vernost.predict.leakage import Leak
from vernost.predict.scorer import Bands
from vernost.predict.snapshot import Snapshot

SHOP = Business("purchases", "orders", date(2024, 6, 30), date(2023, 1, 1), "UTC", 90, 120, True, 400, 150, 0)
CLUB = replace(SHOP, kind="contract", base="subscriptions", days=30, window=None, departures=60)
RISK, LEFT = np.array([0.9, 0.6, 0.3, 0.2]), np.array([1.0, 0.0, 1.0, 0.0])


def standing(name: str, losses: list[float], *, weight: float = 1.0) -> Standing:
    trials = tuple(
        Trial(date(2024, 1 + number, 1), RISK, LEFT, np.full(4, weight), loss) for number, loss in enumerate(losses)
    )
    return Standing(name, trials, tuple(0.7 - loss for loss in losses))


BASE = standing("base_rate", [0.7, 0.7])
BEST = standing("pareto_nbd", [0.5, 0.6])
NEXT = standing("rfm_rule", [0.6, 0.6])
STEADY = standing("recency_rule", [0.56, 0.56])
FAILED = Standing(
    "additive", (), failure=Message("There is no earlier day to learn from. The log must hold more than two days.")
)


def card(*standings: Standing, business: Business = SHOP, leaks: tuple[Leak, ...] = (), drift: Any = None) -> ModelCard:
    frame = pa.table({"customer_id": list("abcd")})
    snapshots = [Snapshot(date(2023, 12, day), 90, frame, np.ones(4), LEFT) for day in (1, 2)]
    return draw_up(business, snapshots, standings, leaks, Bands.around(0.2, business.window), drift=drift)


def said(found: ModelCard, language: Any = "en") -> list[str]:
    return list(sentences(found, language))


def test_the_card_holds_what_was_chosen_from_what_and_by_how_much() -> None:
    found = card(BEST, NEXT, BASE, FAILED)

    assert (found.model, found.kind, found.base, found.as_of, found.days) == (
        "pareto_nbd", "purchases", "orders", "2024-06-30", 90
    )  # fmt: skip
    assert (found.learnt_on, found.rows, found.history_days) == (("2023-12-01", "2023-12-02"), 8, 546)
    assert [each.name for each in found.tried] == ["pareto_nbd", "rfm_rule", "base_rate", "additive"]
    assert [each.loss for each in found.tried] == [pytest.approx(0.55), 0.6, 0.7, None]
    assert [each.gain for each in found.tried] == [pytest.approx(0.15), pytest.approx(0.1), 0.0, None]
    # Gains of 0.2 and 0.1 spread by 0.0707, half of which is taken off.
    assert found.tried[0].score == pytest.approx(0.15 - 0.0707 / 2, abs=1e-4)
    assert found.tried[3].failure.startswith("There is no earlier day")


def test_what_was_foretold_of_each_day_stands_beside_what_came() -> None:
    (first, second) = card(standing("pareto_nbd", [0.5, 0.6], weight=10.0), BASE).trials

    assert (first.as_of, first.customers, first.expected, first.left) == ("2024-01-01", 40.0, pytest.approx(20.0), 20.0)
    assert (first.loss, second.loss) == (0.5, 0.6)


def test_the_evaluation_is_over_all_days_tried() -> None:
    found = card(BEST, BASE).evaluation

    assert (found.customers, found.left) == (8.0, 4.0)
    # Of four pairs of a day the one who left had the higher risk in three.
    assert found.auc == pytest.approx(0.75)


def test_the_card_is_plain_json_and_back() -> None:
    found = card(BEST, BASE, FAILED, leaks=(Leak("closed_on", "filled", 0.3),))

    plain = json.loads(found.to_json(), parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))

    assert plain == json.loads(json.dumps(found.to_dict(), default=str))
    assert plain["leaks"] == [{"column": "closed_on", "why": "filled", "strength": 0.3}]
    assert (plain["tried"][0]["name"], plain["evaluation"]["customers"]) == ("pareto_nbd", 8)


def test_where_all_stayed_the_card_is_json_still() -> None:
    trial = Trial(date(2024, 1, 1), RISK / 100, np.zeros(4), np.ones(4), 0.01)
    found = card(Standing("base_rate", (trial,), (0.0,)))

    json.loads(found.to_json(), parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))

    assert not any("nan" in sentence for sentence in said(found))


ENGLISH = [
    "Chosen: the purchase process Pareto/NBD.",
    "The risk is the chance to buy nothing for 90 days.",
    (
        "Log loss on days it had not seen: 0.550; of the next, recency, frequency and money in fifths, 0.600; of the "
        "base rate 0.700."
    ),
    "As of 2024-01-01 2 of 4 customers were expected to leave, 2 left.",
    "As of 2024-02-01 2 of 4 customers were expected to leave, 2 left.",
    "Of a customer who left and one who stayed, the one who left had the higher risk 75% of the time.",
    "The risk is high from 43%, medium from 20%, which is how many leave of all.",
]


def test_the_card_is_told_in_sentences() -> None:
    assert said(card(BEST, NEXT, BASE)) == ENGLISH


def test_the_card_is_told_in_russian() -> None:
    found = said(card(BEST, NEXT, BASE), "ru")

    assert len(found) == len(ENGLISH)
    assert "Pareto/NBD" in found[0]
    assert "0,550" in found[2]
    assert found[3] == "На 01.01.2024 ожидалось ушедших: 2 из 4; ушли: 2."
    assert not any(word in " ".join(found).lower() for word in ("chosen", "customer", "risk", "log loss"))


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        pytest.param("en", "could not be tried: There is no earlier day to learn from.", id="in English"),
        pytest.param("ru", "Не удалось испытать модель «сумма кривых по признакам", id="in Russian"),
        pytest.param("ru", "Нет более раннего дня, на котором можно учиться.", id="the reason too"),
    ],
)
def test_why_a_candidate_failed_is_told_in_either_language(language: Any, sentence: str) -> None:
    assert sentence in " ".join(said(card(BEST, BASE, FAILED), language))


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        pytest.param(card(BASE), "Log loss on days it had not seen: 0.700; of the base rate 0.700.", id="alone"),
        pytest.param(card(STEADY, BEST, BASE), "had 0.550, but its lead was less steady", id="a steadier one"),
        pytest.param(card(BEST, BASE, business=CLUB), "the chance to end the contract within 30 days", id="contracts"),
        pytest.param(
            card(BEST, BASE, business=replace(SHOP, base="events")), "the chance to do nothing for 90 days", id="events"
        ),
        pytest.param(
            card(BEST, BASE, business=replace(SHOP, is_window_stable=False)),
            "The lapse window of 120 days is unstable",
            id="a window that may move",
        ),
        pytest.param(card(BEST, BASE, drift=1.137), "are multiplied by 1.14", id="orders that drift"),
        pytest.param(
            card(BEST, BASE, leaks=(Leak("closed_on", "filled", 0.31),)), "'closed_on' is filled only", id="a leak"
        ),
    ],
)
def test_what_matters_of_a_company_is_said(found: ModelCard, sentence: str) -> None:
    assert [each for each in said(found) if sentence in each]
    assert len(said(found, "ru")) == len(said(found))


def test_each_candidate_has_a_name_for_people_in_both_languages() -> None:
    columns = {"silence", "orders", "revenue"}
    asked = {"columns": columns, "stayed": 5000, "seed": 0, "threads": 1}
    names = {name for business in (SHOP, CLUB) for left in (100, 5000) for name in roster(business, left=left, **asked)}

    assert names | {"additive"} == set(MODELS)
    for model in MODELS.values():
        assert model.told("ru") != model.told("en")
