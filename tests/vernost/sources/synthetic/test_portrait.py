"""What customers of a log do, counted by hand on a few orders."""

from datetime import date

import duckdb
import numpy as np
import pytest

from vernost.errors import InvalidValue
from vernost.sources.synthetic import portraying as module
from vernost.sources.synthetic.portrait import Portrait, last_of_months
from vernost.sources.synthetic.portraying import portrait_of

ORDERS = """
    ('1', 'ann', '2024-01-01 10:00', 10, 'sale', 'paid', 'web', NULL),
    ('2', 'ann', '2024-01-21 10:30', 30, 'sale', NULL, 'web', '2024-01-23'),
    ('3', 'bob', '2024-01-08 22:00', 20, 'sale', 'paid', 'app', '2024-01-09'),
    ('4', 'bob', '2024-01-09 10:00', -5, 'refund', NULL, 'app', NULL),
    ('5', 'eve', '2024-02-09 10:00', 40, 'sale', 'paid', NULL, NULL),
    ('6', 'eve', '2024-02-09 10:00', 99, 'sale', ' Cancelled ', 'web', NULL),
    ('7', NULL, '2024-02-09 10:00', 500, 'sale', 'paid', 'till', NULL)
"""
LINES = "('1', 1), ('1', 2), ('2', 1), ('6', 1), ('7', 1)"
CUSTOMERS = "('ann', 'ads', 4.0), ('bob', 'search', NULL), ('eve', 'ads', 2.0), ('zoe', 'ads', 9.0)"


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(
        "CREATE TABLE orders AS SELECT * REPLACE (ordered_at::TIMESTAMP AS ordered_at, promised_at::TIMESTAMP AS"  # noqa: S608
        f" promised_at) FROM (VALUES {ORDERS}) AS"
        " t(order_id, customer_id, ordered_at, amount, kind, status, channel, promised_at)"
    )
    connection.execute(f"CREATE TABLE lines AS FROM (VALUES {LINES}) AS t(order_id, line)")
    connection.execute(
        f"CREATE TABLE people AS FROM (VALUES {CUSTOMERS}) AS t(customer_id, acquisition_channel, acquisition_cost)"
    )
    return connection


@pytest.fixture
def drawn(connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch) -> Portrait:
    monkeypatch.setattr(module, "LEAST_BUYERS", 3)
    return portrait_of(connection, {"orders": "orders", "order_lines": "lines", "customers": "people"})


def test_buyers_are_those_known_whose_order_came_about(drawn: Portrait) -> None:
    assert (drawn.first_day, drawn.last_day) == (date(2024, 1, 1), date(2024, 2, 9))
    histories = drawn.histories
    assert histories.buyer_count == 3
    assert histories.days == 40
    assert histories.orders_mean == pytest.approx(4 / 3)
    assert [histories.share(1, 1), histories.share(2)] == pytest.approx([2 / 3, 1 / 3])
    # Ann was seen for 40 days; her last order was on the 20th of them.
    assert histories.recency == pytest.approx(0.5)


def test_time_is_counted_by_day_weekday_month_and_hour(drawn: Portrait) -> None:
    # The 1st, 8th: Mondays; the 21st: a Sunday; 9 February: a Friday.
    assert drawn.weekdays == pytest.approx([0.5, 0, 0, 0, 0.25, 0, 0.25][:7])
    assert drawn.months == pytest.approx({"2024-01": 0.75, "2024-02": 0.25})
    assert drawn.by_hour[[10, 22]] == pytest.approx([0.75, 0.25])
    assert drawn.by_hour.sum() == pytest.approx(1)


def test_money_refunds_and_lines(drawn: Portrait) -> None:
    assert (drawn.worth.mean, drawn.worth.median) == (25.0, 25.0)
    # Only Ann ordered twice: ln 10 and ln 30.
    assert drawn.worth.within == pytest.approx(np.log(3) ** 2 / 2)
    assert drawn.refunds == pytest.approx(1 / 4)
    assert drawn.refunded == pytest.approx(5 / 25)
    assert drawn.cancelled == pytest.approx(1 / 5)
    assert drawn.lines == pytest.approx(3 / 2)


def test_channels_of_orders_and_of_acquisition(drawn: Portrait) -> None:
    assert drawn.channels == pytest.approx({"web": 2 / 3, "app": 1 / 3})
    # Half of the orders of the web have a promised day, which is not most of them.
    assert drawn.delivered == ("app",)
    # One repeat order: Ann's, who came by ads, as Eve did; the average buyer made a third of one.
    assert drawn.acquisition == {"ads": (2 / 3, pytest.approx(1.5), 3.0), "search": (1 / 3, 0.0, 0.0)}


def test_the_clock_of_the_company_moves_days(
    connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LEAST_BUYERS", 3)
    there = portrait_of(connection, {"orders": "orders"}, timezone="Asia/Vladivostok")
    added = portrait_of(connection, {"orders": "orders"}, timezone="Etc/GMT-10")

    # Bob's order of Monday at 22:00 in UTC is of Tuesday at 8:00 there.
    for portrait in (there, added):
        assert portrait.weekdays == pytest.approx([0.25, 0.25, 0, 0, 0.25, 0, 0.25])
        assert portrait.by_hour[[8, 20]] == pytest.approx([0.25, 0.75])


def test_a_log_of_days_tells_no_hours(connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LEAST_BUYERS", 3)
    connection.execute("UPDATE orders SET ordered_at = date_trunc('day', ordered_at)")

    assert portrait_of(connection, {"orders": "orders"}).by_hour.size == 0


@pytest.mark.parametrize(
    ("change", "says"),
    [
        pytest.param("SELECT 1", "3 known buyers over 40 days; to be like them takes 30 over 28", id="few buyers"),
        pytest.param("DELETE FROM orders", "0 known buyers over 0 days", id="no orders"),
    ],
)
def test_too_little_is_said(connection: duckdb.DuckDBPyConnection, change: str, says: str) -> None:
    connection.execute(change)
    with pytest.raises(InvalidValue, match=says):
        portrait_of(connection, {"orders": "orders"})


def test_orders_without_amounts_are_said(
    connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LEAST_BUYERS", 3)
    connection.execute("UPDATE orders SET amount = NULL")
    with pytest.raises(InvalidValue, match="No order has an amount above 0"):
        portrait_of(connection, {"orders": "orders"})


def test_many_small_channels_are_put_together(
    connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LEAST_BUYERS", 3)
    monkeypatch.setattr(module, "MOST_CHANNELS", 1)

    assert portrait_of(connection, {"orders": "orders"}).channels == pytest.approx({"web": 2 / 3, "other": 1 / 3})


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        pytest.param(date(1997, 1, 1), date(1998, 6, 30), 18, id="whole months"),
        pytest.param(date(2010, 12, 1), date(2011, 12, 9), 13, id="and some days"),
        pytest.param(date(2010, 12, 10), date(2011, 12, 9), 12, id="a year from within a month"),
        pytest.param(date(2024, 5, 3), date(2024, 5, 9), 1, id="within a month"),
    ],
)
def test_months_hold_all_days(first: date, last: date, months: int) -> None:
    assert last_of_months(first, last) == months
