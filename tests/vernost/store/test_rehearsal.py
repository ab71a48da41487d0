"""What a load would do is told beforehand, and a load under a key is done once."""

from pathlib import Path

import pytest
from tests.vernost.store.factories import customer, hour, order, reading

from vernost.sources.source import Reading
from vernost.store.connection import Store, open_log, open_store
from vernost.store.receipt import Tally


@pytest.fixture(params=["folder", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    is_folder = request.param == "folder"
    return open_store(str(tmp_path / "log") if is_folder else request.getfixturevalue("postgres_url"), create=True)


def second() -> Reading:
    """One known row, one changed, two new of which one is said twice, one refused and one that could not be read."""
    rows = [order("1"), order("2", 20), order("3"), order("3", 30), order("4", kind="gift"), order("5")]
    return reading(orders=rows, customers=[customer("ann")], rejected=[("orders", 7, "ordered_at is missing")])


EXPECTED = (
    Tally("customers", read=1, accepted=1),
    Tally("orders", read=7, accepted=2, unchanged=1, replaced=2, rejected=2),
)


def test_a_rehearsal_tells_what_the_load_then_does_and_leaves_no_trace(store: Store) -> None:
    store.load(reading(orders=[order("1"), order("2")]), loaded_at=hour(0))
    before = store.loads()
    told = store.rehearse(second())
    assert told.tallies == EXPECTED
    assert (store.loads(), store.rejected().num_rows) == (before, 0)
    receipt = store.load(second(), loaded_at=hour(1))
    assert (receipt.load_id, receipt.tallies) == (2, told.tallies)
    assert set(told.notes) <= set(receipt.notes)


def test_a_rehearsal_of_the_first_load_finds_all_rows_new(store: Store) -> None:
    assert store.rehearse(reading(orders=[order("1"), order("2")])).tallies == (Tally("orders", read=2, accepted=2),)
    assert store.load(reading(orders=[order("1")]), loaded_at=hour(0)).load_id == 1


def test_a_load_under_a_key_is_done_once(store: Store) -> None:
    first = store.load(reading(orders=[order("1")]), loaded_at=hour(0), key="parcel")
    again = store.load(reading(orders=[order("1"), order("2")]), loaded_at=hour(1), key="parcel")
    other = store.load(reading(orders=[order("1")]), loaded_at=hour(2), key="letter")
    assert (again, other.load_id) == (first, 2)
    assert [record.key for record in store.loads()] == ["parcel", "letter"]


def test_an_undo_under_a_key_is_done_once(store: Store) -> None:
    store.load(reading(orders=[order("1")]), loaded_at=hour(0))
    first = store.undo(1, at=hour(1), key="back")
    assert store.undo(1, at=hour(2), key="back") == first
    assert [record.kind for record in store.loads()] == ["load", "undo"]


def test_loads_without_a_key_are_done_each_time(store: Store) -> None:
    for number in (1, 2):
        assert store.load(reading(orders=[order("1")]), loaded_at=hour(number)).load_id == number


class Unwanted(Exception):
    pass


def test_what_progress_raises_stops_the_load_and_nothing_is_kept(tmp_path: Path) -> None:
    url = str(tmp_path / "log")
    store = open_store(url, create=True)
    store.load(reading(orders=[order("1")]), loaded_at=hour(0))
    heard: list[tuple[str, float]] = []

    def stop(what: str, share: float) -> None:
        heard.append((what, share))
        if what == "orders":
            raise Unwanted

    with pytest.raises(Unwanted):
        store.load(second(), loaded_at=hour(1), progress=stop)
    assert heard == [("customers", 0.0), ("orders", 0.5)]
    with open_log(url) as log:
        assert (log.load_count, list(log.tables), log.tables["orders"].count().execute()) == (1, ["orders"], 1)
    assert store.load(second(), loaded_at=hour(2)).load_id == 2


def test_rejected_rows_come_in_batches_of_one_load(store: Store) -> None:
    for number in (1, 2):
        lines = [("orders", line, f"fault {number}") for line in range(9)]
        store.load(reading(orders=[order("1")], rejected=lines), loaded_at=hour(number))
    found = [row for batch in store.rejected_batches(2) for row in batch.to_pylist()]
    assert sorted(found, key=lambda row: row["line"]) == store.rejected(2).sort_by("line").to_pylist()
    assert [list(store.rejected_batches(3)), len(found)] == [[], 9]
