"""The log in a folder, read by an embedded DuckDB."""

import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from vernost.errors import InvalidValue
from vernost.schema import TABLES
from vernost.store import delta, manifest
from vernost.store.folder import state_at
from vernost.store.log import Log, Span
from vernost.store.manifest import Manifest
from vernost.store.sifting import literal, quoted

if TYPE_CHECKING:
    import duckdb

Contents = tuple[str, tuple[str, ...], list[Path]]
"""Name of a table, its columns and its Parquet files."""


def open_folder(path: Path, *, url: str, at_load: int | None, timezone: str | None, memory_limit: str | None) -> Log:
    """Open the log in a folder, as of a load."""
    import ibis

    state = state_at(path, at_load)
    with ExitStack() as opened:
        spill = opened.enter_context(tempfile.TemporaryDirectory(prefix="vernost-"))
        connection = ibis.duckdb.connect()
        opened.callback(connection.disconnect)
        _set_up(connection.con, spill, memory_limit)
        tables = {}
        held = contents(path, state)
        for name, columns, parquet in held:
            connection.con.execute(f"CREATE VIEW {quoted(name)} AS {delta.query(TABLES[name], columns, parquet)}")
            tables[name] = connection.table(name)
        return Log(
            tables,
            connection=connection,
            timezone=timezone or remembered_timezone(path, state),
            url=url,
            load_count=state.load_id,
            closers=(opened.pop_all().close,),
            span=_spans(connection.con, held),
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
    engine.execute(f"SET temp_directory = {literal(spill)}")
    if memory_limit:
        try:
            engine.execute(f"SET memory_limit = {literal(memory_limit)}")
        except duckdb.Error as error:
            raise InvalidValue(f"{memory_limit!r} is no amount of memory. Name one such as 2GB.") from error


def contents(path: Path, state: Manifest) -> list[Contents]:
    """Each table of a state with its columns and its Parquet files."""
    found = []
    for name, version in state.versions.items():
        if name in TABLES:
            table = delta.at_version(path / name, version)
            found.append((name, delta.columns(table), delta.files(table, path / name)))
    return found


def remembered_timezone(path: Path, state: Manifest) -> str:
    """The company's clock, which the first load set."""
    first = manifest.read(path, 1).record if state.load_id else None
    return first.timezone if first else "UTC"
