"""Tables on a terminal, and the same as plain text in a pipe."""

import csv
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import typer

from vernost.formulas import plain
from vernost.glossary import heading

if TYPE_CHECKING:
    from vernost.glossary import Language
    from vernost.measure import Answer

Row = dict[str, Any]


def show(rows: Iterable[Row], columns: Sequence[str], *, language: str, unit: str = "") -> None:
    """Print rows as a table with headings in a language; numbers to the right."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    rows = list(rows)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in columns:
        is_number = any(isinstance(row.get(name), int | float) and not isinstance(row[name], bool) for row in rows)
        table.add_column(heading(name, language), justify="right" if is_number else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell(row.get(name), name, language=language, unit=unit)) for name in columns))
    is_terminal = sys.stdout.isatty()
    Console(width=None if is_terminal else 10_000, highlight=False, soft_wrap=not is_terminal).print(table)


def show_answer(answer: "Answer", language: "Language") -> None:
    """Print an answer for people: its name, its day, its rows, and what is said once."""
    title = answer.measure.term.title(language)
    typer.echo(f"{title} · {heading('as_of', language)} {answer.as_of} · {answer.scope.zone}")
    columns = [name for name in answer.columns if any(row[name] is not None for row in answer.rows) or name == "value"]
    unsaid = {name for name in columns if name.endswith(_OTHER[language])}
    if all(row["complete"] for row in answer.rows):
        unsaid.add("complete")
    columns = [name for name in columns if name not in unsaid]
    show(_named(answer, language), columns, language=language, unit=answer.unit)
    for note in answer.notes:
        typer.echo(note.sentence(language))
    for name, value in answer.summary.items():
        if not isinstance(value, list | dict):
            typer.echo(f"{heading(name, language)}: {cell(value, name, language=language, unit=answer.unit)}")


def _named(answer: "Answer", language: "Language") -> list[Row]:
    """The rows of an answer, with segments of the RFM map by their names instead of their codes."""
    if answer.measure.name != "rfm":
        return list(answer.rows)
    from vernost.measure.rfm import segments

    return [row | {"segment": segments()[row["segment"]][language]} for row in answer.rows]


_OTHER = {"en": "_ru", "ru": "_en"}
"""How columns end that say the same in the other language."""
PERCENTS = ("value", "low", "high", "gross", "net")
"""Columns that have the unit of the answer."""


def cell(value: Any, name: str, *, language: str, unit: str) -> str:
    """A value as people of a language write it."""
    from babel.numbers import format_decimal, format_percent

    if value is None:
        return "–"
    if isinstance(value, bool):
        return {("en", True): "yes", ("en", False): "no", ("ru", True): "да", ("ru", False): "нет"}[(language, value)]
    if isinstance(value, float) and unit == "share" and name in PERCENTS:
        return format_percent(value, "0.0%", locale=language)
    if isinstance(value, float):
        return format_decimal(value, "#,##0.##", locale=language)
    if isinstance(value, int):
        return format_decimal(value, "#,##0", locale=language)
    return str(value)


def write_csv(rows: Iterable[Row], columns: Sequence[str]) -> None:
    """Print rows as CSV for a spreadsheet; null is empty, dates are ISO."""
    writer = csv.DictWriter(sys.stdout, columns, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _written(row[name]) for name in columns})


def _written(value: Any) -> Any:
    if isinstance(value, str):
        return plain(value)
    return str(value).lower() if isinstance(value, bool) else value
