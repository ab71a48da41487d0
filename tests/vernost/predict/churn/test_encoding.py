"""From frames of any kind to one matrix."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from vernost.errors import InvalidValue
from vernost.predict.churn.encoding import Encoding

COLUMNS: dict[str, list[Any]] = {
    "customer_id": [f"c{number}" for number in range(7)],
    "город": ["Омск"] * 5 + ["Тула", None],
    "orders": [1, 2, 3, None, 5, 6, 7],
    "is_business": [True, False, True, None, None, None, False],
    "money": [Decimal("1.50")] * 6 + [None],
    "unknown": [None] * 7,
}
MATRIX = np.array(
    [
        [0, 1, 1, 1.5, np.nan],
        [0, 2, 0, 1.5, np.nan],
        [0, 3, 1, 1.5, np.nan],
        [0, np.nan, np.nan, 1.5, np.nan],
        [0, 5, np.nan, 1.5, np.nan],
        [np.nan, 6, np.nan, 1.5, np.nan],
        [np.nan, 7, 0, np.nan, np.nan],
    ]
)
FRAMES: dict[str, Callable[[], Any]] = {
    "dict": lambda: COLUMNS,
    "arrow": lambda: pa.table(COLUMNS),
    "arrow in chunks": lambda: pa.concat_tables(
        [pa.table(COLUMNS)[:3], pa.table(COLUMNS)[3:]], promote_options="default"
    ),
    "pandas": lambda: pd.DataFrame(COLUMNS),
    "pandas, types of its own": lambda: pd.DataFrame(COLUMNS).convert_dtypes(),
    "pandas, categories": lambda: pd.DataFrame(COLUMNS).astype({"город": "category"}),
    "polars": lambda: pl.DataFrame(COLUMNS),
    "polars, categories": lambda: pl.DataFrame(COLUMNS).with_columns(pl.col("город").cast(pl.Categorical)),
}


@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
def test_a_frame_of_any_kind_becomes_the_same_matrix(frame: Callable[[], Any]) -> None:
    encoding = Encoding.learn(frame())

    assert encoding.names == ("город", "orders", "is_business", "money", "unknown")
    assert encoding.levels == {"город": ("Омск",)}
    np.testing.assert_array_equal(encoding.matrix(frame()), MATRIX)


def test_rows_told_later_may_have_other_kinds_of_frame_other_order_and_other_columns_besides() -> None:
    encoding = Encoding.learn(pd.DataFrame(COLUMNS))
    later = pl.DataFrame(COLUMNS).select(*reversed(encoding.names), extra=pl.lit("x"))

    np.testing.assert_array_equal(encoding.matrix(later), MATRIX)


def test_a_value_never_seen_or_rare_counts_as_missing() -> None:
    encoding = Encoding.learn({"plan": ["a"] * 5 + ["b"] * 4})

    assert np.isnan(encoding.matrix({"plan": ["b", "c", None]})).all()


def test_a_category_whose_values_are_all_missing_now_stays_one() -> None:
    encoding = Encoding.learn({"plan": ["a"] * 5, "orders": [1] * 5})

    assert np.isnan(encoding.matrix({"plan": [None], "orders": [None]})).all()


def test_no_rows_give_no_rows() -> None:
    encoding = Encoding.learn(pd.DataFrame(COLUMNS))

    assert encoding.matrix(pd.DataFrame(COLUMNS)[:0]).shape == (0, 5)


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        pytest.param({"a": [1.0, float("inf")]}, "a holds infinite values", id="infinity"),
        pytest.param({"a": [1, "x"]}, "a mixes types", id="numbers and text"),
        pytest.param({"first_on": [date(2024, 1, 1)]}, r"first_on holds date32.*Give a number", id="dates"),
        pytest.param({"a": [[1], [2]]}, "a holds list", id="lists"),
        pytest.param({"customer_id": ["ann"]}, "no columns to learn from", id="no features"),
        pytest.param(pd.DataFrame([[1, 2]], columns=["a", "a"]), "names columns twice: a", id="a name twice"),
        pytest.param(pa.table([[1], [2]], names=["a", "a"]), "names columns twice: a", id="a name twice in Arrow"),
        pytest.param(np.ones((2, 2)), "X is ndarray, and must be a frame", id="no names"),
    ],
)
def test_a_frame_that_cannot_be_learnt_from_is_refused_with_a_reason(frame: Any, said: str) -> None:
    with pytest.raises(InvalidValue, match=said):
        Encoding.learn(frame).matrix(frame)


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        pytest.param({"plan": ["a"]}, "X lacks the columns orders", id="a column less"),
        pytest.param(
            {"plan": [1], "orders": [1]}, "plan held text at fit and holds numbers now", id="text became numbers"
        ),
        pytest.param(
            {"plan": ["a"], "orders": ["1"]}, "orders held numbers at fit and holds text now", id="numbers became text"
        ),
    ],
)
def test_a_frame_unlike_the_one_learnt_from_is_refused_with_a_reason(frame: Any, said: str) -> None:
    encoding = Encoding.learn({"plan": ["a"] * 5, "orders": [1] * 5})

    with pytest.raises(InvalidValue, match=said):
        encoding.matrix(frame)
