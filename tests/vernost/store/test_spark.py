"""A folder log queried by Spark, in the same words as by DuckDB."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.vernost.store.factories import customer, hour, order, reading

from vernost.store.connection import open_log, open_store
from vernost.store.quality import check

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from pyspark.sql import SparkSession

ODD = "odd {name} * ? # 'кот'"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log of three loads in a folder whose name has all that is special to some engine."""
    path = tmp_path_factory.mktemp("spark") / ODD
    store = open_store(str(path), create=True)
    first = [
        order("1"),
        order("2", None, customer_id="bob"),
        order("3", customer_id=None),
        order("4", -3, kind="refund"),
    ]
    people = [customer("ann", phone="8 916 1234567"), customer("eve", phone="+79161234567", birthday_on=hour(0).date())]
    store.load(reading(orders=first, customers=people, timezone="Europe/Moscow"), loaded_at=hour(0))
    old = order("5", 5, ordered_at=hour(0).replace(year=1700, tzinfo=None))
    store.load(reading(orders=[order("1", 7), old], events=[]), loaded_at=hour(1))
    store.undo(2, at=hour(2))
    return path


def kinds(table: "ir.Table") -> dict[str, str]:
    """Types of the columns; DuckDB alone says that its instants are of microseconds."""
    return {name: str(kind).replace("timestamp(6)", "timestamp") for name, kind in table.schema().items()}


@pytest.mark.parametrize("at_load", [0, 1, 2, None])
def test_spark_and_duckdb_read_the_same(path: Path, spark_session: "SparkSession", at_load: int | None) -> None:
    with open_log(str(path), at_load=at_load) as here, open_log(f"spark://{path}", at_load=at_load) as there:
        assert (there.engine, there.timezone, there.load_count) == ("pyspark", here.timezone, here.load_count)
        assert list(there.tables) == list(here.tables)
        for name, table in here.tables.items():
            assert kinds(there.tables[name]) == kinds(table)
            key = table.columns[0]
            expected = table.order_by(key).to_pyarrow().to_pylist()
            assert there.tables[name].order_by(key).to_pyarrow().to_pylist() == expected


def test_spark_finds_the_same_in_the_data_as_duckdb(path: Path, spark_session: "SparkSession") -> None:
    with open_log(str(path), at_load=2) as log:
        expected = check(log)
    assert {finding.code for finding in expected} >= {"walk_ins", "before_1990", "shared_phone", "orphans_customers"}
    with open_log(f"spark://{path}", at_load=2) as log:
        assert check(log) == expected


def test_views_are_dropped_with_the_log(path: Path, spark_session: "SparkSession") -> None:
    with open_log(f"spark://{path}"):
        assert [view for view in spark_session.catalog.listTables() if view.name.startswith("vernost_")]
    assert not [view for view in spark_session.catalog.listTables() if view.name.startswith("vernost_")]
