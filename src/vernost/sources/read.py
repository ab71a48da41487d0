"""From sources to a reading: raw tables are understood, typed and shaped, and what could not be read is kept aside."""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from vernost.errors import InvalidValue, UnreadableSource
from vernost.schema import TABLES
from vernost.sources.computed import compute_columns
from vernost.sources.files import read_raw
from vernost.sources.forms import Forms
from vernost.sources.given import Given
from vernost.sources.mapping import SourceMapping, check_given, guess, refuse
from vernost.sources.notes import Note
from vernost.sources.profile import Profile, profile
from vernost.sources.rows import Rows
from vernost.sources.shapes import shape
from vernost.sources.source import ColumnMatch, RawTable, Reading, TableMatch
from vernost.sources.staging import new_relation, quote_name, quote_text, stage_connection
from vernost.sources.typed import Typed, type_rows

if TYPE_CHECKING:
    import duckdb

Progress = Callable[[str, float], None]


def read(
    sources: Sequence[str],
    *,
    given: Given | None = None,
    timezone: str = "UTC",
    memory_limit: str = "1GB",
    progress: Progress | None = None,
) -> Reading:
    """Read sources into the shape of the customer log; close the reading when its rows have been taken.

    Args:
        sources: paths, folders, patterns or database URLs.
        given: what is known about them; the rest is guessed.
        timezone: the company's clock, by which times without an offset are read.
        memory_limit: what the staging engine may hold in memory.
        progress: hears what is being read and the share that is done.

    Raises:
        UnreadableSource: a source is not there or is no data.
        MissingColumn: no source has what a table of the log needs.
        UnknownName: what is given names a column that no source has.
    """
    if not sources:
        raise InvalidValue("There is nothing to read. Name at least one file, folder, pattern or database URL.")
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InvalidValue(f"{timezone!r} is not a time zone. Name one such as Europe/Moscow or UTC.") from error
    workdir = tempfile.TemporaryDirectory(prefix="vernost-")
    connection = stage_connection(Path(workdir.name), memory_limit=memory_limit)
    reader = _Reader(connection, given or Given(), timezone)
    try:
        raws = [
            raw
            for source in dict.fromkeys(sources)
            for raw in read_raw(connection, source, workdir=Path(workdir.name), progress=progress)
        ]
        return reader.reading(raws, closers=[workdir])
    except BaseException:
        connection.close()
        workdir.cleanup()
        raise


def read_tables(
    connection: "duckdb.DuckDBPyConnection",
    raws: Sequence[RawTable],
    *,
    given: Given | None = None,
    timezone: str = "UTC",
) -> Reading:
    """Read raw tables that are already in a staging engine."""
    return _Reader(connection, given or Given(), timezone).reading(list(raws), closers=[])


@dataclass
class _Reader:
    """Gathers what each raw table gives."""

    connection: "duckdb.DuckDBPyConnection"
    given: Given
    timezone: str
    views: dict[str, list[str]] = field(default_factory=dict)
    split_views: list[str] = field(default_factory=list)
    rejected: list[str] = field(default_factory=list)
    matches: list[TableMatch] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    base: int = 0

    def reading(self, raws: list[RawTable], *, closers: "list[tempfile.TemporaryDirectory[str]]") -> Reading:
        """Read all raw tables."""
        check_given(self.given, {raw.source: raw.columns for raw in raws})
        understood = self._understand(raws)
        for looked, mapping in understood:
            self._add(looked, mapping)
        tables = {name: self._union(name, views) for name, views in self._in_order().items()}
        if self.timezone != "UTC":
            self.notes.append(Note("local_times", zone=self.timezone))
        return Reading(
            connection=self.connection,
            tables=tables,
            rejected=self._all_rejected(),
            matches=tuple(self.matches),
            notes=tuple(dict.fromkeys(self.notes)),
            timezone=self.timezone,
            _closers=closers,
        )

    def _understand(self, raws: list[RawTable]) -> list[tuple[Profile, SourceMapping]]:
        """Raw tables with what they are; it is an error when none of them is anything."""
        judged = []
        for raw in raws:
            looked = profile(self.connection, raw)
            judged.append((looked, guess(looked, self.given.for_source(raw.source))))
        understood = [(looked, mapping) for looked, mapping in judged if mapping.is_understood]
        if not understood:
            raise refuse(*max(judged, key=lambda pair: pair[1].score))
        for looked, mapping in judged:
            if mapping.is_understood:
                continue
            if mapping.missing and mapping.score > 0:
                missing = ", ".join(mapping.missing)
                self.notes.append(Note("not_used", source=looked.raw.source, table=mapping.table, missing=missing))
            else:
                shown = ", ".join(looked.raw.columns[:8])
                self.notes.append(Note("not_understood", source=looked.raw.source, columns=shown))
        return understood

    def _add(self, looked: Profile, mapping: SourceMapping) -> None:
        """Type and shape one raw table."""
        import duckdb

        raw = looked.raw
        forms = Forms(self.connection, looked, self.given.for_source(raw.source), self.timezone)
        relation, found, types = compute_columns(self.connection, looked, mapping.found)
        computed = SourceMapping(mapping.table, found, mapping.missing, mapping.score)
        try:
            typed = type_rows(
                self.connection, looked, computed, forms.of(mapping.found), relation=relation, types=types
            )
            rows = Rows(self.connection, looked, computed, typed, self.base, self.timezone)
            shaped = shape(rows)
        except duckdb.Error as error:
            reason = str(error).splitlines()[0]
            raise UnreadableSource(raw.source, reason, "Check the file, or export it again as CSV in UTF-8.") from error
        for table, view in shaped.items():
            is_split = table == "customers" and mapping.table != "customers"
            (self.split_views if is_split else self.views.setdefault(table, [])).append(view)
        self._keep(raw, mapping, typed, forms)
        self.notes += [*forms.notes, *rows.notes, *typed.notes]
        self.notes += _notes_of_mapping(raw.source, mapping)
        self.base += typed.last_line

    def _keep(self, raw: RawTable, mapping: SourceMapping, typed: Typed, forms: Forms) -> None:
        self.rejected.append(f"SELECT * FROM {quote_name(typed.rejected)}")  # noqa: S608
        if raw.malformed is not None:
            self.rejected.append(
                f"SELECT {quote_text(mapping.table)}, {quote_text(raw.source)}, line, reason, raw"  # noqa: S608
                f" FROM {quote_name(raw.malformed)}"
            )
        self.matches += _matches(raw.source, mapping, typed, forms.assumed)

    def _in_order(self) -> dict[str, list[str]]:
        """Views by table, in the order of the log's tables; customers split off other rows are merged in."""
        if self.split_views:
            told = self._merged_split()
            known = self.views.get("customers", [])
            self.views["customers"] = [self._completed(known, told)] if known else [told]
        return {name: self.views[name] for name in TABLES if name in self.views}

    def _merged_split(self) -> str:
        """One row for each customer that other tables tell of, over all sources."""
        if len(self.split_views) == 1:
            return self.split_views[0]
        names = [column.name for column in TABLES["customers"].columns if column.name != "customer_id"]
        told = ", ".join(f"arg_max({quote_name(name)}, _row) AS {quote_name(name)}" for name in names)
        return self._view(
            f"SELECT customer_id, {told}, arg_max(extra, _row) AS extra, arg_max(source, _row) AS source,"  # noqa: S608
            f" max(_row) AS _row FROM ({_union_sql(self.split_views)}) GROUP BY customer_id"
        )

    def _completed(self, known: list[str], told: str) -> str:
        """Customers of their own source, their gaps filled by what other tables tell, and those only told of."""
        names = [column.name for column in TABLES["customers"].columns if column.name != "customer_id"]
        filled = ", ".join(
            f"COALESCE(k.{quote_name(name)}, t.{quote_name(name)}) AS {quote_name(name)}" for name in names
        )
        own = _union_sql(known)
        return self._view(
            f"SELECT k.customer_id, {filled}, k.extra, k.source, k._row FROM ({own}) AS k"  # noqa: S608
            f" LEFT JOIN {quote_name(told)} AS t USING (customer_id) UNION ALL"
            f" SELECT * FROM {quote_name(told)} WHERE customer_id NOT IN (SELECT customer_id FROM ({own}))"
        )

    def _union(self, table: str, views: list[str]) -> str:
        return self._view(_union_sql(views), name=f"staged_{table}")

    def _all_rejected(self) -> str:
        return self._view(" UNION ALL ".join(self.rejected), name="staged_rejected")

    def _view(self, query: str, *, name: str | None = None) -> str:
        view = name or new_relation(self.connection)
        self.connection.execute(f"CREATE TEMP VIEW {quote_name(view)} AS {query}")
        return view


def _union_sql(views: Sequence[str]) -> str:
    return " UNION ALL ".join(f"SELECT * FROM {quote_name(view)}" for view in views)  # noqa: S608


def _notes_of_mapping(source: str, mapping: SourceMapping) -> list[Note]:
    notes = []
    if any(found.why == "contents" for found in mapping.found.values()):
        notes.append(Note("by_contents", source=source))
    identity = mapping.found.get((mapping.table, "customer_id"))
    if identity is not None and identity.note:
        notes.append(Note("stand_in", source=source, column=identity.source))
    return notes


def _matches(source: str, mapping: SourceMapping, typed: Typed, assumed: Mapping[str, str]) -> list[TableMatch]:
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
                    found.note or assumed.get(found.source, ""),
                )
                for (home, column), found in mapping.found.items()
                if home == table
            ),
            extra=typed.extra if table == mapping.table else (),
        )
        for table in tables
    ]
