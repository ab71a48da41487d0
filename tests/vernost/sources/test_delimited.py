"""Text in columns: every row with its line, every other line kept."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.vernost.sources.raw import Read, Reader

from vernost.sources.files import read_raw
from vernost.sources.records import MAX_RECORD
from vernost.sources.staging import stage_connection

PLAIN = [("1", "Ann", "2,5", 2), ("2", "Боб", "3", 3)]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1251", "koi8-r", "cp866"]
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_an_encoding_and_ends_of_lines_do_not_change_what_is_read(reader: Reader, encoding: str, end: str) -> None:
    text = "id;name;amount\n1;Ann;2,5\n2;Боб;3\n".replace("\n", end)
    read = reader.read_text(text, encoding=encoding)
    assert read.table.columns == ("id", "name", "amount")
    assert read.table.is_text
    assert read.rows() == PLAIN
    assert read.malformed() == []


@pytest.mark.parametrize(
    ("names", "encoding"),
    [
        ("Ayşe Yılmaz,Müşteri,Çağrı", "cp1254"),
        ("Šarūnas,Žemaitis,Kęstutis", "cp1257"),
        ("Jānis Bērziņš,Ķekava,Jūrmala", "cp1257"),
        ("Märt Jõgi,Šmidt,Öö", "cp1257"),
        ("Guðmundur,Sigþór,Þórður", "cp1252"),
        ("Müller,Zoë,São Paulo", "cp1252"),
        ("Łódź,Ściana,Kraków", "cp1250"),
    ],
)
def test_letters_tell_the_western_encodings_apart(reader: Reader, names: str, encoding: str) -> None:
    rows = reader.read_text("\n".join(["name;amount", *(f"{name};5" for name in names.split(","))]), encoding=encoding)
    assert [row[0] for row in rows.rows()] == names.split(",")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_delimiter_is_found(reader: Reader, delimiter: str) -> None:
    amount = '"2,5"' if delimiter == "," else "2,5"
    lines = [["id", "name", "amount"], ["1", "Ann", amount], ["2", "Боб", "3"]]
    read = reader.read_text("\n".join(delimiter.join(line) for line in lines))
    assert read.rows() == PLAIN


@pytest.mark.parametrize(
    ("text", "columns", "rows"),
    [
        pytest.param("1;2,5\n2;3,5\n", ("column0", "column1"), [("1", "2,5", 1), ("2", "3,5", 2)], id="no header"),
        pytest.param(
            "id,ID,,id\n1,2,3,4\n", ("id", "ID_2", "column2", "id_3"), [("1", "2", "3", "4", 2)], id="doubled"
        ),
        pytest.param("name,city\nAnn,Omsk\n", ("name", "city"), [("Ann", "Omsk", 2)], id="words alone"),
        pytest.param("city,2023,2024\nOmsk,5,7\n", ("city", "2023", "2024"), [("Omsk", "5", "7", 2)], id="years above"),
        pytest.param("id;note\n", ("id", "note"), [], id="header alone"),
        pytest.param("id;note", ("id", "note"), [], id="header alone, no end of line"),
        pytest.param("customer\nAnn\nBob\n", ("customer",), [("Ann", 2), ("Bob", 3)], id="one column"),
        pytest.param("id,a,\n1,2,\n", ("id", "a", "column2"), [("1", "2", None, 2)], id="delimiter at the end"),
        pytest.param(
            "id,a\n1,2,\n3,4,\n", ("id", "a", "column2"), [("1", "2", None, 2), ("3", "4", None, 3)], id="data longer"
        ),
        pytest.param("sep=;\nid;a\n1;2\n", ("id", "a"), [("1", "2", 3)], id="the delimiter said"),
        pytest.param("Sales of May\n\nid;a;b\n1;2;3\n", ("id", "a", "b"), [("1", "2", "3", 4)], id="a title above"),
        pytest.param("_line,id\n7,1\n", ("_line_2", "id"), [("7", "1", 2)], id="a column called as ours"),
        pytest.param("id,a\n1,2\n\n\n3,4\n\n", ("id", "a"), [("1", "2", 2), ("3", "4", 5)], id="blank lines"),
        pytest.param("id,a\n1,\n,2\n", ("id", "a"), [("1", None, 2), (None, "2", 3)], id="blank cells are null"),
        pytest.param('id,a\n00017,""\n', ("id", "a"), [("00017", None, 2)], id="zeros in front stay"),
        pytest.param('"a\nb",c\n1,2\n', ("a b", "c"), [("1", "2", 3)], id="a header over two lines"),
        pytest.param(
            "id,name\0\n1,abcdefghij\0k\n", ("id", "name"), [("1", "abcdefghijk", 2)], id="zero bytes are dropped"
        ),
        pytest.param('id,size\n1,5" pipe\n', ("id", "size"), [("1", '5" pipe', 2)], id="a quote within a cell"),
    ],
)
def test_a_header_and_rows_are_found(
    reader: Reader, text: str, columns: tuple[str, ...], rows: list[tuple[object, ...]]
) -> None:
    read = reader.read_text(text)
    assert read.table.columns == columns
    assert read.rows() == rows
    assert read.malformed() == []


def test_quoted_cells_may_hold_delimiters_quotes_and_ends_of_lines(reader: Reader) -> None:
    read = reader.read_text('id,text,n\n1,"a, ""b""\nc",5\n2,d,6\n3,"\n\n",7\n4,e,8\n')
    assert read.rows() == [("1", 'a, "b"\nc', "5", 2), ("2", "d", "6", 4), ("3", "\n\n", "7", 5), ("4", "e", "8", 8)]
    assert read.malformed() == []


def test_blanks_around_quotes_are_no_part_of_a_cell(reader: Reader) -> None:
    read = reader.read_text('id, "text", n\n1, "a, b" , 5\n2, "c\nd", 6\n')
    assert read.rows() == [("1", "a, b", " 5", 2), ("2", "c\nd", " 6", 3)]


def test_quotes_may_be_escaped_by_a_backslash(reader: Reader) -> None:
    read = reader.read_text('id,text,n\n1,"say \\"a, b\\"",5\n2,"d\\\\",6\n')
    assert read.rows() == [("1", 'say "a, b"', "5", 2), ("2", "d\\", "6", 3)]


def test_lines_that_are_no_records_are_kept_with_their_place(reader: Reader) -> None:
    lines = [
        "id,name,n",
        "1,a,1",
        "2,b",
        "3,c,1,1",
        '4,"br"oken,5',
        "5,d,6",
        '6,"open,7',
        "7,e,8",
        '8,"f',
        'g",9',
        "10,h,11",
    ]
    read = reader.read_text("\n".join(lines))
    assert read.rows() == [
        ("1", "a", "1", 2),
        ("5", "d", "6", 6),
        ("7", "e", "8", 8),
        ("8", "f\ng", "9", 9),
        ("10", "h", "11", 11),
    ]
    assert read.malformed() == [
        (3, "has 2 cells instead of 3", "2,b"),
        (4, "has 4 cells instead of 3", "3,c,1,1"),
        (5, "has quotes that do not enclose a whole cell", '4,"br"oken,5'),
        (7, "has quotes that do not enclose a whole cell", '6,"open,7'),
    ]


@pytest.mark.parametrize("line", ["3", "3,a,b", '3,"a"b', '3,"a""', '"3,a', ' "3', b"3,\xff".decode("latin-1")])
def test_one_bad_line_among_good_ones_is_found(reader: Reader, line: str) -> None:
    content = "id,имя\n1,Ян\n2,Ян\n".encode() + line.encode("latin-1") + "\n4,Ян\n".encode()
    read = reader.read_bytes(content)
    assert read.lines() == [2, 3, 5]
    assert [at for at, _, _ in read.malformed()] == [4]


def test_a_quote_that_is_never_closed_costs_its_own_line_only(reader: Reader) -> None:
    read = reader.read_text('id,name\n1,"open\n2,b\n3,c\n')
    assert read.lines() == [3, 4]
    assert read.malformed() == [(2, "has a quote that is never closed", '1,"open')]


def test_damaged_letters_are_shown_and_the_rest_of_the_file_stays_utf8(reader: Reader) -> None:
    read = reader.read_bytes("id,имя\n1,Анна\n".encode() + b"2,B\xff\n" + "3,Вера\n".encode())
    assert read.rows() == [("1", "Анна", 2), ("3", "Вера", 4)]
    assert read.malformed() == [(3, "has bytes that are not UTF-8 text", "2,B\\xff")]


def test_an_endless_record_is_kept_as_malformed(reader: Reader) -> None:
    long = "2," + "x" * (MAX_RECORD + 200_000)
    read = reader.read_text(f"id,a\n1,b\n{long}\n3,c\n")
    assert read.lines() == [2, 4]
    assert read.malformed() == [(3, f"is longer than {MAX_RECORD:,} bytes", long)]


def test_letters_far_down_tell_the_encoding(reader: Reader) -> None:
    text = "id,name\n" + "".join(f"{n},abc\n" for n in range(200_000)) + "200000,Пётр Иванов\n"
    read = reader.read_text(text, encoding="koi8-r")
    assert read.rows()[-1] == ("200000", "Пётр Иванов", 200_002)


def test_a_long_file_in_another_encoding_is_read_to_its_end(reader: Reader) -> None:
    text = "id;имя\n" + "".join(f"{n};Пётр\n" for n in range(150_000))
    read = reader.read_text(text, encoding="cp1251")
    assert read.table.columns == ("id", "имя")
    assert read.rows()[-1] == ("149999", "Пётр", 150_001)
    assert read.malformed() == []


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_columns_aligned_by_blanks_are_split_at_runs_of_blanks(reader: Reader, end: str) -> None:
    text = " id      day  n \n 00001 19970101   1\n\n\t00002  19970112\t 12  \n 00003 1 \n".replace("\n", end)
    rows = "".join(f" 0{n:04}  19970112 {n:3}{end}" for n in range(100))
    read = reader.read_text(text + rows, "orders.txt")
    assert read.table.columns == ("id", "day", "n")
    assert read.rows()[:3] == [
        ("00001", "19970101", "1", 2),
        ("00002", "19970112", "12", 4),
        ("00000", "19970112", "0", 6),
    ]
    assert read.malformed() == [(5, "has 2 cells instead of 3", "00003 1")]


def test_prose_is_one_column(reader: Reader) -> None:
    read = reader.read_text("Great shop overall\nFast delivery indeed\nWould buy again\n", "notes.txt")
    assert len(read.table.columns) == 1


@pytest.mark.parametrize(
    "name",
    [
        "a'b.csv",
        'a"; DROP TABLE x; --.csv',
        "a*b?.csv",
        "[x].csv",
        "a\nb.csv",
        "день 1.csv",
        "year=2024/o.csv",
        "-.csv",
    ],
)
def test_a_strange_file_name_names_that_file_alone(reader: Reader, name: str) -> None:
    reader.read_text("id\nanother\n", "axbx.csv")
    reader.read_text("id\nanother\n", "x.csv")
    read = reader.read_text("id\nmine\n", name)
    assert read.rows() == [("mine", 2)]
    assert read.table.source == str(reader.folder / name)


@pytest.mark.parametrize("end", ["1,2\n", '1,"2\n2"\n'])
def test_strange_column_names_stay_names(reader: Reader, end: str) -> None:
    read = reader.read_text('"a""; DROP TABLE x; --","it\'s, {c0}"\n' + end)
    assert read.table.columns == ('a"; DROP TABLE x; --', "it's, {c0}")
    assert len(read.rows()) == 1


def test_reading_twice_gives_the_same_and_two_files_do_not_meet(reader: Reader) -> None:
    one = reader.read_text("id,a\n1,2\n3\n", "one.csv")
    two = reader.read_text("id,a\n5,6\n", "two.csv")
    assert one.table.relation != two.table.relation
    assert one.rows() == one.rows() == [("1", "2", 2)]
    assert one.malformed() == one.malformed() == [(3, "has 1 cells instead of 2", "3")]
    assert two.rows() == [("5", "6", 2)]


_CELL = st.text(alphabet='ab,;"\n\r é1 ', max_size=6)


def _written(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if set(cell) & set(',;"\n\r ') or not cell else cell


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(st.tuples(_CELL, _CELL, _CELL), min_size=1, max_size=8))
def test_what_a_careful_program_writes_comes_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]]
) -> None:
    text = "first,second,third\n" + "".join(",".join(map(_written, row)) + "\n" for row in rows)
    read = _read_in(tmp_path_factory.mktemp("csv"), text.encode())
    expected = [tuple(_seen(cell) for cell in row) for row in rows]
    assert [row[:-1] for row in read.rows()] == expected
    assert read.malformed() == []


def _seen(cell: str) -> str | None:
    return cell.replace("\r\n", "\n").replace("\r", "\n") or None


@settings(max_examples=60, deadline=None)
@given(lines=st.lists(st.text(alphabet='a1,"\r\\ ', max_size=8), min_size=1, max_size=10))
def test_every_line_is_a_row_or_malformed(tmp_path_factory: pytest.TempPathFactory, lines: list[str]) -> None:
    content = "id,name,note\nx,y,z\nx,y,z\n" + "\n".join(lines) + "\nx,y,z\n"
    read = _read_in(tmp_path_factory.mktemp("csv"), content.encode())
    physical = content.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    taken = [line + more for line, _, raw in read.malformed() for more in range(raw.count("\n") + 1)]
    for row in read.rows():
        extra = sum((cell or "").count("\n") for cell in row[:-1])
        taken += range(row[-1], row[-1] + extra + 1)
    blank = {number for number, line in enumerate(physical, 1) if not line.strip(" ")}
    assert sorted(set(taken) - blank) == [number for number in range(2, len(physical) + 1) if number not in blank]
    assert len(taken) == len(set(taken))


def _read_in(folder: Path, content: bytes) -> Read:
    path = folder / "orders.csv"
    path.write_bytes(content)
    connection = stage_connection(folder, threads=1)
    return Read(connection, read_raw(connection, str(path), workdir=folder))
