"""What becomes of each row of a reading: refused, outdone, known already, new, or replacing a known one.

Everything is set-based SQL of the staging engine, which spills to disk; rows never pass through Python.
"""

# ruff: noqa: S608 - every name and literal in the queries is quoted, or is the schema's own

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from vernost.schema import MONEY_PRECISION, MONEY_SCALE, YEARS, Column, Table

if TYPE_CHECKING:
    import duckdb

DUCKDB_TYPES = {
    "string": "VARCHAR",
    "instant": "TIMESTAMP",
    "date": "DATE",
    "money": f"DECIMAL({MONEY_PRECISION}, {MONEY_SCALE})",
    "number": "DOUBLE",
    "integer": "BIGINT",
    "boolean": "BOOLEAN",
    "json": "VARCHAR",
    "strings": "VARCHAR",
}
"""Type of each kind of column in DuckDB."""

LONGEST_ID = 500
"""Characters of an id; PostgreSQL cannot index much longer ones."""

REFUND_KEY = "s.order_id || ' refund ' || CAST(s.ordered_at AS VARCHAR)"
"""Key of a refund under the number of a sale, as sources make it when both stand in one file."""

_FATE, _REFUSED, _OUTDONE, _REFUNDED = "_vernost_fate", "_vernost_refused", "_vernost_outdone", "_vernost_refunded"
_LOADED_AT = "loaded_at"


def quoted(name: str) -> str:
    """A name as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as a quoted SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def instant_literal(value: datetime) -> str:
    """An instant in UTC without a zone as an SQL literal."""
    return f"TIMESTAMP {literal(value.isoformat())}"


def listed(names: tuple[str, ...], alias: str = "") -> str:
    """Names as a list of quoted identifiers."""
    return ", ".join(f"{alias}{quoted(name)}" for name in names)


def typed(column: Column, *, value: str | None = None) -> str:
    """A select item that gives the column its own type and name."""
    return f"CAST({value or quoted(column.name)} AS {DUCKDB_TYPES[column.type]}) AS {quoted(column.name)}"


@dataclass(frozen=True, slots=True)
class Sifted:
    """The rows of one table of a reading, told apart; temporary relations in the staging connection.

    Attributes:
        table: the log's table.
        rows: query of the valid rows, the last of each key, typed as stored, with ``_row``.
        read: how many rows were staged.
        refused: how many lack what their table requires; they stand in ``refusals``.
        outdone: how many were followed by a row with the same key.
        filled: columns that have a value in at least one row.
        unsaid: columns of which a row may say nothing; a known row keeps there what it has.
    """

    table: Table
    rows: str
    read: int
    refused: int
    outdone: int
    filled: frozenset[str]
    unsaid: tuple[str, ...] = ()

    @property
    def kept(self) -> int:
        """How many rows stand for their key."""
        return self.read - self.refused - self.outdone


@dataclass(frozen=True, slots=True)
class Fate:
    """How many of the sifted rows change the log.

    Attributes:
        fresh: rows with a new key.
        changed: rows that give a known key new content.
    """

    fresh: int
    changed: int


def sift(
    connection: "duckdb.DuckDBPyConnection",
    table: Table,
    relation: str,
    *,
    said: frozenset[str] | None = None,
    is_partial: bool = False,
) -> Sifted:
    """Tell the staged rows of one table apart, before looking at the log.

    Args:
        connection: the staging engine.
        table: the log's table.
        relation: its staged rows.
        said: columns that the sources have; None when they speak of all.
        is_partial: whether each row says only what it has a value for.
    """
    staged, reason = quoted(relation), _reason(table)
    counts = ", ".join(f"count({quoted(column.name)})" for column in table.stored if column.name != _LOADED_AT)
    may_share = "min(source) < max(source) AND bool_or(kind = 'refund')" if table.name == "orders" else "false"
    read, refused, may_share_numbers, *filled = _one(
        connection,
        f"SELECT count(*), count(*) FILTER (WHERE {reason} IS NOT NULL), {may_share}, {counts} FROM {staged}",
    )
    if refused:
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {_REFUSED} AS "
            f"SELECT _row, {reason} AS reason FROM {staged} WHERE {reason} IS NOT NULL"
        )
        staged = f"(SELECT * FROM {staged} ANTI JOIN {_REFUSED} USING (_row))"
    if may_share_numbers:
        # Of one source the sources themselves tell them apart.
        rows = f"SELECT * FROM {staged}"
        staged = f"({_beside(connection, rows, rows, shared='_vernost_shared')})"
    keys = listed(table.key)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {_OUTDONE} AS SELECT {keys}, max(_row) AS _last, count(*) AS _times "
        f"FROM {staged} GROUP BY {keys} HAVING count(*) > 1"
    )
    (outdone,) = _one(connection, f"SELECT coalesce(sum(_times - 1), 0)::BIGINT FROM {_OUTDONE}")
    if outdone:
        earlier = " AND ".join(f"s.{quoted(key)} = o.{quoted(key)}" for key in table.key)
        staged = f"(SELECT s.* FROM {staged} s ANTI JOIN {_OUTDONE} o ON {earlier} AND s._row < o._last)"
    items = ", ".join(typed(column) for column in table.stored if column.name != _LOADED_AT)
    names = [column.name for column in table.stored if column.name != _LOADED_AT]
    has_value = frozenset(name for name, count in zip(names, filled, strict=True) if count)
    return Sifted(
        table,
        f"SELECT {items}, _row FROM {staged}",
        int(read),
        int(refused),
        int(outdone),
        has_value,
        _unsaid(table, None if said is None else said | has_value, is_partial=is_partial),
    )


def _unsaid(table: Table, said: frozenset[str] | None, *, is_partial: bool) -> tuple[str, ...]:
    if is_partial:
        return _content(table)
    return () if said is None else tuple(name for name in _content(table) if name not in said)


def completed(connection: "duckdb.DuckDBPyConnection", sifted: Sifted, now: str) -> Sifted:
    """The rows with what the log knows where they say nothing.

    So customers read off a list of orders do not lose the names that a list of customers gave them.
    """
    known = [name for name in sifted.unsaid if name in _filled(connection, sifted.table, now)]
    if not known:
        return sifted
    items = ", ".join(f"{_either(name)} AS {quoted(name)}" for name in known)
    rows = (
        f"SELECT s.* EXCLUDE ({listed(tuple(known))}), {items} FROM ({sifted.rows}) s "
        f"LEFT JOIN (SELECT {listed((*sifted.table.key, *known))} FROM ({now})) n USING ({listed(sifted.table.key)})"
    )
    return replace(sifted, rows=rows, filled=sifted.filled | frozenset(known))


def _either(name: str) -> str:
    """What a row says, else what the log knows; what is beside the log's columns is put together."""
    if name == "extra":
        both = "CAST(json_merge_patch(n.extra, s.extra) AS VARCHAR)"
        return f"CASE WHEN s.extra IS NULL OR n.extra IS NULL THEN coalesce(s.extra, n.extra) ELSE {both} END"
    return f"coalesce(s.{quoted(name)}, n.{quoted(name)})"


def beside_sales(connection: "duckdb.DuckDBPyConnection", sifted: Sifted, now: str) -> Sifted:
    """The rows with a key of their own for refunds that bear the number of a sale of the log.

    Such a refund stands beside its sale, under the key that it has when both come in one file.
    """
    if sifted.table.name != "orders":
        return sifted
    return replace(sifted, rows=_beside(connection, sifted.rows, now, shared="_vernost_shared_with_log"))


def _beside(connection: "duckdb.DuckDBPyConnection", rows: str, sales: str, *, shared: str) -> str:
    """Query of ``rows`` with own keys for refunds under the numbers of ``sales``; these few are held as ``shared``."""
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {_REFUNDED} AS SELECT DISTINCT order_id FROM ({rows}) WHERE kind = 'refund'"
    )
    # Held as a table, for the engine cannot guess how few they are, and would rather hold all rows for the join.
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {shared} AS SELECT DISTINCT order_id FROM ({sales}) "
        f"WHERE kind = 'sale' AND order_id IN (FROM {_REFUNDED})"
    )
    if _one(connection, f"SELECT count(*) FROM {shared}") == (0,):
        return rows
    return (
        f"SELECT s.* REPLACE (CASE WHEN n.order_id IS NULL THEN s.order_id ELSE {REFUND_KEY} END AS order_id) "
        f"FROM ({rows}) s LEFT JOIN {shared} n ON s.kind = 'refund' AND n.order_id = s.order_id"
    )


def compare(connection: "duckdb.DuckDBPyConnection", sifted: Sifted, now: str | None) -> Fate:
    """Tell which sifted rows are new to the log and which change it; ``changing`` is the query of both.

    Args:
        connection: the staging engine.
        sifted: the rows.
        now: query of the table's rows in the log, typed as stored; None when there are none.
    """
    table = sifted.table
    connection.execute(f"DROP TABLE IF EXISTS {_FATE}")
    if now is None:
        return Fate(sifted.kept, 0)
    first = quoted(table.key[0])
    # A column that is empty on both sides costs memory in the join and can tell nothing apart.
    told = [name for name in _content(table) if name in sifted.filled | _filled(connection, table, now)]
    differs = " OR ".join(f"s.{quoted(name)} IS DISTINCT FROM n.{quoted(name)}" for name in told)
    connection.execute(
        f"CREATE TEMP TABLE {_FATE} AS SELECT s._row, n.{first} IS NULL AS is_new "
        f"FROM (SELECT {listed((*table.key, *told))}, _row FROM ({sifted.rows})) s "
        f"LEFT JOIN (SELECT {listed((*table.key, *told))} FROM ({now})) n USING ({listed(table.key)}) "
        f"WHERE n.{first} IS NULL{f' OR {differs}' if differs else ''}"
    )
    return Fate(*_one(connection, f"SELECT count(*) FILTER (is_new), count(*) FILTER (NOT is_new) FROM {_FATE}"))


def reconciled(connection: "duckdb.DuckDBPyConnection", sifted: Sifted, now: str | None) -> tuple[Sifted, Fate]:
    """The rows as the log would have them, and how many of them are new to it or change it."""
    if now is not None:
        sifted = completed(connection, beside_sales(connection, sifted, now), now)
    return sifted, compare(connection, sifted, now)


def changing(sifted: Sifted, now: str | None, at: datetime) -> str:
    """Query of the rows that ``compare`` found to change the log, typed as stored, loaded ``at`` an instant."""
    names = listed((*sifted.table.names, "extra", "source"))
    rows = f"SELECT {names}, {instant_literal(at)} AS {_LOADED_AT} FROM ({sifted.rows})"
    return rows if now is None else f"{rows} SEMI JOIN {_FATE} USING (_row)"


def confirmed(sifted: Sifted, now: str) -> str:
    """Query of the keys of the rows that ``compare`` found in the log word for word, with ``loaded_at`` there."""
    keys = listed(sifted.table.key)
    same = f"SELECT {keys} FROM ({sifted.rows}) ANTI JOIN {_FATE} USING (_row)"
    return f"SELECT {keys}, {_LOADED_AT} FROM ({now}) SEMI JOIN ({same}) USING ({keys})"


def refusals(table: Table, relation: str) -> str:
    """Query of the rows that ``sift`` refused, in the shape of ``Reading.rejected``."""
    return (
        f"SELECT {literal(table.name)} AS table_name, s.source, NULL::BIGINT AS line, r.reason, "
        f"to_json(s)::VARCHAR AS raw FROM {quoted(relation)} s JOIN {_REFUSED} r USING (_row)"
    )


def replacing(table: Table, now: str, changed: str) -> str:
    """Query of the table's rows with those of ``changed`` put in by key."""
    keys, names = listed(table.key), listed(tuple(column.name for column in table.stored))
    return (
        f"SELECT {names} FROM ({now}) ANTI JOIN (SELECT {keys} FROM ({changed})) USING ({keys}) "
        f"UNION ALL SELECT {names} FROM ({changed})"
    )


def _content(table: Table) -> tuple[str, ...]:
    return tuple(name for name in (*table.names, "extra") if name not in table.key)


def _filled(connection: "duckdb.DuckDBPyConnection", table: Table, now: str) -> frozenset[str]:
    names = _content(table)
    counts = _one(connection, f"SELECT {', '.join(f'count({quoted(name)})' for name in names)} FROM ({now})")
    return frozenset(name for name, count in zip(names, counts, strict=True) if count)


def _reason(table: Table) -> str:
    """SQL of the first reason to refuse a row, null for a good one."""
    cases = [
        f"WHEN {test} THEN {literal(f'{column.name} {fault}')}"
        for column in table.stored
        if column.name != _LOADED_AT
        for test, fault in _faults(column, is_key=column.name in table.key)
    ]
    return f"CASE {' '.join(cases)} END"


def _faults(column: Column, *, is_key: bool) -> list[tuple[str, str]]:
    """Tests of what no engine or measure can bear, each with its fault in words."""
    name = quoted(column.name)
    faults = []
    if column.is_required:
        faults.append((f"{name} IS NULL", "is missing"))
    if is_key and column.type == "string":
        faults.append((f"{name} = ''", "is empty"))
    if column.choices:
        choices = ", ".join(literal(choice) for choice in column.choices)
        faults.append((f"{name} NOT IN ({choices})", f"is none of {', '.join(column.choices)}"))
    elif column.type in {"string", "json", "strings"}:
        faults.append((f"contains({name}, chr(0))", "holds a NUL character"))
    if column.name.endswith("_id"):
        faults.append((f"length({name}) > {LONGEST_ID}", f"is longer than {LONGEST_ID} characters"))
    if column.type in {"instant", "date"}:
        first, last = YEARS
        years = f"DATE '{first}-01-01' AND DATE '{last}-12-31'"
        faults.append((f"NOT {name}::DATE BETWEEN {years}", f"is outside the years {first} to {last}"))
    if column.type == "number":
        faults.append((f"NOT isfinite({name})", "is not a finite number"))
    return faults


def _one(connection: "duckdb.DuckDBPyConnection", query: str) -> tuple[int, ...]:
    row = connection.execute(query).fetchone()
    assert row is not None  # noqa: S101 - an aggregate without groups always has a row
    return tuple(row)
