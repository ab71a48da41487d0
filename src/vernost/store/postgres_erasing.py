"""Erasing persons from the log in PostgreSQL: rows take the place of others, then the space of those is given up."""

# ruff: noqa: S608 - every name and literal in the queries is quoted, or is our own

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from vernost.errors import LogBusy
from vernost.schema import MONEY_PRECISION, MONEY_SCALE, TABLES, Table
from vernost.store.erased import Erased
from vernost.store.erasing import (
    REASON,
    Wish,
    contacts_query,
    hold_orders,
    hold_people,
    names_erased,
    tables_in,
    tally,
    utc,
)
from vernost.store.expiring import expiry
from vernost.store.personal import FATES, emptied, erased_query
from vernost.store.postgres_table import PostgresTable, copy_rows
from vernost.store.receipt import Tally
from vernost.store.rejected import AT_ONCE
from vernost.store.staging import staging
from vernost.store.state import REJECTED

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa
    from psycopg import Connection, Cursor
    from psycopg.sql import Composed

    from vernost.store.postgres_address import Address

_SETTING = "erased"
_ROWS = "_vernost_rows"


def read(cursor: "Cursor[Any]", schema: str) -> Erased | None:
    """Who was erased from the log in a schema; None when nobody ever was."""
    row = cursor.execute(_in(schema, "SELECT value FROM {settings} WHERE name = %s"), [_SETTING]).fetchone()
    return Erased.from_json(json.loads(row[0])) if row else None


def write(cursor: "Cursor[Any]", schema: str, erased: Erased) -> None:
    """Keep who was erased."""
    statement = "INSERT INTO {settings} VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
    cursor.execute(_in(schema, statement), [_SETTING, json.dumps(erased.as_json())])


def erase(cursor: "Cursor[Any]", schema: str, names: Sequence[str], wish: Wish) -> tuple[Tally, ...]:
    """Erase persons from all tables; what that is by table.

    Args:
        cursor: of the transaction in which it is done.
        schema: of the log.
        names: tables that the log has.
        wish: whom.
    """
    known = read(cursor, schema) or Erased()
    with staging() as connection:
        people = wish.join(known)
        hold_people(connection, people, wish.ids)
        people = wish.join(people, _contacts(cursor, connection, schema, names, wish))
        write(cursor, schema, people)
        orders = _fetched(cursor, connection, schema, TABLES["orders"], wish.ids) if "orders" in names else None
        hold_orders(connection, people, orders)
        tallies = [_erase_table(cursor, connection, schema, table, people, wish.ids) for table in tables_in(names)]
        tallies.append(tally(REJECTED, _erase_rejected(cursor, connection, schema, people)))
    return tuple(each for each in tallies if each.read)


def expire(
    cursor: "Cursor[Any]", schema: str, names: Collection[str], before: Mapping[str, datetime]
) -> tuple[Tally, ...]:
    """Give up what is kept long enough; what that is by table."""
    tallies = []
    for kind, instant in before.items():
        wanted = expiry(kind)
        if wanted.table.name in names:
            texts = ", ".join(f"{name} = {emptied(name)}" for name in wanted.texts)
            verb = f"UPDATE {{table}} SET {texts}" if texts else "DELETE FROM {table}"
            done = cursor.execute(_in(schema, f"{verb} WHERE {wanted.test(utc(instant))}", wanted.table.name))
            tallies.append(wanted.tally(done.rowcount))
    if any(each.read for each in tallies):
        write(cursor, schema, (read(cursor, schema) or Erased()).begun())
    return tuple(each for each in tallies if each.read)


def finish(connection: "Connection[Any]", address: "Address", tables: Sequence[str]) -> None:
    """Give up the space of rows that are no longer there; LogBusy while somebody still reads them.

    Args:
        connection: in which each statement stands for itself.
        address: of the log.
        tables: those that the log has.
    """
    cursor = connection.cursor()
    erased = read(cursor, address.schema)
    if erased is None or erased.is_finished:
        return
    _check_unread(cursor, address)
    cursor.execute("SELECT set_config('lock_timeout', '15s', false)")
    for name in (*(f"{name}{end}" for name in tables for end in ("", "_past", "_confirmed")), REJECTED):
        cursor.execute(_in(address.schema, "VACUUM (FULL, ANALYZE) {table}", name))
    write(cursor, address.schema, erased.finished())


def _check_unread(cursor: "Cursor[Any]", address: "Address") -> None:
    """LogBusy while a transaction is open that began before this one: the server keeps for it what it may see."""
    found = cursor.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
        "AND backend_xmin IS NOT NULL AND xact_start < now()"
    ).fetchone()
    if found != (0,):
        raise LogBusy(
            "{log}: a table must change while others read it. Close open logs, then try again.", log=address.shown
        )


def _erase_table(
    cursor: "Cursor[Any]",
    connection: "duckdb.DuckDBPyConnection",
    schema: str,
    table: Table,
    people: Erased,
    ids: Sequence[str],
) -> Tally:
    """Put the rows of persons as they are once erased in the place of those that are there."""
    _fetched(cursor, connection, schema, table, _keys(connection, table, ids))
    (count,) = connection.execute(f"SELECT count(*) FROM {_ROWS}").fetchone() or (0,)
    if count:
        connection.execute(f"CREATE OR REPLACE TEMP TABLE _vernost_new AS {erased_query(table, _ROWS, people.secret)}")
        _delete(cursor, schema, table, _keys(connection, table, ids))
        names = ", ".join(column.name for column in table.stored)
        into = _in(schema, f"COPY {{table}} ({names}) FROM STDIN", table.name)
        copy_rows(cursor, into, connection, f"SELECT {names} FROM _vernost_new")
    return tally(table.name, count)


def _keys(connection: "duckdb.DuckDBPyConnection", table: Table, ids: Sequence[str]) -> list[str]:
    """Values by which rows of persons are found: their ids, or those of their orders."""
    if not FATES[table.name].of_order:
        return list(ids)
    return [was for (was,) in connection.execute("SELECT was FROM _vernost_orders").fetchall()]


def _columns(table: Table) -> tuple[str, ...]:
    return ("order_id",) if FATES[table.name].of_order else FATES[table.name].person


def _fetched(
    cursor: "Cursor[Any]", connection: "duckdb.DuckDBPyConnection", schema: str, table: Table, keys: Sequence[str]
) -> str:
    """Put the rows with these keys into the staging engine; their query."""
    import pyarrow as pa

    PostgresTable(schema, table).create(cursor)
    names = ", ".join(column.name for column in table.stored)
    found = cursor.execute(
        _in(schema, f"SELECT {names} FROM {{table}} WHERE {_test(table)}", table.name), {"keys": list(keys)}
    ).fetchall()
    kinds = pa.schema([(column.name, _arrow_type(column.type)) for column in table.stored])
    columns = list(zip(*found, strict=True)) or [()] * len(kinds)
    arrays = [pa.array(values, kind) for values, kind in zip(columns, kinds.types, strict=True)]
    connection.register("_vernost_fetched", pa.table(arrays, schema=kinds))
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {_ROWS} AS FROM _vernost_fetched")
    connection.unregister("_vernost_fetched")
    return f"SELECT * FROM {_ROWS}"


def _delete(cursor: "Cursor[Any]", schema: str, table: Table, keys: Sequence[str]) -> None:
    cursor.execute(_in(schema, f"DELETE FROM {{table}} WHERE {_test(table)}", table.name), {"keys": list(keys)})


def _test(table: Table) -> str:
    return " OR ".join(f"{name} = ANY(%(keys)s)" for name in _columns(table))


def _contacts(
    cursor: "Cursor[Any]", connection: "duckdb.DuckDBPyConnection", schema: str, names: Sequence[str], wish: Wish
) -> list[str]:
    if "customers" not in names:
        return []
    rows = _fetched(cursor, connection, schema, TABLES["customers"], wish.ids)
    return [value for (value,) in connection.execute(contacts_query(rows)).fetchall()]


def _erase_rejected(
    cursor: "Cursor[Any]",
    connection: "duckdb.DuckDBPyConnection",
    schema: str,
    people: Erased,
) -> int:
    """Empty the rejected rows that name persons; how many there are."""
    import pyarrow as pa

    theirs: list[str] = []
    with cursor.connection.cursor("rejected") as found:
        found.execute(_in(schema, "SELECT ctid::text, raw FROM {table} WHERE raw IS NOT NULL", REJECTED))
        while rows := found.fetchmany(AT_ONCE):
            places, raw = zip(*rows, strict=True)
            connection.register("_vernost_refused", pa.table({"place": places, "raw": raw}))
            named = connection.execute(f"SELECT place FROM _vernost_refused WHERE {names_erased(people)}")
            theirs += [place for (place,) in named.fetchall()]
            connection.unregister("_vernost_refused")
    empty = "UPDATE {table} SET raw = NULL, reason = %s WHERE ctid = ANY(%s::tid[])"
    cursor.execute(_in(schema, empty, REJECTED), [REASON, theirs])
    return len(theirs)


def _arrow_type(kind: str) -> "pa.DataType":
    import pyarrow as pa

    types = {
        "instant": pa.timestamp("us"),
        "date": pa.date32(),
        "money": pa.decimal128(MONEY_PRECISION, MONEY_SCALE),
        "number": pa.float64(),
        "integer": pa.int64(),
        "boolean": pa.bool_(),
    }
    return types.get(kind, pa.string())


def _in(schema: str, statement: str, table: str = "settings") -> "Composed":
    from psycopg.sql import SQL, Identifier

    return SQL(statement).format(settings=Identifier(schema, "settings"), table=Identifier(schema, table))
