"""The log in a folder, read by an embedded DuckDB."""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from vernost.errors import InvalidValue
from vernost.schema import TABLES
from vernost.store import delta, manifest
from vernost.store.folder import state_at
from vernost.store.log import Log, Span
from vernost.store.manifest import Manifest
from vernost.store.past import Past, load_known_by
from vernost.store.sifting import literal, quoted
from vernost.workdir import Workdir

if TYPE_CHECKING:
    import duckdb
    import ibis.expr.types as ir
    from ibis.backends import BaseBackend

Contents = tuple[str, tuple[str, ...], list[Path]]
"""Name of a table, its columns and its Parquet files."""


def open_folder(path: Path, *, url: str, at_load: int | None, timezone: str | None, memory_limit: str | None) -> Log:
    """Open the log in a folder, as of a load."""
    import ibis

    state = state_at(path, at_load)
    with ExitStack() as opened:
        spill = opened.enter_context(Workdir())
        connection = ibis.duckdb.connect()
        opened.callback(connection.disconnect)
        _set_up(connection.con, spill, memory_limit)
        tables = {}
        held = contents(path, state)
        for name, columns, parquet in held:
            tables[name] = _view(connection, name, delta.query(TABLES[name], columns, parquet))
        return Log(
            tables,
            connection=connection,
            timezone=timezone or remembered_timezone(path, state),
            url=url,
            load_count=state.load_id,
            closers=(opened.pop_all().close,),
            span=_spans(connection.con, held),
            past=partial(_past, connection, path, state),
        )


def _view(connection: "BaseBackend", name: str, query: str) -> "ir.Table":
    connection.con.execute(f"CREATE OR REPLACE VIEW {quoted(name)} AS {query}")
    return connection.table(name)


def _past(connection: "BaseBackend", path: Path, state: Manifest, instant: datetime) -> Past:
    """Tables as they were known at an instant."""
    then, is_exact = known_by(path, state, instant)
    return Past(
        {
            name: _view(connection, f"{name} of load {load_id}", delta.query(TABLES[name], columns, parquet))
            for load_id, (name, columns, parquet) in then
        },
        is_exact,
    )


def _spans(engine: "duckdb.DuckDBPyConnection", held: list[Contents]) -> Callable[[str, str], Span | None]:
    """What tells the span of a column without reading its rows."""
    files = {name: (columns, parquet) for name, columns, parquet in held}

    def span(table: str, column: str) -> Span | None:
        columns, parquet = files[table]
        if column not in columns or not parquet:
            return None
        first, last = engine.sql(delta.span_query(column, parquet)).fetchone() or (None, None)
        return None if first is None else (first, last)

    return span


def _set_up(engine: "duckdb.DuckDBPyConnection", spill: str, memory_limit: str | None) -> None:
    import duckdb

    # Literals, for a bound parameter makes DuckDB import pandas: half a second and 80 MB.
    engine.execute("SET TimeZone = 'UTC'")
    # Files never change: where their columns lie is read once, half of the cost of a question about one customer.
    engine.execute("SET parquet_metadata_cache = true")
    engine.execute(f"SET temp_directory = {literal(spill)}")
    if memory_limit:
        try:
            engine.execute(f"SET memory_limit = {literal(memory_limit)}")
        except duckdb.Error as error:
            raise InvalidValue("{value!r} is no amount of memory. Name one such as 2GB.", value=memory_limit) from error


def contents(path: Path, state: Manifest) -> list[Contents]:
    """Each table of a state with its columns and its Parquet files."""
    found = []
    for name, version in state.versions.items():
        if name in TABLES:
            table = delta.at_version(path / name, version)
            found.append((name, delta.columns(table), delta.files(table, path / name)))
    return found


def known_by(path: Path, state: Manifest, instant: datetime) -> tuple[list[tuple[int, Contents]], bool]:
    """Tables that were known otherwise at an instant, each with its load, and whether all these states are kept."""
    states = [manifest.read(path, number) for number in manifest.numbers(path) if number <= state.load_id]
    history = [each.record for each in states if each.record]
    loads = {name: load_known_by(history, name, instant) for name in state.versions if name in TABLES}
    kept, found = manifest.kept_from(path), []
    for name, load_id in loads.items():
        if load_id is not None:
            then = max(load_id, kept)
            version = manifest.read(path, then).versions[name]
            found += [(then, held) for held in contents(path, Manifest(then, {name: version}))]
    return found, all(load_id is None or load_id >= kept for load_id in loads.values())


def remembered_timezone(path: Path, state: Manifest) -> str:
    """The company's clock, which the first load set."""
    first = manifest.read(path, 1).record if state.load_id else None
    return first.timezone if first else "UTC"
