"""A look before reading: what a table is taken for, what its first rows become, what is remembered of its like."""

import threading
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from tests.vernost.sources.readings import rows_of, some

from vernost.errors import InvalidValue, UnknownName, UnreadableSource
from vernost.sources import Given, preview, read
from vernost.sources.looking import FIRST_READ, FIRST_SHOWN
from vernost.sources.profile import Profile, profile
from vernost.sources.read import OPENING
from vernost.sources.source import RawTable

Export = Callable[..., str]
ORDERS = "order_id,customer_id,ordered_at,amount,note\n"


@pytest.fixture
def export(tmp_path: Path) -> Export:
    """Writes a file and gives its path."""

    def write(text: str, name: str = "orders.csv") -> str:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


def test_each_table_is_judged_once(export: Export, monkeypatch: pytest.MonkeyPatch) -> None:
    judged: list[str] = []

    def counted(connection: Any, raw: RawTable) -> Profile:
        judged.append(raw.source)
        return profile(connection, raw)

    monkeypatch.setattr(import_module("vernost.sources.read"), "profile", counted)
    path = export(ORDERS + "7,ann,2024-03-02,5,hi\n")

    assert preview([path]).tables["orders"]
    assert judged == [path]


def test_a_look_shows_columns_what_fills_the_log_and_the_first_rows_as_they_will_be(export: Export) -> None:
    seen = preview([export(ORDERS + '7,ann,02.03.2024,"1 234,50",hi\n')])
    (look,) = seen.looks
    assert (look.table, look.columns) == ("orders", ("order_id", "customer_id", "ordered_at", "amount", "note"))
    assert look.rows == (("7", "ann", "02.03.2024", "1 234,50", "hi"),)
    filled = {column.column: column.expression for column in look.matches[0].columns}
    assert filled == {name: name for name in ("order_id", "customer_id", "ordered_at", "amount")}
    (row,) = seen.tables["orders"]
    assert (str(row["ordered_at"]), str(row["amount"]), row["extra"]) == (
        "2024-03-02 00:00:00",
        "1234.5000",
        '{"note":"hi"}',
    )


def test_a_look_reads_no_more_than_the_beginning_but_judges_by_all_of_it(export: Export) -> None:
    """Only the last row proves that the month comes first."""
    lines = "".join(f"{number},ann,01/02/2024,1,\n" for number in range(2 * FIRST_READ))
    seen = preview([export(ORDERS + lines + "last,ann,12/31/2024,1,\n")])
    assert len(seen.tables["orders"]) == FIRST_SHOWN
    assert str(seen.tables["orders"][0]["ordered_at"]) == "2024-01-02 00:00:00"


def test_a_table_that_is_not_understood_is_shown_all_the_same(export: Export) -> None:
    (look,) = preview([export("colour,size\nred,7\n")]).looks
    assert (look.is_understood, look.columns, look.rows) == (False, ("colour", "size"), (("red", "7"),))
    assert look.missing


def test_what_is_remembered_of_such_columns_counts_unless_more_is_known_of_the_file(export: Export) -> None:
    path = export("who,when,sum\nann,2024-01-01,5\n", "a[1].csv")
    known = Given(columns={"orders.customer_id": "who", "orders.ordered_at": "when", "orders.amount": "sum"})
    asked: list[tuple[str, ...]] = []

    def recall(columns: tuple[str, ...]) -> Given:
        asked.append(columns)
        return known

    seen = preview([path], recall=recall, labels={path: "a[1].csv"})
    assert asked == [("who", "when", "sum")]
    assert [column.why for column in seen.looks[0].matches[0].columns] == ["given"] * 3
    again = preview([path], given=seen.given, recall=lambda _: Given(table="events"), labels={path: "a[1].csv"})
    assert again.looks[0].table == "orders"
    with read([path], given=seen.given, labels={path: "a[1].csv"}) as reading:
        assert some(rows_of(reading, "orders"), "customer_id", "source") == [("ann", "a[1].csv")]


def test_a_table_that_is_left_out_is_shown_and_not_read(export: Export) -> None:
    paths = [export(ORDERS + f"{who},{who},2024-03-01,1,\n", f"{who}.csv") for who in ("ann", "zoe")]
    given = Given(sections=(("zoe.csv", Given(is_left_out=True)),))
    seen = preview(paths, given=given)
    assert [each.is_left_out for each in seen.looks] == [False, True]
    assert {row["customer_id"] for row in seen.tables["orders"]} == {"ann"}
    with read(paths, given=given) as reading:
        assert {match.source for match in reading.matches} == {paths[0]}
        assert [note for note in reading.notes if note.endswith("zoe.csv was left out, as was said.")]
    with pytest.raises(InvalidValue, match="left out"):
        read(paths, given=Given(is_left_out=True)).close()
    assert preview(paths, given=Given(is_left_out=True)).tables == {}


def test_a_guess_can_be_taken_back(export: Export) -> None:
    path = export(ORDERS + "7,ann,2024-03-02,5,\n")
    with read([path], given=Given(columns={"orders.customer_id": "", "amount": "note"})) as reading:
        (row,) = rows_of(reading, "orders")
    assert (row["customer_id"], row["amount"]) == (None, None)
    with pytest.raises(UnknownName, match="nothing"):
        read([path], given=Given(columns={"amount": "nothing"}))


def test_a_label_stands_for_the_path_everywhere(export: Export) -> None:
    path = export(ORDERS + "7,ann,never,5,\n")
    with read([path], labels={path: "mine.csv"}) as reading:
        assert {row["source"] for row in rows_of(reading, "rejected", order="line")} == {"mine.csv"}
        assert {match.source for match in reading.matches} == {"mine.csv"}
    empty = export("", "empty.csv")
    with pytest.raises(UnreadableSource, match=r"^mine\.csv cannot be read: it is empty"):
        read([empty], labels={empty: "mine.csv"})


def test_rejected_rows_that_come_back_mended_are_as_if_they_had_been_right_at_once(export: Export) -> None:
    plain = export("customer_id,ordered_at,amount\nann,2024-03-02,5\n", "a.csv")
    mended = export("vernost:line,vernost:reason,customer_id,ordered_at,amount\n2,why,ann,2024-03-02,5\n", "b.csv")
    names = ("order_id", "customer_id", "amount", "extra")
    with read([plain]) as first, read([mended]) as second:
        assert some(rows_of(first, "orders"), *names) == some(rows_of(second, "orders"), *names)


class Unwanted(Exception):
    pass


def test_what_progress_raises_stops_the_reading_before_it_begins(export: Export) -> None:
    def stop(_what: str, _share: float) -> None:
        raise Unwanted

    with pytest.raises(Unwanted):
        read([export(ORDERS)], progress=stop)


def test_what_progress_raises_while_the_engine_is_busy_interrupts_it(export: Export) -> None:
    path = export(ORDERS + "".join(f"{n},c{n % 99},2024-03-02,5,x\n" for n in range(1_000_000)))
    heard: list[float] = []

    def stop(_what: str, share: float) -> None:
        if threading.current_thread() is not threading.main_thread():
            heard.append(share)
            raise Unwanted

    with pytest.raises(Unwanted):
        read([path], progress=stop)
    assert len(heard) == 1
    assert heard[0] >= OPENING


def test_what_is_wrong_with_an_upload_names_it_and_not_where_it_lies(tmp_path: Path) -> None:
    path = tmp_path / "0.json"
    path.write_text('[{"id": 1}, {"id": ')
    with pytest.raises(UnreadableSource, match=r"customers\.json cannot be read: it is not valid JSON") as told:
        preview([str(path)], labels={str(path): "customers.json"})
    assert str(tmp_path) not in str(told.value)
