"""Readings made by hand, for tests of the store."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb

from vernost.schema import TABLES
from vernost.sources.source import Reading
from vernost.store.sifting import DUCKDB_TYPES, quoted

Row = Mapping[str, Any]
NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)


def hour(number: int) -> datetime:
    """The instant so many hours after noon: tests' own clock."""
    return NOON + timedelta(hours=number)


def order(order_id: str, amount: Any = 10, *, customer_id: str | None = "ann", day: int = 1, **more: Any) -> Row:
    return {
        "order_id": order_id,
        "customer_id": customer_id,
        "ordered_at": datetime(2024, 1, day),  # noqa: DTZ001 - instants of the log are UTC without a zone
        "amount": amount,
        "kind": "sale",
    } | more


def customer(customer_id: str, **more: Any) -> Row:
    return {"customer_id": customer_id, **more}


def reading(
    tables: Mapping[str, Sequence[Row]] | None = None,
    *,
    rejected: Iterable[tuple[str, int, str]] = (),
    source: str = "orders.csv",
    timezone: str = "UTC",
    notes: tuple[str, ...] = (),
    **more: Sequence[Row],
) -> Reading:
    """A reading of those rows; ``rejected`` are (table, line, reason)."""
    connection = duckdb.connect()
    names = {}
    for name, rows in {**(tables or {}), **more}.items():
        names[name] = f"Staged {name}"
        _stage(connection, name, names[name], rows, source)
    connection.execute(
        "CREATE TABLE refused_lines (table_name VARCHAR, source VARCHAR, line BIGINT, reason VARCHAR, raw VARCHAR)"
    )
    for table, line, reason in rejected:
        values = [table, source, line, reason, json.dumps({"line": line})]
        connection.execute("INSERT INTO refused_lines VALUES (?, ?, ?, ?, ?)", values)
    return Reading(connection, names, "refused_lines", notes=notes, timezone=timezone)


def _stage(connection: duckdb.DuckDBPyConnection, table: str, relation: str, rows: Sequence[Row], source: str) -> None:
    columns = {column.name: DUCKDB_TYPES[column.type] for column in TABLES[table].stored if column.name != "loaded_at"}
    columns["_row"] = "BIGINT"
    declared = ", ".join(f"{quoted(name)} {kind}" for name, kind in columns.items())
    connection.execute(f"CREATE TABLE {quoted(relation)} ({declared})")
    values = [[({"source": source, "_row": n} | row).get(name) for name in columns] for n, row in enumerate(rows)]
    if values:
        places = ", ".join("?" for _ in columns)
        connection.executemany(f"INSERT INTO {quoted(relation)} VALUES ({places})", values)  # noqa: S608
