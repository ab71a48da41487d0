"""The log in a folder, read by an embedded DuckDB."""

import shutil
import tempfile
from pathlib import Path

from vernost.schema import TABLES
from vernost.store import delta, manifest
from vernost.store.folder import state_at
from vernost.store.log import Log
from vernost.store.manifest import Manifest
from vernost.store.sifting import quoted


def open_folder(path: Path, *, url: str, at_load: int | None, timezone: str | None, memory_limit: str | None) -> Log:
    """Open the log in a folder, as of a load."""
    import ibis

    state = state_at(path, at_load)
    connection = ibis.duckdb.connect()
    spill = tempfile.mkdtemp(prefix="vernost-")
    engine = connection.con
    engine.execute("SET TimeZone = 'UTC'")
    engine.execute("SET temp_directory = ?", [spill])
    if memory_limit:
        engine.execute("SET memory_limit = ?", [memory_limit])
    tables = {}
    for name, columns, parquet in contents(path, state):
        engine.execute(f"CREATE VIEW {quoted(name)} AS {delta.query(TABLES[name], columns, parquet)}")
        tables[name] = connection.table(name)
    return Log(
        tables,
        connection=connection,
        timezone=timezone or remembered_timezone(path, state),
        url=url,
        load_count=state.load_id,
        closers=(connection.disconnect, lambda: shutil.rmtree(spill, ignore_errors=True)),
    )


def contents(path: Path, state: Manifest) -> list[tuple[str, tuple[str, ...], list[Path]]]:
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
