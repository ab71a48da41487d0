"""From sources to a reading: raw tables are understood, typed and shaped, and what could not be read is kept aside."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from vernost.errors import InvalidValue, UnreadableSource
from vernost.messages import reason
from vernost.sources.clocks import has_local_times
from vernost.sources.computed import compute_columns
from vernost.sources.files import read_raw
from vernost.sources.forms import Forms
from vernost.sources.gathering import Gathering
from vernost.sources.given import Given
from vernost.sources.given_back import refunds_beside
from vernost.sources.looking import (
    FIRST_READ,
    Preview,
    Recall,
    beginning,
    first_rows,
    look,
    matches_of,
    with_remembered,
)
from vernost.sources.mapped import SourceMapping
from vernost.sources.mapping import check_given, guess, refuse
from vernost.sources.notes import Note
from vernost.sources.order_numbers import column_of_numbers, columns_begun_anew, numbered_sales, with_days
from vernost.sources.own import without_own_columns
from vernost.sources.profile import Profile, profile
from vernost.sources.progress import Progress, told_while_busy, within
from vernost.sources.rows import Rows
from vernost.sources.shapes import shape
from vernost.sources.source import RawTable, Reading, TableMatch
from vernost.sources.staging import quote_name, quote_text, stage_connection
from vernost.sources.typed import Typed, type_rows
from vernost.workdir import Workdir

if TYPE_CHECKING:
    import duckdb

OPENING = 0.3
"""Share of the work before any cell is read: files are surveyed, unpacked, brought to UTF-8; databases are copied."""


def read(
    sources: Sequence[str],
    *,
    given: Given | None = None,
    timezone: str = "UTC",
    memory_limit: str = "1GB",
    progress: Progress | None = None,
    labels: Mapping[str, str] | None = None,
) -> Reading:
    """Read sources into the shape of the customer log; close the reading when its rows have been taken.

    Args:
        sources: paths, folders, patterns or database URLs.
        given: what is known about them; the rest is guessed.
        timezone: the company's clock, by which times without an offset are read.
        memory_limit: what the staging engine may hold in memory.
        progress: hears what is being read and the share that is done; what it raises stops the reading.
        labels: source -> what it is called instead of its path.

    Raises:
        UnreadableSource: a source is not there or is no data.
        MissingColumn: no source has what a table of the log needs.
        UnknownName: what is given names a column that no source has.
    """
    workdir, reader = _opened(sources, given, timezone, memory_limit)
    try:
        opening, typing = within(progress, 0.0, OPENING), within(progress, OPENING, 1.0)
        raws = reader.raws(sources, labels or {}, workdir=Path(workdir.name), progress=opening)
        return reader.reading(reader.judged(raws), closers=[workdir], progress=typing)
    except BaseException:
        reader.connection.close()
        workdir.cleanup()
        raise


def preview(
    sources: Sequence[str],
    *,
    given: Given | None = None,
    recall: Recall = lambda _columns: None,
    timezone: str = "UTC",
    memory_limit: str = "1GB",
    progress: Progress | None = None,
    labels: Mapping[str, str] | None = None,
) -> Preview:
    """Look at sources: how each of their tables would be read, and what their first rows would become.

    Args:
        sources: as in ``read``, like the other arguments.
        given: what is known about them.
        recall: what is remembered of a table with such columns, where nothing is given of it by its name.
        timezone: the company's clock.
        memory_limit: what the staging engine may hold in memory.
        progress: hears what is being read.
        labels: source -> what it is called instead of its path.
    """
    workdir, reader = _opened(sources, given, timezone, memory_limit)
    with workdir, closing(reader.connection):
        raws = reader.raws(sources, labels or {}, workdir=Path(workdir.name), progress=progress)
        reader.given = with_remembered(reader.given, raws, recall)
        judged = reader.judged(raws)
        looks = tuple(look(each, mapping, is_left_out=reader.leaves_out(each)) for each, mapping in judged)
        understood = [pair for pair in judged if pair[1].is_understood]
        if not reader.wanted(understood):
            return Preview(looks, given=reader.given, notes=tuple(reader.notes))
        reader.first = FIRST_READ
        reading = reader.reading(understood, closers=[])
        return Preview(looks, first_rows(reading), given=reader.given, notes=reading.notes)


def _opened(sources: Sequence[str], given: Given | None, timezone: str, memory_limit: str) -> tuple[Workdir, "_Reader"]:
    """A reader with an engine of its own, in a folder of its own."""
    if not sources:
        raise InvalidValue("There is nothing to read. Name at least one file, folder, pattern or database URL.")
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InvalidValue(
            "{zone!r} is not a time zone. Name one as in the IANA list, such as Europe/Moscow or UTC.", zone=timezone
        ) from error
    workdir = Workdir()
    return workdir, _Reader(stage_connection(Path(workdir.name), memory_limit=memory_limit), given or Given(), timezone)


@dataclass
class _Reader:
    """Gathers what each raw table gives; with ``first``, only so many rows of each."""

    connection: "duckdb.DuckDBPyConnection"
    given: Given
    timezone: str
    first: int | None = None
    sources: list[Rows] = field(default_factory=list)
    rejected: list[str] = field(default_factory=list)
    matches: list[TableMatch] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    base: int = 0

    def skipped(self, path: Path, why: str) -> None:
        """Remember a file that could not be opened."""
        self.notes.append(Note("skipped", source=path, why=why))

    def raws(
        self, sources: Sequence[str], labels: Mapping[str, str], *, workdir: Path, progress: Progress | None
    ) -> list[RawTable]:
        """The raw tables of all sources, without the columns that Vernost adds to rejected rows."""
        wanted = list(dict.fromkeys(sources))
        return [
            without_own_columns(raw)
            for number, source in enumerate(wanted)
            for raw in read_raw(
                self.connection,
                source,
                workdir=workdir,
                label=labels.get(source, ""),
                progress=within(progress, number / len(wanted), (number + 1) / len(wanted)),
                skipped=self.skipped,
            )
        ]

    def reading(
        self,
        judged: list[tuple[Profile, SourceMapping]],
        *,
        closers: list[Workdir],
        progress: Progress | None = None,
    ) -> Reading:
        """Read the raw tables that are understood."""
        check_given(self.given, {looked.raw.source: looked.raw.columns for looked, _ in judged})
        understood = self._understood(judged)
        for number, (looked, mapping) in enumerate(understood):
            part = within(progress, number / len(understood), (number + 1) / len(understood))
            with _explained(looked.raw.source), told_while_busy(self.connection, looked.raw.source, part):
                self._type(looked, mapping)
        return self._shaped(columns_begun_anew(self.sources), closers)

    def _shaped(self, begun_anew: frozenset[str], closers: list[Workdir]) -> Reading:
        """All rows in the shape of the log."""
        gathering, notes = Gathering(self.connection), list(self.notes)
        named = [with_days(replace(rows, notes=[]), begun_anew) for rows in self.sources]
        orders: list[tuple[Rows, str]] = []
        for rows in named:
            with _explained(rows.profile.raw.source):
                shaped = shape(rows)
            for table, view in shaped.items():
                gathering.add(table, view, is_told=table == "customers" != rows.mapping.table)
            orders += [(rows, view) for table, view in shaped.items() if table == "orders"]
        for refunds in refunds_beside(orders):
            gathering.add("orders", refunds, is_told=False)
        notes += [note for rows in named for note in rows.notes]
        begun = frozenset(column for rows in named if rows.numbers_begin_anew and (column := column_of_numbers(rows)))
        return Reading(
            connection=self.connection,
            tables=gathering.tables(),
            rejected=self._all_rejected(),
            matches=tuple(self.matches),
            notes=tuple(dict.fromkeys(notes)),
            timezone=self.timezone,
            numbers_begin_anew=begun,
            open_numbers=numbered_sales(named),
            _shape=lambda columns: self._shaped(columns, closers),
            _closers=closers,
        )

    def judged(self, raws: list[RawTable]) -> list[tuple[Profile, SourceMapping]]:
        """Raw tables with what they are most likely."""
        looked = [profile(self.connection, raw) for raw in raws]
        return [(each, guess(each, self.given.for_source(each.raw.source))) for each in looked]

    def leaves_out(self, looked: Profile) -> bool:
        """Whether it was said that a table is not to be loaded."""
        return bool(self.given.for_source(looked.raw.source).is_left_out)

    def wanted(self, judged: list[tuple[Profile, SourceMapping]]) -> list[tuple[Profile, SourceMapping]]:
        """Those that are not left out."""
        return [pair for pair in judged if not self.leaves_out(pair[0])]

    def _understood(self, judged: list[tuple[Profile, SourceMapping]]) -> list[tuple[Profile, SourceMapping]]:
        """Those that are something and wanted, the others noted; it is an error when none of them is."""
        self.notes += [Note("left_out", source=each.raw.source) for each, _ in judged if self.leaves_out(each)]
        judged = self.wanted(judged)
        if not judged:
            raise InvalidValue("All tables of the sources are left out. Say of one at least that it is loaded.")
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

    def _type(self, looked: Profile, mapping: SourceMapping) -> None:
        """Read the cells of one raw table."""
        raw, given = looked.raw, self.given.for_source(looked.raw.source)
        forms = Forms(self.connection, looked, given, self.timezone)
        if self.first is not None:
            looked = beginning(self.connection, looked, self.first)
        relation, found, types = compute_columns(self.connection, looked, mapping.found)
        computed = replace(mapping, found=found)
        cells = forms.of(mapping.found)
        typed = type_rows(self.connection, looked, computed, cells, relation=relation, types=types)
        self.sources.append(
            Rows(self.connection, looked, computed, typed, self.base, self.timezone, given.numbers_begin_anew)
        )
        self._keep(looked.raw, mapping, typed, forms)
        self.notes += [*forms.notes, *typed.notes, *_notes_of_mapping(raw.source, mapping)]
        if has_local_times(self.connection, relation, found, cells, types):
            self.notes.append(Note("local_times", zone=self.timezone))
        # As many places again, for the refunds that stand beside sales.
        self.base += 2 * typed.last_line

    def _keep(self, raw: RawTable, mapping: SourceMapping, typed: Typed, forms: Forms) -> None:
        self.rejected.append(f"SELECT * FROM {quote_name(typed.rejected)}")  # noqa: S608
        if raw.malformed is not None:
            self.rejected.append(
                f"SELECT {quote_text(mapping.table)}, {quote_text(raw.source)}, line, reason, raw"  # noqa: S608
                f" FROM {quote_name(raw.malformed)}"
            )
        self.matches += matches_of(raw.source, mapping, extra=typed.extra, assumed=forms.assumed)

    def _all_rejected(self) -> str:
        view = "staged_rejected"
        self.connection.execute(f"CREATE OR REPLACE TEMP VIEW {view} AS {' UNION ALL '.join(self.rejected)}")
        return view


@contextmanager
def _explained(source: str) -> Iterator[None]:
    """Say in one sentence what the engine has against a source."""
    import duckdb

    try:
        yield
    except duckdb.Error as error:
        hint = "Check the file, or export it again as CSV in UTF-8."
        raise UnreadableSource(source, "{reason}", hint, reason=reason(error)) from error


def _notes_of_mapping(source: str, mapping: SourceMapping) -> list[Note]:
    notes = []
    if any(found.why == "contents" for found in mapping.found.values()):
        notes.append(Note("by_contents", source=source))
    identity = mapping.found.get((mapping.table, "customer_id"))
    if identity is not None and identity.note:
        notes.append(Note("stand_in", source=source, column=identity.source))
    return notes
