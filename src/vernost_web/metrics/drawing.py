"""Figures of the report as plain data that pages show and that can be kept: chart, sentences, numbers."""

from dataclasses import asdict
from typing import Any

from vernost.report.document import Column, Figure, Table
from vernost.report.tables import NUMBERS, readable, shown
from vernost.report.voice import Voice


def drawn(figure: Figure, voice: Voice) -> dict[str, Any]:
    """A figure in one language.

    Returns:
        anchor, title, text, notes, spec (Vega-Lite, or None), min_width, table.
    """
    return {
        "anchor": figure.anchor,
        "title": figure.title,
        "text": figure.text,
        "notes": list(figure.notes),
        "spec": figure.spec,
        "min_width": figure.min_width,
        "table": tabled(figure.table, voice),
    }


def figure_data(figure: Figure) -> dict[str, Any]:
    """A whole figure as plain data, to be kept."""
    return asdict(figure) | {"table": asdict(figure.table) | {"marks": sorted(figure.table.marks)}}


def figure_from(data: dict[str, Any]) -> Figure:
    """The figure whose plain data was kept."""
    table = data["table"]
    columns = tuple(Column(**column) for column in table["columns"])
    rows = tuple(tuple(row) for row in table["rows"])
    whole = table | {"columns": columns, "rows": rows, "marks": frozenset(table["marks"])}
    return Figure(**(data | {"table": Table(**whole), "notes": tuple(data["notes"])}))


def tabled(table: Table, voice: Voice) -> dict[str, Any]:
    """A table's lines as people read them, at most so many as they do.

    Returns:
        name, columns (title, look), rows (text), marks (running periods), note.
    """
    few, note = readable(voice, table)
    rows = [
        [shown(voice, column.kind, value) for column, value in zip(few.columns, row, strict=True)] for row in few.rows
    ]
    columns = [{"title": column.title, "look": _look(column)} for column in few.columns]
    return {"name": table.name, "columns": columns, "rows": rows, "marks": sorted(few.marks), "note": note}


def _look(column: Column) -> str:
    return "number" if column.kind in NUMBERS else "words"
