"""Which files a source means, and that what Vernost wrote beside them is none."""

import os
from pathlib import Path

import pytest
import xlsxwriter

from vernost.errors import UnreadableSource
from vernost.sources import read
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


def spoil(folder: Path) -> dict[str, str]:
    """Put files that cannot be opened into a folder; why each cannot."""
    (folder / "dead.csv").symlink_to(folder / "gone.csv")
    (folder / "loop.csv").symlink_to(folder / "loop.csv")
    os.mkfifo(folder / "pipe.csv")
    os.mkfifo(folder / "pipe.xlsx")
    return {"dead.csv": "link to nothing", "loop.csv": "", "pipe.csv": "not a file", "pipe.xlsx": "not a file"}


@pytest.mark.parametrize("pattern", ["", "*", "**/*.*"])
def test_files_that_cannot_be_opened_are_skipped_and_named(tmp_path: Path, pattern: str) -> None:
    hindrances = spoil(tmp_path)
    (tmp_path / "jan.csv").write_text("order_id,date,amount\n1,2024-01-05,7\n", encoding="utf-8")
    with read([str(tmp_path / pattern)]) as reading:
        skipped = [note for note in reading.notes if "was skipped" in note]
        assert len(skipped) == len(hindrances)
        for name, why in hindrances.items():
            assert any(str(tmp_path / name) in note and why in note for note in skipped)
        assert reading.connection.execute(f"SELECT count(*) FROM {reading.tables['orders']}").fetchone() == (1,)  # noqa: S608


def test_a_file_without_the_right_to_read_it_is_skipped(exports: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Path.open

    def refuse(path: Path, *args: str, **options: str) -> object:
        if path.name == "jan.csv":
            raise PermissionError(13, "Permission denied")
        return opened(path, *args, **options)

    monkeypatch.setattr(Path, "open", refuse)
    skipped: list[tuple[str, str]] = []
    found = find_files(str(exports), skipped=lambda path, why: skipped.append((path.name, why)))
    assert [path.name for path in found] == ["broken.xlsx", "shop.xlsx"]
    assert skipped == [("jan.csv", "Permission denied")]


@pytest.mark.parametrize(
    ("named", "says"),
    [
        pytest.param("dead.csv", "there is no such file", id="a link to nothing"),
        pytest.param("pipe.csv", "not a file", id="a pipe"),
        pytest.param("", "none of its files can be opened", id="a folder of nothing else"),
    ],
)
def test_named_by_itself_what_cannot_be_opened_is_an_error(tmp_path: Path, named: str, says: str) -> None:
    spoil(tmp_path)
    with pytest.raises(UnreadableSource, match=says):
        find_files(str(tmp_path / named))
