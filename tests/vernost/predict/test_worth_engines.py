"""Customers are worth as much in PostgreSQL, and in Spark, as in DuckDB; and so says the report."""

from collections.abc import Callable

import pyarrow as pa
import pytest
from tests.vernost.predict.firms import loaded

from vernost.predict.forecast import Forecast
from vernost.predict.worth import customer_value
from vernost.report.inquiry import Inquiry
from vernost.report.prospects import Prospects, prospects_of
from vernost.store.connection import open_log
from vernost.store.log import Log


def seen(log: Log, forecast: Forecast) -> tuple[pa.Table, Prospects]:
    """What customers are worth, and what the report is made of, without learning anew."""
    log.cached(("forecast", forecast.business.as_of), lambda: forecast)
    found = prospects_of(Inquiry(log))
    assert found is not None
    return customer_value(log, forecast), found


def check_same(log: Log, folder: str, forecast: Forecast) -> None:
    with open_log(folder) as base:
        expected, told = seen(base, forecast)
        value, found = seen(log, forecast)
    assert value["customer_id"].to_pylist() == expected["customer_id"].to_pylist()
    assert value["value"].to_pylist() == pytest.approx(expected["value"].to_pylist(), rel=1e-9)
    assert [row["customer_id"] for row in found.first] == [row["customer_id"] for row in told.first]
    assert found.cuts == told.cuts
    risks = [each.customers.sort_by("customer_id")["risk"].to_pylist() for each in (found, told)]
    assert risks[0] == pytest.approx(risks[1], rel=1e-9)


def test_postgres_tells_the_same(
    shop_folder: str, folder_forecast: Forecast, new_postgres_url: Callable[[], str]
) -> None:
    with open_log(loaded(new_postgres_url())) as log:
        check_same(log, shop_folder, folder_forecast)


@pytest.mark.usefixtures("spark_session")
def test_spark_tells_the_same(shop_folder: str, folder_forecast: Forecast) -> None:
    with open_log(f"spark://{shop_folder}") as log:
        check_same(log, shop_folder, folder_forecast)
