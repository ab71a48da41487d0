"""The engine that sources are read into: DuckDB with bounded memory, and the safe writing of names into its SQL."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from vernost.errors import UnreadableSource

if TYPE_CHECKING:
    import duckdb

LINE = "_line"
"""The column that every raw table carries last: where the row stands in its file."""

MAX_COLUMNS = 2000
"""Columns of a table at most: DuckDB holds thousands of values of each at a time, 32 kB and more a column."""

MALFORMED_COLUMNS = "line BIGINT, reason VARCHAR, raw VARCHAR"


def stage_connection(
    workdir: Path, *, memory_limit: str = "1GB", threads: int | None = None
) -> "duckdb.DuckDBPyConnection":
    """A new staging engine: it keeps to ``memory_limit``, spills into ``workdir`` and never reaches for the network.

    Args:
        workdir: an existing folder for its temporary files.
        memory_limit: what it may hold in memory, as DuckDB writes it.
        threads: how many threads it may use; all cores when not given.
    """
    import duckdb

    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory_limit,
        "temp_directory": str(workdir / "spill"),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "preserve_insertion_order": True,
    }
    if threads is not None:
        settings["threads"] = threads
    connection = duckdb.connect(config=settings)
    connection.execute("SET TimeZone = 'UTC'")
    # Without the bar the engine would not know how far a query is.
    connection.execute("SET enable_progress_bar = true")
    connection.execute("SET enable_progress_bar_print = false")
    connection.execute("SET progress_bar_time = 0")
    return connection


def memory_of(connection: "duckdb.DuckDBPyConnection") -> int:
    """Bytes that an engine may hold in memory.

    >>> memory_of(stage_connection(Path(), memory_limit="512MiB")) // 1024**2
    512
    """
    (text,) = connection.execute("SELECT current_setting('memory_limit')").fetchone() or ("0 bytes",)
    number, unit = text.split()
    return round(float(number) * 1024 ** ("bytes", "KiB", "MiB", "GiB", "TiB").index(unit))


def quote_name(name: str) -> str:
    """The name as an SQL identifier.

    >>> quote_name('a"; DROP TABLE b')
    '"a""; DROP TABLE b"'
    """
    return '"' + name.replace('"', '""') + '"'


def quote_text(text: str) -> str:
    """The text as an SQL literal.

    >>> quote_text("d'Artagnan")
    "'d''Artagnan'"
    """
    return "'" + text.replace("'", "''") + "'"


def quote_path(path: Path) -> str:
    """The path as an SQL literal that names this one file, whatever characters it has.

    >>> print(quote_path(Path("week[1]*.csv")))
    'week[[]1][*].csv'
    """
    # DuckDB reads a path as a pattern; a sign within brackets stands for itself.
    return quote_text("".join(f"[{sign}]" if sign in "*?[" else sign for sign in str(path)))


def new_relation(connection: "duckdb.DuckDBPyConnection") -> str:
    """A name that no relation of this connection has yet."""
    connection.execute("CREATE SEQUENCE IF NOT EXISTS raw_relation")
    row = connection.execute("SELECT nextval('raw_relation')").fetchone()
    assert row is not None  # noqa: S101 - a SELECT of one value has one row
    return f"raw_{row[0]}"


def unique_names(names: Iterable[object]) -> tuple[str, ...]:
    """Column names that differ also when letter case is ignored; a blank one is named by its place.

    >>> unique_names(["id", " ID ", "", "_line", "id_2"])
    ('id', 'ID_3', 'column2', '_line_2', 'id_2')
    """
    wanted = [" ".join(str(name).split()) or f"column{place}" for place, name in enumerate(names)]
    reserved = {name.casefold() for name in wanted} | {LINE}
    taken = {LINE}
    unique = []
    for name in wanted:
        candidate, number = name, 1
        while candidate.casefold() in taken or (number > 1 and candidate.casefold() in reserved):
            number += 1
            candidate = f"{name}_{number}"
        taken.add(candidate.casefold())
        unique.append(candidate)
    return tuple(unique)


def check_width(source: str, columns: int) -> None:
    """Refuse a table with more columns than the engine can hold in its memory."""
    if columns > MAX_COLUMNS:
        raise UnreadableSource(
            source,
            "it has {columns:,} columns, more than the {most:,} that can be read at a time",
            "Keep those about customers, orders and dates, and export it again.",
            columns=columns,
            most=MAX_COLUMNS,
        )


def keep_malformed(
    connection: "duckdb.DuckDBPyConnection", relation: str, rows: Sequence[tuple[int, str, str]]
) -> None:
    """Add lines that are not records to a ``malformed`` relation, making it when it is not there."""
    connection.execute(f"CREATE TABLE IF NOT EXISTS {quote_name(relation)} ({MALFORMED_COLUMNS})")
    if not rows:
        return
    import pyarrow as pa

    lines, reasons, raws = zip(*rows, strict=True)
    batch = pa.table({"line": pa.array(lines, pa.int64()), "reason": pa.array(reasons), "raw": pa.array(raws)})
    connection.register("malformed_batch", batch)
    connection.execute(f"INSERT INTO {quote_name(relation)} SELECT line, reason, raw FROM malformed_batch")  # noqa: S608
    connection.unregister("malformed_batch")
