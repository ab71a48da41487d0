"""The course of a load that is the same in every engine: each table is sifted, written and tallied in turn."""

# ruff: noqa: S608 - every name and literal in the queries is quoted, or is the schema's own

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vernost.errors import UnknownName
from vernost.messages import Message
from vernost.schema import TABLES
from vernost.sources.progress import Progress, told_while_busy, within
from vernost.store.receipt import Tally, checked
from vernost.store.sifting import Fate, Sifted, quoted, refusals, sift

if TYPE_CHECKING:
    from vernost.sources.source import Reading


@dataclass(slots=True)
class Outcome:
    """What came of a reading, as far as it is written."""

    tallies: tuple[Tally, ...] = ()
    sources: tuple[str, ...] = ()
    notes: list[str] = field(default_factory=list)


def write_reading(
    reading: "Reading",
    *,
    write: Callable[[Sifted], Fate],
    keep_rejected: Callable[[str], None],
    progress: Progress | None = None,
) -> Outcome:
    """Write all tables of a reading, and the rows that were rejected.

    Args:
        reading: the staged rows.
        write: writes the sifted rows of one table and says how many changed the log.
        keep_rejected: keeps the rows of a query ``table_name, source, line, reason, raw``.
        progress: told what is under way, and the share of all that is done.
    """
    outcome = Outcome(sources=_sources(reading))
    malformed = _malformed(reading)
    if malformed:
        keep_rejected(f"SELECT table_name, source, line, reason, raw FROM {quoted(reading.rejected)}")
    tallies = []
    names = _in_order(reading)
    for number, name in enumerate(names):
        if progress:
            progress(name, number / len(names))
        table, relation = TABLES[name], reading.tables[name]
        with told_while_busy(
            reading.connection, name, within(progress, number / len(names), (number + 1) / len(names))
        ):
            sifted = sift(
                reading.connection, table, relation, said=_said(reading, name), is_partial=name in reading.partial
            )
            if sifted.refused:
                keep_rejected(refusals(table, relation))
            fate = write(sifted)
        tallies.append(_tally(sifted, fate, malformed.pop(name, 0)))
        outcome.notes.extend(_warnings(sifted))
    tallies.extend(Tally(name, read=count, rejected=count) for name, count in malformed.items())
    outcome.tallies = checked(tuple(tallies))
    return outcome


def _said(reading: "Reading", table: str) -> frozenset[str] | None:
    """Columns of a table that the sources have; None when it is not known how they were found."""
    matches = [match for match in reading.matches if match.table == table]
    return frozenset(column.column for match in matches for column in match.columns) if matches else None


def _tally(sifted: Sifted, fate: Fate, malformed: int) -> Tally:
    return Tally(
        sifted.table.name,
        read=sifted.read + malformed,
        accepted=fate.fresh,
        unchanged=sifted.kept - fate.fresh - fate.changed,
        replaced=fate.changed + sifted.outdone,
        rejected=sifted.refused + malformed,
    )


def _warnings(sifted: Sifted) -> Iterator[str]:
    key = " + ".join(sifted.table.key)
    if sifted.outdone:
        yield Message(
            "{table}: of rows with the same {key} the last stands; earlier ones: {count}.",
            table=sifted.table.name,
            key=key,
            count=sifted.outdone,
        )


def _in_order(reading: "Reading") -> list[str]:
    """Tables of the reading, in the order of the schema."""
    for name in reading.tables:
        if name not in TABLES:
            raise UnknownName("table", name, TABLES)
    return [name for name in TABLES if name in reading.tables]


def _malformed(reading: "Reading") -> dict[str, int]:
    """How many rows could not be typed, by table."""
    counts = reading.connection.execute(
        f"SELECT coalesce(table_name, '?'), count(*) FROM {quoted(reading.rejected)} GROUP BY ALL ORDER BY ALL"
    )
    return dict(counts.fetchall())


def _sources(reading: "Reading") -> tuple[str, ...]:
    """Names of the sources, asked of one table after the other: a scan of all at once holds parts of each in memory."""
    relations = [*reading.tables.values(), reading.rejected]
    found = (
        reading.connection.execute(f"SELECT DISTINCT source FROM {quoted(relation)} WHERE source IS NOT NULL")
        for relation in relations
    )
    return tuple(sorted({source for answer in found for (source,) in answer.fetchall()}))
