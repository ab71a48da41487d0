"""The log in PostgreSQL: opened by its URL, written in one transaction a load."""

import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from vernost.errors import InvalidValue, LogBusy, UnusableLog
from vernost.schema import MONEY_PRECISION, MONEY_SCALE, TABLES
from vernost.sources.progress import Progress
from vernost.store import postgres_erasing
from vernost.store.erased import Erased
from vernost.store.erasing import Wish, erasure, wish, without_erased
from vernost.store.history import Turn, clock, keyed, next_instant, oldest_kept, record_of, turn
from vernost.store.loading import write_reading
from vernost.store.log import Log
from vernost.store.numbering import named_alike
from vernost.store.past import Past, load_known_by
from vernost.store.postgres_address import Address, connect, explained
from vernost.store.postgres_table import PostgresTable, copy_rows
from vernost.store.receipt import LoadRecord, Receipt, Rehearsal, Tally, checked
from vernost.store.rejected import AT_ONCE, rejected_schema
from vernost.store.sifting import Fate, Sifted
from vernost.store.undoing import notes_on

if TYPE_CHECKING:
    import duckdb
    import ibis.expr.types as ir
    import pyarrow as pa
    from psycopg import Connection, Cursor

    from vernost.sources.source import Reading

FORMAT = 1
_PAUSE_SECONDS = 0.1
_REJECTED_ROWS = "SELECT load_id, table_name, source, line, reason, raw FROM {rejected} "


def open_postgres(url: str, *, at_load: int | None, timezone: str | None) -> Log:
    """Open the log in PostgreSQL, as of a load; the log is one snapshot until it is closed."""
    address = Address(url)
    with ExitStack() as opened:
        connection = opened.enter_context(closing(connect(address)))
        opened.enter_context(explained(address))
        log = _read(connection, address, at_load=at_load, timezone=timezone)
        opened.pop_all()
    return log


def _read(connection: "Connection[Any]", address: Address, *, at_load: int | None, timezone: str | None) -> Log:
    import ibis

    engine = ibis.postgres.from_connection(connection)
    cursor = connection.cursor()
    cursor.execute("SET idle_in_transaction_session_timeout = 0")
    # Ibis makes savepoints inside, so that all questions to this log see the same loads.
    cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
    history = _history(cursor, address)
    if at_load is not None:
        _check_kept(cursor, address, at_load)
    kept = _kept_from(cursor, address.schema)

    def table(name: str, load_id: int | None) -> "ir.Table":
        if load_id is None:
            return _shaped(name, engine.table(name, database=address.schema))
        instant = record_of(history, load_id).loaded_at if load_id else datetime.min  # noqa: DTZ901 - UTC as all are
        query = PostgresTable(address.schema, TABLES[name]).at_load(load_id, instant)
        return _shaped(name, engine.sql(query.as_string(connection)))

    def past(instant: datetime) -> Past:
        loads = {name: load_known_by(history[:at_load], name, instant) for name in tables}
        changed = {name: load_id for name, load_id in loads.items() if load_id is not None}
        then = {name: table(name, max(load_id, kept)) for name, load_id in changed.items()}
        return Past(then, is_exact=all(load_id >= kept for load_id in changed.values()))

    tables = {name: table(name, at_load) for name in _existing(cursor, address.schema)}
    return Log(
        tables,
        connection=engine,
        timezone=timezone or (history[0].timezone if history else "UTC"),
        url=address.shown,
        load_count=len(history) if at_load is None else at_load,
        closers=(engine.disconnect,),
        past=past,
    )


class PostgresStore:
    """Writes the log in PostgreSQL; readers see a load when all of it is committed."""

    def __init__(self, url: str, *, create: bool = False, wait_seconds: float = 10.0) -> None:
        self.address = Address(url)
        self.wait_seconds = wait_seconds
        with connect(self.address) as connection, explained(self.address), connection.cursor() as cursor:
            if create:
                with connection.transaction():
                    self._lock(cursor)
                    _prepare(cursor, self.address.schema)
            _history(cursor, self.address)

    def load(
        self, reading: "Reading", *, loaded_at: datetime, progress: Progress | None = None, key: str = ""
    ) -> Receipt:
        """Bring a reading into the log; under a key that a load has, that load's receipt."""
        with self._writing() as cursor:
            history = _history(cursor, self.address)
            record = keyed(history, key)
            if record is None:
                record = replace(self._write(cursor, history, reading, loaded_at, progress), key=key)
                self._record(cursor, record)
        return Receipt.of(record)

    def rehearse(self, reading: "Reading", *, progress: Progress | None = None) -> Rehearsal:
        """Tell what a load of a reading would do: it is done in a transaction that is rolled back."""
        from psycopg import Rollback

        with self._writing() as cursor:
            history = _history(cursor, self.address)
            last = history[-1].loaded_at if history else datetime.min  # noqa: DTZ901 - UTC as all are
            record = self._write(cursor, history, reading, last.replace(tzinfo=UTC), progress)
            raise Rollback
        return Rehearsal(record.tallies, record.notes)

    def _write(
        self,
        cursor: "Cursor[Any]",
        history: Sequence[LoadRecord],
        reading: "Reading",
        loaded_at: datetime,
        progress: Progress | None,
    ) -> LoadRecord:
        """Write a reading; what is to be recorded of it."""
        load_id = len(history) + 1
        instant, late = next_instant(history, loaded_at)
        _, other_clock = clock(history, reading.timezone)
        reading = named_alike(reading, history, lambda ids: self._orders_among(cursor, reading.connection, ids))
        erased = postgres_erasing.read(cursor, self.address.schema)
        reading = without_erased(reading, erased, lambda ids: self._orders_of(cursor, reading.connection, ids))

        def write(sifted: Sifted) -> Fate:
            place = PostgresTable(self.address.schema, sifted.table)
            place.create(cursor)
            return place.write(cursor, reading.connection, sifted, load_id=load_id, loaded_at=instant)

        outcome = write_reading(
            reading,
            write=write,
            keep_rejected=lambda rows: self._keep_rejected(cursor, reading, rows, load_id),
            progress=progress,
        )
        return LoadRecord(
            load_id,
            instant,
            sources=outcome.sources,
            timezone=reading.timezone,
            tallies=outcome.tallies,
            notes=(*reading.notes, *outcome.notes, *late, *other_clock),
            numbers_begin_anew=tuple(sorted(reading.numbers_begin_anew)),
        )

    def undo(self, load_id: int, *, at: datetime, key: str = "") -> Receipt:
        """Take a load back, as if it had never been: of its rows the newest version that stands comes back."""
        with self._writing() as cursor:
            history = _history(cursor, self.address)
            if known := keyed(history, key):
                return Receipt.of(known)
            turned = turn(history, load_id)
            instant, late = next_instant(history, at)
            tallies = self._turn(cursor, turned, load_id=len(history) + 1) if turned else ()
            record = LoadRecord(
                len(history) + 1,
                instant,
                "undo",
                timezone=history[0].timezone,
                tallies=tallies,
                notes=(*notes_on(tallies, load_id, turned), *late),
                undoes=load_id,
                key=key,
            )
            self._record(cursor, record)
        return Receipt.of(record)

    def _turn(self, cursor: "Cursor[Any]", turned: Turn, *, load_id: int) -> tuple[Tally, ...]:
        """Let a load fall or stand again; what that does to the rows of each table that it wrote."""
        _check_kept(cursor, self.address, turned.oldest)
        tallies = [table.turn(cursor, turned, load_id=load_id) for table in self._tables(cursor)]
        return checked(tuple(tally for tally in tallies if tally.read))

    def erase(
        self,
        ids: Iterable[str],
        *,
        at: datetime,
        contacts: Iterable[str] = (),
        key: str = "",
        pseudonym: str = "",
    ) -> Receipt:
        """Take from all that is kept whose it was, for good; older states are given up."""
        asked = wish(ids, contacts, at=at, key=key, pseudonym=pseudonym)
        with self._writing() as cursor:
            history = _history(cursor, self.address)
            record = keyed(history, key) or self._erase(cursor, history, asked)
            tables = _existing(cursor, self.address.schema)
        self._give_up_space(tables)
        return Receipt.of(record)

    def _erase(self, cursor: "Cursor[Any]", history: Sequence[LoadRecord], asked: Wish) -> LoadRecord:
        """Erase persons; what is recorded of it."""
        tallies = postgres_erasing.erase(cursor, self.address.schema, _existing(cursor, self.address.schema), asked)
        record = erasure(history, len(history) + 1, tallies, asked.at, asked.key)
        self._keep_from(cursor, record.load_id)
        self._record(cursor, record)
        return record

    def expire(self, before: Mapping[str, datetime], *, at: datetime) -> Receipt | None:
        """Give up for good what happened before an instant; None when there was nothing to go."""
        with self._writing() as cursor:
            history, tables = _history(cursor, self.address), _existing(cursor, self.address.schema)
            tallies = postgres_erasing.expire(cursor, self.address.schema, tables, before)
            if not tallies:
                return None
            record = erasure(history, len(history) + 1, tallies, at)
            self._keep_from(cursor, record.load_id)
            self._record(cursor, record)
        self._give_up_space(tables)
        return Receipt.of(record)

    def _give_up_space(self, tables: Sequence[str]) -> None:
        with connect(self.address) as connection, explained(self.address):
            postgres_erasing.finish(connection, self.address, tables)

    def loads(self) -> list[LoadRecord]:
        """All loads and undoes, the first one first."""
        with connect(self.address) as connection, explained(self.address), connection.cursor() as cursor:
            return _history(cursor, self.address)

    def rejected(self, load_id: int | None = None) -> "pa.Table":
        """Rows that were rejected, by one load or by all: load_id, table_name, source, line, reason, raw."""
        import pyarrow as pa

        with connect(self.address) as connection, explained(self.address), connection.cursor() as cursor:
            found = cursor.execute(
                self._sql(_REJECTED_ROWS + "WHERE %(load)s::bigint IS NULL OR load_id = %(load)s ORDER BY load_id"),
                {"load": load_id},
            ).fetchall()
        return pa.Table.from_batches([_rejected_batch(found)])

    def rejected_batches(self, load_id: int) -> "Iterator[pa.RecordBatch]":
        """The rows that a load rejected, a few thousand at a time."""
        with (
            connect(self.address) as connection,
            explained(self.address),
            connection.transaction(),
            connection.cursor("rejected") as cursor,
        ):
            cursor.execute(self._sql(_REJECTED_ROWS + "WHERE load_id = %s"), [load_id])
            while found := cursor.fetchmany(AT_ONCE):
                yield _rejected_batch(found)

    def untidy(self, *, at: datetime, keep_days: int = 30) -> int:
        """How many states ``tidy`` would give up."""
        with connect(self.address) as connection, explained(self.address), connection.cursor() as cursor:
            kept = _kept_from(cursor, self.address.schema)
            return oldest_kept(_history(cursor, self.address), kept, at=at, keep_days=keep_days) - kept

    def tidy(self, *, at: datetime, keep_days: int = 30) -> int:
        """Forget states older than ``keep_days``; they can no longer be read or undone.

        Returns:
            How many former rows were deleted.
        """
        with self._writing() as cursor:
            history = _history(cursor, self.address)
            kept = _kept_from(cursor, self.address.schema)
            return self._keep_from(cursor, oldest_kept(history, kept, at=at, keep_days=keep_days))

    def _keep_from(self, cursor: "Cursor[Any]", oldest: int) -> int:
        """Forget states before that load; how many former rows that were."""
        cursor.execute(self._sql("UPDATE {settings} SET value = %s WHERE name = 'kept_from'"), [str(oldest)])
        return sum(table.forget(cursor, up_to=oldest) for table in self._tables(cursor))

    def _tables(self, cursor: "Cursor[Any]") -> list[PostgresTable]:
        """The tables of the log that are there."""
        return [PostgresTable(self.address.schema, TABLES[name]) for name in _existing(cursor, self.address.schema)]

    @contextmanager
    def _writing(self) -> Iterator["Cursor[Any]"]:
        """One transaction, alone in its schema."""
        with (
            connect(self.address) as connection,
            explained(self.address),
            connection.transaction(),
            connection.cursor() as cursor,
        ):
            # A server notices by this that its client was killed, and frees the lock.
            cursor.execute("SELECT set_config('client_connection_check_interval', '1000', true)")
            cursor.execute("SELECT set_config('lock_timeout', '60s', true)")
            self._lock(cursor)
            yield cursor

    def _lock(self, cursor: "Cursor[Any]") -> None:
        lock = "hashtext('vernost'), hashtext(%s)"
        for attempt in range(round(self.wait_seconds / _PAUSE_SECONDS) + 1):
            if attempt:
                time.sleep(_PAUSE_SECONDS)
            if cursor.execute(f"SELECT pg_try_advisory_xact_lock({lock})", [self.address.schema]).fetchone() == (True,):
                return
        raise LogBusy("{log} is being loaded by another process. Try again when it is done.", log=self.address.shown)

    def _orders_among(self, cursor: "Cursor[Any]", connection: "duckdb.DuckDBPyConnection", ids: str) -> str:
        """Query, in the staging engine, of the log's orders under the ids of a query."""
        import pyarrow as pa

        text = pa.string()
        kinds = {"order_id": text, "customer_id": text, "ordered_at": pa.timestamp("us"), "kind": text, "store": text}
        kinds["amount"] = pa.decimal128(MONEY_PRECISION, MONEY_SCALE)
        found: list[tuple[Any, ...]] = []
        if "orders" in _existing(cursor, self.address.schema):
            wanted = [order_id for (order_id,) in connection.execute(ids).fetchall()]
            among = self._sql(f"SELECT {', '.join(kinds)} FROM {{schema}}.orders WHERE order_id = ANY(%s)")  # noqa: S608 - our names
            found = cursor.execute(among, [wanted]).fetchall()
        rows = [dict(zip(kinds, row, strict=True)) for row in found]
        connection.register("_vernost_found", pa.Table.from_pylist(rows, pa.schema(list(kinds.items()))))
        return "FROM _vernost_found"

    def _orders_of(
        self, cursor: "Cursor[Any]", connection: "duckdb.DuckDBPyConnection", customers: Sequence[str]
    ) -> str:
        """Query, in the staging engine, of ``order_id`` of the log's orders of these customers."""
        import pyarrow as pa

        found: list[tuple[Any, ...]] = []
        if "orders" in _existing(cursor, self.address.schema):
            theirs = self._sql("SELECT order_id FROM {schema}.orders WHERE customer_id = ANY(%s)")
            found = cursor.execute(theirs, [list(customers)]).fetchall()
        connection.register(
            "_vernost_theirs_found", pa.table({"order_id": pa.array([i for (i,) in found], pa.string())})
        )
        return "FROM _vernost_theirs_found"

    def _keep_rejected(self, cursor: "Cursor[Any]", reading: "Reading", rows: str, load_id: int) -> None:
        texts = ", ".join(f"replace({name}, chr(0), '\\u0000') AS {name}" for name in ("source", "reason", "raw"))
        sql = f"SELECT {load_id}::BIGINT AS load_id, table_name, {texts}, line FROM ({rows})"  # noqa: S608 - our names
        into = self._sql("COPY {rejected} (load_id, table_name, source, reason, raw, line) FROM STDIN")
        copy_rows(cursor, into, reading.connection, sql)

    def _record(self, cursor: "Cursor[Any]", record: LoadRecord) -> None:
        cursor.execute(
            self._sql("INSERT INTO {loads} (load_id, record) VALUES (%s, %s)"),
            [record.load_id, json.dumps(record.as_json())],
        )

    def _sql(self, statement: str) -> "Any":
        return _in_schema(self.address.schema, statement)


def _rejected_batch(rows: Sequence[tuple[Any, ...]]) -> "pa.RecordBatch":
    """Rejected rows in columns."""
    import pyarrow as pa

    schema = rejected_schema()
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    return pa.record_batch([pa.array(c, k) for c, k in zip(columns, schema.types, strict=True)], schema=schema)


def _in_schema(schema: str, statement: str) -> "Any":
    from psycopg.sql import SQL, Identifier

    own = {name: Identifier(schema, name) for name in ("settings", "loads", "rejected")}
    return SQL(statement).format(schema=Identifier(schema), **own)


def _prepare(cursor: "Cursor[Any]", schema: str) -> None:
    """Make an empty log; leave a log as it is."""
    for statement in (
        "CREATE SCHEMA IF NOT EXISTS {schema}",
        "CREATE TABLE IF NOT EXISTS {settings} (name text PRIMARY KEY, value text NOT NULL)",
        "CREATE TABLE IF NOT EXISTS {loads} (load_id bigint PRIMARY KEY, record text NOT NULL)",
        """CREATE TABLE IF NOT EXISTS {rejected}
        (load_id bigint NOT NULL, table_name text, source text, line bigint, reason text, raw text)""",
    ):
        cursor.execute(_in_schema(schema, statement))
    cursor.execute(
        _in_schema(schema, "INSERT INTO {settings} VALUES ('format', %s), ('kept_from', '0') ON CONFLICT DO NOTHING"),
        [str(FORMAT)],
    )


def _check_log(cursor: "Cursor[Any]", address: Address) -> None:
    """UnusableLog where there is no log, or one of a newer Vernost."""
    found = cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [f'"{address.schema}".settings']).fetchone()
    if found != (True,):
        raise UnusableLog("{log} holds no log. Make one with: vernost load SOURCES --log URL", log=address.shown)
    if int(_setting(cursor, address.schema, "format")) > FORMAT:
        raise UnusableLog("{log} was written by a newer Vernost. Update Vernost to read it.", log=address.shown)


def _history(cursor: "Cursor[Any]", address: Address) -> list[LoadRecord]:
    """All loads; UnusableLog where there is no log."""
    _check_log(cursor, address)
    rows = cursor.execute(_in_schema(address.schema, "SELECT record FROM {loads} ORDER BY load_id"))
    return [LoadRecord.from_json(json.loads(record)) for (record,) in rows]


def last_load(url: str) -> int:
    """Number of the last load of the log at a URL; 0 of an empty one."""
    address = Address(url)
    with connect(address) as connection, explained(address), connection.cursor() as cursor:
        _check_log(cursor, address)
        found = cursor.execute(_in_schema(address.schema, "SELECT max(load_id) FROM {loads}")).fetchone()
    return int(found[0] or 0) if found else 0


def erased_from(url: str) -> Erased | None:
    """Who was erased from the log at a URL."""
    address = Address(url)
    with connect(address) as connection, explained(address), connection.cursor() as cursor:
        _check_log(cursor, address)
        return postgres_erasing.read(cursor, address.schema)


def _setting(cursor: "Cursor[Any]", schema: str, name: str) -> str:
    row = cursor.execute(_in_schema(schema, "SELECT value FROM {settings} WHERE name = %s"), [name]).fetchone()
    return str(row[0]) if row else "0"


def _kept_from(cursor: "Cursor[Any]", schema: str) -> int:
    return int(_setting(cursor, schema, "kept_from"))


def _check_kept(cursor: "Cursor[Any]", address: Address, load_id: int) -> None:
    oldest = _kept_from(cursor, address.schema)
    if load_id < oldest:
        raise InvalidValue(
            "The state after load {load} is no longer kept; the oldest kept is that of {oldest}.",
            load=load_id,
            oldest=oldest,
        )


def _existing(cursor: "Cursor[Any]", schema: str) -> list[str]:
    """Tables of the log that the schema has."""
    rows = cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [schema]).fetchall()
    found = {name for (name,) in rows}
    return [name for name in TABLES if name in found]


def _shaped(name: str, rows: Any) -> Any:
    """The rows with the columns of the log, those that an older Vernost did not know as typed nulls."""
    import ibis

    table = TABLES[name]
    return rows.select(
        **{
            column.name: rows[column.name] if column.name in rows.columns else ibis.null(column.ibis_type)
            for column in table.stored
        }
    )
