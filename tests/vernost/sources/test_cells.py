"""Cells as people and programs write them, one table of cases a kind."""

import datetime as dt
from decimal import Decimal

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vernost.schema import Column
from vernost.sources.cells import SQL_TYPES, CellForm, cell_sql, cleaned_sql
from vernost.sources.dates import look_at_dates
from vernost.sources.numbers import look_at_numbers


def read_cells(
    cells: list[object], kind: str, *, name: str = "x", form: CellForm | None = None, type_: str = "VARCHAR"
) -> list[object]:
    """The cells as values of a kind, and 'void' or 'wrong' where there is none."""
    column = Column(name, kind)  # type: ignore[arg-type]
    sql = cell_sql("c", "text", column, form or CellForm(), raw="raw", type_=type_)
    helpers = "".join(f', {helper} AS "{key}"' for key, helper in sql.parsed.items())
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"CREATE TABLE cells (place INTEGER, raw {type_})")
        connection.executemany("INSERT INTO cells VALUES (?, ?)", list(enumerate(cells)))
        rows = connection.execute(
            f"""SELECT text, {sql.value}, {sql.is_void}, typeof({sql.value}) FROM (
                  SELECT * {helpers} FROM (SELECT *, {cleaned_sql("raw", type_)} AS text FROM cells)) ORDER BY place"""  # noqa: S608  # what is tested is SQL
        ).fetchall()
    assert {row[3] for row in rows} == {SQL_TYPES[kind].replace(", ", ",")}
    return [
        value if value is not None or text is None else ("void" if is_void else "wrong")
        for text, value, is_void, _ in rows
    ]


def form_of(cells: list[str], **more: str) -> CellForm:
    look = look_at_dates(cells)
    return CellForm(date_form=look.form, date_order=look.order or "day_first", date_mark=look.mark, **more)  # type: ignore[arg-type]


def moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


DATES = [
    ("2024-12-31", "2024-12-31T00:00"),
    ("2024-1-5", "2024-01-05T00:00"),
    ("2024/12/31", "2024-12-31T00:00"),
    ("2024.12.31", "2024-12-31T00:00"),
    ("2024-12-31 23:59", "2024-12-31T23:59"),
    ("2024-12-31 23:59:58", "2024-12-31T23:59:58"),
    ("2024-12-31T23:59:58.25", "2024-12-31T23:59:58.250"),
    ("2024-12-31T23:59:58Z", "2024-12-31T23:59:58"),
    ("2024-12-31T23:59Z", "2024-12-31T23:59:00"),
    ("2024-12-31 23:59:58 UTC", "2024-12-31T23:59:58"),
    ("2024-12-31T23:00:00+03:00", "2024-12-31T20:00"),
    ("2024-12-31T23:00:00.5+03:00", "2024-12-31T20:00:00.500"),
    ("2024-12-31 23:00:00 +0300", "2024-12-31T20:00"),
    ("2024-12-31 23:00:00+03", "2024-12-31T20:00"),
    ("2024-12-31 19:30:00-03:30", "2024-12-31T23:00"),
    ("20241231", "2024-12-31T00:00"),
    ("20241231235958", "2024-12-31T23:59:58"),
    ("31.12.2024", "2024-12-31T00:00"),
    ("1.2.2024", "2024-02-01T00:00"),
    ("31.12.2024 23:59", "2024-12-31T23:59"),
    ("31.12.2024 23:59:58", "2024-12-31T23:59:58"),
    ("31.12.2024, 23:59", "2024-12-31T23:59"),
    ("31.12.2024 9:05:00", "2024-12-31T09:05"),
    ("31/12/24", "2024-12-31T00:00"),
    ("31/12/99", "1999-12-31T00:00"),
    ("29.02.00", "2000-02-29T00:00"),
    ("31-12-2024", "2024-12-31T00:00"),
    ("31-12-2024 08:15", "2024-12-31T08:15"),
    ("31 янв 2024", "2024-01-31T00:00"),
    ("5 мая 2024 г.", "2024-05-05T00:00"),
    ("5 МАЯ 2024, 10:30", "2024-05-05T10:30"),
    ("1 марта 2024", "2024-03-01T00:00"),
    ("31 Jan 2024", "2024-01-31T00:00"),
    ("31-Jan-24", "2024-01-31T00:00"),
    ("Jan 31, 2024", "2024-01-31T00:00"),
    ("December 1, 2024 3:04 PM", "2024-12-01T15:04"),
    ("Wed, 31 Jan 2024 10:00:00", "2024-01-31T10:00"),
    ("45292", "2024-01-01T00:00"),
    ("45292.75", "2024-01-01T18:00"),
    ("1704067200", "2024-01-01T00:00"),
    ("1704067200000", "2024-01-01T00:00"),
    ("1704067200500", "2024-01-01T00:00:00.500"),
    (" 2024-12-31 ", "2024-12-31T00:00"),
    ("\u00a02024-12-31\t", "2024-12-31T00:00"),
    ("1970-01-01", "1970-01-01T00:00"),
    ("2098-12-31", "2098-12-31T00:00"),
]


@pytest.mark.parametrize(("cell", "expected"), DATES)
def test_a_date_is_read_in_any_usual_form_whatever_the_rest_of_its_column(cell: str, expected: str) -> None:
    forms = [form_of([cell.strip()])] + [CellForm(date_form=form) for form in ("iso", "compact", "parts", "named")]
    for form in forms:
        assert read_cells([cell], "instant", form=form) == [moment(expected)], form


@pytest.mark.parametrize(
    "cell",
    [
        "32.13.2024",
        "2024-02-30",
        "31.02.2024",
        "2024-13-01",
        "yesterday",
        "infinity",
        "epoch",
        "12",
        "1",
        "10:30",
        "0024-01-01",
        "1815-06-18",
        "2300-01-01",
        "20241331",
        "2024-01-01 25:00",
        "May",
        "2024",
        "12-1-4",
        "'; DROP TABLE cells; --",
    ],
)
def test_what_is_no_date_is_said_to_be_none(cell: str) -> None:
    assert read_cells([cell], "instant") == ["wrong"]


@pytest.mark.parametrize(
    "cell",
    [
        "0001-01-01", "01.01.0001 0:00:00", "0000-00-00", "9999-12-31", "31.12.9999", "2099-12-31 23:59:59",
        "01.01.2100", "2999-12-31", "3000-01-01", "-", "N/A",
    ],
)  # fmt: skip
def test_a_date_that_means_none_is_no_mistake(cell: str) -> None:
    assert read_cells([cell], "instant") == ["void"]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["12/31/2024", "01/02/2024"], ["2024-12-31", "2024-01-02"]),
        (["31/12/2024", "01/02/2024"], ["2024-12-31", "2024-02-01"]),
        (["1/2/2024 3:04:05 PM", "1/2/2024 3:04 AM"], ["2024-01-02T15:04:05", "2024-01-02T03:04"]),
    ],
)
def test_the_order_of_day_and_month_follows_the_whole_column(cells: list[str], expected: list[str]) -> None:
    assert read_cells(cells, "instant", form=form_of(cells)) == [moment(text) for text in expected]


@pytest.mark.parametrize(
    ("cell", "zone", "expected"),
    [
        pytest.param("2024-01-01 02:00", "Europe/Moscow", "2023-12-31T23:00", id="Moscow is three hours ahead"),
        pytest.param("2010-07-01", "Europe/Moscow", "2010-06-30T20:00", id="it was four in summer then"),
        pytest.param("2024-01-01T02:00:00Z", "Europe/Moscow", "2024-01-01T02:00", id="an offset wins"),
        pytest.param("2024-01-01 02:00:00+01:00", "Europe/Moscow", "2024-01-01T01:00", id="any offset"),
        pytest.param("1704067200", "Europe/Moscow", "2024-01-01T00:00", id="an epoch is an instant"),
        pytest.param("2024-03-31 02:30", "Europe/Berlin", "2024-03-31T01:30", id="an hour skipped in spring"),
        pytest.param("2024-10-27 02:30", "Europe/Berlin", "2024-10-27T01:30", id="an hour twice in autumn"),
    ],
)
def test_a_local_time_becomes_utc_by_the_companys_clock(cell: str, zone: str, expected: str) -> None:
    assert read_cells([cell], "instant", form=CellForm(zone=zone)) == [moment(expected)]


@pytest.mark.parametrize(
    ("type_", "cell", "expected"),
    [
        ("TIMESTAMP", moment("2024-01-01T02:00"), "2023-12-31T23:00"),
        ("DATE", dt.date(2024, 1, 1), "2023-12-31T21:00"),
        ("TIMESTAMPTZ", dt.datetime(2024, 1, 1, 2, tzinfo=dt.UTC), "2024-01-01T02:00"),
        ("BIGINT", 20240101, "2023-12-31T21:00"),
        ("DOUBLE", 45292.0, "2023-12-31T21:00"),
        ("BIGINT", 1704067200, "2024-01-01T00:00"),
    ],
)
def test_a_date_with_a_type_of_its_own_is_read_too(type_: str, cell: object, expected: str) -> None:
    type_ = {"TIMESTAMPTZ": "TIMESTAMP WITH TIME ZONE"}.get(type_, type_)
    assert read_cells([cell], "instant", form=CellForm(zone="Europe/Moscow"), type_=type_) == [moment(expected)]


def test_a_birthday_is_not_moved_by_a_time_zone() -> None:
    found = read_cells(["01.02.1990", "1990-02-01 00:00:00"], "date", form=CellForm(zone="Asia/Vladivostok"))
    assert found == [dt.date(1990, 2, 1)] * 2


NUMBERS = [
    ("12", ".", "12"),
    ("12.5", ".", "12.5"),
    ("-12.5", ".", "-12.5"),
    ("−12.5", ".", "-12.5"),
    ("12.5-", ".", "-12.5"),
    ("(12.00)", ".", "-12"),
    ("($1,234.50)", ".", "-1234.5"),
    ("$1,234.50", ".", "1234.5"),
    ("1,234", ".", "1234"),
    ("1,234,567.89", ".", "1234567.89"),
    ("1 234.50", ".", "1234.5"),
    ("1'234.50", ".", "1234.5"),
    ("€12", ".", "12"),
    ("12 USD", ".", "12"),
    (".5", ".", "0.5"),
    ("+7", ".", "7"),
    ("1e3", ".", "1000"),
    ("1 234,50 ₽", ",", "1234.5"),
    ("1\u00a0234,50 руб.", ",", "1234.5"),
    ("1\u202f234,5 р.", ",", "1234.5"),
    ("12,5", ",", "12.5"),
    ("-12,5", ",", "-12.5"),
    ("1.234,50", ",", "1234.5"),
    ("1.234.567", ",", "1234567"),
    ("1.234", ",", "1234"),
    ("12.50", ",", "12.5"),
    ("1234", ",", "1234"),
    ("0,00005", ",", "0.0001"),
    ("99999999999999.9999", ".", "99999999999999.9999"),
]


@pytest.mark.parametrize(("cell", "decimal", "expected"), NUMBERS)
def test_money_is_read_exactly_as_people_write_it(cell: str, decimal: str, expected: str) -> None:
    assert read_cells([cell], "money", form=CellForm(decimal=decimal)) == [Decimal(expected)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "cell", ["abc", "12 apples", "1,23", "1.2.3", "100000000000000", "1e30", "nan%", "inf", "12%", "--5"]
)
def test_what_is_no_money_or_too_much_is_said_to_be_none(cell: str) -> None:
    assert read_cells([cell], "money") == ["wrong"]


@pytest.mark.parametrize(
    ("kind", "cell", "expected"),
    [
        ("number", "7.25", 7.25),
        ("number", "1 000,5", 1000.5),
        ("number", "inf", "wrong"),
        ("integer", "5", 5),
        ("integer", "5.0", 5),
        ("integer", "5.5", "wrong"),
        ("boolean", "Да", True),
        ("boolean", "нет", False),
        ("boolean", "TRUE", True),
        ("boolean", "0", False),
        ("boolean", "perhaps", "wrong"),
        ("json", '{"a": 1}', '{"a": 1}'),
        ("json", 'a"b', '"a\\"b"'),
        ("strings", "Ромашка; Daisy", '["Ромашка","Daisy"]'),
        ("strings", '["a","b"]', '["a","b"]'),
        ("string", "  Иван  Петров ", "Иван  Петров"),
        ("string", "", None),
        ("string", "   ", None),
        ("string", "NULL", None),
        ("string", "\\N", None),
        ("string", "-", "-"),
    ],
)
def test_other_kinds_are_read(kind: str, cell: str, expected: object) -> None:
    decimal = "," if "," in cell else "."
    assert read_cells([cell], kind, form=CellForm(decimal=decimal)) == [expected]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cell", "type_", "expected"),
    [
        ("17850.0", "VARCHAR", "17850"),
        ("00001", "VARCHAR", "00001"),
        ("00001.0", "VARCHAR", "00001"),
        ("1.10", "VARCHAR", "1.10"),
        ("10.0.0.10", "VARCHAR", "10.0.0.10"),
        (17850.0, "DOUBLE", "17850"),
        (17850.5, "DOUBLE", "17850.5"),
        (float("nan"), "DOUBLE", None),
        (17850, "BIGINT", "17850"),
        (" C-1 ", "VARCHAR", "C-1"),
        ("120", "VARCHAR", "120"),
    ],
)
def test_an_id_stays_the_text_it_is(cell: object, type_: str, expected: str | None) -> None:
    assert read_cells([cell], "string", name="customer_id", type_=type_) == [expected]


@pytest.mark.parametrize(
    ("cells", "decimal", "is_ambiguous"),
    [
        (["1,5", "2"], ",", False),
        (["1.5", "2"], ".", False),
        (["1,234.5"], ".", False),
        (["1.234,5"], ",", False),
        (["1,234"], None, True),
        (["1.234.567"], ",", False),
        (["0,123"], ",", False),
        (["12"], None, False),
        (["1,234", "1,5"], ",", False),
    ],
)
def test_the_decimal_sign_of_a_column_is_told_from_its_cells(
    cells: list[str], decimal: str | None, is_ambiguous: bool
) -> None:
    look = look_at_numbers(cells)
    assert (look.decimal, look.is_ambiguous) == (decimal, is_ambiguous)


FORMATS = ("%Y-%m-%d %H:%M:%S", "%d.%m.%Y %H:%M:%S", "%Y%m%d%H%M%S", "%d/%m/%y %H:%M:%S", "%d %b %Y %H:%M:%S")


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.datetimes(moment("1970-01-01"), moment("2069-12-31")), min_size=1, max_size=20),
    st.sampled_from(FORMATS),
)
def test_a_written_time_is_read_back(moments: list[dt.datetime], written: str) -> None:
    moments = [value.replace(microsecond=0) for value in moments]
    cells = [value.strftime(written) for value in moments]
    assert read_cells(cells, "instant", form=CellForm(date_form=look_at_dates(cells).form)) == moments


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.decimals(-(10**13), 10**13, places=4), min_size=1, max_size=20),
    st.sampled_from([("{:f}", "."), ("{:,f}", "."), ("comma", ","), ("russian", ",")]),
)
def test_a_written_amount_is_read_back(amounts: list[Decimal], written: tuple[str, str]) -> None:
    template, decimal = written
    if decimal == ",":
        grouped = (f"{amount:,f}".replace(",", "\u00a0" if template == "russian" else "_") for amount in amounts)
        cells = [text.replace("_", "").replace(".", ",") for text in grouped]
    else:
        cells = [template.format(amount) for amount in amounts]
    assert read_cells(cells, "money", form=CellForm(decimal=decimal)) == amounts  # type: ignore[arg-type]
