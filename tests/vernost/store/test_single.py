"""The newest facts of one customer: the right ones, in order, whatever the id is written like."""

from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest
from pyarrow import parquet

from vernost import Log, open_log, open_store, read
from vernost.store import delta
from vernost.store.single import newest

ORDERS = pd.DataFrame(
    {
        "order_id": ["1", "2", "3", "4", "5", "6"],
        "customer_id": ["ann", "bob", "ann", "ann", "o'x §", "987654321"],
        "ordered_at": pd.to_datetime(
            ["2026-01-01", "2026-01-02", "2026-02-01", "2026-02-01", "2026-01-05", "2026-01-06"]
        ),
        "amount": [1, 2, 3, 4, 5, 6],
        "kind": ["sale"] * 6,
    }
)


@pytest.mark.parametrize(
    ("customer", "most", "expected"),
    [
        pytest.param("ann", 10, ["4", "3", "1"], id="the newest first, of one instant by key"),
        pytest.param("ann", 2, ["4", "3"], id="so many at most"),
        pytest.param("o'x §", 10, ["5"], id="an id with signs that SQL knows"),
        pytest.param("987654321", 10, ["6"], id="an id like the number that stands for that of rows"),
        pytest.param("' OR 1 = 1 --", 10, [], id="an id that would be SQL"),
        pytest.param("nobody", 10, [], id="nobody"),
    ],
)
def test_the_newest_rows_of_a_customer(customer: str, most: int, expected: list[str]) -> None:
    with Log.wrap(orders=ORDERS) as log:
        for _ in range(2):  # the second time the question is kept
            assert newest(log, "orders", customer, most)["order_id"].to_pylist() == expected


def test_files_are_written_in_groups_small_enough_to_find_one_customer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delta, "GROUP", 100)
    rows = pd.DataFrame(
        {
            "order_id": [str(number) for number in range(500)],
            "customer_id": [f"c{number % 50:02}" for number in range(500)],
            "ordered_at": pd.to_datetime("2026-01-01"),
            "amount": 1,
        }
    )
    rows.to_csv(tmp_path / "orders.csv", index=False)
    with read([str(tmp_path / "orders.csv")]) as reading:
        open_store(str(tmp_path / "log"), create=True).load(reading, loaded_at=datetime(2026, 2, 2, tzinfo=UTC))
    files = list((tmp_path / "log" / "orders").glob("*.parquet"))
    assert [parquet.ParquetFile(each).metadata.num_row_groups for each in files] == [5]
    with open_log(str(tmp_path / "log")) as log:
        assert newest(log, "orders", "c07", 100).num_rows == 10
