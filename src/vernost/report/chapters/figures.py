"""What many chapters draw alike: a measure over time with its sentence, its band and its numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vernost.measure.answer import Answer
from vernost.measure.waits import hours_notes
from vernost.report import charts, sentences
from vernost.report.comparison import Change, compare
from vernost.report.document import Figure
from vernost.report.inquiry import Inquiry, Row
from vernost.report.tables import over_periods, value_columns
from vernost.report.theme import SERIES
from vernost.report.voice import Voice

LEAST_POINTS = 3
"""Fewer known periods than this make a table, not a chart."""

MOST_POINTS = 240
"""More periods than this are not drawn."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a chart over time.

    Attributes:
        name: as written beside it and in the table.
        rows: period, complete, value, low, high.
        unit: of the values.
        notes: what to bear in mind.
    """

    name: str
    rows: Sequence[Row]
    unit: str
    notes: tuple[str, ...] = ()

    @property
    def known(self) -> list[Row]:
        """Rows with a value."""
        return charts.known(self.rows)


def line(inquiry: Inquiry, voice: Voice, measure: str, name: str | None = None, **options: Any) -> Line | None:
    """A measure over the report's periods as a line; None when the log lacks its facts or nothing is known."""
    answer = inquiry.ask(measure, by=inquiry.by, **options)
    if answer is None:
        return None
    rows = [row | {"href": inquiry.href(measure, row, by=inquiry.by, **options)} for row in answer.rows]
    notes = tuple(note.sentence(voice.language) for note in hours_notes(answer.options.get("working_hours")))
    found = Line(name or voice.name(measure), rows, answer.unit, notes)
    return found if found.known else None


def part(whole: Line, name: str, column: str) -> Line:
    """Another column of the same rows as a line without a band."""
    rows = [row | {"value": row[column], "low": None, "high": None} for row in whole.rows]
    return Line(name, rows, whole.unit)


def over_time(
    inquiry: Inquiry,
    voice: Voice,
    anchor: str,
    lines: Sequence[Line | None],
    *,
    title: str | None = None,
    text: str | None = None,
    notes: Sequence[str] = (),
) -> Figure | None:
    """Lines over periods as a figure; None when there is no line.

    Args:
        inquiry: the log.
        voice: the language.
        anchor: place in the page.
        lines: those of them that are None are left out.
        title: of the figure; by default that of the only line.
        text: its sentences; by default those of the first line.
        notes: what to bear in mind, beside what the lines have.
    """
    drawn = [line for line in lines if line and line.known]
    if not drawn:
        return None
    courses = [
        charts.Course(line.name, line.rows[-MOST_POINTS:], SERIES[n % len(SERIES)]) for n, line in enumerate(drawn)
    ]
    is_chart = max(len(line.known) for line in drawn) >= LEAST_POINTS
    spec = charts.course(voice, courses, drawn[0].unit, inquiry.by) if is_chart else None
    table_name = title or drawn[0].name
    return Figure(
        anchor=anchor,
        title=table_name,
        text=text if text is not None else _text(inquiry, voice, drawn[0]),
        spec=spec,
        table=over_periods(voice, table_name, _merged(drawn), inquiry.by, _columns(voice, drawn)),
        notes=(
            *notes,
            *dict.fromkeys(note for line in drawn for note in line.notes),
            *(_drawing_notes(voice, drawn) if spec else ()),
        ),
    )


def measured(inquiry: Inquiry, voice: Voice, name: str) -> Figure | None:
    """One measure over the report's periods, with how its intervals are made."""
    note = interval_note(voice, inquiry.ask(name, by=inquiry.by))
    return over_time(inquiry, voice, name, [line(inquiry, voice, name)], notes=[note] if note else [])


def _text(inquiry: Inquiry, voice: Voice, shown: Line) -> str:
    row = inquiry.current(list(shown.rows)) or shown.known[-1]
    when = voice.formats.period(row["period"], inquiry.by, "when")
    sentence = sentences.measured(voice, shown.name, row, shown.unit, when)
    return " ".join([sentence, *changes(inquiry, voice, shown.rows, shown.unit)])


def changes(inquiry: Inquiry, voice: Voice, rows: Sequence[Row], unit: str) -> list[str]:
    """Sentences on the change against the period before and the same period a year ago."""
    said = []
    for key, before in (("change.sentence", inquiry.before), ("change.also", inquiry.year_ago)):
        change = changed(inquiry, rows, unit, before)
        if change:
            said.append(sentences.changed(voice, change, voice.formats.period(before, inquiry.by, "when"), key))
    # With a year as the period both are the same.
    return list(dict.fromkeys(said))


def changed(inquiry: Inquiry, rows: Sequence[Row], unit: str, before: Any) -> Change | None:
    """The change of the last finished period against another one, both finished; None when either is not."""
    return compare(inquiry.at(list(rows), inquiry.period), inquiry.at(list(rows), before), unit)


def interval_note(voice: Voice, answer: Answer | None) -> str:
    """How the intervals of an answer are made."""
    kind = answer.finding.interval if answer else None
    return voice.say(f"note.{kind.replace('-', '_')}") if kind else ""


def _merged(lines: Sequence[Line]) -> list[Mapping[str, Any]]:
    """Rows of all lines side by side, values under the name of their line."""
    rows: dict[Any, dict[str, Any]] = {}
    for place, found in enumerate(lines):
        for row in found.rows:
            merged = rows.setdefault(row["period"], {"period": row["period"], "complete": row["complete"]})
            merged |= {f"{key}{place}": row.get(key) for key in ("value", "low", "high", "numerator", "denominator")}
    return [rows[period] for period in sorted(rows)]


def _columns(voice: Voice, lines: Sequence[Line]) -> list[tuple[str, str, str]]:
    columns = []
    for place, found in enumerate(lines):
        has_band = any(row.get("low") is not None for row in found.rows)
        has_counts = len(lines) == 1 and found.unit == "share" and found.rows[0].get("denominator") is not None
        named = value_columns(voice, found.name, found.unit, counts=has_counts)
        columns += [(title, f"{key}{place}", unit) for title, key, unit in (named if has_band else named[:1])]
    return columns


def _drawing_notes(voice: Voice, lines: Sequence[Line]) -> list[str]:
    rows = lines[0].rows
    notes = []
    if any(not row["complete"] and row["value"] is not None for row in rows):
        notes.append(voice.say("note.running"))
    if len(rows) > MOST_POINTS:
        notes.append(voice.say("note.drawn_points", drawn=MOST_POINTS, all=len(rows)))
    if min(len(rows), MOST_POINTS) > charts.ZOOM_FROM:
        notes.append(voice.say("note.zoom"))
    return notes
