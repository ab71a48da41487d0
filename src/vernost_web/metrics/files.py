"""Numbers to take away: rows as CSV and as a workbook, in which nothing can run."""

import csv
from collections.abc import Mapping, Sequence
from datetime import date
from io import BytesIO, StringIO
from typing import Any

from vernost.formulas import plain
from vernost.glossary import heading

Row = Mapping[str, Any]
KINDS = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def file_of(kind: str, rows: Sequence[Row], language: str) -> bytes:
    """Rows as a file of a kind, with headings in a language."""
    return as_workbook(rows, language) if kind == "xlsx" else as_csv(rows, language)


def as_csv(rows: Sequence[Row], language: str) -> bytes:
    """Rows as CSV that spreadsheets read as UTF-8.

    >>> as_csv([{"city": "=1+1", "value": 0.5}], "en").decode("utf-8-sig").splitlines()
    ['city,value', "'=1+1,0.5"]
    """
    text = StringIO()
    writer = csv.writer(text)
    names = list(rows[0]) if rows else []
    writer.writerow([plain(heading(name, language)) for name in names])
    writer.writerows([_cell(row[name]) for name in names] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def as_workbook(rows: Sequence[Row], language: str) -> bytes:
    """Rows as a workbook: numbers as numbers, days as days, texts as texts."""
    from xlsxwriter import Workbook

    made = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(made, options) as book:
        sheet, days = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
        names = list(rows[0]) if rows else []
        for place, name in enumerate(names):
            sheet.write_string(0, place, heading(name, language))
        for line, row in enumerate(rows, start=1):
            for place, name in enumerate(names):
                _write(sheet, line, place, row[name], days)
    return made.getvalue()


def _write(sheet: Any, line: int, place: int, value: Any, days: Any) -> None:
    if value is None:
        return
    if isinstance(value, date):
        sheet.write_datetime(line, place, value, days)
    elif isinstance(value, bool):
        sheet.write_boolean(line, place, value)
    elif isinstance(value, (int, float)):
        sheet.write_number(line, place, value)
    else:
        sheet.write_string(line, place, str(value))


def _cell(value: Any) -> Any:
    return "" if value is None else plain(value) if isinstance(value, str) else value
