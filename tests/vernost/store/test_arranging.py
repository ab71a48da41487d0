"""Rows of a customer lie side by side in the files of a folder log."""

from pathlib import Path
from typing import Any

import duckdb
import pytest
from tests.vernost.store.factories import hour, order, reading

from vernost.schema import TABLES
from vernost.store.arranging import arranged
from vernost.store.connection import open_store

SHUFFLED = [
    order("1", customer_id="eve", day=2),
    order("2", customer_id="ann", day=3),
    order("3", customer_id="eve", day=1),
    order("4", customer_id="bob", day=2),
    order("5", customer_id="ann", day=1),
]


def stored(root: Path, version: int) -> list[str]:
    """Order ids of the file that a version added, as they lie in it."""
    import json

    lines = (root / "orders" / "_delta_log" / f"{version:020}.json").read_text().splitlines()
    (path,) = [action["add"]["path"] for action in map(json.loads, lines) if "add" in action]
    return [order_id for (order_id,) in duckdb.read_parquet(str(root / "orders" / path)).select("order_id").fetchall()]


def test_a_load_puts_the_orders_of_a_customer_side_by_side_in_time(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "log"), create=True)
    store.load(reading(orders=SHUFFLED), loaded_at=hour(0))
    assert stored(tmp_path / "log", 1) == ["5", "2", "4", "3", "1"]


def test_a_changed_order_leaves_all_orders_side_by_side(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "log"), create=True)
    store.load(reading(orders=SHUFFLED), loaded_at=hour(0))
    store.load(reading(orders=[order("4", customer_id="eve", day=3)]), loaded_at=hour(1))
    assert stored(tmp_path / "log", 2) == ["5", "2", "3", "1", "4"]


@pytest.mark.parametrize(
    ("table", "query", "expected"),
    [
        pytest.param(
            "tickets",
            "SELECT * FROM (VALUES ('b', 1), ('a', 2), ('a', 1)) AS t(customer_id, opened_at)",
            ["a1", "a2", "b1"],
            id="tickets by customer",
        ),
        pytest.param(
            "spend",
            "SELECT * FROM (VALUES ('b', 1), ('a', 2), ('a', 1)) AS t(spend_id, period_on)",
            ["b1", "a2", "a1"],
            id="spend as it came",
        ),
    ],
)
def test_only_tables_with_customers_are_sorted(table: str, query: str, expected: list[str]) -> None:
    with duckdb.connect() as connection, arranged(connection, TABLES[table], query) as reader:
        found: list[dict[str, Any]] = reader.read_all().to_pylist()
    assert ["".join(map(str, row.values())) for row in found] == expected


def test_the_staging_engine_gets_its_memory_back() -> None:
    with duckdb.connect(config={"memory_limit": "700MB"}) as connection:
        before = connection.execute("SELECT current_setting('memory_limit')").fetchone()
        with arranged(connection, TABLES["tickets"], "SELECT 'a' AS customer_id, 1 AS opened_at") as reader:
            during = connection.execute("SELECT current_setting('memory_limit')").fetchone()
            assert reader.read_all().num_rows == 1
        assert connection.execute("SELECT current_setting('memory_limit')").fetchone() == before != during
