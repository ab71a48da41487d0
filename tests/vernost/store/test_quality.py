"""What the checks of the data find, by hand-made logs; the same on every engine."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from tests.vernost.store.factories import Row, customer, hour, order, reading

from vernost.store.connection import open_log, open_store
from vernost.store.gaps import suspicious
from vernost.store.log import Log
from vernost.store.quality import Finding, check


def checked(path: Path, **tables: Sequence[Row]) -> dict[str, Finding]:
    store = open_store(str(path), create=True)
    store.load(reading(**tables), loaded_at=hour(0))
    with open_log(str(path)) as log:
        return {finding.code: finding for finding in check(log) if finding.code != "unfilled"}


at = datetime.fromisoformat


@pytest.mark.parametrize(
    ("code", "rows", "count", "share", "sample"),
    [
        ("walk_ins", [order("1"), order("2", customer_id=None)], 1, 0.5, ("2",)),
        ("cancelled", [order("1", status=" Cancelled"), order("2", 7, status="paid"), order("3", 8)], 1, 1 / 3, ("1",)),
        ("cancelled", [order("1", status="Отменён"), order("2", 7)], 1, 0.5, ("1",)),
        ("missing_amount", [order("1", None), order("2")], 1, 0.5, ("1",)),
        ("negative_sales", [order("1", -1), order("2", -1, kind="refund")], 1, 0.5, ("1",)),
        ("positive_refunds", [order("1", 1, kind="refund"), order("2")], 1, 0.5, ("1",)),
        ("epoch", [order("1", ordered_at=at("1970-01-01T03:00")), order("2")], 1, 0.5, ("1",)),
        ("before_1990", [order("1", ordered_at=at("1700-01-01")), order("2")], 1, 0.5, ("1",)),
        ("future", [order("1", ordered_at=at("2024-05-03")), order("2")], 1, 0.5, ("1",)),
        ("doubles", [order("1"), order("2"), order("3"), order("4", 7)], 2, 0.5, ("2", "3")),
        ("refunds_only", [order("1", -1, customer_id="bob", kind="refund"), order("2")], 1, 0.5, ("bob",)),
        ("huge_amounts", [order(str(n), 10 + n) for n in range(9)] + [order("9", 1_000_000)], 1, 0.1, ("9",)),
        ("backwards_delivered_at", [order("1", delivered_at=at("2023-12-31")), order("2", 7)], 1, 0.5, ("1",)),
    ],
)
def test_orders_with_a_fault_are_found(
    tmp_path: Path, code: str, rows: Sequence[Row], count: int, share: float, sample: tuple[str, ...]
) -> None:
    found = checked(tmp_path / "log", orders=rows)
    assert set(found) == {code}
    assert (found[code].table, found[code].count, found[code].sample) == ("orders", count, sample)
    assert found[code].share == pytest.approx(share)


LOADED = hour(0).replace(tzinfo=None)
"""When `checked` loads."""


@pytest.mark.parametrize(
    ("ahead", "codes"),
    [
        pytest.param({"delivered_at": timedelta(hours=23)}, set(), id="today, by the clock of another zone"),
        pytest.param({"delivered_at": timedelta(hours=25)}, {"ahead_delivered_at"}, id="delivered tomorrow"),
        pytest.param({"promised_at": timedelta(days=3600)}, set(), id="promised for a year in reach"),
        pytest.param(
            {"promised_at": timedelta(days=3700)}, {"far_ahead_promised_at"}, id="promised for the far future"
        ),
    ],
)
def test_instants_implausibly_far_ahead_are_found(tmp_path: Path, ahead: dict[str, timedelta], codes: set[str]) -> None:
    row = order("1", **{name: LOADED + span for name, span in ahead.items()})
    found = checked(tmp_path / "log", orders=[row, order("2", 7)])
    assert {code: (one.count, one.share, one.sample) for code, one in found.items()} == dict.fromkeys(
        codes, (1, 0.5, ("1",))
    )


def test_what_scores_foretell_is_no_fault(tmp_path: Path) -> None:
    row = {"scored_on": LOADED.date(), "model": "m", "version": "1", "days": 90, "risk": 0.5, "band": "high"}
    alarm = (LOADED + timedelta(days=300)).date()
    rows = [row | {"customer_id": "ann", "alarming_on": alarm}, row | {"customer_id": "bob"}]
    customers = [{"customer_id": "ann"}, {"customer_id": "bob"}]
    assert set(checked(tmp_path / "log", customers=customers, scores=rows)) <= {"empty_columns"}


def test_a_subscription_paid_until_2099_is_found(tmp_path: Path) -> None:
    row = {
        "subscription_id": "1",
        "customer_id": "ann",
        "plan": "a",
        "monthly_price": 5,
        "started_at": at("2024-01-01"),
    }
    rows = [row | {"ended_at": at("2099-12-31")}, row | {"subscription_id": "2", "ended_at": at("2025-01-01")}]
    found = checked(tmp_path / "log", subscriptions=rows)
    assert {code: one.sample for code, one in found.items()} == {"far_ahead_ended_at": ("1",)}


def test_good_orders_raise_nothing(tmp_path: Path) -> None:
    rows = [order("1"), order("2", 11), order("3", -10, kind="refund", day=2), order("4", 0)]
    assert checked(tmp_path / "log", orders=rows) == {}


def test_orphans_are_found_when_their_parents_are_loaded(tmp_path: Path) -> None:
    line = {"line": 1, "product_id": "p", "quantity": 1, "unit_price": 1}
    found = checked(
        tmp_path / "log",
        customers=[customer("ann")],
        orders=[order("1"), order("2", customer_id="bob"), order("3", customer_id=None)],
        order_lines=[line | {"order_id": "1"}, line | {"order_id": "9"}],
    )
    found.pop("walk_ins")
    assert {code: (one.table, one.count, one.sample) for code, one in found.items()} == {
        "orphans_customers": ("orders", 1, ("bob",)),
        "orphans_orders": ("order_lines", 1, ("9",)),
    }


def test_customers_who_share_a_phone_or_an_address_are_found(tmp_path: Path) -> None:
    rows = [
        customer("ann", phone="+7 (916) 123-45-67", email="Ann@example.org "),
        customer("bob", phone="8 916 1234567", email="bob@example.org"),
        customer("eve", phone="9161234568", email="ann@EXAMPLE.org"),
        customer("kim", phone="", email=""),
        customer("joe", phone="n/a"),
        customer("sam", phone="none"),
    ]
    found = checked(tmp_path / "log", customers=rows)
    assert {code: (one.count, one.sample) for code, one in found.items()} == {
        "shared_phone": (2, ("ann", "bob")),
        "shared_email": (2, ("ann", "eve")),
    }


def test_rows_that_came_long_after_they_happened_are_late(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "log"), create=True)
    store.load(reading(orders=[order("1")]), loaded_at=hour(0))
    late = order("2", 5, ordered_at=hour(-24 * 8).replace(tzinfo=None))
    recent = order("3", 6, ordered_at=hour(-24 * 6).replace(tzinfo=None))
    store.load(reading(orders=[late, recent]), loaded_at=hour(48))
    with open_log(str(tmp_path / "log")) as log:
        (found,) = [finding for finding in check(log) if finding.code == "late"]
    assert (found.count, found.sample) == (1, ("2",))


def test_columns_without_values_are_named(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "log"), create=True)
    store.load(reading(orders=[order("1", channel="web"), order("2")]), loaded_at=hour(0))
    with open_log(str(tmp_path / "log")) as log:
        (found,) = [finding for finding in check(log) if finding.code == "unfilled"]
    assert found.values["columns"] == "status, discount, store, promised_at, delivered_at, coupon"
    assert found.values["filled"] == {"channel": 0.5}
    assert (found.count, found.share) == (6, 6 / 9)


def test_an_empty_table_is_said_to_be_empty(tmp_path: Path) -> None:
    assert set(checked(tmp_path / "log", orders=[])) == {"empty"}


START = date(2024, 1, 1)  # a Monday


def daily(counts: Sequence[int]) -> dict[date, int]:
    return {START + timedelta(days=number): count for number, count in enumerate(counts) if count}


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        pytest.param([], [], id="no facts"),
        pytest.param([5], [], id="one day"),
        pytest.param([20] * 10 + [0] + [20] * 10, [10], id="a day lost"),
        pytest.param([4] * 20 + [0] * 3 + [4] * 20, [20, 21, 22], id="three days lost of a small shop"),
        pytest.param([4] * 20 + [0] + [4] * 20, [], id="a quiet day of a small shop"),
        pytest.param([20, 20, 20, 20, 20, 20, 0] * 8, [], id="closed on Sundays"),
        pytest.param([20] * 30 + [0] * 400 + [20], [*range(30, 37)], id="only near the facts"),
    ],
)
def test_empty_days_where_many_facts_are_usual(counts: list[int], expected: list[int]) -> None:
    found = suspicious(daily(counts))
    assert [(day - START).days for day in found] == expected


def test_days_are_those_of_the_company(tmp_path: Path) -> None:
    import pandas as pd

    def half_day(number: int) -> list[str]:
        return [f"2024-05-{number:02} {clock:02}:30" for clock in range(24)]

    instants = [text for number in range(1, 31) for text in half_day(number)]
    lost = [text for text in instants if not "2024-05-14 21" <= text < "2024-05-15 21"]
    orders = pd.DataFrame({"customer_id": [str(n) for n in range(len(lost))], "ordered_at": pd.to_datetime(lost)})
    for zone, expected in (("Europe/Moscow", ("2024-05-15",)), ("UTC", ())):
        with Log.wrap(timezone=zone, orders=orders) as log:
            gaps = [finding.sample for finding in check(log) if finding.code == "gaps"]
        assert gaps == ([expected] if expected else [])


def test_postgres_finds_the_same_in_the_data_as_duckdb(tmp_path: Path, postgres_url: str) -> None:
    rows = [order("1"), order("2"), order("3", None, customer_id=None), order("4", -3, kind="refund", day=9)]
    people = [customer("ann", phone="8 916 1234567"), customer("eve", phone="+79161234567", email="a@b.c")]
    found = []
    for url in (str(tmp_path / "log"), postgres_url):
        open_store(url, create=True).load(reading(orders=rows, customers=people), loaded_at=hour(0))
        with open_log(url) as log:
            found.append(check(log))
    assert found[0] == found[1]
    assert {finding.code for finding in found[0]} == {
        "walk_ins",
        "missing_amount",
        "doubles",
        "shared_phone",
        "unfilled",
    }
