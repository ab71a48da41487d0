"""Small cases at the edges, most of them first found by the slow oracle; each can be counted by hand."""

from datetime import datetime
from typing import Any

import pandas as pd
import pytest

from vernost.measure import Answer, find_measure
from vernost.store.log import Log


def orders(*rows: tuple[Any, ...]) -> pd.DataFrame:
    """Orders from (customer, time, amount, kind)."""
    return pd.DataFrame(
        {
            "order_id": [f"o{number}" for number in range(len(rows))],
            "customer_id": [row[0] for row in rows],
            "ordered_at": pd.to_datetime([row[1] for row in rows]),
            "amount": [row[2] if len(row) > 2 else 10.0 for row in rows],
            "kind": [row[3] if len(row) > 3 else "sale" for row in rows],
        }
    )


def who(answer: Answer) -> set[tuple[Any, ...]]:
    return {tuple(row.values()) for row in answer.who().execute().to_dict("records")}


def test_customers_are_listed_for_the_shown_periods_only() -> None:
    log = Log.wrap(
        orders=orders(("ann", "2024-01-05"), ("ann", "2024-02-05"), ("bob", "2024-02-06"), ("bob", "2024-03-01"))
    )
    answer = find_measure("retention_rate")(log, by="month", since="2024-03-01")
    assert who(answer) == {(pd.Timestamp("2024-03-01"), "ann", False), (pd.Timestamp("2024-03-01"), "bob", True)}


@pytest.mark.parametrize(("until", "complete"), [("2024-01-10", True), ("2024-01-11", False)])
def test_a_window_is_complete_when_its_last_day_is_not_after_as_of(until: str, complete: bool) -> None:
    log = Log.wrap(orders=orders(("ann", "2024-01-10 15:00")))
    assert find_measure("revenue")(log, until=until).rows[0]["complete"] is complete


@pytest.mark.parametrize("measure", ["revenue", "orders", "active_customers", "new_customers"])
def test_nothing_has_no_interval(measure: str) -> None:
    log = Log.wrap(orders=orders(("ann", "2024-01-10"), ("ann", "2024-03-10")))
    row = find_measure(measure)(log, by="month").rows[1]
    assert (row["value"], row["low"], row["high"]) == (0, None, None)


@pytest.mark.parametrize("measure", ["aov", "purchase_frequency", "revenue_per_customer"])
def test_a_ratio_of_nothing_has_counts_of_zero(measure: str) -> None:
    log = Log.wrap(orders=orders(("ann", "2024-01-10")))
    row = find_measure(measure)(log, since="2023-01-01", until="2023-12-31").rows[0]
    assert (row["value"], row["numerator"], row["denominator"]) == (None, 0, 0)


def test_rfm_takes_an_unknown_amount_for_nothing() -> None:
    log = Log.wrap(orders=orders(("ann", "2024-01-01", None), ("bob", "2024-01-01", 5.0)))
    rows = {row["customer_id"]: row for row in find_measure("rfm")(log).rows}
    assert (rows["ann"]["monetary"], rows["ann"]["m"], rows["bob"]["m"]) == (0.0, 1, 3)


def test_a_customer_of_refunds_alone_does_not_narrow_the_frequency() -> None:
    sales = [("ann", "2024-01-01"), ("ann", "2024-01-02"), ("bob", "2024-01-03")]
    plain = find_measure("purchase_frequency")(Log.wrap(orders=orders(*sales)))
    refunded = find_measure("purchase_frequency")(
        Log.wrap(orders=orders(*sales, ("eve", "2024-01-03", -5.0, "refund")))
    )
    assert refunded.rows == plain.rows
    assert who(refunded) == {("ann", True), ("bob", True)}


def subscriptions(*rows: tuple[str, str, str | None], plans: str = "") -> pd.DataFrame:
    """Subscriptions from (customer, start, end) and a letter each for their plans."""
    return pd.DataFrame(
        {
            "subscription_id": [f"s{number}" for number in range(len(rows))],
            "customer_id": [row[0] for row in rows],
            "plan": list(plans) or ["a"] * len(rows),
            "started_at": [datetime.fromisoformat(row[1]) for row in rows],
            "ended_at": pd.to_datetime([row[2] for row in rows]),
            "monthly_price": [10.0] * len(rows),
        }
    )
