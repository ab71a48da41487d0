"""Files of every form, packed or not, one or many; and each that cannot be read says why."""

import gzip
import os
import random
import re
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from tests.vernost.sources.raw import Reader, packed

from vernost.errors import UnreadableSource
from vernost.sources import read, unpacking
from vernost.sources.files import read_raw
from vernost.sources.staging import MAX_COLUMNS, stage_connection

CSV = b"id,amount\n00017,2\n"
JSON_LINES = b'{"id": "00017", "amount": 2}\n'


def parquet_bytes(folder: Path, query: str) -> bytes:
    path = folder / "made.parquet"
    duckdb.sql(query).write_parquet(str(path))
    content = path.read_bytes()
    path.unlink()
    return content


@pytest.mark.parametrize("name", ["orders.csv.gz", "orders.txt.gz", "orders"])
def test_gzip_is_told_by_its_contents(reader: Reader, name: str) -> None:
    read = reader.read_bytes(gzip.compress(CSV[:12]) + gzip.compress(CSV[12:]) + b"\0" * 512, name)
    assert read.rows() == [("00017", "2", 2)]
    assert read.table.source == str(reader.folder / name)


def test_a_name_that_ends_with_gz_may_be_wrong(reader: Reader) -> None:
    assert reader.read_bytes(CSV, "orders.csv.gz").rows() == [("00017", "2", 2)]


def test_every_form_may_be_packed(reader: Reader, tmp_path: Path) -> None:
    assert reader.read_bytes(gzip.compress(JSON_LINES), "a.jsonl.gz").rows() == [("00017", "2", 1)]
    content = parquet_bytes(tmp_path, "SELECT '00017' AS id, 2 AS amount")
    assert reader.read_bytes(gzip.compress(content), "a.parquet.gz").rows() == [("00017", 2, 1)]
    book = (Path(__file__).parent / "workbooks" / "orders.xls").read_bytes()
    assert reader.read_bytes(gzip.compress(book), "a.xls.gz").table.source.endswith("a.xls.gz[orders]")


def test_parquet_keeps_its_types_and_numbers_its_records(reader: Reader, tmp_path: Path) -> None:
    query = 'SELECT i AS id, DATE \'2024-01-01\' + i::INTEGER AS "it\'s ""x""" FROM range(3) t(i)'
    read = reader.read_bytes(parquet_bytes(tmp_path, query), "year=2024/[x]*.parquet")
    assert read.table.columns == ("id", 'it\'s "x"')
    assert not read.table.is_text
    assert read.types() == ["BIGINT", "DATE"]
    assert read.lines() == [1, 2, 3]


def test_parquet_columns_called_alike_become_different(reader: Reader, tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = reader.folder / "a.parquet"
    pq.write_table(pa.table([[1], [2], [3], [4]], names=["id", "ID", "_line", "file_row_number"]), path)
    read = reader.read(path)
    assert read.table.columns == ("id", "ID_2", "_line_2", "file_row_number")
    assert read.rows() == [(1, 2, 3, 4, 1)]


def test_json_lines_are_text_and_bad_ones_are_kept(reader: Reader) -> None:
    lines = [
        '{"id": "001", "amt": 1.5, "n": {"a": [1]}}',
        "broken{",
        "",
        "[1]",
        '{"amt": null, "ID": true, "x y\\"/~z": "é"}',
    ]
    read = reader.read_text("\n".join(lines), "a.jsonl")
    assert read.table.columns == ("id", "amt", "n", "ID_2", 'x y"/~z')
    assert read.table.is_text
    assert read.rows() == [("001", "1.5", '{"a":[1]}', None, None, 1), (None, None, None, "true", "é", 5)]
    assert read.malformed() == [(2, "is not valid JSON", "broken{"), (4, "is not a JSON object", "[1]")]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('[{"id": "1", "a": 2}, {"id": "3"}]', id="array"),
        pytest.param('\n[\n  {"id": "1", "a": 2},\n  {"id": "3"}\n]\n', id="array over lines"),
        pytest.param('{\n  "id": "1",\n  "a": 2\n}\n{\n  "id": "3"\n}\n', id="objects over lines"),
        pytest.param('{"id": "1", "a": 2}\r\n{"id": "3"}\r\n', id="lines"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_json_in_other_layouts(reader: Reader, text: str, encoding: str) -> None:
    read = reader.read_text(text, "a.json", encoding)
    assert read.rows() == [("1", "2", 1), ("3", None, 2)]


def test_a_folder_gives_its_tables_in_the_order_people_count(reader: Reader) -> None:
    for name in (
        "order_10.csv",
        "order_2.csv",
        "deep/er/order_1.TSV",
        ".hidden.csv",
        "~$order.xlsx",
        "README.md",
        ".git/a.csv",
    ):
        (reader.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (reader.folder / name).write_bytes(CSV)
    read = reader.read(reader.folder)
    assert [Path(table.source).name for table in read] == ["order_1.TSV", "order_2.csv", "order_10.csv"]


def test_a_pattern_gives_the_files_that_fit(reader: Reader) -> None:
    for name in ("order_10.csv", "order_2.csv", "customers.csv"):
        (reader.folder / name).write_bytes(CSV)
    read = reader.read(reader.folder / "order_*.csv")
    assert [Path(table.source).name for table in read] == ["order_2.csv", "order_10.csv"]


def test_progress_is_told_from_start_to_end(reader: Reader, tmp_path: Path) -> None:
    heard: list[tuple[str, float]] = []
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(CSV))
    with stage_connection(tmp_path) as connection:
        read_raw(connection, str(path), workdir=tmp_path, progress=lambda label, share: heard.append((label, share)))
    assert {label for label, _ in heard} == {str(path)}
    shares = [share for _, share in heard]
    assert (shares[0], shares[-1]) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        pytest.param("a.csv", b"", "it is empty", id="no bytes"),
        pytest.param("a.csv", b"\n \n", "it is empty", id="blank lines"),
        pytest.param("a.csv", b"\xef\xbb\xbf", "it is empty", id="a mark alone"),
        pytest.param("a.csv.gz", gzip.compress(b""), "it is empty", id="nothing packed"),
        pytest.param("a.csv.gz", gzip.compress(CSV)[:-12], "the gzip file is damaged", id="cut gzip"),
        pytest.param("a.csv", random.Random(1).randbytes(5000), "a binary file of no known form", id="noise"),  # noqa: S311
        pytest.param("a.csv", b"%PDF-1.7\n", "it is a PDF document", id="pdf"),
        pytest.param("a.xls", b"<html><table><tr><td>1", "it is a web page or XML", id="html"),
        pytest.param("a.parquet", b"PAR1 and no more", "the Parquet file is damaged", id="cut parquet"),
        pytest.param("a.xlsx", b"PK\x03\x04 and no more", "the workbook is damaged", id="cut workbook"),
        pytest.param(
            "a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "the workbook is damaged", id="cut xls"
        ),
        pytest.param("a.json", b'[{"id": 1}, {"id": ', "it is not valid JSON", id="cut json"),
        pytest.param("a.json", b"[1, 2]", "it has no JSON objects", id="json without objects"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(reader: Reader, name: str, content: bytes, message: str) -> None:
    with pytest.raises(UnreadableSource, match=re.escape(message)) as caught:
        reader.read_bytes(content, name)
    assert str(caught.value).startswith(f"{reader.folder / name} cannot be read: ")
    assert "\n" not in str(caught.value)


def test_a_path_that_does_not_exist_suggests_close_ones(reader: Reader) -> None:
    (reader.folder / "orders_2024.csv").write_bytes(CSV)
    with pytest.raises(UnreadableSource, match=r"no such file.*Did you mean .*orders_2024\.csv\?"):
        reader.read(reader.folder / "order_2024.csv")
    with pytest.raises(UnreadableSource, match=r"no such file.*has orders_2024\.csv"):
        reader.read(reader.folder / "quite another name")
    with pytest.raises(UnreadableSource, match="no file fits"):
        reader.read(reader.folder / "*.parquet")
    with pytest.raises(UnreadableSource, match="not a usable path"):
        reader.read(reader.folder / ("x" * 300))
    with pytest.raises(UnreadableSource, match="not a usable path"):
        reader.read("a\0b")


def test_a_folder_without_tables_and_a_device_are_refused(reader: Reader) -> None:
    (reader.folder / "README.md").write_text("# nothing")
    with pytest.raises(UnreadableSource, match="no file of a known form"):
        reader.read(reader.folder)
    with pytest.raises(UnreadableSource, match="a device or a pipe"):
        reader.read(os.devnull)


def test_a_file_without_permission_is_refused(reader: Reader) -> None:
    path = reader.folder / "a.csv"
    path.write_bytes(CSV)
    path.chmod(0)
    as_nobody = os.geteuid() == 0
    if as_nobody:  # to whom nothing is forbidden
        for folder in [reader.folder, *reader.folder.parents[:3], *reader.folder.parent.iterdir()]:
            folder.chmod(0o777)
        os.seteuid(65534)
    try:
        with pytest.raises(UnreadableSource, match="permission is denied"):
            reader.read(path)
    finally:
        if as_nobody:
            os.seteuid(0)


def test_a_table_of_very_many_columns_is_refused_and_one_of_many_is_read(reader: Reader) -> None:
    for count, is_read in ((MAX_COLUMNS, True), (10_000, False)):
        text = "\n".join(",".join(f"{word}{place}" for place in range(count)) for word in ("a", "b", "c")) + "\n"
        if is_read:
            read = reader.read_text(text)
            assert [len(row) for row in read.rows()] == [count + 1] * 2
        else:
            with pytest.raises(UnreadableSource, match="10,000 columns, more than the 2,000"):
                reader.read_text(text)


def test_a_gzip_bomb_is_refused_before_it_fills_the_disk(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "MAX_UNPACKED", 10_000_000)
    bomb = gzip.compress(b"0" * 20_000_000)
    with pytest.raises(UnreadableSource, match="as a gzip bomb does"):
        reader.read_bytes(bomb)
    unpacked = sum(path.stat().st_size for path in reader.folder.parent.rglob("unpacked"))
    assert unpacked <= 10_000_000


def lying(content: bytes, declared: int, told: int) -> bytes:
    """The archive with another unpacked size in its directory."""
    return content.replace(declared.to_bytes(4, "little"), told.to_bytes(4, "little"))


@pytest.mark.parametrize("tell", [lambda content: content, lambda content: lying(content, 150_000_000, 1000)])
def test_a_zip_bomb_is_refused_whatever_it_declares(
    reader: Reader, tmp_path: Path, tell: Callable[[bytes], bytes]
) -> None:
    entries = {"xl/workbook.xml": b"<workbook/>", "xl/worksheets/sheet1.xml": b"0" * 150_000_000}
    with pytest.raises(UnreadableSource, match="as a zip bomb does"):
        reader.read_bytes(tell(packed(entries)), "a.xlsx")


def test_a_workbook_that_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as book:
        book.writestr("xl/workbook.xml", b"<workbook/>")
        book.writestr("xl/worksheets/sheet1.xml", b"0" * 51_000_000)
    with pytest.raises(UnreadableSource, match="unpacks to over 49,"), read([str(path)], memory_limit="100MB"):
        pass
    with pytest.raises(UnreadableSource, match="damaged"), read([str(path)], memory_limit="110MB"):
        pass


def test_a_sheet_with_a_cell_in_the_far_corner_is_refused(reader: Reader, tmp_path: Path) -> None:
    cells = b'<row r="1"><c r="A1"/></row><row r="1048576"><c r="XFD1048576"/></row>'
    entries = {"xl/workbook.xml": b"<workbook/>", "xl/worksheets/sheet1.xml": cells}
    with pytest.raises(UnreadableSource, match="spreads over 17,179,869,184 cells"):
        reader.read_bytes(packed(entries), "a.xlsx")


def test_a_zip_of_other_files_is_refused(reader: Reader, tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource, match="a zip archive of other files"):
        reader.read_bytes(packed({"orders.csv": CSV}), "a.zip")


def test_the_published_data_sets_are_read_whole(reader: Reader, shared_data: Path) -> None:
    def counts(read_path: str, *expressions: str) -> tuple[object, ...]:
        read = reader.read(shared_data / read_path)
        row = read.connection.execute(
            f"SELECT count(*), {', '.join(expressions)} FROM {read.table.relation}"  # noqa: S608
        ).fetchone()
        assert row is not None
        assert read.malformed() == []
        return row

    assert counts("cdnow/CDNOW_master.txt", "count(DISTINCT customer_id)", "min(date)", "max(_line)") == (
        69_659,
        23_570,
        "19970101",
        69_660,
    )
    assert counts("cdnow/CDNOW_sample.txt", "count(DISTINCT column0)") == (6_919, 2_357)
    assert counts("online_retail/online_retail.parquet", "max(InvoiceDate)") == (541_909, datetime(2011, 12, 9, 12, 50))  # noqa: DTZ001
    assert counts("ravenstack_saas/ravenstack_subscriptions.csv", "count(end_date)") == (5_000, 486)
    assert counts("ravenstack_saas/ravenstack_feature_usage.csv.gz", "min(usage_id)")[0] == 25_000
    assert counts("telco_churn_reasons/Telco_customer_churn.xlsx", 'sum("Churn Value")', 'count("Churn Reason")') == (
        7_043,
        1_869,
        1_869,
    )
    assert counts("support_tickets/customer_support_tickets.csv.gz", 'count(DISTINCT "Ticket ID")') == (8_469, 8_469)
