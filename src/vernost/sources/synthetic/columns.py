"""Facts as columns of one length: chosen, put together and grouped by customer without loops over rows."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[Any]
Columns: TypeAlias = dict[str, Array]


def chosen(columns: Columns, rows: Array) -> Columns:
    """Those rows of all columns; by a mask or by numbers."""
    return {name: values[rows] for name, values in columns.items()}


def joined(parts: Sequence[Columns]) -> Columns:
    """All rows of all parts, which have the same columns."""
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def in_order(columns: Columns, by: str = "at") -> Columns:
    """Rows by customer, then by time."""
    return chosen(columns, np.lexsort((columns[by], columns["customer"])))


def numbered(customer: Array) -> Array:
    """The number of each row among those of its customer, from 0; rows stand by customer.

    >>> numbered(np.array([3, 3, 3, 7, 8, 8])).tolist()
    [0, 1, 2, 0, 0, 1]
    """
    places = np.arange(customer.size)
    starts = np.r_[True, customer[1:] != customer[:-1]] if customer.size else np.zeros(0, bool)
    return places - np.maximum.accumulate(np.where(starts, places, 0)) if customer.size else places


def spread(generator: np.random.Generator, first: Array, last: Array, counts: Array) -> tuple[Array, Array]:
    """So many instants for each customer between two of its own, in order: customers and instants."""
    customer = np.repeat(np.arange(counts.size), counts)
    # Customer and share sorted as one number stay together; values alone are sorted, so that ties do no harm.
    share = np.sort(customer + generator.random(customer.size)) - customer
    return customer, first[customer] + share * (last - first)[customer]


def last_before(customer: Array, at: Array, asked_customer: Array, asked_at: Array) -> Array:
    """For each question the place of the customer's last row strictly before an instant; -1 when there is none.

    >>> customer, at = np.array([0, 0, 2]), np.array([1.0, 5.0, 2.0])
    >>> last_before(customer, at, np.array([0, 0, 0, 1, 2]), np.array([1.0, 3.0, 9.0, 9.0, 9.0])).tolist()
    [-1, 0, 1, -1, 2]
    >>> last_before(customer[:2], at[:2] - 9, np.array([0, 1]), np.array([0.0, 0.0])).tolist()
    [1, -1]
    """
    if not customer.size:
        return np.full(asked_customer.size, -1)
    least = min(at.min(initial=0.0), asked_at.min(initial=0.0))
    wide = 1.0 + max(at.max(initial=0.0), asked_at.max(initial=0.0)) - least
    places, asked_places = customer * wide + (at - least), asked_customer * wide + (asked_at - least)
    found = np.searchsorted(places, asked_places, side="left") - 1
    return np.where((found >= 0) & (customer[found] == asked_customer), found, -1)


def per_customer(customer: Array, count: int, weights: Array | None = None) -> Array:
    """Rows, or the sum of their weights, of each of so many customers."""
    return np.bincount(customer, weights=weights, minlength=count)
