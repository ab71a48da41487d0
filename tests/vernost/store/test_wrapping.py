"""Tables at hand become a log: types, defaults, and what is refused."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import ibis
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from vernost.errors import InvalidValue, MissingColumn, UnknownName
from vernost.schema import TABLES
from vernost.store.log import Log

ORDERS = {
    "customer_id": ["ann", "ann", None],
    "ordered_at": [datetime(2024, 5, 1), datetime(2024, 5, 2), datetime(2024, 5, 3)],  # noqa: DTZ001
    "amount": [10.5, -3.0, 1.0],
}

KINDS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "pandas": pd.DataFrame,
    "polars": pl.DataFrame,
    "lazy polars": pl.LazyFrame,
    "arrow": pa.table,
    "dict": lambda columns: columns,
    "ibis in memory": lambda columns: ibis.memtable(pd.DataFrame(columns)),
    "ibis in a database": lambda columns: ibis.duckdb.connect().create_table("t", pa.table(columns)),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_table_of_any_kind_gets_all_columns_and_types(kind: str) -> None:
    with Log.wrap(orders=KINDS[kind](ORDERS)) as log:
        table = log.tables["orders"]
        assert table.columns == tuple(column.name for column in TABLES["orders"].stored)
        assert table.amount.type() == ibis.dtype("decimal(18, 4)")
        rows = table.order_by("order_id").to_pyarrow().to_pylist()
    assert [(row["order_id"], row["customer_id"], row["amount"], row["kind"], row["coupon"]) for row in rows] == [
        ("1", "ann", Decimal("10.5"), "sale", None),
        ("2", "ann", Decimal(-3), "refund", None),
        ("3", None, Decimal(1), "sale", None),
    ] or kind == "ibis in a database"
    assert sorted(row["order_id"] for row in rows) == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([17850, 1], ["17850", "1"]),
        ([17850.0, None], ["17850", None]),
        (["00001", "x"], ["00001", "x"]),
        ([1.5, 2.0], ["1.5", "2"]),
    ],
)
def test_ids_are_strings_as_they_were_meant(given: list[Any], expected: list[str | None]) -> None:
    orders = pd.DataFrame({"order_id": ["a", "b"], "ordered_at": "2024-05-01", "customer_id": given})
    with Log.wrap(orders=orders) as log:
        assert log.tables["orders"].order_by("order_id").customer_id.to_pyarrow().to_pylist() == expected


def test_a_column_without_any_value_is_null() -> None:
    frame = pd.DataFrame({"customer_id": ["ann"], "ordered_at": ["2024-05-01"], "status": [None]})

    orders = Log.wrap(orders=frame).tables["orders"]

    assert orders.select("customer_id", "status").to_pyarrow().to_pylist() == [{"customer_id": "ann", "status": None}]


def test_instants_with_a_zone_become_utc() -> None:
    moment = pd.Series(pd.to_datetime(["2024-05-01 03:00"])).dt.tz_localize("Europe/Moscow")
    with Log.wrap(orders=pd.DataFrame({"customer_id": ["ann"], "ordered_at": moment})) as log:
        assert log.tables["orders"].ordered_at.to_pyarrow().to_pylist() == [datetime(2024, 5, 1)]  # noqa: DTZ001


def test_lines_without_numbers_get_them() -> None:
    lines = pd.DataFrame({"order_id": ["a", "a"], "product_id": ["p", "p"], "quantity": [1, 2], "unit_price": [1, 1]})
    with Log.wrap(order_lines=lines) as log:
        assert sorted(log.tables["order_lines"].line.to_pyarrow().to_pylist()) == [1, 2]


@pytest.mark.parametrize(
    ("tables", "error", "said"),
    [
        ({}, InvalidValue, "no table to wrap"),
        ({"ordres": ORDERS}, UnknownName, "orders"),
        ({"orders": ORDERS | {"amuont": [1, 2, 3]}}, UnknownName, "amount"),
        ({"orders": {"customer_id": ["ann"]}}, MissingColumn, "ordered_at"),
        ({"customers": {"name": ["Ann"]}}, MissingColumn, "customer_id"),
        ({"orders": {"ordered_at": ["soon"]}}, InvalidValue, "soon"),
        ({"orders": {"ordered_at": ["2024-05-01"], "amount": ["much"]}}, InvalidValue, "much"),
        ({"orders": 7}, InvalidValue, "cannot be read as a table"),
        ({"orders": pd.DataFrame({"ordered_at": [1, "x"]})}, InvalidValue, "cannot be read as a table"),
    ],
)
def test_what_is_no_table_of_the_log_is_refused_in_words(
    tables: dict[str, Any], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        Log.wrap(**tables)


def test_tables_of_two_places_are_refused() -> None:
    here, there = (ibis.duckdb.connect().create_table("t", pa.table(ORDERS)) for _ in range(2))
    events = there.select(
        event_id="customer_id", customer_id="customer_id", occurred_at="ordered_at", name="customer_id"
    )
    with pytest.raises(InvalidValue, match="different databases"):
        Log.wrap(orders=here, events=events)
    with pytest.raises(InvalidValue, match="cannot be mixed"):
        Log.wrap(orders=here, events=pd.DataFrame({"customer_id": ["ann"]}))


def test_tables_of_postgres_stay_there(postgres_server: str) -> None:
    import psycopg

    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute("CREATE TEMP TABLE sold AS SELECT 'ann' AS customer_id, now() AS ordered_at, 5 AS amount")
        backend = ibis.postgres.from_connection(connection)
        with Log.wrap(orders=backend.table("sold")) as log:
            assert log.engine == "postgres"
            assert log.tables["orders"].amount.sum().execute() == 5
            assert log.tables["orders"].kind.execute().tolist() == ["sale"]


def test_a_notebook_shows_tables_and_spans() -> None:
    with Log.wrap(orders=ORDERS, customers={"customer_id": ["<ann>"]}) as log:
        shown = log._repr_html_()
    assert "<td>orders</td><td style='text-align:right'>3</td><td>2024-05-01 00:00:00</td>" in shown
    assert "customers" in repr(log)


def test_what_is_asked_twice_is_made_once() -> None:
    made = []
    with Log.wrap(orders=ORDERS) as log:
        assert [log.cached("key", lambda: made.append(1) or 5) for _ in range(2)] == [5, 5]
        assert log.cached(("other", 1), lambda: None) is None
    assert made == [1]


def test_an_unknown_time_zone_is_refused() -> None:
    with pytest.raises(InvalidValue, match="Mars"):
        Log.wrap(timezone="Mars/Olympus", orders=ORDERS)
