"""The numbers behind charts: tables of typed cells, and how a cell is shown."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from vernost.report.document import Column, Kind, Table
from vernost.report.voice import Voice

Row = Mapping[str, Any]
_PERIODS: Mapping[str, Kind] = {"day": "day", "week": "week", "month": "month", "quarter": "quarter", "year": "year"}
NUMBERS = frozenset(("share", "money", "count", "days", "hours", "points", "ratio", "number", "loss"))
"""Kinds of cells that hold numbers."""

SHOWN = 60
"""Rows that a page shows of one table; the workbook has all."""


def shown(voice: Voice, kind: str, value: Any) -> str:
    """A cell in words.

    >>> shown(Voice("en"), "share", 0.5), shown(Voice("en"), "text", None)
    ('50.0%', '–')
    """
    if value is None:
        return "–"
    if kind in _PERIODS and isinstance(value, date):
        return voice.formats.period(value, kind)
    return voice.formats.value(value, kind) if kind in NUMBERS else str(value)


def as_kind(unit: str) -> Kind:
    """The kind of cells that hold values of a unit.

    >>> as_kind("share"), as_kind("months")
    ('share', 'number')
    """
    kinds: dict[str, Kind] = {
        "share": "share", "money": "money", "count": "count", "days": "days", "hours": "hours", "points": "points",
        "ratio": "ratio",
    }  # fmt: skip
    return kinds.get(unit, "number")


def kind_of_period(by: str) -> Kind:
    """The kind of cells that hold periods of a length.

    >>> kind_of_period("month")
    'month'
    """
    return _PERIODS[by]


def over_periods(
    voice: Voice, name: str, rows: Sequence[Row], by: str, columns: Sequence[tuple[str, str, str]]
) -> Table:
    """A table with a line a period.

    Args:
        voice: the language.
        name: of the table.
        rows: with period and complete.
        by: length of the periods.
        columns: title, key in the row, unit.
    """
    return Table(
        name=name,
        columns=(
            Column(voice.say("column.period"), kind_of_period(by)),
            *(Column(title, as_kind(unit)) for title, _, unit in columns),
        ),
        rows=tuple((row["period"], *(row.get(key) for _, key, _ in columns)) for row in rows),
        marks=frozenset(place for place, row in enumerate(rows) if not row["complete"]),
    )


def value_columns(voice: Voice, title: str, unit: str, *, counts: bool = False) -> list[tuple[str, str, str]]:
    """Columns of a value with its interval, and its counts."""
    columns = [(title, "value", unit), (voice.say("column.low"), "low", unit), (voice.say("column.high"), "high", unit)]
    if counts:
        columns += [
            (voice.say("column.kept"), "numerator", "count"),
            (voice.say("column.base"), "denominator", "count"),
        ]
    return columns


def thinned(table: Table, most: int = SHOWN) -> tuple[Table, int]:
    """A table with at most so many lines, evenly taken, and the step between them (1 for all).

    >>> table, step = thinned(Table("t", (Column("x", "count"),), tuple((n,) for n in range(130))))
    >>> step, len(table.rows), table.rows[1]
    (3, 44, (3,))
    """
    step = max(1, -(-len(table.rows) // most))
    places = [place for place in range(len(table.rows)) if place % step == 0]
    marks = frozenset(new for new, place in enumerate(places) if place in table.marks)
    return Table(table.name, table.columns, tuple(table.rows[place] for place in places), marks), step


def readable(voice: Voice, table: Table, most: int = SHOWN) -> tuple[Table, str]:
    """A table as people read it, and a note on what is left out of it, or nothing.

    >>> table = Table("t", (Column("x", "count"),), ((1,), (2,), (3,)), first=2)
    >>> few, note = readable(Voice("en"), table)
    >>> few.rows, note
    (((1,), (2,)), 'The first 2 of 3; the workbook has all.')
    """
    if table.first:
        few = replace(table, rows=table.rows[: table.first])
        is_whole = len(few.rows) == len(table.rows)
        return few, "" if is_whole else voice.say("label.first_rows", shown=len(few.rows), all=len(table.rows))
    few, step = thinned(table, most)
    return few, voice.say("label.thinned", step=step, all=len(table.rows)) if step > 1 else ""
