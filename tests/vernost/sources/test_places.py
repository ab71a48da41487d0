"""Which files a source means, and that what Vernost wrote beside them is none."""

from pathlib import Path

import pytest
import xlsxwriter

from vernost.errors import UnreadableSource
from vernost.sources.own import AUTHOR
from vernost.sources.places import find_files


def write_workbook(path: Path, author: str) -> None:
    with xlsxwriter.Workbook(path) as book:
        book.set_properties({"author": author})
        book.add_worksheet().write_row(0, 0, ["order_id", "amount"])


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    """A folder of exports in which a log was made and a report written."""
    folder = tmp_path / "exports"
    (folder / "tea" / "_loads").mkdir(parents=True)
    (folder / "tea" / "orders").mkdir()
    for name in ("jan.csv", "tea/_loads/00000001.json", "tea/orders/part.parquet"):
        (folder / name).write_text("order_id,amount\n", encoding="utf-8")
    write_workbook(folder / "shop.xlsx", "Ann")
    write_workbook(folder / "report.xlsx", AUTHOR)
    (folder / "broken.xlsx").write_bytes(b"PK\3\4 no workbook")
    return folder


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        pytest.param("", ["broken.xlsx", "jan.csv", "shop.xlsx"], id="folder"),
        pytest.param("*", ["broken.xlsx", "jan.csv", "shop.xlsx"], id="pattern"),
        pytest.param("**/*.*", ["broken.xlsx", "jan.csv", "shop.xlsx"], id="pattern through all folders"),
        pytest.param("*.xlsx", ["broken.xlsx", "shop.xlsx"], id="workbooks"),
    ],
)
def test_a_log_and_a_report_among_exports_are_not_read(exports: Path, pattern: str, names: list[str]) -> None:
    assert [path.relative_to(exports).as_posix() for path in find_files(str(exports / pattern))] == names


@pytest.mark.parametrize(
    ("name", "says"),
    [
        pytest.param("tea", "it is a log, not a source. Name it as one: --log", id="log"),
        pytest.param("report.xlsx", "it is a report of Vernost. Name the files", id="report"),
    ],
)
def test_a_log_or_a_report_named_as_a_source_is_refused(exports: Path, name: str, says: str) -> None:
    with pytest.raises(UnreadableSource, match=says):
        find_files(str(exports / name))
