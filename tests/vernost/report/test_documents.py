"""The print and the workbook say what the page says."""

import re
import zlib
from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from python_calamine import CalamineWorkbook
from tests.vernost.report import shops

from vernost.glossary import Language
from vernost.report import ReportFiles
from vernost.report.document import Report
from vernost.report.excel import sheet_name, workbook
from vernost.sources.own import is_own_workbook


def unpacked(pdf: bytes) -> bytes:
    """All streams of a PDF, inflated."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    found = []
    for stream in streams:
        try:
            found.append(zlib.decompress(stream))
        except zlib.error:
            found.append(stream)
    return b"\n".join(found)


@pytest.mark.parametrize(("language", "letter"), [("ru", "Ж"), ("en", "w")])
def test_the_print_has_pages_with_text_that_can_be_searched(
    language: Language, letter: str, written: Callable[[Language], ReportFiles]
) -> None:
    pdf = written(language).pdf.read_bytes()
    assert pdf.startswith(b"%PDF-")
    content = unpacked(pdf)
    # Fonts name the letters of their glyphs, which is what search and copying rely on.
    letters = {int(code, 16) for code in re.findall(rb"<[0-9A-F]{4}>\s*<([0-9A-F]{4})>", content)}
    assert ord(letter) in letters
    pages = re.findall(rb"/Type\s*/Page\b", content + pdf)
    assert len(pages) > 5


def test_the_print_draws_charts_as_vectors(written: Callable[[Language], ReportFiles]) -> None:
    content = written("ru").pdf.read_bytes()
    assert b"/Subtype/Image" not in unpacked(content) + content


def test_the_print_is_the_same_each_time(built: Callable[[Language], Report]) -> None:
    from vernost.report.pdf import print_

    assert print_(built("en"), shops.MADE_AT) == print_(built("en"), shops.MADE_AT)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_workbook_read_back_equals_the_tables(language: Language, built: Callable[[Language], Report]) -> None:
    report = built(language)
    book = CalamineWorkbook.from_filelike(BytesIO(workbook(report, shops.MADE_AT)))
    taken: set[str] = set()
    names = iter(book.sheet_names[1 + bool(report.headlines) :])
    for figure in report.figures:
        if not figure.table.rows:
            continue
        name = next(names)
        assert name.startswith(sheet_name(figure.table.name, taken)[:25])
        rows = book.get_sheet_by_name(name).to_python()
        assert rows[0] == [column.title for column in figure.table.columns]
        for shown, row in zip(rows[1:], figure.table.rows, strict=True):
            assert [_close(cell) for cell in shown] == [_close(cell) for cell in row]


def _close(cell: object) -> object:
    if isinstance(cell, datetime):
        return cell.date()
    if cell is None or cell == "":
        return ""
    return cell if isinstance(cell, (str, date)) else pytest.approx(float(cell))  # type: ignore[arg-type]


def test_words_that_begin_like_formulas_stay_words(built: Callable[[Language], Report]) -> None:
    content = workbook(built("en"), shops.MADE_AT)
    with ZipFile(BytesIO(content)) as parts:
        sheets = [parts.read(name).decode() for name in parts.namelist() if "worksheets" in name]
        words = parts.read("xl/sharedStrings.xml").decode()
    assert "=cmd|" in words
    assert all("<f>" not in sheet and "hyperlink" not in sheet for sheet in sheets)


def test_a_workbook_is_known_again_as_ours(built: Callable[[Language], Report], tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    path.write_bytes(workbook(built("en"), shops.MADE_AT))
    assert is_own_workbook(path)


def test_sheets_have_frozen_heads_and_names_that_excel_accepts(built: Callable[[Language], Report]) -> None:
    content = workbook(built("ru"), shops.MADE_AT)
    with ZipFile(BytesIO(content)) as parts:
        sheets = [parts.read(name).decode() for name in parts.namelist() if "worksheets/sheet" in name]
    names = CalamineWorkbook.from_filelike(BytesIO(content)).sheet_names
    assert all('state="frozen"' in sheet for sheet in sheets)
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in names)
    assert len({name.lower() for name in names}) == len(names)
    assert "Сводка" in names


@pytest.mark.parametrize(
    ("name", "taken", "expected"),
    [
        ("Кто: остаётся?", set(), "Кто остаётся"),
        ("x" * 40, set(), "x" * 31),
        ("x" * 40, {"x" * 31}, "x" * 29 + " 2"),
        ("///", set(), "Sheet"),
        ("Same", {"same"}, "Same 2"),
    ],
)
def test_a_sheet_gets_a_name_of_its_own(name: str, taken: set[str], expected: str) -> None:
    assert sheet_name(name, taken) == expected
