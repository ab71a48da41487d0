"""Rows that are alike are one."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from vernost.predict.processes.distinct import distinct, total_by

COLUMN = st.lists(st.floats(0, 1e9, allow_nan=False) | st.sampled_from([0.0, 1.0, 2.0]), min_size=3, max_size=30)


@settings(deadline=None)
@given(COLUMN, COLUMN)
def test_each_row_is_found_again_and_none_is_there_twice(first: list[float], second: list[float]) -> None:
    length = min(len(first), len(second))
    given_columns = [np.array(column[:length]) for column in (first, second)]

    rows, place = distinct(*given_columns)

    for column, distinct_column in zip(given_columns, rows, strict=True):
        assert (distinct_column[place] == column).all()
    assert len(set(zip(*(row.tolist() for row in rows), strict=True))) == len(rows[0])
    assert total_by(place, None, len(rows[0])).sum() == length


def test_columns_with_more_values_than_one_number_holds_are_told_apart() -> None:
    large = np.arange(1_000_000, 1_000_050, dtype=float)

    rows, place = distinct(large, large[::-1], large, large[::-1], np.zeros(50))

    assert len(rows[0]) == 50
    assert (rows[1][place] == large[::-1]).all()


def test_no_rows_are_no_rows() -> None:
    rows, place = distinct(np.array([]), np.array([]))

    assert [len(row) for row in rows] == [0, 0]
    assert len(place) == 0
