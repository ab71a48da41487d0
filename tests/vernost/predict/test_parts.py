"""Customers in parts: each is in one of them, and parts weigh about the same."""

from typing import Any

import pyarrow as pa
import pytest

from vernost.predict.forecast import Forecast
from vernost.predict.parts import Part, parts
from vernost.store.log import Log


def log_of(facts: dict[str | None, int]) -> Log:
    """Customers with so many orders each."""
    who = [name for name, count in facts.items() for _ in range(count)]
    return Log.wrap(orders=pa.table({"customer_id": who, "ordered_at": ["2024-01-01"] * len(who)}))


def members(log: Log, part: Part) -> list[str]:
    orders = log.tables["orders"]
    found = log.fetch(part.of(orders.filter(orders.customer_id.notnull())).select("customer_id").distinct())
    return sorted(found["customer_id"].to_pylist())


@pytest.mark.parametrize(
    ("facts", "most", "expected"),
    [
        pytest.param({"ann": 1, "bob": 1}, 100, [["ann", "bob"]], id="few are one part"),
        pytest.param(
            {"ann": 2, "bob": 1, "eve": 1, "zoe": 1}, 2.2, [["ann", "bob"], ["eve", "zoe"]], id="by customers"
        ),
        pytest.param({"ann": 60, "bob": 1, "eve": 1, "zoe": 1}, 4, [["ann"], ["bob", "eve", "zoe"]], id="by facts too"),
        pytest.param({"ann": 2, None: 9, "Яна": 1, "é'": 1}, 1.1, [["ann"], ["é'"], ["Яна"]], id="any letters"),
    ],
)
def test_parts(facts: dict[str | None, int], most: float, expected: list[list[str]]) -> None:
    log = log_of(facts)

    found = [members(log, part) for part in parts(log, "orders", most=most, sampled=1)]

    assert [each for each in found if each] == expected


def test_a_log_without_rows_is_one_part() -> None:
    log = Log.wrap(orders=pa.table({"customer_id": pa.array([], pa.string()), "ordered_at": pa.array([], pa.string())}))

    assert parts(log, "orders", sampled=1) == [Part()]


def test_scores_in_parts_are_those_of_all_at_once(
    shop: Log, shop_forecast: Forecast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sorted_scores() -> list[dict[str, Any]]:
        return pa.concat_tables(shop_forecast.batches(shop)).sort_by("customer_id").to_pylist()

    whole = sorted_scores()
    monkeypatch.setattr("vernost.predict.forecast.parts", lambda log, base: parts(log, base, most=100, sampled=1))
    in_parts = sorted_scores()

    assert [row["customer_id"] for row in in_parts] == [row["customer_id"] for row in whole]
    assert [row["risk"] for row in in_parts] == pytest.approx([row["risk"] for row in whole])
