"""One table of a folder log as a Delta table: written by deltalake, read by DuckDB from its Parquet files."""

# ruff: noqa: S608 - every name and literal in the queries is quoted, or is the schema's own

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from vernost.errors import UnusableLog
from vernost.messages import reason
from vernost.schema import Table
from vernost.store.manifest import settle
from vernost.store.sifting import literal, quoted, typed

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa
    from deltalake import DeltaTable, WriterProperties

BATCH_ROWS = 100_000
GROUP = 122_880
"""Rows of a file that are read together."""

MANY_FILES = 32
"""From so many files on, small ones are put together."""

# Versions are dropped by `tidy` alone: deltalake would forget those older than 30 days while undo still needs them.
_CONFIGURATION = {"delta.enableExpiredLogCleanup": "false", "delta.logRetentionDuration": "interval 36500 days"}


def at_version(path: Path, version: int) -> "DeltaTable":
    """The table as of a version."""
    from deltalake import DeltaTable
    from deltalake.exceptions import DeltaError

    try:
        return DeltaTable(path, version=version)
    except (DeltaError, OSError) as error:
        raise UnusableLog(
            "{path} is damaged at version {version}: {reason}. Restore it from a backup.",
            path=path,
            version=version,
            reason=reason(error),
        ) from error


def files(table: "DeltaTable", path: Path) -> list[Path]:
    """The Parquet files that make up a table, each of which is there and as long as it was written."""
    # Read as they are: made an Arrow table of pyarrow's, they would bring pandas with them.
    added = table.get_add_actions()
    sizes = zip(added["path"].to_pylist(), added["size_bytes"].to_pylist(), strict=True)
    found = {path / name: size for name, size in sizes}
    for file, size in found.items():
        if not file.is_file() or file.stat().st_size != size:
            raise UnusableLog(
                "{path} is damaged: {file} is missing or cut short. Restore it from a backup.",
                path=path,
                file=file.name,
            )
    return list(found)


def query(table: Table, columns: Iterable[str], parquet: Iterable[Path]) -> str:
    """DuckDB query of the table's rows in those files; columns that they lack are typed nulls."""
    had = set(columns)
    items = ", ".join(typed(column, value=None if column.name in had else "NULL") for column in table.stored)
    found = list(parquet)
    if not found:
        nothing = ", ".join(typed(column, value="NULL") for column in table.stored)
        return f"SELECT {nothing} WHERE false"
    return f"SELECT {items} FROM {read_parquet(found)}"


def read_parquet(parquet: Iterable[Path]) -> str:
    """DuckDB's call that reads those files."""
    paths = ", ".join(literal(_without_pattern(str(path))) for path in parquet)
    return f"read_parquet([{paths}], hive_partitioning = false)"


def span_query(column: str, parquet: Iterable[Path]) -> str:
    """DuckDB query of the first and the last value of a column in those files.

    Asked of each file by itself, DuckDB reads both from the statistics of the file; asked of all at once, it reads all
    rows.
    """
    name = quoted(column)
    ends = " UNION ALL ".join(
        f"SELECT min({name}) AS first, max({name}) AS last FROM {read_parquet([path])}" for path in parquet
    )
    return f"SELECT min(first), max(last) FROM ({ends})"


def columns(delta: "DeltaTable") -> tuple[str, ...]:
    """Names of the columns that a Delta table has."""
    return tuple(field.name for field in delta.schema().fields)


def create(path: Path, schema: "pa.Schema") -> None:
    """Make a table without rows."""
    from deltalake import DeltaTable

    DeltaTable.create(path, schema, name=path.name, configuration=_CONFIGURATION)


def append(path: Path, reader: "pa.RecordBatchReader") -> None:
    """Add rows."""
    from deltalake import write_deltalake

    write_deltalake(path, reader, mode="append", writer_properties=_in_small_groups())


def rewrite(path: Path, reader: "pa.RecordBatchReader") -> None:
    """Put other rows in the place of all rows.

    Measured against ``DeltaTable.merge`` with 200,000 changed rows in 10 million: two thirds of its CPU and of its
    memory, which moreover does not grow with the table. What it costs is disk, until ``tidy``.
    """
    from deltalake import write_deltalake

    write_deltalake(path, reader, mode="overwrite", schema_mode="overwrite", writer_properties=_in_small_groups())


def _in_small_groups() -> "WriterProperties":
    """How files are written: in groups as great as those that DuckDB works through.

    Whoever asks for one customer reads one group of rows of a file that is in their order: a quarter of the CPU that
    groups of a million take, and whole columns are read as fast.
    """
    from deltalake import WriterProperties

    return WriterProperties(compression="SNAPPY", max_row_group_size=GROUP)


def compact(path: Path) -> None:
    """Put small files together when there are many."""
    from deltalake import DeltaTable

    table = DeltaTable(path)
    if len(files(table, path)) >= MANY_FILES:
        table.optimize.compact(max_concurrent_tasks=1, writer_properties=_in_small_groups())


def vacuum(path: Path, versions: list[int]) -> int:
    """Delete files that none of those versions has, and what killed writes left; how many there were."""
    from deltalake import DeltaTable

    before = len(list(path.glob("*.parquet")))
    DeltaTable(path).vacuum(0, dry_run=False, enforce_retention_duration=False, full=True, keep_versions=versions)
    return before - len(list(path.glob("*.parquet")))


def forget_before(path: Path, version: int) -> None:
    """Delete what the table's own log tells of older versions: least and greatest values of columns, for one."""
    log = path / "_delta_log"
    at_version(path, version).create_checkpoint()
    for written in (*log.glob(f"{version:020}*"), log / "_last_checkpoint", log):
        settle(written)
    for old in log.iterdir():
        number = old.name.partition(".")[0]
        if number.isdecimal() and int(number) < version:
            old.unlink()


def outlive_power_cut(table: "DeltaTable", path: Path, *, since: int) -> None:
    """Wait until what came after version ``since`` is on the disk."""
    known = set(files(at_version(path, since), path)) if since >= 0 else set()
    log = path / "_delta_log"
    commits = [log / f"{version:020}.json" for version in range(since + 1, table.version() + 1)]
    for written in (*set(files(table, path)).difference(known), *commits, log, path, path.parent):
        settle(written)


def stream(connection: "duckdb.DuckDBPyConnection", sql: str) -> "pa.RecordBatchReader":
    """The rows of a query, a batch at a time."""
    return connection.sql(sql).to_arrow_reader(BATCH_ROWS)


def _without_pattern(path: str) -> str:
    """The path with the characters that DuckDB reads as a pattern taken literally."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in path)
