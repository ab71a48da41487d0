"""Why a customer is at risk, in words."""

import json
import re
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from vernost.predict.candidates.process import HISTORY
from vernost.predict.features import catalogue, describe
from vernost.predict.forecast import Forecast
from vernost.predict.reasons import LEAST_SHARE, MOST, Reason, find_reasons, from_json, to_json
from vernost.store.log import Log

FRAME = pa.table(
    {
        "customer_id": ["ann", "bob", "eve"],
        "silence": [64.0, 20.0, 10.0],
        "gap_mean": [21.0, None, 21.0],
        "silence_ratio": [64 / 21, None, 10 / 21],
        "orders": [9, 1, 3],
        "tenure": [232.0, 20.0, 100.0],
        "revenue_90d": [120.0, 0.0, -5.0],
        "orders_30d": [2, 1, 2],
        "orders_trend_30d": [0.5, None, 2.0],
        "unanswered_24h": [2, 0, 0],
        "tickets_30d": [3, 0, 0],
        "tickets_90d": [3, 1, 0],
        "open_tickets": [1, 0, 0],
        "nps_last": [2.0, None, 9.0],
        "city": ["Пермь", None, "Казань"],
        "is_business": [1, 0, 0],
    }
)


def told(shares: dict[str, float], row: int = 0, language: Any = "en") -> list[str]:
    """Sentences about a customer of whose log-odds these features have these shares."""
    matrix = np.tile([*shares.values(), -1.0], (3, 1))
    return [reason.sentence(language) for reason in find_reasons(tuple(shares), matrix, FRAME, [row])[row]]


def test_reasons_are_sentences_with_the_numbers_of_the_customer() -> None:
    shares = {"silence_ratio": 1.2, "unanswered_24h": 0.7, "nps_last": 0.3}

    assert told(shares) == [
        "has been silent for 64 days, usually buys every 21 days",
        "2 requests without an answer in 24 h",
        "would recommend us with 2 of 10",
    ]
    assert told(shares, language="ru") == [
        "молчит 64 дня, обычно покупает раз в 21 день",
        "2 обращения без ответа за 24 часа",
        "готовность рекомендовать — 2 из 10",
    ]


def test_the_weightiest_comes_first_and_five_are_enough() -> None:
    shares = {
        "unanswered_24h": 0.1,
        "tickets_30d": 0.2,
        "open_tickets": 0.3,
        "city": 0.4,
        "nps_last": 0.5,
        "tenure": 0.6,
    }

    found = find_reasons(tuple(shares), np.array([[*shares.values(), 0.0]] * 3), FRAME, [0])[0]

    assert [reason.feature for reason in found] == ["tenure", "nps_last", "city", "open_tickets", "tickets_30d"]
    assert len(found) == MOST


def test_what_lowers_the_risk_or_hardly_moves_it_is_no_reason() -> None:
    assert told({"silence_ratio": -1.0, "orders": LEAST_SHARE - 0.001, "tenure": LEAST_SHARE}) == [
        "first ordered 232 days ago"
    ]


def test_what_is_little_beside_the_weightiest_is_no_reason() -> None:
    assert told({"silence_ratio": 4.0, "unanswered_24h": 0.21, "tenure": 0.19}) == [
        "has been silent for 64 days, usually buys every 21 days",
        "2 requests without an answer in 24 h",
    ]


def test_no_two_reasons_tell_of_the_same_numbers() -> None:
    assert told({"silence_ratio": 1.2, "silence": 0.9, "gap_mean": 0.8, "orders": 0.3, "tenure": 0.2}) == [
        "has been silent for 64 days, usually buys every 21 days",
        "has ordered 9 times in 232 days",
    ]


def test_what_one_span_of_days_says_another_need_not_say_again() -> None:
    assert told({"tickets_90d": 0.5, "tickets_30d": 0.4, "orders": 0.1}) == [
        "requests in the last 90 days: 3",
        "has ordered 9 times in 232 days",
    ]


def test_what_is_not_known_is_no_reason() -> None:
    assert told({"silence_ratio": 0.4, "nps_last": 0.3, "city": 0.2, "silence": 0.1}, row=1) == [
        "has not ordered for 20 days"
    ]


def test_what_everyone_would_take_for_a_reason_to_stay_is_none_to_leave() -> None:
    assert told({"silence_ratio": 0.4, "orders_trend_30d": 0.3}) == [
        "has been silent for 64 days, usually buys every 21 days",
        "orders in the last 30 days: 2, which is 50% of the 30 days before",
    ]
    assert told({"silence_ratio": 0.4, "orders_trend_30d": 0.3}, row=2) == []


@pytest.mark.parametrize(
    ("row", "english", "russian"),
    [
        pytest.param(0, "has paid 120 in the last 90 days", "выручка за последние 90 дней: 120", id="money"),
        pytest.param(1, "has paid nothing in the last 90 days", "выручки за последние 90 дней нет", id="none"),
        pytest.param(
            2, "has paid nothing in the last 90 days", "выручки за последние 90 дней нет", id="less than none"
        ),
    ],
)
def test_no_money_is_said_in_words(row: int, english: str, russian: str) -> None:
    assert told({"revenue_90d": 0.4}, row) == [english]
    assert told({"revenue_90d": 0.4}, row, language="ru") == [russian]


def test_columns_that_are_no_features_are_no_reasons() -> None:
    assert told({"revenue_so_far": 3.0, "orders": 0.3}) == ["has ordered 9 times in 232 days"]


@pytest.mark.parametrize(
    ("shares", "row", "expected"),
    [
        pytest.param((2.0, 1.5, 0.2), 0, [("silence_ratio", 3.5), ("orders", 0.2)], id="late against the own rhythm"),
        pytest.param((4.0, -1.0, 0.0), 0, [("silence_ratio", 4.0)], id="a frequent buyer who is late"),
        pytest.param((0.4, 0.3, 0.1), 1, [("orders", 0.8)], id="bought but once, which is all there is to say"),
        pytest.param((-0.4, 0.3, 0.2), 1, [("orders", 0.1)], id="bought but once, of late"),
        pytest.param((0.4, 0.3, 0.2), 2, [("orders", 0.6), ("silence", 0.3)], id="seldom, and not late"),
        pytest.param((-0.4, 0.3, 0.2), 2, [("silence", 0.3)], id="silent"),
    ],
)
def test_what_purchase_processes_know_is_told_by_features(
    shares: tuple[float, ...], row: int, expected: list[tuple[str, float]]
) -> None:
    found = find_reasons(HISTORY, np.array([[*shares, -1.0]] * 3), FRAME, [row])[row]

    assert [(reason.feature, reason.share) for reason in found] == [(name, pytest.approx(v)) for name, v in expected]


def test_reasons_are_kept_without_words() -> None:
    reasons = [
        Reason("silence_ratio", 1.23456, {"silence": 64.0, "gap_mean": 21.0}),
        Reason("city", 0.1, {"city": "Пермь"}),
    ]

    kept = to_json(reasons)
    exact = from_json(to_json([Reason("renewal_in", 0.5, {"renewal_in": Decimal("8.7500")})]))

    assert json.loads(kept)[0] == {
        "feature": "silence_ratio",
        "share": 1.2346,
        "values": {"silence": 64.0, "gap_mean": 21.0},
    }
    assert [each.sentence("ru") for each in from_json(kept)] == [each.sentence("ru") for each in reasons]
    assert from_json(None) == []
    assert exact[0].sentence("en") == "the contract comes up for renewal in 8.8 days"


def of(forecast: Forecast, log: Log, bands: set[str]) -> list[tuple[str, list[Reason]]]:
    rows = forecast.scores(log).to_pylist()
    return [(row["customer_id"], from_json(row["reasons"])) for row in rows if row["band"] in bands]


@pytest.mark.parametrize("company", ["shop", "club"])
def test_most_customers_at_risk_have_reasons_and_others_none(company: str, request: pytest.FixtureRequest) -> None:
    log, forecast = request.getfixturevalue(company), request.getfixturevalue(f"{company}_forecast")

    at_risk = of(forecast, log, {"medium", "high"})
    assert np.mean([bool(reasons) for _, reasons in at_risk]) > 0.9
    assert not any(reasons for _, reasons in of(forecast, log, {"low", "left"}))
    for _, reasons in at_risk:
        shares = [reason.share for reason in reasons]
        assert shares == sorted(shares, reverse=True)
        assert len(reasons) <= MOST
        assert all(re.search("[а-яё]", reason.sentence("ru")) for reason in reasons)


def test_each_reason_leads_to_the_rows_that_say_it(club: Log, club_forecast: Forecast) -> None:
    counted = {"tickets", "tickets_30d", "tickets_90d", "open_tickets"}
    behind = 0

    for who, reasons in of(club_forecast, club, {"medium", "high"})[:60]:
        for reason in reasons:
            rows = club.fetch(reason.described.rows(club, who, club_forecast.business.as_of))
            assert set(rows["customer_id"].to_pylist()) <= {who}
            if reason.feature in counted:
                assert rows.num_rows == reason.values[reason.feature]
                behind += rows.num_rows
    assert behind


def test_all_features_can_be_told_in_both_languages() -> None:
    for name in catalogue():
        feature = describe(name)
        assert feature.sentence("en", {})
        assert re.search("[а-яё]", feature.sentence("ru", {}))
