"""Customers as of a day, and the sample in which leavers are not lost."""

from datetime import date, timedelta
from typing import Any

import pytest
from tests.vernost.measure.facts import orders, subscriptions
from tests.vernost.predict import firms

from vernost.predict.business import Business, find_business
from vernost.predict.snapshot import Snapshot, covariates_of, customers_as_of, now, spending_of, take, with_revenue
from vernost.store.log import Log

DAY = date(2024, 5, 31)
SHOP = orders(
    "ann 2024-05-01 5",
    "ann 2024-05-21 7",
    "ann 2024-06-10 9",
    "bob 2024-05-11 3",
    "eve 2024-06-01 1",
    "zed 2024-07-31 1",
)
CONTRACTS = subscriptions(
    "ann 2024-01-01 -", "bob 2024-03-01 2024-06-15 pro", "eve 2024-06-01 -", "zed 2024-07-31 2024-07-31"
)


def taken(table: str, rows: Any, *, most: int = 100) -> tuple[Business, Snapshot]:
    log = Log.wrap(**{table: rows})
    business = find_business(log, days=30)
    return business, take(log, business, DAY, most=most)


def test_who_had_come_by_the_day_is_there_with_history_and_what_came() -> None:
    _, found = taken("orders", SHOP)

    rows = found.frame.select(["customer_id", "frequency", "recency", "T", "monetary_value"]).to_pylist()
    assert [tuple(row.values()) for row in rows] == [("ann", 1, 20.0, 30.0, 7.0), ("bob", 0, 0.0, 20.0, None)]
    assert found.left is not None
    assert found.left.tolist() == [0.0, 1.0]
    assert found.weight.tolist() == [1.0, 1.0]
    assert (len(found), found.known_on) == (2, date(2024, 6, 30))


def test_what_comes_after_the_day_is_in_no_column() -> None:
    business, whole = taken("orders", SHOP)
    then = Log.wrap(orders=SHOP[SHOP.ordered_at < "2024-06-01"])

    known = then.fetch(customers_as_of(then, business, DAY).order_by("customer_id"))

    assert len(known.column_names) > 20
    assert known == whole.frame


def test_contracts_have_how_long_they_have_run() -> None:
    _, found = taken("subscriptions", CONTRACTS)

    assert found.frame.select(["customer_id", "duration", "plan"]).to_pylist() == [
        {"customer_id": "ann", "duration": 151, "plan": "basic"},
        {"customer_id": "bob", "duration": 91, "plan": "pro"},
    ]
    assert found.left is not None
    assert found.left.tolist() == [0.0, 1.0]


def test_models_of_all_customers_learn_from_distinct_histories_as_of_the_day() -> None:
    _, found = taken("orders", SHOP)

    assert found.population is not None
    assert found.population().to_pylist() == [
        {"frequency": 0, "recency": 0.0, "T": 20.0, "weight": 1},
        {"frequency": 1, "recency": 20.0, "T": 30.0, "weight": 1},
    ]


def test_models_of_contracts_learn_from_each_that_ever_ran_and_what_is_known_of_it() -> None:
    log = Log.wrap(subscriptions=CONTRACTS)
    lives = now(log, find_business(log)).population

    assert lives is not None
    assert [(row["customer_id"], row["event"]) for row in lives().to_pylist()] == [
        ("ann", 0), ("bob", 1), ("eve", 0), ("zed", 0)
    ]  # fmt: skip
    assert covariates_of(lives()) == ["plan"]


def test_a_sample_keeps_rare_leavers_and_weighs_as_many_as_there_are() -> None:
    log = firms.wrapped(subscriptions=firms.contracts(800))
    business = find_business(log)
    day = firms.LAST - timedelta(days=60)
    whole, some = (take(log, business, day, most=most) for most in (10_000, 200))
    assert whole.left is not None
    assert some.left is not None
    assert len(whole) > 400

    # All who left are kept; of who stayed there is a part, drawn by chance, that stands for all.
    assert some.left.sum() == whole.left.sum()
    assert abs(len(some) - 200) < 40
    assert some.weight.sum() == pytest.approx(len(whole), rel=0.15)
    assert set(some.weight[some.left == 1]) == {1.0}


def test_the_same_customers_are_drawn_each_time() -> None:
    log = firms.wrapped(subscriptions=firms.contracts(300))
    business = find_business(log)
    day = firms.LAST - timedelta(days=60)

    first, second = (take(log, business, day, most=50) for _ in range(2))

    assert first.frame["customer_id"] == second.frame["customer_id"]


def test_money_so_far_is_that_of_sales_less_refunds() -> None:
    log = Log.wrap(orders=orders("ann 2024-05-01 5", "ann 2024-05-02 -2", "bob 2024-05-03 7"))
    business = find_business(log, days=30)

    table = with_revenue(log, business, log.tables["orders"].select("customer_id").distinct())

    rows = log.fetch(table.order_by("customer_id")).to_pylist()
    assert [(row["customer_id"], float(row["revenue_so_far"])) for row in rows] == [("ann", 3.0), ("bob", 7.0)]


def test_what_is_spent_is_told_by_repeat_purchases() -> None:
    log = Log.wrap(orders=SHOP)

    rows = spending_of(log, find_business(log)).to_pylist()

    assert [tuple(row.values()) for row in rows] == [("ann", 2, 8.0)]


def test_a_column_that_is_left_out_is_left_out_of_all_that_is_learnt_from() -> None:
    _, found = taken("subscriptions", CONTRACTS)

    honest = found.without(["plan", "unheard_of"])

    assert "plan" in found.frame.column_names
    assert "plan" not in honest.frame.column_names
    assert honest.population is not None
    assert covariates_of(honest.population()) == []
    assert honest.left is found.left
