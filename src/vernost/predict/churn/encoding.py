"""From a frame of any kind to a matrix of numbers: which columns there are, and which values a category may take."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vernost.errors import InvalidValue
from vernost.predict.frames import names

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

IDENTITY = "customer_id"
"""Says who a row is about; nothing is learnt from it."""

RARE = 5
"""A value of a category that fewer customers have teaches noise; it counts as missing, like a value never seen."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """The columns learnt from, in their order, with the values of those that are categories.

    >>> encoding = Encoding.learn({"город": ["Омск"] * 5 + [None], "orders": [1, 2, 3, 4, 5, None]})
    >>> encoding.matrix({"orders": [7], "город": ["Тула"]}).tolist()
    [[nan, 7.0]]
    """

    names: tuple[str, ...]
    levels: Mapping[str, tuple[str, ...]]

    @classmethod
    def learn(cls, X: Any) -> "Encoding":
        """Learn columns and categories of a frame."""
        table = to_arrow(X)
        columns = tuple(name for name in table.column_names if name != IDENTITY)
        if not columns:
            raise InvalidValue("X has no columns to learn from. Give at least one feature of each customer.")
        return cls(columns, {name: _levels(table[name]) for name in columns if _is_category(table[name], name)})

    @property
    def categories(self) -> list[int]:
        """Places of the columns that are categories."""
        return [place for place, name in enumerate(self.names) if name in self.levels]

    def matrix(self, X: Any) -> "NDArray[np.float64]":
        """Rows of a frame as numbers, categories as the places of their values; what is missing or unseen is NaN."""
        import numpy as np

        table = to_arrow(X)
        missing = [name for name in self.names if name not in table.column_names]
        if missing:
            raise InvalidValue(
                "X lacks the columns {columns}. Give each column that was there at fit; its values may be missing.",
                columns=missing,
            )
        matrix = np.empty((table.num_rows, len(self.names)), order="F")
        for place, name in enumerate(self.names):
            matrix[:, place] = self._column(table[name], name)
        return matrix

    def _column(self, values: "pa.ChunkedArray", name: str) -> "NDArray[np.float64]":
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        is_known_category, is_empty = name in self.levels, pa.types.is_null(values.type)
        if not is_empty and _is_category(values, name) != is_known_category:
            raise InvalidValue(
                "{column} held text at fit and holds numbers now. Give it in the same type."
                if is_known_category
                else "{column} held numbers at fit and holds text now. Give it in the same type.",
                column=name,
            )
        if is_known_category:
            values = pc.index_in(values.cast(pa.string()), value_set=pa.array(self.levels[name], pa.string()))
        column = values.cast(pa.float64(), safe=False).to_numpy()
        if np.isinf(column).any():
            raise InvalidValue(
                "{column} holds infinite values. Replace them by missing ones or by a limit.", column=name
            )
        return column


def to_arrow(frame: Any) -> "pa.Table":
    """A frame as an Arrow table, with Cyrillic names, missing values and all."""
    import pyarrow as pa

    if not hasattr(frame, "columns") and not isinstance(frame, Mapping):
        raise InvalidValue(
            "X is {kind}, and must be a frame with named columns: pandas, Polars, Arrow or a dict of them.",
            kind=type(frame).__name__,
        )
    columns = names(frame)
    twice = sorted({name for name in columns if columns.count(name) > 1})
    if twice:
        raise InvalidValue("X names columns twice: {columns}. Give each column its own name.", columns=twice)
    if isinstance(frame, pa.Table):
        return frame
    return pa.table({name: _arrow_column(frame[name], name) for name in columns})


def _arrow_column(values: Any, name: str) -> "pa.Array":
    import pyarrow as pa

    if hasattr(values, "to_arrow"):  # Polars
        return values.to_arrow()
    try:
        return pa.array(values, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise InvalidValue(
            "{column} mixes types: {reason}. Give numbers or text, not both.", column=name, reason=str(error)
        ) from error


def _is_category(values: "pa.ChunkedArray", name: str) -> bool:
    from pyarrow import types

    kind = values.type.value_type if types.is_dictionary(values.type) else values.type
    if types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind):
        return True
    is_number = types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind)
    if is_number or types.is_boolean(kind) or types.is_null(kind):
        return False
    raise InvalidValue(
        "{column} holds {kind}. Give a number (of days, say) or text instead.", column=name, kind=str(kind)
    )


def _levels(values: "pa.ChunkedArray") -> tuple[str, ...]:
    import pyarrow as pa
    import pyarrow.compute as pc

    counted = pc.value_counts(values.cast(pa.string()))
    kept = counted.filter(pc.greater_equal(counted.field("counts"), RARE)).field("values")
    return tuple(sorted(value for value in kept.to_pylist() if value is not None))
