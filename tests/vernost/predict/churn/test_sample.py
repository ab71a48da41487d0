"""Customers to learn from: what is refused, their order, and their parts for trials."""

from typing import Any

import numpy as np
import pytest

from vernost.errors import InvalidValue, VernostError
from vernost.predict.churn.sample import Sample, TooFewCustomers

X = np.arange(8.0).reshape(4, 2)


@pytest.mark.parametrize(
    ("y", "origin", "weight", "said"),
    [
        pytest.param([0, 1], None, None, "y has 2 values, X has 4 rows", id="length"),
        pytest.param([0, 1, 2, 0], None, None, "other values than 0", id="labels"),
        pytest.param([0, 1, None, 0], None, None, "y has missing values", id="missing labels"),
        pytest.param([0, 1, 0, 1], [1, 2], None, "origin has 2 values", id="origins"),
        pytest.param([0, 1, 0, 1], None, [1, 0, 1, 1], "not above 0", id="weights"),
    ],
)
def test_what_cannot_be_learnt_from_is_refused_with_a_reason(y: Any, origin: Any, weight: Any, said: str) -> None:
    with pytest.raises(InvalidValue, match=said):
        Sample.check(X, y, origin, weight)


def test_no_customers_are_refused() -> None:
    with pytest.raises(InvalidValue, match="X has no rows"):
        Sample.check(X[:0], [])


def test_too_few_of_a_kind_are_refused_with_the_counts() -> None:
    with pytest.raises(TooFewCustomers, match=r"of 1 customers that they left and of 3 that they stayed.* at least 10"):
        Sample.check(X, [1, 0, 0, 0]).check_enough(10)
    assert issubclass(TooFewCustomers, VernostError)


def test_weights_are_one_on_average() -> None:
    assert Sample.check(X, [0, 1, 0, 1], weight=[10, 10, 30, 30]).weight.tolist() == [0.5, 0.5, 1.5, 1.5]


def test_the_order_depends_on_what_rows_hold_and_on_the_seed_alone() -> None:
    chance = np.random.default_rng(1)
    values = np.where(chance.random((200, 3)) < 0.1, np.nan, chance.random((200, 3)))
    sample = Sample.check(values, chance.integers(0, 2, 200), chance.integers(0, 3, 200))
    shuffled = sample[chance.permutation(200)]

    np.testing.assert_array_equal(sample[sample.order(1)].X, shuffled[shuffled.order(1)].X)
    assert not np.array_equal(sample.order(1), sample.order(2))
    assert abs(np.corrcoef(sample.order(1), np.arange(200))[0, 1]) < 0.2


def test_zeros_of_both_signs_are_the_same() -> None:
    positive = Sample.check(np.array([[0.0], [1.0]]), [0, 1])
    negative = Sample.check(np.array([[-0.0], [1.0]]), [0, 1])

    assert positive.order(1).tolist() == negative.order(1).tolist()


@pytest.mark.parametrize(
    ("origin", "horizon", "links"),
    [
        pytest.param([1, 1, 2, 2, 3, 3], 1, [([1], 2), ([1, 2], 3)], id="each origin after all before it"),
        pytest.param([1, 1, 2, 2, 3, 3], 2, [([1], 3)], id="labels are known two origins later"),
        pytest.param([0, 0, 30, 30, 90, 90], 90, [([0], 90)], id="days"),
    ],
)
def test_earlier_origins_are_tried_on_later_ones(
    origin: list[int], horizon: int, links: list[tuple[list[int], int]]
) -> None:
    sample = Sample.check(np.zeros((6, 1)), [0, 1] * 3, origin)

    found = [(sorted(set(sample[past].origin)), *set(sample[later].origin)) for past, later in sample.folds(horizon)]

    assert found == links


def test_an_origin_before_which_all_stayed_is_not_tried() -> None:
    sample = Sample.check(np.zeros((6, 1)), [0, 0, 0, 1, 0, 1], [1, 1, 2, 2, 3, 3])

    assert [set(sample[later].origin) for _, later in sample.folds(1)] == [{3}]


@pytest.mark.parametrize("origin", [None, [7] * 20], ids=["no origins", "one origin"])
def test_without_later_origins_parts_have_equal_shares_of_leavers(origin: Any) -> None:
    sample = Sample.check(np.zeros((20, 1)), [1] * 5 + [0] * 15, origin)
    folds = sample.folds(1)

    assert sorted(np.concatenate([later for _, later in folds])) == list(range(20))
    assert [sample.y[later].sum() for _, later in folds] == [1] * 5
    assert all(not set(past) & set(later) for past, later in folds)


@pytest.mark.parametrize(
    ("column", "is_kept"),
    [
        pytest.param([1, 1, 2, 2, 3, 3, 4, 4], False, id="another value each day"),
        pytest.param([0, 0, np.nan, np.nan, 3, 3, 4, 4], False, id="missing on a day"),
        pytest.param([1, 1, 2, 2, 1, 1, 2, 2], True, id="a season that came back"),
        pytest.param([1, 1, 2, 2, 3, 3, 4, 5], True, id="customers differ on a day"),
    ],
)
def test_a_column_that_only_tells_days_apart_is_not_learnt(column: list[float], is_kept: bool) -> None:
    sample = Sample.check(np.array(column)[:, None], [0, 1] * 4, origin=[1, 1, 2, 2, 3, 3, 4, 4])

    np.testing.assert_array_equal(sample.without_dates().X[:, 0], column if is_kept else [0] * 8)


def test_without_origins_every_column_is_learnt() -> None:
    sample = Sample.check(X, [0, 1, 0, 1])

    assert sample.without_dates() is sample
