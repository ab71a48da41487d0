"""Small tables with answers counted by hand, and what is known of real data."""

import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from tests.oracle.comparison import is_same

from vernost.measure import find_measure
from vernost.store.log import Log

HERE = Path(__file__).parent
CASES = tomllib.loads((HERE / "cases.toml").read_text(encoding="utf-8"))["case"]


def table(name: str) -> pd.DataFrame:
    """A CSV with ids as text and ``*_at`` as instants."""
    frame = pd.read_csv(HERE / name, dtype="string")
    for column in frame.columns:
        if column.endswith("_at"):
            frame[column] = pd.to_datetime(frame[column])
    return frame


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in CASES])
def test_a_hand_counted_case(case: dict[str, Any]) -> None:
    log = Log.wrap(**{name: table(file) for name, file in case["tables"].items()})
    answer = find_measure(case["measure"])(log, **case.get("ask", {}))
    found = [[_written(row[name]) for name in case["columns"]] for row in answer.rows]
    assert len(found) == len(case["rows"])
    assert all(is_same(one, other) for one, other in zip(found, case["rows"], strict=True)), found


def _written(value: Any) -> Any:
    """A cell as TOML writes it."""
    return "" if value is None else value.isoformat() if isinstance(value, date) else value


@pytest.fixture(scope="module")
def cdnow() -> Iterator[Log]:
    """All purchases of the customers who first bought at CDNOW in January to March 1997, as the project ships them."""
    names = ["customer_id", "ordered_at", "discs", "amount"]
    path = HERE.parents[1] / "demo-data" / "cdnow" / "CDNOW_master.txt.gz"
    lines = pd.read_csv(path, sep=r"\s+", skiprows=1, names=names, dtype="string")
    lines["ordered_at"] = pd.to_datetime(lines.ordered_at, format="%Y%m%d")
    with Log.wrap(orders=lines[["customer_id", "ordered_at", "amount"]]) as log:
        yield log


CDNOW = [
    # Counts of lines and of distinct ids by awk; the others by sets of ids a month, see the last column.
    ("orders", {}, 0, {"value": 69_659}, "lines of the file"),
    ("active_customers", {}, 0, {"value": 23_570}, "distinct customers"),
    ("active_customers", {"by": "month"}, 0, {"value": 7_846}, "buyers of January 1997"),
    ("retention_rate", {"by": "month"}, 1, {"numerator": 1_157, "denominator": 7_846}, "of them, buyers of February"),
    ("cohort_retention", {"horizon": 1}, 1, {"customers": 1_157, "cohort_size": 7_846}, "the same, as a cohort"),
]


@pytest.mark.parametrize(("measure", "asked", "row", "expected", "counted"), CDNOW)
def test_known_counts_of_cdnow(
    cdnow: Log, measure: str, asked: dict[str, Any], row: int, expected: dict[str, int], counted: str
) -> None:
    found = find_measure(measure)(cdnow, **asked).rows[row]
    assert {name: found[name] for name in expected} == expected, counted


def test_repeat_buyers_of_cdnow_are_those_with_two_lines(cdnow: Log) -> None:
    lines = cdnow.tables["orders"].customer_id.execute().value_counts()
    row = find_measure("repeat_rate")(cdnow).rows[0]
    assert (row["numerator"], row["denominator"]) == (int((lines > 1).sum()), len(lines))
