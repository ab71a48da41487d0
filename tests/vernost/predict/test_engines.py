"""What was learnt of a log in DuckDB scores it alike in PostgreSQL, and in Spark inside the executors."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from tests.oracle.logs import filled
from tests.vernost.predict import firms
from tests.vernost.store.factories import reading

from vernost.predict.forecast import Forecast, fit
from vernost.store.connection import open_log, open_store

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

NUMBERS = {"risk", "orders", "revenue", "revenue_low", "revenue_high", "revenue_so_far", "revenue_at_risk"}


def loaded(url: str) -> str:
    """A shop of 400 customers, loaded into a log."""
    orders = firms.shop_orders(400)
    rows = [
        filled("orders", order_id=f"o{place}", customer_id=who, ordered_at=at, amount=amount, kind="sale")
        for place, (who, at, amount) in enumerate(zip(*orders.values(), strict=True))
    ]
    open_store(url, create=True).load(reading(orders=rows), loaded_at=datetime(2025, 1, 1, tzinfo=UTC))
    return url


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    return loaded(str(tmp_path_factory.mktemp("scores") / "log"))


@pytest.fixture(scope="module")
def forecast(folder: str) -> Forecast:
    with open_log(folder) as log:
        return fit(log)


@pytest.fixture(scope="module")
def expected(folder: str, forecast: Forecast) -> pa.Table:
    with open_log(folder) as log:
        return pa.concat_tables(forecast.batches(log)).sort_by("customer_id")


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
    forecast: Forecast, expected: pa.Table, new_postgres_url: Callable[[], str]
) -> None:
    with open_log(loaded(new_postgres_url())) as log:
        check_same(pa.concat_tables(forecast.batches(log)), expected)


def test_executors_of_spark_score_as_duckdb_does(
    spark_session: "SparkSession",
    folder: str,
    forecast: Forecast,
    expected: pa.Table,
) -> None:
    with open_log(f"spark://{folder}") as log:
        check_same(pa.concat_tables(forecast.batches(log)), expected)
