"""What was learnt of a log in DuckDB scores it alike in PostgreSQL, and in Spark inside the executors."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from tests.vernost.predict.firms import loaded

from vernost.predict.forecast import Forecast
from vernost.store.connection import open_log

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

NUMBERS = {"risk", "orders", "revenue", "revenue_low", "revenue_high", "revenue_so_far", "revenue_at_risk"}


@pytest.fixture(scope="module")
def expected(shop_folder: str, folder_forecast: Forecast) -> pa.Table:
    with open_log(shop_folder) as log:
        return pa.concat_tables(folder_forecast.batches(log)).sort_by("customer_id")


def check_same(found: pa.Table, expected: pa.Table) -> None:
    found = found.sort_by("customer_id")
    assert found.schema.equals(expected.schema)
    assert found.num_rows == expected.num_rows > 100
    for name in expected.column_names:
        if name in NUMBERS:
            assert found[name].to_pylist() == pytest.approx(expected[name].to_pylist(), rel=1e-9, nan_ok=True), name
        elif name != "reasons":
            assert found[name].to_pylist() == expected[name].to_pylist(), name
    assert [text is None for text in found["reasons"].to_pylist()] == [
        text is None for text in expected["reasons"].to_pylist()
    ]


def test_postgres_is_scored_as_duckdb_is(
    folder_forecast: Forecast, expected: pa.Table, new_postgres_url: Callable[[], str]
) -> None:
    with open_log(loaded(new_postgres_url())) as log:
        check_same(pa.concat_tables(folder_forecast.batches(log)), expected)


def test_executors_of_spark_score_as_duckdb_does(
    spark_session: "SparkSession",
    shop_folder: str,
    folder_forecast: Forecast,
    expected: pa.Table,
) -> None:
    with open_log(f"spark://{shop_folder}") as log:
        check_same(pa.concat_tables(folder_forecast.batches(log)), expected)
