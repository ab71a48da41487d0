"""Workbooks: sheets, headers and the types of cells."""

from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from tests.vernost.sources.raw import Reader, packed

from vernost.errors import UnreadableSource

WORKBOOKS = Path(__file__).parent / "workbooks"


def write_book(path: Path, sheets: dict[str, list[list[Any]]]) -> Path:
    with xlsxwriter.Workbook(path, {"default_date_format": "dd.mm.yyyy hh:mm"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


def test_cells_keep_their_types(reader: Reader) -> None:
    rows = [
        ["id", "code", "day", "at", "amount", "paid", "hour", "mixed", "sum", "blank"],
        [
            17850,
            "00017",
            date(2024, 1, 31),
            datetime(2024, 1, 31, 10, 30),  # noqa: DTZ001
            12.5,
            True,
            time(9, 30),
            17850,
            "=1+1",
            None,
        ],
        [17851, "007", date(2024, 2, 1), datetime(2024, 2, 1), 7, False, time(10), "C17851", "=2+2", None],  # noqa: DTZ001
    ]
    read = reader.read(write_book(reader.folder / "a.xlsx", {"orders": rows}))
    assert read.table.source.endswith("a.xlsx[orders]")
    assert read.table.columns == tuple(rows[0])
    assert not read.table.is_text
    types = [
        "BIGINT",
        "VARCHAR",
        "TIMESTAMP",
        "TIMESTAMP",
        "DOUBLE",
        "BOOLEAN",
        "VARCHAR",
        "VARCHAR",
        "BIGINT",
        "VARCHAR",
    ]
    assert read.types() == types
    # xlsxwriter leaves the value of a formula 0 for the spreadsheet program to compute.
    first = (
        17850,
        "00017",
        datetime(2024, 1, 31),  # noqa: DTZ001
        datetime(2024, 1, 31, 10, 30),  # noqa: DTZ001
        12.5,
        True,
        "09:30:00",
        "17850",
        0,
        None,
    )
    assert read.rows()[0] == (*first, 2)
    assert read.rows()[1][7:] == ("C17851", 0, None, 3)


def test_numbers_seen_late_do_not_lose_a_column(reader: Reader) -> None:
    ids: list[list[Any]] = [["id"], *[[n] for n in range(1, 150_001)], ["A-1"], [datetime(2024, 1, 2)], [True], [0.5]]  # noqa: DTZ001
    read = reader.read(write_book(reader.folder / "a.xlsx", {"ids": [[*row, "x"] for row in ids]}))
    found = [row[0] for row in read.rows()]
    assert found[:2] == ["1", "2"]
    assert found[-5:] == ["150000", "A-1", "2024-01-02", "true", "0.5"]


def test_each_sheet_with_rows_is_a_table(reader: Reader) -> None:
    sheets = {"янв": [["id"], [1]], "empty": [], "фев": [["id"], [2]], 'o"; DROP': [["id"], [3]]}
    read = reader.read(write_book(reader.folder / "a.xlsx", sheets))
    assert [table.source.split("a.xlsx")[1] for table in read] == ["[янв]", "[фев]", '[o"; DROP]']
    assert [read.rows(table) for table in read] == [[(1, 2)], [(2, 2)], [(3, 2)]]


@pytest.mark.parametrize(
    ("rows", "columns", "first"),
    [
        pytest.param(
            [["Sales report"], [], ["May", 2024], ["id", "client", "sum"], [1, "Ann", 5], [2, "Bob", 6]],
            ("id", "client", "sum"),
            (1, "Ann", 5, 5),
            id="titles above",
        ),
        pytest.param(
            [[1, "Ann", 5], [2, "Bob", 6]], ("column0", "column1", "column2"), (1, "Ann", 5, 1), id="no header"
        ),
        pytest.param([["id", "id", None], [1, 2, 3]], ("id", "id_2", "column2"), (1, 2, 3, 2), id="doubled and blank"),
        pytest.param([["name", "city"], ["Ann", "Omsk"]], ("name", "city"), ("Ann", "Omsk", 2), id="words alone"),
        pytest.param([["id", 2023, 2024], ["a", 1, 2]], ("id", "2023", "2024"), ("a", 1, 2, 2), id="years above"),
        pytest.param([["id"], [], [1], [None], [2]], ("id",), (1, 3), id="blank rows between"),
    ],
)
def test_the_header_is_found(
    reader: Reader, rows: list[list[Any]], columns: tuple[str, ...], first: tuple[Any, ...]
) -> None:
    read = reader.read(write_book(reader.folder / "a.xlsx", {"s": rows}))
    assert read.table.columns == columns
    assert read.rows()[0] == first


def test_a_header_alone_is_an_empty_table(reader: Reader) -> None:
    read = reader.read(write_book(reader.folder / "a.xlsx", {"s": [["id", "client"]]}))
    assert (read.table.columns, read.rows()) == (("id", "client"), [])


@pytest.mark.parametrize("name", ["orders.xls", "orders.xlsb"])
def test_older_and_binary_workbooks_are_read(reader: Reader, name: str) -> None:
    read = reader.read(WORKBOOKS / name)
    assert read.table.columns == ("id", "code", "ordered_at", "amount", "город")
    assert read.rows() == [
        (17850, "00017", datetime(2024, 1, 31, 10, 30), 12.5, "Казань", 2),  # noqa: DTZ001
        (17851, "00018", datetime(2024, 2, 1), 7, "Уфа", 3),  # noqa: DTZ001
    ]


def test_cells_that_would_be_left_out_silently_are_refused(reader: Reader) -> None:
    with pytest.raises(UnreadableSource, match="short form that Excel does not write"):
        reader.read(WORKBOOKS / "short_cells.xlsb")


def ods_bytes() -> bytes:
    names = "office table text".split()
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in names)
    text = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    number = '<table:table-cell office:value-type="float" office:value="{0}"><text:p>{0}</text:p></table:table-cell>'
    rows = [text.format("id") + text.format("name"), number.format(7) + text.format("Ян")]
    sheet = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    body = f'<office:spreadsheet><table:table table:name="s">{sheet}</table:table></office:spreadsheet>'
    content = f"<office:document-content {spaces}><office:body>{body}</office:body></office:document-content>"
    mimetype = b"application/vnd.oasis.opendocument.spreadsheet"
    return packed({"mimetype": mimetype, "content.xml": content.encode(), "META-INF/manifest.xml": b"<manifest/>"})


def test_open_document_sheets_are_read(reader: Reader) -> None:
    read = reader.read_bytes(ods_bytes(), "a.ods")
    assert read.table.columns == ("id", "name")
    assert read.rows() == [(7, "Ян", 2)]


def test_a_workbook_with_nothing_in_it_is_refused(reader: Reader) -> None:
    path = write_book(reader.folder / "a.xlsx", {"s": [], "t": []})
    with pytest.raises(UnreadableSource, match="no sheet of the workbook has anything in it"):
        reader.read(path)
