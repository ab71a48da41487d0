"""Distinct rows of columns of numbers, and sums over rows: what is alike is computed once."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

_MANY = 1 << 20
_ROOM = 1 << 62


def distinct(*columns: Floats) -> tuple[tuple[Floats, ...], Places]:
    """The distinct rows of some columns, and for each row which of them it is.

    The numbers of a row are packed into one, which is looked up in a hash table: no sorting, so it costs what reading
    costs.

    >>> rows, place = distinct(np.array([2.0, 1.0, 2.0]), np.array([5.0, 5.0, 5.0]))
    >>> [column.tolist() for column in rows], place.tolist()
    ([[2.0, 1.0], [5.0, 5.0]], [0, 1, 0])
    """
    key, size = np.zeros(len(columns[0]), dtype=np.int64), 1
    for column in columns:
        number, width = _numbered(column)
        if size * width > _ROOM:
            key, size = _hashed(key)
        key, size = key * width + number, size * width
    place, count = _hashed(key)
    some = np.empty(count, dtype=np.intp)
    some[place] = np.arange(len(place))
    return tuple(column[some] for column in columns), place


def _numbered(values: Floats) -> tuple[NDArray[np.int64], int]:
    """A number for each value, and a bound of these numbers: the value itself where it is whole and small."""
    with np.errstate(invalid="ignore"):
        whole = values.astype(np.int64)
    if len(whole) and whole.min() >= 0 and whole.max() < _MANY and (whole == values).all():
        return whole, int(whole.max()) + 1
    return _hashed(values)


def _hashed(values: "NDArray[np.generic]") -> tuple[NDArray[np.int64], int]:
    """For each value its number in the sequence of first appearance, and how many values there are."""
    import pyarrow as pa

    # By buffers, as Arrow's own ways from and to NumPy import pandas: a quarter of a second.
    buffer = pa.py_buffer(np.ascontiguousarray(values))
    array = pa.Array.from_buffers(pa.from_numpy_dtype(values.dtype), len(values), [None, buffer])
    encoded = array.dictionary_encode()
    number = np.frombuffer(encoded.indices.buffers()[1], dtype=np.int32, count=len(values))
    return number.astype(np.int64), len(encoded.dictionary)


def total_by(place: Places, values: Floats | None, count: int) -> Floats:
    """Sum of values (or number of rows) at each place."""
    return np.bincount(place, weights=values, minlength=count).astype(np.float64)


def dot(left: Floats, right: Floats) -> float:
    """Sum of products, on one thread: threads of a linear algebra library wait for each other longer than they sum."""
    return float(np.einsum("i,i->", left, right))
