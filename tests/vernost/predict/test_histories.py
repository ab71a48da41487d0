"""Histories out of the log, counted by hand."""

import pytest
from tests.vernost.measure.facts import frame, orders

from vernost.errors import InvalidValue, MissingFacts
from vernost.predict.histories import customer_histories, histories_of, pasts_of
from vernost.store.log import Log

ORDERS = frame(
    "order_id customer_id ordered_at amount kind status",
    "1 ann 2024-01-01T09:00 10 sale paid",
    "2 ann 2024-01-01T18:00 90 sale paid",
    "3 ann 2024-01-08T10:00 20 sale paid",
    "4 ann 2024-01-08T11:00 30 sale paid",
    "5 ann 2024-01-22T10:00 40 sale paid",
    "6 ann 2024-01-25T10:00 -40 refund paid",
    "7 bob 2024-01-15T10:00 15 sale paid",
    "8 bob 2024-01-20T10:00 15 sale cancelled",
    "9 eve 2024-01-15T23:00 15 sale paid",
    "10 dan 2024-02-20T10:00 15 sale paid",
    "11 - 2024-01-16T10:00 15 sale paid",
)


@pytest.fixture
def log() -> Log:
    return Log.wrap(orders=ORDERS)


def test_customers_alike_are_one_history(log: Log) -> None:
    assert histories_of(log, "2024-01-29").sort_by("frequency").to_pylist() == [
        {"frequency": 0, "recency": 0.0, "T": 14.0, "weight": 2},
        {"frequency": 2, "recency": 21.0, "T": 28.0, "weight": 1},
    ]


def test_a_day_counts_once_and_the_first_day_is_left_out_of_the_money(log: Log) -> None:
    assert log.fetch(customer_histories(log, "2024-01-29", unit="week")).sort_by("customer_id").to_pylist() == [
        {
            "customer_id": "ann",
            "frequency": 2,
            "recency": 3.0,
            "T": 4.0,
            "monetary_value": pytest.approx(45 * 150 / 190),
        },
        {"customer_id": "bob", "frequency": 0, "recency": 0.0, "T": 2.0, "monetary_value": None},
        {"customer_id": "eve", "frequency": 0, "recency": 0.0, "T": 2.0, "monetary_value": None},
    ]


@pytest.mark.parametrize(
    ("refund", "as_of", "value"),
    [
        pytest.param("7 ann 2024-01-25T10:00 -40 refund", "2024-01-24", 25.0, id="not known yet"),
        pytest.param("7 ann 2024-01-25T10:00 -15 refund", "2024-01-29", 20.0, id="a fifth of all money"),
        pytest.param("7 ann 2024-01-25T10:00 -75 refund", "2024-01-29", 0.0, id="all of it"),
        pytest.param("7 ann 2024-01-25T10:00 -99 refund", "2024-01-29", 0.0, id="more than was paid"),
        pytest.param("7 ann 2024-01-25T10:00 15 refund", "2024-01-29", 25.0, id="one that brings money"),
        pytest.param("7 bob 2024-01-25T10:00 -15 refund", "2024-01-29", 25.0, id="of who bought nothing"),
    ],
)
def test_money_that_was_refunded_was_not_spent(refund: str, as_of: str, value: float) -> None:
    """Ann spent 25, 10 and 40 on three days."""
    sales = ["1 ann 2024-01-01 25 sale", "2 ann 2024-01-08 10 sale", "3 ann 2024-01-22 40 sale"]
    log = Log.wrap(orders=frame("order_id customer_id ordered_at amount kind", *sales, refund))

    (ann,) = log.fetch(customer_histories(log, as_of)).to_pylist()

    assert (ann["customer_id"], ann["frequency"], ann["recency"]) == ("ann", 2, 21.0)
    assert ann["monetary_value"] == pytest.approx(value)


def test_today_is_the_day_of_the_last_order_and_part_of_the_log_may_be_asked(log: Log) -> None:
    assert log.fetch(customer_histories(log, where="customer_id = 'dan' or customer_id = 'bob'")).num_rows == 2
    assert histories_of(log)["T"].to_pylist().count(0.0) == 1


def test_days_are_the_companys(log: Log) -> None:
    late = Log.wrap(orders=ORDERS, timezone="Asia/Vladivostok")

    eve = late.fetch(customer_histories(late, "2024-01-29", where="customer_id = 'eve'")).to_pylist()

    assert eve[0]["T"] == 13.0


def test_without_amounts_there_is_no_money() -> None:
    log = Log.wrap(orders=ORDERS.drop(columns="amount"))

    assert customer_histories(log).columns == ("customer_id", "frequency", "recency", "T")


def test_the_past_is_what_was_known_then_and_what_came_after(log: Log) -> None:
    """As of 29 January, four weeks are known: the earliest look is from two weeks before, the other from one."""
    early, late = pasts_of(log, "2024-01-29", unit="week", count=2)

    assert (early.horizon, late.horizon) == (2.0, 1.0)
    assert early.frame.sort_by("T").to_pylist() == [
        {"frequency": 0, "recency": 0.0, "T": 0.0, "bought": 0, "weight": 2},
        {"frequency": 1, "recency": 1.0, "T": 2.0, "bought": 1, "weight": 1},
    ]
    assert late.frame.sort_by("T").to_pylist() == [
        {"frequency": 0, "recency": 0.0, "T": 1.0, "bought": 0, "weight": 2},
        {"frequency": 2, "recency": 3.0, "T": 3.0, "bought": 0, "weight": 1},
    ]


def test_no_past_is_further_back_than_one_looks_ahead(log: Log) -> None:
    assert [past.horizon for past in pasts_of(log, "2024-01-29", horizon=4, count=2)] == [4.0, 2.0]
    assert [past.horizon for past in pasts_of(log, "2024-01-03")] == [1.0]
    assert pasts_of(log, "2024-01-01") == []


def test_a_look_from_the_same_season_is_taken_alone() -> None:
    log = Log.wrap(orders=orders("ann 2022-01-01 10", "ann 2023-12-31 10"))

    assert [past.horizon for past in pasts_of(log, horizon=365)] == [364.0]
    assert [past.horizon for past in pasts_of(log, horizon=300, count=2)] == [300.0, 150.0]


def test_an_unknown_unit_is_refused(log: Log) -> None:
    with pytest.raises(InvalidValue, match="unit is 'month', must be one of day, week"):
        histories_of(log, unit="month")


def test_a_log_without_orders_is_refused() -> None:
    with pytest.raises(MissingFacts, match="orders"):
        histories_of(Log.wrap(customers=frame("customer_id", "ann")))
