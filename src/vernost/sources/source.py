"""What a source becomes: rows in the shape of the log, staged and typed, with the rows that could not be."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tempfile import TemporaryDirectory

    import duckdb


@dataclass(frozen=True, slots=True)
class ColumnMatch:
    """How one column of the log was found in a source.

    Attributes:
        column: name of the log's column.
        expression: what fills it: a source column, or an expression over several.
        confidence: 0..1; 1 when the user said so.
        why: 'given', 'name', 'synonym' or 'contents'.
        note: what was assumed on the way, such as 'day first' or 'decimal comma'; empty when nothing.
    """

    column: str
    expression: str
    confidence: float
    why: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class TableMatch:
    """How one table of the log is filled from one source."""

    source: str
    table: str
    columns: tuple[ColumnMatch, ...]
    extra: tuple[str, ...] = ()


@dataclass
class Reading:
    """Rows of one or more sources, staged in DuckDB in the shape of the log; nothing is kept yet.

    Attributes:
        connection: the staging engine; its memory is bounded and it spills to disk.
        tables: table of the log -> name of the staged relation in ``connection``. Such a relation has all columns of
            the log's table with their types (instants are UTC without zone), then ``extra`` (JSON text or null),
            ``source`` (text) and ``_row`` (BIGINT: the row's place over all sources of this reading; later rows win).
        rejected: name of the relation of rows that could not be typed: ``table_name, source, line, reason, raw``
            (``raw`` is JSON text of the row as it was read; ``line`` its line in the file).
        matches: how the columns were found.
        notes: sentences that the user should know, such as 'Dates are read day first'.
        timezone: the company's clock, by which times without an offset were read.
        numbers_begin_anew: columns, without what writers vary, whose numbers name an order only together with its day.
        open_numbers: columns whose numbers were taken as they stand, though nobody said so -> query of the sales
            under them: ``number, customer_id, amount, day``.
        partial: tables whose rows say only what they have a value for: a row that the log has keeps the rest.
    """

    connection: "duckdb.DuckDBPyConnection"
    tables: Mapping[str, str]
    rejected: str
    matches: tuple[TableMatch, ...] = ()
    notes: tuple[str, ...] = ()
    timezone: str = "UTC"
    numbers_begin_anew: frozenset[str] = frozenset()
    open_numbers: Mapping[str, str] = field(default_factory=dict)
    partial: frozenset[str] = frozenset()
    _shape: "Callable[[frozenset[str]], Reading] | None" = None
    _closers: "Sequence[TemporaryDirectory[str]]" = ()

    def with_days(self, columns: frozenset[str]) -> "Reading":
        """The same rows with the day in the names of the orders that these columns number; it replaces this reading."""
        begun = self.numbers_begin_anew | (columns & self.open_numbers.keys())
        return self if self._shape is None or begun == self.numbers_begin_anew else self._shape(begun)

    def close(self) -> None:
        """Free the staging engine and its temporary files."""
        self.connection.close()
        for closer in self._closers:
            closer.cleanup()

    def __enter__(self) -> "Reading":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __iter__(self) -> Iterator[str]:
        return iter(self.tables)


@dataclass(frozen=True, slots=True)
class RawTable:
    """One table of a source as it is, before any mapping: a lazy relation in the staging engine.

    Attributes:
        source: what people call it: the path as given, with ``[sheet]`` of a workbook, or the database's table.
        relation: name of the view or table in the staging connection. It has the source's columns under their own
            names (made unique ignoring case) and, last, ``_line`` BIGINT: the line in the file (the record's number
            where lines mean nothing).
        columns: the source's own columns, in order, without ``_line``.
        is_text: whether every column is text as written in the file (CSV and the like); otherwise columns have
            the types of the source (Parquet, database, Excel cells).
        malformed: name of a relation ``line BIGINT, reason VARCHAR, raw VARCHAR`` of the lines that are not records,
            or None when there are none by nature.
    """

    source: str
    relation: str
    columns: tuple[str, ...]
    is_text: bool
    malformed: str | None = None
