"""Columns of whatever table a person has at hand: pandas, Polars, Arrow, a dict of lists."""

from typing import TYPE_CHECKING, Any

from vernost.errors import MissingColumn

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def numbers(frame: Any, column: str) -> "NDArray[np.float64]":
    """A column as numbers; what is missing is NaN.

    >>> numbers({"T": [1, None]}, "T").tolist()
    [1.0, nan]
    """
    import numpy as np

    if not has(frame, column):
        raise MissingColumn("The frame", column, names(frame))
    values = frame[column]
    if hasattr(values, "to_numpy"):
        values = values.to_numpy()
    return np.asarray(values, dtype=np.float64)


def has(frame: Any, column: str) -> bool:
    """Whether a frame has a column."""
    return column in names(frame)


def names(frame: Any) -> list[str]:
    """Names of the columns of a frame."""
    found = getattr(frame, "column_names", None)  # Arrow
    if found is None:
        found = frame.columns if hasattr(frame, "columns") else frame
    return [str(name) for name in found]
