"""A look at sources before they are read: how each table would be understood, and what its first rows become."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from glob import escape
from typing import TYPE_CHECKING, Any

from vernost.sources.given import Given
from vernost.sources.mapped import SourceMapping
from vernost.sources.profile import Profile
from vernost.sources.source import ColumnMatch, RawTable, Reading, TableMatch
from vernost.sources.staging import new_relation, quote_name

if TYPE_CHECKING:
    import duckdb

FIRST_READ, FIRST_SHOWN = 200, 10
"""Rows of each table that a look reads, and those that it hands out."""

Recall = Callable[[tuple[str, ...]], Given | None]
"""What is remembered of a table with such columns."""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Look:
    """How one table of a source would be read.

    Attributes:
        source: what it is called.
        columns: its own columns.
        rows: its first rows as they are written.
        table: the table of the log that it most likely is.
        matches: what would fill that table and its companions.
        missing: columns without which it cannot be that table.
        is_understood: whether it can be read.
        is_left_out: whether it is not to be, as was said.
    """

    source: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    table: str
    matches: tuple[TableMatch, ...]
    missing: tuple[str, ...]
    is_understood: bool
    is_left_out: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """What a look at sources shows.

    Attributes:
        looks: each of their tables.
        tables: table of the log -> its first rows, as they would be loaded.
        given: what was given, with what was remembered.
        notes: sentences that the user should know.
    """

    looks: tuple[Look, ...]
    tables: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    given: Given = field(default_factory=Given)
    notes: tuple[str, ...] = ()


def look(looked: Profile, mapping: SourceMapping, *, is_left_out: bool) -> Look:
    """How a table that was looked at would be read."""
    return Look(
        looked.raw.source,
        looked.raw.columns,
        tuple(looked.rows[:FIRST_SHOWN]),
        mapping.table,
        tuple(matches_of(looked.raw.source, mapping)),
        mapping.missing,
        mapping.is_understood,
        is_left_out,
    )


def matches_of(
    source: str,
    mapping: SourceMapping,
    *,
    extra: tuple[str, ...] = (),
    assumed: Mapping[str, str] | None = None,
) -> list[TableMatch]:
    """How the tables of the log were found in one source."""
    tables = dict.fromkeys([mapping.table, *(table for table, _ in mapping.found)])
    return [
        TableMatch(
            source=source,
            table=table,
            columns=tuple(
                ColumnMatch(
                    column,
                    found.source,
                    round(found.confidence, 2),
                    found.why,
                    found.note or (assumed or {}).get(found.source, ""),
                )
                for (home, column), found in mapping.found.items()
                if home == table
            ),
            extra=extra if table == mapping.table else (),
        )
        for table in tables
    ]


def with_remembered(given: Given, raws: Sequence[RawTable], recall: Recall) -> Given:
    """What is given, and what is remembered of tables of which nothing is given by their name."""
    named = {pattern for pattern, _ in given.sections}
    sections = [
        (pattern, remembered)
        for raw in raws
        if (pattern := escape(raw.source)) not in named and (remembered := recall(raw.columns)) is not None
    ]
    return replace(given, sections=(*given.sections, *sections))


def beginning(connection: "duckdb.DuckDBPyConnection", looked: Profile, first: int) -> Profile:
    """A table that was looked at, cut to its first rows; lines that are no records are left out."""
    relation = new_relation(connection)
    rows = f"SELECT * FROM {quote_name(looked.raw.relation)} LIMIT {int(first)}"  # noqa: S608 - quoted
    connection.execute(f"CREATE TEMP TABLE {quote_name(relation)} AS {rows}")
    return replace(looked, raw=replace(looked.raw, relation=relation, malformed=None))


def first_rows(reading: Reading) -> dict[str, list[Row]]:
    """Table of the log -> its first rows in a reading."""
    found: dict[str, list[Row]] = {}
    for table, relation in reading.tables.items():
        rows = reading.connection.execute(
            f"SELECT * EXCLUDE (_row) FROM {quote_name(relation)} ORDER BY _row LIMIT {FIRST_SHOWN}"  # noqa: S608 - quoted
        )
        names = [column[0] for column in rows.description or ()]
        found[table] = [dict(zip(names, row, strict=True)) for row in rows.fetchall()]
    return found
