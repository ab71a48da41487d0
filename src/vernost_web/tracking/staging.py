"""Rows of the log that events tell, staged for a load."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from vernost.schema import MONEY_PRECISION, MONEY_SCALE, TABLES, Table

if TYPE_CHECKING:
    import pyarrow as pa

    from vernost.sources.source import Reading

Rows = Mapping[str, Mapping[tuple[Any, ...], Mapping[str, Any]]]
_NO_ROWS = "CREATE TABLE refused (table_name VARCHAR, source VARCHAR, line BIGINT, reason VARCHAR, raw VARCHAR)"


@contextmanager
def staged(rows: Rows, *, timezone: str) -> "Iterator[Reading]":
    """A reading of rows that say only what they have a value for.

    Args:
        rows: table of the log -> key -> row.
        timezone: the company's clock.
    """
    from vernost.sources.source import Reading
    from vernost.store.staging import staging

    with staging() as connection:
        connection.execute(_NO_ROWS)
        for name, found in rows.items():
            connection.register(f"staged_{name}", _arrow(TABLES[name], found))
        yield Reading(
            connection,
            {name: f"staged_{name}" for name in rows},
            "refused",
            timezone=timezone,
            partial=frozenset(rows),
        )


def _arrow(table: Table, rows: Mapping[tuple[Any, ...], Mapping[str, Any]]) -> "pa.Table":
    import pyarrow as pa

    kinds = {
        "string": pa.string(), "instant": pa.timestamp("us"), "date": pa.date32(), "number": pa.float64(),
        "money": pa.decimal128(MONEY_PRECISION, MONEY_SCALE), "integer": pa.int64(), "boolean": pa.bool_(),
        "json": pa.string(), "strings": pa.string(),
    }  # fmt: skip
    columns = [column for column in table.stored if column.name != "loaded_at"]
    fields = [pa.field(column.name, kinds[column.type]) for column in columns]
    arrays = [
        pa.array([_cell(row, column.name) for row in rows.values()], type=kinds[column.type]) for column in columns
    ]
    numbers = pa.array(range(len(rows)), type=pa.int64())
    return pa.table([*arrays, numbers], schema=pa.schema([*fields, pa.field("_row", pa.int64())]))


def _cell(row: Mapping[str, Any], name: str) -> Any:
    given = row.get(name)
    if name != "extra":
        return given
    return json.dumps(given, ensure_ascii=False, sort_keys=True, separators=(",", ":")) if given else None
