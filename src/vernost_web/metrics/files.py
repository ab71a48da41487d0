"""Numbers to take away: tables as CSV and as a workbook, in which nothing can run."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from vernost.glossary import heading
from vernost.report.document import Column, Kind, Table
from vernost_web.ui.slice import Words
from vernost_web.ui.spreadsheet import csv_lines

Row = Mapping[str, Any]
KINDS = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def file_of(kind: str, table: Table) -> bytes:
    """A table as a file of a kind."""
    return as_workbook(table) if kind == "xlsx" else as_csv(table)


def table_of(name: str, rows: Sequence[Row], language: str, titles: Mapping[str, Words] | None = None) -> Table:
    """The rows of an answer as a table with headings in a language; some columns may have titles of their own."""
    names, titles = list(rows[0]) if rows else [], titles or {}
    columns = tuple(
        Column(str(titles.get(each) or heading(each, language)), _kind([row[each] for row in rows])) for each in names
    )
    return Table(name, columns, tuple(tuple(row[each] for each in names) for row in rows))


def as_csv(table: Table) -> bytes:
    """A table as CSV that spreadsheets read as UTF-8.

    >>> as_csv(table_of("t", [{"city": "=1+1", "value": 0.5}], "en")).decode("utf-8-sig").splitlines()
    ['city,value', "'=1+1,0.5"]
    """
    return "".join(csv_lines([column.title for column in table.columns], table.rows)).encode()


def as_workbook(table: Table) -> bytes:
    """A table as a workbook: numbers as numbers, days as days, texts as texts."""
    from vernost.report.excel import book_of

    return book_of([table], {"title": table.name})


def _kind(values: Sequence[Any]) -> Kind:
    sample = next((value for value in values if value is not None), None)
    if isinstance(sample, date):
        return "day"
    if isinstance(sample, bool):
        return "text"
    return "count" if isinstance(sample, int) else "number" if isinstance(sample, float) else "text"
