"""The same history in every engine: loads, reloads, changes, undoes and states as of a load."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from tests.vernost.store.factories import customer, hour, order, reading

from vernost.errors import InvalidValue, LogBusy, UnknownName, UnusableLog
from vernost.sources.source import ColumnMatch, TableMatch
from vernost.store.connection import Store, newest_load, open_log, open_store
from vernost.store.receipt import Tally


@pytest.fixture(params=["folder", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return str(tmp_path / "log") if request.param == "folder" else request.getfixturevalue("postgres_url")


@pytest.fixture
def store(url: str) -> Store:
    return open_store(url, create=True)


def amounts(url: str, *, at_load: int | None = None) -> dict[str, float]:
    """What a reader sees: order id -> amount."""
    with open_log(url, at_load=at_load) as log:
        if "orders" not in log.tables:
            return {}
        rows = log.tables["orders"].select("order_id", "amount").execute()
    return {order_id: float(amount) for order_id, amount in zip(rows.order_id, rows.amount, strict=True)}


def of_orders(**counts: int) -> tuple[Tally, ...]:
    return (Tally("orders", **counts),)


def test_a_new_log_is_empty_and_has_utc(store: Store, url: str) -> None:
    with open_log(url) as log:
        assert (dict(log.tables), log.timezone, log.load_count) == ({}, "UTC", 0)
    assert list(store.loads()) == []
    assert store.rejected().num_rows == 0


def test_the_number_of_the_last_load_names_the_state(store: Store, url: str) -> None:
    seen = [newest_load(url)]
    store.load(reading(orders=[order("1")]), loaded_at=hour(0))
    seen.append(newest_load(url))
    store.undo(1, at=hour(1))
    assert [*seen, newest_load(url)] == [0, 1, 2]


def test_where_no_log_is_there_is_no_last_load(url: str) -> None:
    with pytest.raises(UnusableLog, match="holds no log"):
        newest_load(url)


def test_first_load_adds_rows_with_all_columns_and_types(store: Store, url: str) -> None:
    row = order(
        "1", Decimal("10.5001"), extra='{"a": 1}', promised_at=hour(40).replace(microsecond=789012, tzinfo=None)
    )
    receipt = store.load(reading(orders=[row]), loaded_at=hour(0))
    assert receipt.tallies == of_orders(read=1, accepted=1)
    with open_log(url) as log:
        table = log.tables["orders"]
        assert str(table.schema()["amount"]) == "decimal(18, 4)"
        assert not table.schema()["ordered_at"].timezone
        (kept,) = table.to_pyarrow().to_pylist()
    assert kept == {
        **dict.fromkeys(("status", "discount", "channel", "store", "delivered_at", "coupon")),
        **row,
        "source": "orders.csv",
        "loaded_at": hour(0).replace(tzinfo=None),
    }


def test_loading_twice_changes_nothing_but_is_recorded(store: Store, url: str) -> None:
    rows = [order("1"), order("2", None, customer_id=None), order("3", extra="{}")]
    store.load(reading(orders=rows), loaded_at=hour(0))
    again = store.load(reading(orders=rows, source="copy.csv"), loaded_at=hour(1))
    assert again.tallies == of_orders(read=3, unchanged=3)
    with open_log(url) as log:
        kept = log.tables["orders"].select("source", "loaded_at").distinct().to_pyarrow().to_pylist()
    assert kept == [{"source": "orders.csv", "loaded_at": hour(0).replace(tzinfo=None)}]
    assert [record.sources for record in store.loads()] == [("orders.csv",), ("copy.csv",)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param({"amount": 10}, {"amount": 11}, id="another value"),
        pytest.param({"amount": 10}, {"amount": None}, id="a value taken away"),
        pytest.param({"status": None}, {"status": ""}, id="empty text is not nothing"),
        pytest.param({"extra": '{"a": 1}'}, {"extra": '{"a": 2}'}, id="what the source had beside"),
        pytest.param({"customer_id": "ann"}, {"customer_id": "Ann"}, id="letters of another case"),
        pytest.param({"coupon": "\u00e9"}, {"coupon": "e\u0301"}, id="the same look, other code points"),
    ],
)
def test_new_content_replaces_the_old(store: Store, url: str, before: dict[str, Any], after: dict[str, Any]) -> None:
    store.load(reading(orders=[order("1", **before), order("2")]), loaded_at=hour(0))
    receipt = store.load(reading(orders=[order("1", **after), order("2"), order("3")]), loaded_at=hour(1))
    assert receipt.tallies == of_orders(read=3, accepted=1, unchanged=1, replaced=1)
    with open_log(url) as log:
        table = log.tables["orders"]
        (kept,) = table.filter(table.order_id == "1").to_pyarrow().to_pylist()
    (name, value), *_ = after.items()
    assert (kept[name], kept["loaded_at"]) == (value, hour(1).replace(tzinfo=None))


HOSTILE = ["tab\there", "line\nbreak\r\n", "back\\slash \\N \\.", "'quote\" ;--", "", "🦊 кот", "\\", "a\x01b", "{}%s"]


@pytest.mark.parametrize("has_city", [True, False])
def test_a_source_without_a_column_leaves_what_is_known_in_it(store: Store, url: str, *, has_city: bool) -> None:
    store.load(reading(customers=[customer("ann", name="Ann", city="Omsk")]), loaded_at=hour(0))
    names = ("customer_id", "city") if has_city else ("customer_id", "name")
    later = reading(customers=[customer("ann"), customer("bob")])
    later.matches = (TableMatch("x.csv", "customers", tuple(ColumnMatch(n, n, 1, "given") for n in names)),)

    receipt = store.load(later, loaded_at=hour(1))

    with open_log(url) as log:
        rows = log.tables["customers"].select("customer_id", "name", "city").to_pyarrow().to_pylist()
    expected = {"ann": ("Ann", None) if has_city else (None, "Omsk"), "bob": (None, None)}
    assert {row["customer_id"]: (row["name"], row["city"]) for row in rows} == expected
    assert receipt.tallies == (Tally("customers", read=2, accepted=1, replaced=1),)


def test_a_refund_under_the_number_of_an_earlier_sale_stands_beside_it(store: Store, url: str) -> None:
    store.load(reading(orders=[order("1", 100), order("2", 50)]), loaded_at=hour(0))
    later = [order("1", -30, kind="refund", day=9), order("3", 20), order("2", 55)]

    first = store.load(reading(orders=later), loaded_at=hour(1))
    again = store.load(reading(orders=later), loaded_at=hour(2))

    assert amounts(url) == {"1": 100, "1 refund 2024-01-09 00:00:00": -30, "2": 55, "3": 20}
    assert first.tallies == of_orders(read=3, accepted=2, replaced=1)
    assert again.tallies == of_orders(read=3, unchanged=3)


def test_a_refund_in_another_file_of_the_same_load_stands_beside_its_sale(store: Store, url: str) -> None:
    sale, refund = order("1", 100, source="sales.csv"), order("1", -30, kind="refund", day=9, source="returns.csv")

    receipt = store.load(reading(orders=[sale, refund]), loaded_at=hour(0))

    assert amounts(url) == {"1": 100, "1 refund 2024-01-09 00:00:00": -30}
    assert receipt.tallies == of_orders(read=2, accepted=2)


def test_text_of_any_kind_comes_back_as_it_was(store: Store, url: str) -> None:
    rows = [order(f"{n} {text}", store=text, coupon=text) for n, text in enumerate(HOSTILE)]
    store.load(reading(orders=rows), loaded_at=hour(0))
    again = store.load(reading(orders=rows), loaded_at=hour(1))
    assert again.tallies == of_orders(read=len(rows), unchanged=len(rows))
    with open_log(url) as log:
        kept = log.tables["orders"].select("order_id", "store", "coupon").to_pyarrow().to_pylist()
    assert sorted((row["order_id"], row["store"], row["coupon"]) for row in kept) == sorted(
        (row["order_id"], row["store"], row["coupon"]) for row in rows
    )


def test_of_one_key_twice_in_a_reading_the_last_row_stands(store: Store, url: str) -> None:
    receipt = store.load(reading(orders=[order("1", 1), order("2", 2), order("1", 3)]), loaded_at=hour(0))
    assert receipt.tallies == of_orders(read=3, accepted=2, replaced=1)
    assert "orders: of rows with the same order_id the last stands; earlier ones: 1." in receipt.notes
    assert amounts(url) == {"1": 3, "2": 2}


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        pytest.param({"order_id": None}, "order_id is missing", id="no key"),
        pytest.param({"order_id": ""}, "order_id is empty", id="empty key"),
        pytest.param({"ordered_at": None}, "ordered_at is missing", id="no instant"),
        pytest.param({"kind": "gift"}, "kind is none of sale, refund", id="not a choice"),
        pytest.param({"store": "a\0b"}, "store holds a NUL character", id="NUL"),
        pytest.param(
            {"ordered_at": datetime.fromisoformat("0001-01-01")},
            "ordered_at is outside the years 1678 to 2261",
            id="year 1",
        ),
        pytest.param(
            {"promised_at": datetime.fromisoformat("9999-12-31")},
            "promised_at is outside the years 1678 to 2261",
            id="9999",
        ),
        pytest.param({"order_id": "x" * 501}, "order_id is longer than 500 characters", id="endless key"),
    ],
)
def test_a_row_that_no_engine_can_keep_is_rejected_with_its_reason(
    store: Store, url: str, fault: dict[str, Any], reason: str
) -> None:
    receipt = store.load(reading(orders=[order("1"), order("2") | fault]), loaded_at=hour(0))
    assert receipt.tallies == of_orders(read=2, accepted=1, rejected=1)
    (kept,) = store.rejected(1).to_pylist()
    assert (kept["table_name"], kept["source"], kept["reason"]) == ("orders", "orders.csv", reason)
    assert '"customer_id":"ann"' in kept["raw"]
    assert amounts(url) == {"1": 10}


def test_rows_that_could_not_be_typed_are_counted_and_kept(store: Store) -> None:
    bad = [("orders", 7, "amount is no number: 'abc'"), ("reviews", 3, "no date")]
    receipt = store.load(reading(orders=[order("1")], rejected=bad), loaded_at=hour(0))
    assert receipt.tallies == (
        Tally("orders", read=2, accepted=1, rejected=1),
        Tally("reviews", read=1, rejected=1),
    )
    store.load(reading(orders=[], rejected=bad[:1]), loaded_at=hour(1))
    assert [row["line"] for row in store.rejected(1).to_pylist()] in ([7, 3], [3, 7])
    assert store.rejected().num_rows == 3


def test_tables_with_keys_of_two_columns_load(store: Store, url: str) -> None:
    def line(order_id: str, number: int, quantity: float) -> dict[str, Any]:
        return {"order_id": order_id, "line": number, "product_id": "p", "quantity": quantity, "unit_price": 1}

    store.load(reading(order_lines=[line("1", 1, 1), line("1", 2, 2), line("2", 1, 3)]), loaded_at=hour(0))
    receipt = store.load(reading(order_lines=[line("1", 2, 5), line("2", 2, 4)]), loaded_at=hour(1))
    assert receipt.tallies == (Tally("order_lines", read=2, accepted=1, replaced=1),)
    with open_log(url) as log:
        assert log.tables["order_lines"].quantity.sum().execute() == 1 + 5 + 3 + 4


def test_only_tables_that_were_loaded_are_there(store: Store, url: str) -> None:
    store.load(reading(orders=[order("1")], customers=[]), loaded_at=hour(0))
    with open_log(url) as log:
        assert list(log.tables) == ["customers", "orders"]
        assert log.tables["customers"].count().execute() == 0
        assert log.tables["customers"].to_pyarrow().num_rows == 0


def test_the_clock_of_the_first_load_is_remembered(store: Store, url: str) -> None:
    store.load(reading(orders=[order("1")], timezone="Europe/Moscow"), loaded_at=hour(0))
    receipt = store.load(reading(orders=[order("2")], timezone="Asia/Omsk"), loaded_at=hour(1))
    assert any("Asia/Omsk" in note and "Europe/Moscow" in note for note in receipt.notes)
    with open_log(url) as log, open_log(url, timezone="Asia/Tokyo") as other:
        assert (log.timezone, other.timezone) == ("Europe/Moscow", "Asia/Tokyo")
    with pytest.raises(InvalidValue, match="Mars"):
        open_log(url, timezone="Mars/Olympus")


def test_a_clock_set_back_does_not_upset_the_order_of_loads(store: Store) -> None:
    store.load(reading(orders=[order("1")]), loaded_at=hour(5))
    receipt = store.load(reading(orders=[order("1", 2)]), loaded_at=hour(3))
    assert receipt.loaded_at > hour(5).replace(tzinfo=None)
    assert "before the last load" in receipt.notes[-1]


def test_a_load_needs_an_instant_with_a_zone(store: Store) -> None:
    with pytest.raises(InvalidValue, match="time zone"):
        store.load(reading(orders=[order("1")]), loaded_at=hour(0).replace(tzinfo=None))


def test_a_reading_with_a_table_that_the_log_does_not_know_is_refused(store: Store, url: str) -> None:
    made = reading(orders=[order("1")])
    made.tables = {"orders": "Staged orders", "ordres": "Staged orders"}
    with pytest.raises(UnknownName, match="orders"):
        store.load(made, loaded_at=hour(0))
    assert list(store.loads()) == []
    assert amounts(url) == {}


def test_progress_is_told_table_by_table(store: Store) -> None:
    told: list[tuple[str, float]] = []
    made = reading(orders=[order("1")], customers=[customer("ann")])
    store.load(made, loaded_at=hour(0), progress=lambda what, share: told.append((what, share)))
    assert told == [("customers", 0.0), ("orders", 0.5)]


@pytest.fixture
def four_loads(store: Store) -> Store:
    """1: a b c. 2: b changes, d comes. 3: c and d change. 4: nothing new."""
    store.load(reading(orders=[order("a", 1), order("b", 1), order("c", 1)]), loaded_at=hour(1))
    store.load(reading(orders=[order("b", 2), order("d", 2)]), loaded_at=hour(2))
    store.load(reading(orders=[order("c", 3), order("d", 3)]), loaded_at=hour(3))
    store.load(reading(orders=[order("a", 1)]), loaded_at=hour(4))
    return store


@pytest.mark.parametrize(
    ("load", "expected"),
    [
        (0, {}),
        (1, {"a": 1, "b": 1, "c": 1}),
        (2, {"a": 1, "b": 2, "c": 1, "d": 2}),
        (3, {"a": 1, "b": 2, "c": 3, "d": 3}),
        (4, {"a": 1, "b": 2, "c": 3, "d": 3}),
    ],
)
def test_state_as_of_an_earlier_load(four_loads: Store, url: str, load: int, expected: dict[str, float]) -> None:
    assert amounts(url, at_load=load) == expected
    with open_log(url, at_load=load) as log:
        assert log.load_count == load


@pytest.mark.parametrize(
    ("load", "expected", "tally"),
    [
        pytest.param(1, {"a": 1, "b": 2, "c": 3, "d": 3}, {"read": 3, "unchanged": 3}, id="first, brought again"),
        pytest.param(2, {"a": 1, "b": 1, "c": 3, "d": 3}, {"read": 2, "replaced": 1, "unchanged": 1}, id="middle"),
        pytest.param(3, {"a": 1, "b": 2, "c": 1, "d": 2}, {"read": 2, "replaced": 2}, id="last that changed"),
    ],
)
def test_undo_takes_back_what_later_loads_did_not_bring(
    four_loads: Store, url: str, load: int, expected: dict[str, float], tally: dict[str, int]
) -> None:
    before = amounts(url)
    receipt = four_loads.undo(load, at=hour(5))
    assert receipt.tallies == of_orders(**tally)
    assert amounts(url) == expected
    record = list(four_loads.loads())[-1]
    assert (record.load_id, record.kind, record.undoes) == (5, "undo", load)
    assert amounts(url, at_load=4) == before
    four_loads.undo(5, at=hour(6))
    assert amounts(url) == before


@pytest.mark.parametrize(
    ("undoes", "expected"),
    [
        pytest.param([1, 2], {"b": 3}, id="first to last"),
        pytest.param([2, 1], {"b": 3}, id="last to first"),
        pytest.param([1, 2, 4], {"a": 1, "b": 3}, id="first, second, and the first again"),
        pytest.param([1, 2, 5], {"a": 2, "b": 3}, id="first, second, and the second again"),
        pytest.param([2, 3, 1], {}, id="all"),
        pytest.param([2, 3, 1, 5], {"b": 3}, id="all, and the third again"),
        pytest.param([1, 1], {"a": 2, "b": 3}, id="one twice"),
        pytest.param([1, 1, 4], {"a": 2, "b": 3}, id="one twice, and the first undo back: the second stands"),
        pytest.param([1, 2, 4, 6], {"b": 3}, id="an undo of an undo of an undo"),
    ],
)
def test_a_log_after_undoes_is_as_if_the_undone_loads_had_never_been(
    store: Store, url: str, undoes: list[int], expected: dict[str, float]
) -> None:
    store.load(reading(orders=[order("a", 1), order("b", 1)]), loaded_at=hour(1))
    store.load(reading(orders=[order("a", 2), order("b", 2)]), loaded_at=hour(2))
    store.load(reading(orders=[order("b", 3)]), loaded_at=hour(3))
    for number, load in enumerate(undoes, 4):
        store.undo(load, at=hour(number))
    assert amounts(url) == expected


def test_an_undo_of_what_was_undone_before_says_so(store: Store, url: str) -> None:
    store.load(reading(orders=[order("a", 1)]), loaded_at=hour(1))
    store.undo(1, at=hour(2))
    receipt = store.undo(1, at=hour(3))
    assert (receipt.tallies, receipt.notes) == ((), ("Load 1 was undone before; nothing has changed.",))
    assert amounts(url) == {}


def test_undo_of_a_load_that_changed_nothing_says_so(four_loads: Store, url: str) -> None:
    before = amounts(url)
    receipt = four_loads.undo(4, at=hour(5))
    assert receipt.tallies == ()
    assert receipt.notes == ("Load 4 had changed nothing.",)
    assert amounts(url) == before


@pytest.mark.parametrize(
    ("undoes", "expected"),
    [
        pytest.param([1], {"a": 1, "b": 2, "c": 3}, id="the first of three copies"),
        pytest.param([1, 2], {"a": 1, "b": 2, "c": 3}, id="two of three"),
        pytest.param([3], {"a": 1, "b": 2}, id="the last"),
        pytest.param([1, 2, 3], {}, id="all"),
        pytest.param([1, 2, 3, 4], {"a": 1, "b": 2}, id="all, and the first again"),
        pytest.param([1, 2, 3, 5], {"a": 1, "b": 2}, id="all, and again the second, which only brought what was there"),
    ],
)
def test_what_a_later_load_brought_again_stays_with_it(
    store: Store, url: str, undoes: list[int], expected: dict[str, float]
) -> None:
    rows = [order("a", 1), order("b", 2)]
    for number, more in enumerate(([], [], [order("c", 3)]), 1):
        store.load(reading(orders=[*rows, *more]), loaded_at=hour(number))
    before = amounts(url)

    for number, load in enumerate(undoes, 4):
        store.undo(load, at=hour(number))

    assert amounts(url) == expected
    assert amounts(url, at_load=3) == before


def test_undo_gives_rows_back_with_their_own_source_and_instant(store: Store, url: str) -> None:
    store.load(reading(orders=[order("a", 1)], source="one.csv"), loaded_at=hour(1))
    store.load(reading(orders=[order("a", 2)], source="two.csv"), loaded_at=hour(2))
    store.undo(2, at=hour(3))
    with open_log(url) as log:
        (kept,) = log.tables["orders"].select("source", "loaded_at").to_pyarrow().to_pylist()
    assert kept == {"source": "one.csv", "loaded_at": hour(1).replace(tzinfo=None)}


@pytest.mark.parametrize("load", [0, 9, -1])
def test_a_load_that_never_was_cannot_be_undone_or_read(four_loads: Store, url: str, load: int) -> None:
    with pytest.raises(UnknownName, match=str(load)):
        four_loads.undo(load, at=hour(5))
    if load:
        with pytest.raises((UnknownName, InvalidValue, UnusableLog), match=str(load)):
            open_log(url, at_load=load)


def test_tidy_gives_up_old_states_and_keeps_the_others(four_loads: Store, url: str) -> None:
    expected = {load: amounts(url, at_load=load) for load in (2, 3, 4)}
    assert four_loads.untidy(at=hour(24 + 3), keep_days=1) == 2
    assert four_loads.tidy(at=hour(24 + 3), keep_days=1) > 0
    assert four_loads.untidy(at=hour(24 + 3), keep_days=1) == 0
    assert {load: amounts(url, at_load=load) for load in (2, 3, 4)} == expected
    with pytest.raises(InvalidValue, match="no longer kept"):
        open_log(url, at_load=1)
    with pytest.raises(InvalidValue, match="no longer kept"):
        four_loads.undo(2, at=hour(24 + 4))
    four_loads.undo(3, at=hour(24 + 5))
    assert amounts(url) == expected[2]
    assert four_loads.tidy(at=hour(24 + 3), keep_days=1) == 0


def test_tidy_keeps_what_undoes_of_its_days_may_bring_back(store: Store, url: str) -> None:
    for number in (1, 2, 3):
        store.load(reading(orders=[order("a", number)]), loaded_at=hour(number))
    store.undo(2, at=hour(30))
    store.tidy(at=hour(31), keep_days=1)
    store.undo(3, at=hour(32))
    assert amounts(url) == {"a": 1}
    store.undo(4, at=hour(33))
    assert amounts(url) == {"a": 2}


def test_an_end_that_is_but_planned_has_not_happened(store: Store, url: str) -> None:
    def until(number: int, ended_at: str | None) -> dict[str, Any]:
        return {
            "subscription_id": str(number),
            "customer_id": "ann",
            "plan": "a",
            "started_at": datetime.fromisoformat("2024-01-01"),
            "ended_at": ended_at and datetime.fromisoformat(ended_at),
            "monthly_price": 5,
        }

    store.load(reading(subscriptions=[until(1, "2024-03-01"), until(2, None)]), loaded_at=hour(0))
    store.load(reading(subscriptions=[until(3, "2024-05-02"), until(4, "2099-12-31")]), loaded_at=hour(1))
    with open_log(url) as log:
        spans = {log.happened_span("subscriptions", name) for name in ("started_at", "ended_at")}
        whole = log.span("subscriptions", "ended_at")
        (_, first, last) = log.extents()["subscriptions"]
    started, ended, far = (datetime.fromisoformat(day) for day in ("2024-01-01", "2024-03-01", "2099-12-31"))
    assert (spans, whole) == ({(started, started), (ended, ended)}, (ended, far))
    assert (first, last) == (started, ended)


def test_an_open_log_does_not_see_later_loads(store: Store, url: str) -> None:
    store.load(reading(orders=[order("a", 1)]), loaded_at=hour(1))
    with open_log(url) as log:
        count: Callable[[], int] = lambda: log.tables["orders"].count().execute()  # noqa: E731
        assert count() == 1
        store.load(reading(orders=[order("a", 2), order("b", 2)]), loaded_at=hour(2))
        assert count() == 1
        assert log.tables["orders"].amount.max().execute() == 1
    assert amounts(url) == {"a": 2, "b": 2}


def test_a_second_writer_is_refused_and_told_why(store: Store, url: str) -> None:
    other = open_store(url)
    other.wait_seconds = 0.2  # type: ignore[attr-defined]
    made = reading(orders=[order("a", 1)])
    seen = []

    def meanwhile(what: str, share: float) -> None:
        with pytest.raises(LogBusy, match="is being loaded by") as caught:
            other.load(reading(orders=[order("b")]), loaded_at=hour(1))
        seen.append(str(caught.value))

    store.load(made, loaded_at=hour(1), progress=meanwhile)
    assert len(set(seen)) == 1
    other.load(reading(orders=[order("b")]), loaded_at=hour(2))
    assert amounts(url) == {"a": 1, "b": 10}


def test_a_load_that_fails_half_way_leaves_the_log_as_it_was(store: Store, url: str) -> None:
    store.load(reading(orders=[order("a", 1)]), loaded_at=hour(1))
    made = reading(customers=[customer("ann")], orders=[order("a", 2), order("b", 2)])
    made.connection.execute('DROP TABLE "Staged orders"')
    made.connection.execute("""CREATE VIEW "Staged orders" AS SELECT *, error('disk on fire') AS _row FROM range(1)""")
    with pytest.raises(duckdb.Error):
        store.load(made, loaded_at=hour(2))
    assert len(store.loads()) == 1
    with open_log(url) as log:
        assert list(log.tables) == ["orders"]
    assert amounts(url) == {"a": 1}
    store.load(reading(orders=[order("b", 2)]), loaded_at=hour(3))
    assert amounts(url) == {"a": 1, "b": 2}
