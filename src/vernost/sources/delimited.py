"""Text in columns, CSV and its kin, as a lazy relation that streams from the file.

A regular file, in which each line is a record, is read by DuckDB where it lies and its lines are numbered on the way.
A file with lines that are not records, or with records over several lines, is copied once, record by record, with the
number of its line beside each: so line numbers are exact and malformed lines are known before the relation is read.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from vernost.errors import UnreadableSource
from vernost.sources.dialect import BLANKS, Dialect, sniff
from vernost.sources.records import LineTooLong, Malformed, write_records
from vernost.sources.source import RawTable
from vernost.sources.staging import LINE, check_width, keep_malformed, new_relation, quote_name, quote_path, quote_text
from vernost.sources.text import Survey, squeeze_blanks

if TYPE_CHECKING:
    import duckdb

Progress = Callable[[float], None]


def read_delimited(
    connection: "duckdb.DuckDBPyConnection",
    source: str,
    path: Path,
    survey: Survey,
    *,
    scratch: Path,
    progress: Progress | None = None,
) -> RawTable:
    """A UTF-8 text file as one raw table.

    Args:
        connection: the staging engine.
        source: what people call the file.
        path: where it lies.
        survey: what is known of its bytes.
        scratch: an empty folder of its own, kept as long as the relation is used.
        progress: hears the share that is done, when the file must be copied.
    """
    dialect = sniff(survey.head, is_whole=survey.is_whole)
    if not dialect.names:
        raise UnreadableSource(source, "it is empty", "Export it again; it must have at least a header.")
    check_width(source, len(dialect.names))
    if dialect.delimiter == BLANKS:
        copy = scratch / "squeezed"
        squeeze_blanks(path, copy, progress=progress)
        path = copy
    if _is_regular(connection, path, dialect, survey):
        return _lazy_table(connection, source, path, dialect)
    return _numbered_table(connection, source, path, dialect, scratch=scratch, progress=progress)


def _is_regular(connection: "duckdb.DuckDBPyConnection", path: Path, dialect: Dialect, survey: Survey) -> bool:
    """Whether every line below the header is a record."""
    import duckdb

    if survey.is_damaged:
        return False  # counting does not look at letters

    scan = _scan(path, dialect, above=dialect.above)
    try:
        row = connection.execute(f"SELECT count(*) FROM {scan}").fetchone()  # noqa: S608 - quoted by _scan
    except duckdb.Error:
        return False
    return row is not None and row[0] == survey.lines - dialect.above


def _lazy_table(connection: "duckdb.DuckDBPyConnection", source: str, path: Path, dialect: Dialect) -> RawTable:
    relation = new_relation(connection)
    cells = ", ".join(f"c{place} AS {quote_name(name)}" for place, name in enumerate(dialect.names))
    connection.execute(
        f"CREATE VIEW {relation} AS SELECT {cells}, row_number() OVER () + {dialect.above} AS {LINE} "  # noqa: S608
        f"FROM {_scan(path, dialect, above=dialect.above)}"
    )
    return RawTable(source, relation, dialect.names, is_text=True)


def _numbered_table(
    connection: "duckdb.DuckDBPyConnection",
    source: str,
    path: Path,
    dialect: Dialect,
    *,
    scratch: Path,
    progress: Progress | None,
) -> RawTable:
    relation = new_relation(connection)
    malformed = f"{relation}_malformed"

    def keep(rows: list[Malformed]) -> None:
        keep_malformed(connection, malformed, rows)

    copy = scratch / "records"
    try:
        write_records(path, copy, dialect, keep, progress=progress)
    except LineTooLong as error:
        raise UnreadableSource(
            source, "{reason}", "It is not a table; export it as CSV.", reason=error.args[0]
        ) from error
    cells = ", ".join(f"c{place} AS {quote_name(name)}" for place, name in enumerate(dialect.names))
    connection.execute(
        f"CREATE VIEW {relation} AS SELECT {cells}, {LINE} FROM {_scan(copy, dialect, above=0, is_numbered=True)}"  # noqa: S608
    )
    return RawTable(source, relation, dialect.names, is_text=True, malformed=malformed)


def _scan(path: Path, dialect: Dialect, *, above: int, is_numbered: bool = False) -> str:
    """DuckDB's reading of the file, nothing left to its guesses; blank cells are null."""
    columns = [f"c{place}: 'VARCHAR'" for place in range(len(dialect.names))]
    if is_numbered:
        columns.append(f"{LINE}: 'BIGINT'")
    return (
        f"read_csv({quote_path(path)}, auto_detect = false, header = false, skip = {above}, "
        f"delim = {quote_text(dialect.delimiter)}, quote = {quote_text(dialect.quote)}, "
        f"escape = {quote_text(dialect.escape)}, columns = {{{', '.join(columns)}}}, strict_mode = true, "
        "compression = 'none', hive_partitioning = false)"
    )
