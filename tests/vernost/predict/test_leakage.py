"""Columns that know the answer."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from vernost.predict.leakage import Leak, find_leaks

SIZE = 200
LEFT = [number % 4 == 0 for number in range(SIZE)]
"""A quarter left."""

CHANCE = np.random.default_rng(5)
HONEST = {
    "customer_id": [f"c{number}" for number in range(SIZE)],
    "silence": [number % 7 + 2 * left for number, left in enumerate(LEFT)],
    "city": [("Омск", "Perm", None)[number % 3] for number in range(SIZE)],
    "name": [f"person {number}" for number in range(SIZE)],
    "empty": [None] * SIZE,
    "constant": [1] * SIZE,
    "gap_std": [None if number % 3 else 2.0 * number for number in range(SIZE)],
    "best": [1.0 if number % 4 == 1 and number < 100 else None for number in range(SIZE)],
    "endless": [float("inf") if number % 5 == 0 else float(number % 9) for number in range(SIZE)],
}
"""Nothing here tells who left; ``best`` is filled for a sixth of the stayers alone."""

LEAKS = {
    "score": ("order", [10.0 if left else float(CHANCE.integers(0, 9)) for left in LEFT]),
    "stayed": ("order", [not left for left in LEFT]),
    "paid": ("order", [Decimal(0) if left else Decimal(10) for left in LEFT]),
    "last_seen": (
        "order",
        [date(2024, 5, 1) + timedelta(days=0 if left else 40 + n % 5) for n, left in enumerate(LEFT)],
    ),
    "segment": ("kind", ["ушёл" if left else ("vip", "new")[n % 2] for n, left in enumerate(LEFT)]),
    "code": ("kind", [2 if left else (1, 3)[n // 4 % 2] for n, left in enumerate(LEFT)]),
    "cancel_reason": ("filled", ["price" if left and number % 8 == 0 else None for number, left in enumerate(LEFT)]),
    "renewed_on": ("filled", [None if left else date(2024, 6, 1) for left in LEFT]),
}


@pytest.mark.parametrize("make", [dict, pd.DataFrame, pa.table, pl.DataFrame])
def test_honest_columns_are_not_suspected(make: Any) -> None:
    assert find_leaks(make(HONEST), LEFT) == ()


@pytest.mark.parametrize("make", [dict, pd.DataFrame, pa.table, pl.DataFrame])
@pytest.mark.parametrize("column", LEAKS)
def test_a_planted_column_is_flagged_by_name(column: str, make: Any) -> None:
    why, values = LEAKS[column]

    (leak,) = find_leaks(make(HONEST | {column: values}), LEFT)

    assert (leak.column, leak.why) == (column, why)
    assert column in leak.sentence("en")
    assert column in leak.sentence("ru")


@pytest.mark.parametrize(
    ("column", "is_flagged"),
    [
        pytest.param("score", False, id="it may tell"),
        pytest.param("cancel_reason", True, id="but not of leavers alone"),
    ],
)
def test_what_customers_announced_may_tell_what_came(column: str, is_flagged: bool) -> None:
    found = find_leaks(HONEST | {column: LEAKS[column][1]}, LEFT, announced=[column])

    assert [leak.column for leak in found] == [column] * is_flagged


@pytest.mark.parametrize(
    ("rows", "left"),
    [
        pytest.param(5, [True, False, True, False, True], id="five customers"),
        pytest.param(40, [True] * 40, id="everybody left"),
        pytest.param(40, [False] * 40, id="nobody left"),
        pytest.param(40, [number < 9 for number in range(40)], id="nine left"),
        pytest.param(0, [], id="no customers"),
    ],
)
def test_what_may_be_chance_is_not_said(rows: int, left: list[bool]) -> None:
    assert find_leaks(pd.DataFrame({"score": [float(gone) for gone in left][:rows]}), left) == ()


def test_a_leak_says_how_strong_it_is() -> None:
    (leak,) = find_leaks({"cancel_reason": LEAKS["cancel_reason"][1]}, LEFT)

    assert leak == Leak("cancel_reason", "filled", 0.5)
    assert "50% of them" in leak.sentence()
