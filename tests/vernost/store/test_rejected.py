"""Rejected rows go back to people in the columns of their source, and come home mended."""

import csv
from pathlib import Path

from tests.vernost.store.factories import hour

from vernost.sources import read
from vernost.store.connection import open_store
from vernost.store.receipt import Tally
from vernost.store.rejected import Parcel, opened, parcels


def test_rejected_rows_are_handed_out_mended_and_loaded(tmp_path: Path) -> None:
    path, mended = tmp_path / "sales.csv", tmp_path / "mended.csv"
    path.write_text("order_id,customer_id,ordered_at,amount,note\n1,ann,never,5,=1+1\n2,bob,2024-01-02,6,\n", "utf-8")
    store = open_store(str(tmp_path / "log"), create=True)
    with read([str(path)], labels={str(path): "sales.csv"}) as reading:
        store.load(reading, loaded_at=hour(0))
    (parcel,) = parcels(store.rejected_batches(1))
    assert parcel == Parcel("sales.csv", "orders", is_read=False, count=1)
    columns, rows = opened(lambda: store.rejected_batches(1), parcel, "ru")
    assert columns == ["vernost:line", "vernost:reason", "order_id", "customer_id", "ordered_at", "amount", "note"]
    (row,) = rows
    assert row[0] == 2
    assert "never" in row[1]
    assert not row[1].isascii(), "the reason is in Russian"
    with mended.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([columns, [*row[:4], "2024-01-01", *row[5:]]])
    with read([str(mended)]) as reading:
        assert store.load(reading, loaded_at=hour(1)).tallies == (Tally("orders", read=1, accepted=1),)


def test_lines_that_are_no_records_are_handed_out_as_they_stand(tmp_path: Path) -> None:
    import pyarrow as pa

    names = ["load_id", "table_name", "source", "line", "reason", "raw"]
    rows = [
        (1, "orders", "a.csv", 2, "x is missing", '{"x": null, "y": "1"}'),
        (1, "orders", "a.csv", 3, "the line has 1 field", "1;2;["),
        (1, "orders", "a.csv", None, "amount is missing", '{"order_id": "7", "amount": 1.5, "_row": 4, "source": "s"}'),
    ]
    rejected = pa.table([pa.array(column) for column in zip(*rows, strict=True)], names)
    read_ones, unread = sorted(parcels(rejected.to_batches()), key=lambda each: not each.is_read)
    assert (read_ones.count, unread.count) == (1, 2)
    columns, found = opened(rejected.to_batches, unread, "en")
    assert columns == ["vernost:line", "vernost:reason", "vernost:raw", "x", "y"]
    assert list(found) == [
        [2, "x is missing", None, None, "1"],
        [3, "the line has 1 field", "1;2;[", None, None],
    ]
    columns, found = opened(rejected.to_batches, read_ones, "en")
    assert (columns[2:], next(found)[2:]) == (["order_id", "amount"], ["7", "1.5"])
