"""Columns of numbers become columns of files: ids, instants, exact money, words by code."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from vernost.sources.synthetic.columns import Array

if TYPE_CHECKING:
    import pyarrow as pa

SECONDS_A_DAY = 86_400
MICROSECONDS = 1_000_000
MONEY_DIGITS, MONEY_SCALE, FINE_SCALE = 18, 2, 4
"""Digits of money, those after the point, and those after the point of what costs less than a cent."""


def instant_type() -> "pa.DataType":
    """Instants say that they are of UTC, so that no reader takes them for those of its own clock."""
    import pyarrow as pa

    return pa.timestamp("us", tz="UTC")


def instants(start: datetime, at: Array) -> "pa.Array":
    """Instants to the second; NaN and infinity are null."""
    import pyarrow as pa

    known = np.isfinite(at)
    seconds = np.floor(np.where(known, at, 0.0) * SECONDS_A_DAY).astype(np.int64)
    since = np.int64(np.datetime64(start, "us").astype(np.int64))
    return pa.array(since + seconds * MICROSECONDS, mask=None if known.all() else ~known).view(instant_type())


def money(cents: Array, mask: Array | None = None, *, scale: int = MONEY_SCALE) -> "pa.Array":
    """Exact decimals of whole numbers of their last digit; null where the mask says so."""
    import pyarrow as pa

    # A decimal is an integer of 128 bits: the cents, and their sign in the upper half.
    words = np.empty((cents.size, 2), np.int64)
    words[:, 0], words[:, 1] = cents, cents >> 63
    kind = pa.decimal128(MONEY_DIGITS, scale)
    validity = None if mask is None else pa.array(~mask).buffers()[1]
    return pa.Array.from_buffers(kind, cents.size, [validity, pa.py_buffer(words)])


def coded(codes: Array, words: Sequence[str]) -> "pa.Array":
    """A word for each code; null for codes below 0."""
    import pyarrow as pa

    if not words:
        return pa.nulls(codes.size, pa.string())
    # A dictionary that has a word twice is written in one way or another: each word gets one code.
    known = list(dict.fromkeys(words))
    places = np.array([known.index(word) for word in words], np.int32)[np.maximum(codes, 0)]
    nothing = codes < 0
    indices = pa.array(np.where(nothing, 0, places), mask=nothing if nothing.any() else None)
    return pa.DictionaryArray.from_arrays(indices, pa.array(known, pa.string()))


def numbered_ids(ids: "pa.Array", owner: Array, number: Array, mark: str) -> "pa.Array":
    """Ids made of the owner's id, a mark and a number from 1: ``c0000001-o3``."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.binary_join_element_wise(ids.take(pa.array(owner)), pa.array(number + 1).cast(pa.string()), f"-{mark}")


def customer_ids(numbers: range) -> "pa.Array":
    """Ids of customers by their numbers."""
    import pyarrow as pa
    import pyarrow.compute as pc

    digits = pa.array(np.arange(numbers.start, numbers.stop) + 1).cast(pa.string())
    return pc.binary_join_element_wise("c", pc.utf8_lpad(digits, 7, "0"), "")


def constant(word: str, count: int) -> "pa.Array":
    """The same word in each row."""
    return coded(np.zeros(count, int), [word])


def flags(values: Array) -> "pa.Array":
    """Truths."""
    import pyarrow as pa

    return pa.array(values.astype(bool))


def missing(count: int) -> "pa.Array":
    """No word in any row."""
    import pyarrow as pa

    return pa.nulls(count, pa.string())
