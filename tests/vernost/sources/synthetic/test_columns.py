"""Facts as columns."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from vernost.sources.synthetic.columns import in_order, last_before, numbered, spread

ROWS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 20)), max_size=30)


@given(ROWS, ROWS)
def test_the_last_row_before_is_found_as_by_a_loop(rows: list[tuple[int, int]], asked: list[tuple[int, int]]) -> None:
    rows.sort()
    customer, at = (np.array([row[place] for row in rows], float) for place in (0, 1))
    who, when = (np.array([row[place] for row in asked], float) for place in (0, 1))

    found = last_before(customer.astype(int), at, who.astype(int), when)

    wanted = [
        max((place for place, row in enumerate(rows) if row[0] == one and row[1] < instant), default=-1)
        for one, instant in asked
    ]
    assert found.tolist() == wanted


def test_rows_are_numbered_within_their_customer_even_when_there_are_none() -> None:
    assert numbered(np.array([], int)).tolist() == []
    assert numbered(np.array([1, 1, 4])).tolist() == [0, 1, 0]


def test_spread_instants_stand_in_order_between_the_customers_own_ends() -> None:
    first, last = np.array([0.0, 10.0, 5.0]), np.array([1.0, 20.0, 5.0])

    customer, at = spread(np.random.Generator(np.random.Philox(1)), first, last, np.array([50, 0, 3]))

    assert customer.tolist() == [0] * 50 + [2] * 3
    assert (np.diff(at[:50]) >= 0).all()
    assert at[:50].min() >= 0
    assert at[:50].max() <= 1
    assert at[50:].tolist() == [5.0] * 3


def test_rows_are_put_in_order_by_customer_then_time() -> None:
    rows = {"customer": np.array([1, 0, 1]), "at": np.array([2.0, 9.0, 1.0]), "what": np.array([10, 20, 30])}

    assert in_order(rows)["what"].tolist() == [20, 30, 10]
