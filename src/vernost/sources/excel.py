"""Workbooks (.xlsx, .xlsm, .xls, .xlsb, .ods): each sheet with rows is a raw table."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vernost.errors import UnreadableSource
from vernost.messages import reason
from vernost.sources.dialect import is_value, looks_like_header
from vernost.sources.source import RawTable
from vernost.sources.staging import check_width, new_relation, unique_names
from vernost.sources.values import plain_value, stage_rows, value_text

if TYPE_CHECKING:
    import duckdb
    from python_calamine import CalamineSheet

_HEADER_WITHIN = 50
"""Rows at the top among which the header is sought."""

Row = tuple[int, list[Any]]


def read_workbook(
    connection: "duckdb.DuckDBPyConnection",
    source: str,
    path: Path,
    *,
    progress: Callable[[float], None] | None = None,
) -> list[RawTable]:
    """Each sheet that is not empty, with the types of its cells; a formula is its value, a time of day is text.

    Numbers that are all whole are whole numbers, as codes and ids are kept; dates are times at midnight. Titles above
    the header and blank rows are left out; ``_line`` is the row's number in the sheet.
    """
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, XmlError, ZipError

    tables = []
    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            sheets = [sheet.name for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
            for place, name in enumerate(sheets):
                table = _read_sheet(connection, f"{source}[{name}]", book.get_sheet_by_name(name))
                tables += [table] if table is not None else []
                if progress is not None:
                    progress((place + 1) / len(sheets))
    except PasswordError as error:
        raise UnreadableSource(
            source, "the workbook is protected by a password", "Save it without the password."
        ) from error
    except (CalamineError, XmlError, ZipError, OSError) as error:
        raise UnreadableSource(
            source,
            "the workbook is damaged ({reason})",
            "Open it in a spreadsheet program and save it again.",
            reason=reason(error),
        ) from error
    if not tables:
        raise UnreadableSource(source, "no sheet of the workbook has anything in it", "Save it again with its data.")
    return tables


def _read_sheet(connection: "duckdb.DuckDBPyConnection", source: str, sheet: "CalamineSheet") -> RawTable | None:
    rows = _filled_rows(sheet.iter_rows())
    top = list(islice(rows, _HEADER_WITHIN))
    if not top:
        return None
    place = _header_place(top)
    width = max(sheet.width, 1)
    header = [value_text(cell) or "" for cell in top[place][1]] if place is not None else []
    below = chain(top[(place + 1 if place is not None else 0) :], rows)
    while header and not header[-1] and not any(len(row) >= len(header) and row[len(header) - 1] for _, row in top):
        header.pop()
    names = unique_names([*header, *[""] * (width - len(header))])
    check_width(source, len(names))
    relation = new_relation(connection)
    stage_rows(connection, relation, names, below)
    return RawTable(source, relation, names, is_text=False)


def _filled_rows(rows: Iterable[Sequence[Any]]) -> Iterator[Row]:
    for number, row in enumerate(rows, 1):
        cells = [_cell(value) for value in row]
        if any(cell is not None for cell in cells):
            yield number, cells


def _cell(value: Any) -> Any:
    value = plain_value(value)
    if isinstance(value, str) and not value.strip():
        return None
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001 - a sheet knows no time zone
    return value


def _header_place(top: Sequence[Row]) -> int | None:
    """Which of the first rows names the columns: the first that is about as wide as the rows below it."""
    filled = [sum(cell is not None for cell in row) for _, row in top]
    texts = [[value_text(cell) or "" for cell in row] for _, row in top]
    for place in range(len(top)):
        below = sorted(filled[place + 1 :])
        usual = below[len(below) // 2] if below else filled[place]
        if filled[place] * 2 < usual or (filled[place] == 1 and usual > 1):
            continue
        if not any(map(is_value, texts[place])):
            return place if looks_like_header(texts[place], texts[place + 1 :]) else None
        # 'May 2024' above the names is still a title.
        words = [at for at in range(place + 1, len(top)) if not any(map(is_value, texts[at]))]
        best = next((at for at in words if filled[at] >= max(filled[place], usual)), place)
        return best if looks_like_header(texts[best], texts[best + 1 :]) else None
    return None
