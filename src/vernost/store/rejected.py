"""Rejected rows: how a log keeps them, and for people why, in their language, in the columns of their source.

So they can be mended and loaded again.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vernost.messages import recognized, told
from vernost.sources.own import REJECTED_COLUMNS

if TYPE_CHECKING:
    import pyarrow as pa

AT_ONCE = 4_000
"""Rows that a store hands out at a time."""

_OURS = frozenset({"_row", "source"})
"""What a row that was read already carries beside its columns."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """Rejected rows that go back into one file, for they have the same columns.

    Attributes:
        source: where they came from.
        table: the table of the log that they were to fill.
        is_read: whether they could be read, and the log refused them; then they have the log's columns.
        count: how many there are.
    """

    source: str
    table: str
    is_read: bool
    count: int


def rejected_schema() -> "pa.Schema":
    """The columns of rejected rows as a log keeps them."""
    import pyarrow as pa

    return pa.schema(
        {
            "load_id": pa.int64(),
            "table_name": pa.string(),
            "source": pa.string(),
            "line": pa.int64(),
            "reason": pa.string(),
            "raw": pa.string(),
        }
    )


def explained(rejected: "pa.Table", language: str) -> "pa.Table":
    """Rejected rows with their reasons, which a log keeps in English, in a language."""
    import pyarrow as pa

    if language == "en":
        return rejected
    reasons = [_reason(reason, language) for reason in rejected["reason"].to_pylist()]
    return rejected.set_column(rejected.column_names.index("reason"), "reason", pa.array(reasons, pa.string()))


def parcels(rejected: "Iterable[pa.RecordBatch]") -> list[Parcel]:
    """The parcels that rejected rows make."""
    counted: Counter[tuple[str, str, bool]] = Counter()
    for batch in rejected:
        columns = [batch[name].to_pylist() for name in ("source", "table_name", "line")]
        counted.update((source or "", table or "", line is None) for source, table, line in zip(*columns, strict=True))
    return [Parcel(*key, count) for key, count in sorted(counted.items())]


def opened(
    rejected: "Callable[[], Iterable[pa.RecordBatch]]", parcel: Parcel, language: str
) -> tuple[list[str], Iterator[Sequence[Any]]]:
    """The columns and the rows of a parcel: where and why first, then all that the source had.

    Args:
        rejected: gives all rejected rows, each time that it is called.
        parcel: which of them.
        language: in which the reasons are told.
    """
    names: dict[str, None] = {}
    has_unread = False
    for row in _of(parcel, rejected()):
        content = _content(row["raw"])
        names |= dict.fromkeys(content or ())
        has_unread |= content is None
    columns = list(names)
    ours = REJECTED_COLUMNS if has_unread else REJECTED_COLUMNS[:2]
    return [*ours, *columns], _rows(_of(parcel, rejected()), columns, language, has_unread=has_unread)


def _of(parcel: Parcel, rejected: "Iterable[pa.RecordBatch]") -> Iterator[dict[str, Any]]:
    key = (parcel.source, parcel.table, parcel.is_read)
    for batch in rejected:
        for row in batch.to_pylist():
            if (row["source"] or "", row["table_name"] or "", row["line"] is None) == key:
                yield row


def _rows(
    rows: Iterable[dict[str, Any]], columns: Sequence[str], language: str, *, has_unread: bool
) -> Iterator[Sequence[Any]]:
    for row in rows:
        content = _content(row["raw"])
        unread = [row["raw"] if content is None else None] if has_unread else []
        reason = _reason(row["reason"], language)
        yield [row["line"], reason, *unread, *[(content or {}).get(name) for name in columns]]


def _reason(reason: str, language: str) -> str:
    return told(recognized(reason, "reasons"), language)


def _content(raw: str | None) -> dict[str, Any] | None:
    """The cells of a row by column; None of a line that is no record."""
    try:
        found = json.loads(raw or "")
    except ValueError:
        return None
    return (
        {name: _cell(value) for name, value in found.items() if name not in _OURS} if isinstance(found, dict) else None
    )


def _cell(value: Any) -> str | None:
    return value if isinstance(value, str) or value is None else json.dumps(value, ensure_ascii=False)
