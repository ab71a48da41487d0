"""The report as a workbook: one sheet a table, cells typed, nothing that could run."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from vernost.report.document import Column, Report, Table
from vernost.sources.own import AUTHOR

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

WORDS = ("text", "prose")
_LOOKS = {
    "share": "0.0%", "money": "#,##0.00", "count": "#,##0", "days": "#,##0.0", "hours": "#,##0.0", "points": "0.0",
    "ratio": "0.00", "number": "0.0000", "loss": "0.0000", "day": "yyyy-mm-dd", "week": "yyyy-mm-dd",
    "month": "mmm yyyy", "quarter": "mmm yyyy", "year": "yyyy", "text": "General", "prose": "General",
}  # fmt: skip
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f']")
_LONGEST_NAME, _LONGEST_CELL = 31, 32_000
_NARROW, _WIDE = 11, 70


def workbook(report: Report, generated_at: datetime) -> bytes:
    """The workbook's bytes."""
    created = generated_at.astimezone(UTC).replace(tzinfo=None)
    properties = {"title": report.title, "author": AUTHOR, "created": created, "comments": report.made}
    return book_of(_tables(report), properties)


def book_of(tables: Sequence[Table], properties: Mapping[str, Any]) -> bytes:
    """A workbook of tables, a sheet each.

    Args:
        tables: in the order of the sheets.
        properties: title, author, created (UTC), comments.
    """
    from xlsxwriter import Workbook

    made = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(made, options) as book:
        book.set_properties(dict(properties))
        looks = _looks(book)
        names: set[str] = set()
        for table in tables:
            _fill(book.add_worksheet(sheet_name(table.name, names)), table, looks)
    return made.getvalue()


def sheet_name(name: str, taken: set[str]) -> str:
    """A name that Excel accepts and that is not taken yet; it is taken from now on.

    >>> taken = set()
    >>> sheet_name("Reply: median", taken), sheet_name("Reply: median", taken)
    ('Reply median', 'Reply median 2')
    """
    plain = " ".join(_FORBIDDEN.sub(" ", name).split())[:_LONGEST_NAME].strip() or "Sheet"
    chosen, number = plain, 1
    while chosen.lower() in taken:
        number += 1
        chosen = f"{plain[: _LONGEST_NAME - len(str(number)) - 1]} {number}"
    taken.add(chosen.lower())
    return chosen


def _tables(report: Report) -> list[Table]:
    return [_summary(report), *_headlines(report), *(f.table for f in report.figures if f.table.rows), *_words(report)]


def _summary(report: Report) -> Table:
    say = report.voice.say
    head = ((report.title, ""), (report.subtitle, ""), (report.made, ""), (report.voice.say("label.legend_sure"), ""))
    rows = tuple((finding.text, say(f"sure.{finding.sure}") if finding.sure else "") for finding in report.findings)
    columns = (Column(say("column.finding")), Column(say("column.sure")))
    return Table(say("label.sheet_summary"), columns, rows + head)


def _headlines(report: Report) -> list[Table]:
    if not report.headlines:
        return []
    say = report.voice.say
    titles = ("measure", "value", "low_high", "change_before", "change_year")
    rows = []
    for card in report.headlines:
        changes = [f"{text} ({say(f'sure.{sure}')})" if sure else text for text, sure in card.changes]
        rows.append((card.title, card.value, card.interval, *[*changes, "", ""][:2]))
    return [Table(say("label.sheet_headlines"), tuple(Column(say(f"column.{name}")) for name in titles), tuple(rows))]


def _words(report: Report) -> list[Table]:
    """A sheet for each chapter of words: what is missing, what each number means."""
    say = report.voice.say
    columns = (Column(say("column.measure")), Column(say("column.meaning")))
    return [Table(chapter.title, columns, chapter.items) for chapter in report.chapters if chapter.items]


def _looks(book: "Workbook") -> dict[str, "Format"]:
    looks = {kind: book.add_format({"num_format": look, "valign": "top"}) for kind, look in _LOOKS.items()}
    for kind in WORDS:
        looks[kind].set_text_wrap()
    looks["head"] = book.add_format(
        {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top", "bg_color": "#E7F0F7"}
    )
    return looks


def _fill(sheet: "Worksheet", table: Table, looks: dict[str, "Format"]) -> None:
    for place, column in enumerate(table.columns):
        sheet.write_string(0, place, column.title, looks["head"])
        sheet.set_column(place, place, _width(column, [row[place] for row in table.rows]))
    for line, row in enumerate(table.rows, start=1):
        for place, (column, value) in enumerate(zip(table.columns, row, strict=True)):
            _write(sheet, line, place, value, looks[column.kind])
    sheet.freeze_panes(1, 1 if len(table.columns) > 2 else 0)
    if table.rows:
        sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)


def _write(sheet: "Worksheet", line: int, place: int, value: Any, look: "Format") -> None:
    """A cell of its own type; words stay words even when they begin like a formula."""
    if value is None:
        sheet.write_blank(line, place, None, look)
    elif isinstance(value, date):
        sheet.write_datetime(line, place, datetime(value.year, value.month, value.day), look)  # noqa: DTZ001 - a date
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        sheet.write_number(line, place, value, look)
    else:
        sheet.write_string(line, place, str(value)[:_LONGEST_CELL], look)


def _width(column: Column, values: Sequence[Any]) -> int:
    if column.kind not in WORDS:
        return max(_NARROW, min(len(column.title) + 2, 18))
    longest = max((len(str(value)) for value in values if value is not None), default=0)
    return max(_NARROW, min(max(longest, len(column.title)) + 2, _WIDE))
