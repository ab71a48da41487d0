"""One table of a log in PostgreSQL: its rows as they are, and a journal of what they were before each load.

The journal ``<table>_past`` has, for a load and a key, the row before that load. A row that a load added needs no
entry, for its ``loaded_at`` is that of the load; only a row that an undo puts back, with its old ``loaded_at``, is
entered with ``existed = false``. From this follow the state after any load, and undo.

``<table>_confirmed`` has the keys that a load brought word for word as they were, with ``loaded_at`` of that version.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from vernost.schema import MONEY_PRECISION, MONEY_SCALE, Table
from vernost.store.history import Turn
from vernost.store.receipt import Tally, UnbalancedLoad
from vernost.store.sifting import REFUND_KEY, Fate, Sifted, changing, quoted
from vernost.store.undoing import COUNTS, tally_of

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa
    from psycopg import Cursor
    from psycopg.sql import Composable, Composed

POSTGRES_TYPES = {
    "string": "text",
    "instant": "timestamp",
    "date": "date",
    "money": f"numeric({MONEY_PRECISION}, {MONEY_SCALE})",
    "number": "double precision",
    "integer": "bigint",
    "boolean": "boolean",
    "json": "text",
    "strings": "text",
}
"""Type of each kind of column in PostgreSQL."""

_EITHER = "{column} = coalesce({said}, {known})"
_BOTH = (
    "{column} = CASE WHEN {said} IS NULL OR {known} IS NULL THEN coalesce({said}, {known}) "
    "ELSE ({known}::jsonb || {said}::jsonb)::text END"
)
"""What a row says, else what the log knows; what is beside the log's columns is put together."""

_COPY_ROWS = 20_000
_COLLATIONS = ("pg_c_utf8", "C.utf8", "C.UTF-8", "C")
"""Order of code points, as DuckDB and Spark sort, with letters of all alphabets where the server knows how."""


@dataclass(frozen=True, slots=True)
class PostgresTable:
    """One table of the log in a schema."""

    schema: str
    table: Table

    def create(self, cursor: "Cursor") -> None:
        """Make the table and its journal, or add the columns that an older Vernost did not know."""
        collation = _collation(cursor)
        columns = {column.name: self._type(column.type, collation) for column in self.table.stored}
        keys = {name: columns[name] for name in self.table.key}
        cursor.execute(self._sql("CREATE TABLE IF NOT EXISTS {now} ({keys}, PRIMARY KEY ({key}))", keys=_pairs(keys)))
        cursor.execute(
            self._sql(
                "CREATE TABLE IF NOT EXISTS {past} (load_id bigint, existed boolean NOT NULL, {keys}, "
                "PRIMARY KEY ({key}, load_id))",
                keys=_pairs(keys),
            )
        )
        cursor.execute(
            self._sql(
                "CREATE TABLE IF NOT EXISTS {confirmed} (load_id bigint, {keys}, version timestamp, "
                "confirmed_at timestamp)",
                keys=_pairs(keys),
            )
        )
        for place in (self.table.name, f"{self.table.name}_past"):
            self._add_columns(cursor, place, columns)
        if "customer_id" in self.table and "customer_id" not in self.table.key:
            cursor.execute(self._sql("CREATE INDEX IF NOT EXISTS {index} ON {now} (customer_id)"))

    def _add_columns(self, cursor: "Cursor", place: str, columns: "dict[str, Composable]") -> None:
        """Add what lacks; a table that has all is left alone, for ALTER would wait for every open log."""
        from psycopg.sql import SQL, Identifier

        found = cursor.execute(
            "SELECT attname FROM pg_attribute JOIN pg_class c ON c.oid = attrelid "
            "WHERE relnamespace = to_regnamespace(%s) AND relname = %s AND attnum > 0 AND NOT attisdropped",
            [f'"{self.schema}"', place],
        ).fetchall()
        lacking = {name: kind for name, kind in columns.items() if (name,) not in found}
        for name, kind in lacking.items():
            statement = SQL("ALTER TABLE {} ADD COLUMN {}").format(Identifier(self.schema, place), _pairs({name: kind}))
            cursor.execute(statement)

    def write(
        self,
        cursor: "Cursor",
        connection: "duckdb.DuckDBPyConnection",
        sifted: Sifted,
        *,
        load_id: int,
        loaded_at: datetime,
    ) -> Fate:
        """Write the sifted rows: new keys are added, other content replaces the old, which goes to the journal."""
        rows = changing(sifted, None, loaded_at)
        if cursor.execute(self._sql("SELECT EXISTS (SELECT FROM {now})")).fetchone() == (False,):
            count = copy_rows(cursor, self._sql("COPY {now} ({names}) FROM STDIN"), connection, rows)
            cursor.execute(self._sql("ANALYZE {now}"))
            return Fate(count, 0)
        cursor.execute(self._sql("CREATE TEMP TABLE _staged (LIKE {now}) ON COMMIT DROP"))
        staged = copy_rows(cursor, self._sql("COPY _staged ({names}) FROM STDIN"), connection, rows)
        if staged != sifted.kept:
            raise UnbalancedLoad(f"{self.table.name} with {staged} rows sent where {sifted.kept} must be")
        if self.table.name == "orders":
            cursor.execute(
                self._sql(
                    f"UPDATE _staged s SET order_id = {REFUND_KEY} FROM {{now}} n "  # noqa: S608 - both are our own
                    "WHERE s.kind = 'refund' AND n.kind = 'sale' AND {s_is_n}"
                )
            )
        cursor.execute("ANALYZE _staged")
        if sifted.unsaid:
            cursor.execute(self._keeping(sifted.unsaid))
        cursor.execute(
            self._sql(
                "CREATE TEMP TABLE _changed ON COMMIT DROP AS SELECT {key} FROM _staged s JOIN {now} n USING ({key}) "
                "WHERE ({s_content}) IS DISTINCT FROM ({n_content})"
            )
        )
        cursor.execute(
            self._sql(
                "INSERT INTO {confirmed} SELECT %s, {key}, n.loaded_at, %s FROM _staged s JOIN {now} n USING ({key}) "
                "WHERE NOT EXISTS (SELECT FROM _changed n WHERE {s_is_n})"
            ),
            [load_id, loaded_at],
        )
        cursor.execute(
            self._sql(
                "INSERT INTO {past} (load_id, existed, {names}) "
                "SELECT %s, true, {n_names} FROM {now} n JOIN _changed c USING ({key})"
            ),
            [load_id],
        )
        cursor.execute(
            self._sql(
                "INSERT INTO {now} ({names}) SELECT {s_names} FROM _staged s "
                "WHERE NOT EXISTS (SELECT FROM {now} n WHERE {s_is_n})"
            )
        )
        fresh = cursor.rowcount
        cursor.execute(
            self._sql(
                "UPDATE {now} n SET ({names}) = ROW ({s_names}) FROM _staged s JOIN _changed USING ({key}) "
                "WHERE {s_is_n}"
            )
        )
        changed = cursor.rowcount
        cursor.execute("DROP TABLE _staged, _changed")
        cursor.execute(self._sql("ANALYZE {now}"))
        return Fate(fresh, changed)

    def turn(self, cursor: "Cursor", turned: Turn, *, load_id: int) -> Tally:
        """Let a load fall or stand again: of the rows that it wrote the newest versions that stand come back."""
        cursor.execute(self._touched(), {"at": turned.load.loaded_at, "undone": list(turned.undone)})
        cursor.execute("ANALYZE _touched")
        tally = tally_of(self.table, cursor.execute(f"SELECT {COUNTS} FROM _touched").fetchone() or ())  # noqa: S608 - our own
        cursor.execute(
            self._sql(
                "INSERT INTO {past} (load_id, existed, {names}) "
                "SELECT %s, true, {n_names} FROM {now} n JOIN _touched t USING ({key}) WHERE goes_back"
            ),
            [load_id],
        )
        cursor.execute(
            self._sql(
                "INSERT INTO {past} (load_id, existed, {key}) "
                "SELECT %s, false, {key} FROM _touched WHERE goes_back AND stands IS NULL"
            ),
            [load_id],
        )
        cursor.execute(self._sql("DELETE FROM {now} n USING _touched s WHERE {s_is_n} AND goes_back"))
        # A version that was replaced, brought back and replaced again is in the journal twice.
        cursor.execute(
            self._sql(
                "INSERT INTO {now} ({names}) SELECT DISTINCT ON ({key}) {n_names_was} FROM {past} n "
                "JOIN _touched t USING ({key}) WHERE n.existed AND t.goes_back AND n.loaded_at = t.version"
            )
        )
        cursor.execute("DROP TABLE _touched")
        return tally

    def _keeping(self, columns: tuple[str, ...]) -> "Composed":
        """Statement that gives staged rows what the log knows where they say nothing."""
        from psycopg.sql import SQL, Identifier

        pairs = SQL(", ").join(
            SQL(_BOTH if name == "extra" else _EITHER).format(
                column=Identifier(name), said=Identifier("s", name), known=Identifier("n", name)
            )
            for name in columns
        )
        return self._sql("UPDATE _staged s SET {pairs} FROM {now} n WHERE {s_is_n}", pairs=pairs)

    def at_load(self, load_id: int, loaded_at: datetime) -> "Composed":
        """Query of the table's rows after that load, booked at ``loaded_at``."""
        from psycopg.sql import Literal

        return self._sql(
            "SELECT {names} FROM {now} n WHERE loaded_at <= {at} "
            "AND NOT EXISTS (SELECT FROM {past} s WHERE s.load_id > {load} AND {s_is_n}) "
            "UNION ALL SELECT {names} FROM (SELECT DISTINCT ON ({key}) * FROM {past} WHERE load_id > {load} "
            "ORDER BY {key}, load_id) p WHERE existed AND loaded_at <= {at}",
            at=Literal(loaded_at),
            load=Literal(load_id),
        )

    def forget(self, cursor: "Cursor", *, up_to: int) -> int:
        """Drop the journal of the loads up to that one, and what they confirmed; how many entries the journal had."""
        cursor.execute(self._sql("DELETE FROM {confirmed} WHERE load_id <= %s"), [up_to])
        return cursor.execute(self._sql("DELETE FROM {past} WHERE load_id <= %s"), [up_to]).rowcount

    def _touched(self) -> "Composed":
        """Statement that makes ``_touched``: keys that a load brought, with the versions that stand then and now."""
        return self._sql(
            "CREATE TEMP TABLE _touched ON COMMIT DROP AS WITH versions AS ("
            "SELECT {key}, loaded_at, loaded_at AS version FROM {now} "
            "UNION ALL SELECT {key}, loaded_at, loaded_at FROM {past} WHERE existed "
            "UNION ALL SELECT {key}, confirmed_at, version FROM {confirmed}"
            "), brought AS ("
            "SELECT {key}, bool_or(loaded_at = version) AS is_written FROM versions WHERE loaded_at = %(at)s "
            "GROUP BY {key}"
            "), newest AS ("
            "SELECT DISTINCT ON ({key}) {key}, loaded_at AS was, version FROM versions JOIN brought USING ({key}) "
            "WHERE loaded_at <> ALL (%(undone)s::timestamp[]) ORDER BY {key}, loaded_at DESC"
            "), told AS ("
            # Named in full: a table may have a column of that name too.
            "SELECT {key}, is_written, was, newest.version, n.loaded_at AS stands, "
            "n.loaded_at IS DISTINCT FROM was AND (n.loaded_at IS DISTINCT FROM newest.version "
            "OR n.loaded_at = ANY (%(undone)s::timestamp[])) AS goes_back "
            "FROM brought LEFT JOIN newest USING ({key}) LEFT JOIN {now} n USING ({key})"
            ") SELECT * FROM told WHERE is_written OR goes_back"
        )

    def _sql(self, statement: str, **more: "Composable") -> "Composed":
        """A statement with the table's names in its gaps."""
        from psycopg.sql import SQL, Identifier

        def names(columns: Iterator[str] | tuple[str, ...], alias: str | None = None) -> "Composed":
            return SQL(", ").join(Identifier(alias, name) if alias else Identifier(name) for name in columns)

        stored = tuple(column.name for column in self.table.stored)
        content = tuple(name for name in (*self.table.names, "extra") if name not in self.table.key)
        gaps: dict[str, Composable] = {
            "now": Identifier(self.schema, self.table.name),
            "past": Identifier(self.schema, f"{self.table.name}_past"),
            "confirmed": Identifier(self.schema, f"{self.table.name}_confirmed"),
            "index": Identifier(f"{self.table.name}_customer_id"),
            "key": names(self.table.key),
            "names": names(stored),
            "n_names": names(stored, "n"),
            "n_names_was": SQL(", ").join(
                Identifier("t", "was") if name == "loaded_at" else Identifier("n", name) for name in stored
            ),
            "s_names": names(stored, "s"),
            "n_content": names(content, "n"),
            "s_content": names(content, "s"),
            "s_is_n": SQL(" AND ").join(
                SQL("{} = {}").format(Identifier("s", key), Identifier("n", key)) for key in self.table.key
            ),
        }
        return SQL(statement).format(**gaps, **more)

    def _type(self, kind: str, collation: str) -> "Composable":
        from psycopg.sql import SQL, Identifier

        declared = SQL(POSTGRES_TYPES[kind])
        if POSTGRES_TYPES[kind] != "text":
            return declared
        return SQL("{} COLLATE {}").format(declared, Identifier(collation))


def copy_rows(cursor: "Cursor", statement: "Composed", connection: "duckdb.DuckDBPyConnection", rows: str) -> int:
    """Stream the rows of a DuckDB query through COPY; how many there were.

    DuckDB writes the lines of COPY's text form, so that rows never become Python objects.
    """
    described = connection.execute(f"DESCRIBE {rows}").fetchall()
    fields = ", chr(9), ".join(_field(name, kind) for name, kind, *_ in described)
    lines = connection.execute(f"SELECT concat({fields}, chr(10)) FROM ({rows})").to_arrow_reader(_COPY_ROWS)  # noqa: S608 - names are quoted
    with cursor.copy(statement) as copy:
        for batch in lines:
            copy.write(_text(batch.column(0)))
    return cursor.rowcount


def _field(name: str, kind: str) -> str:
    """DuckDB expression of a column in COPY's text form."""
    text = f"{quoted(name)}::VARCHAR"
    if kind == "VARCHAR":
        for raw, escaped in (("'\\'", "'\\\\'"), ("chr(9)", "'\\t'"), ("chr(10)", "'\\n'"), ("chr(13)", "'\\r'")):
            text = f"replace({text}, {raw}, {escaped})"
    return f"coalesce({text}, '\\N')"


def _text(lines: "pa.StringArray") -> memoryview:
    """The bytes of all lines, which Arrow keeps side by side."""
    import numpy as np

    _, offsets, data = lines.buffers()
    ends = np.frombuffer(offsets, dtype=np.int32)[lines.offset : lines.offset + len(lines) + 1]
    return memoryview(data)[ends[0] : ends[-1]]


def _pairs(columns: "dict[str, Composable]") -> "Composed":
    from psycopg.sql import SQL, Identifier

    return SQL(", ").join(SQL("{} {}").format(Identifier(name), kind) for name, kind in columns.items())


def _collation(cursor: "Cursor") -> str:
    found = cursor.execute("SELECT collname FROM pg_collation WHERE collname = ANY(%s)", [list(_COLLATIONS)]).fetchall()
    return min((name for (name,) in found), key=_COLLATIONS.index)
