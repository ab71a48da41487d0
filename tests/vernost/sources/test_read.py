"""From files to a reading: shapes of orders, keys, twins, what is rejected and what is said."""

import json
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from tests.vernost.sources.readings import day, rows_of, some

from vernost.errors import InvalidValue, MissingColumn, UnknownName, UnreadableSource
from vernost.schema import TABLES
from vernost.sources import Given, read
from vernost.sources.cells import SQL_TYPES


def test_lines_without_numbers_are_sales_and_twins_survive(export) -> None:
    path = export("sales.csv", "customer_id,date,amount", "ann,2024-01-01,5", "ann,2024-01-01,5", "bob,2024-01-02,7")
    with read([path]) as first, read([path]) as second:
        orders = rows_of(first, "orders")
        assert orders == rows_of(second, "orders")
        assert some(orders, "customer_id", "ordered_at", "amount", "kind") == [
            ("ann", day("2024-01-01"), Decimal(5), "sale"),
            ("ann", day("2024-01-01"), Decimal(5), "sale"),
            ("bob", day("2024-01-02"), Decimal(7), "sale"),
        ]
        ids = [str(row["order_id"]) for row in orders]
        assert len(set(ids)) == 3
        assert ids[1] == ids[0] + "-2"
        assert any("each row is one sale" in note for note in first.notes)


def test_a_copy_of_a_file_under_another_name_has_the_same_ids(export) -> None:
    lines = ("customer_id,date,amount", "ann,2024-01-01,5", "bob,2024-01-02,7")
    with read([export("one.csv", *lines)]) as one, read([export("two.csv", *lines)]) as two:
        assert some(rows_of(one, "orders"), "order_id") == some(rows_of(two, "orders"), "order_id")


INVOICES = (
    "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country",
    "536365,A,Cup,6,2010-12-01 08:26,2.55,17850.0,France",
    "536365,B,Cap,2,2010-12-01 08:27,0.10,17850.0,France",
    "536366,A,Cup,1,2010-12-01 09:00,3,,France",
    "C536379,A,Cup,-6,2010-12-01 09:41,2.55,17850.0,Spain",
    "536380,A,broken,-3,2010-12-01 10:00,0,,UK",
    "536381,A,gift,1,2010-12-01 11:00,0,9,UK",
)


def test_invoice_lines_become_orders_and_lines(export) -> None:
    with read([export("invoices.csv", *INVOICES)]) as reading:
        assert list(reading.tables) == ["customers", "orders", "order_lines"]
        assert some(rows_of(reading, "orders"), "order_id", "customer_id", "ordered_at", "amount", "kind") == [
            ("536365", "17850", day("2010-12-01 08:26"), Decimal("15.50"), "sale"),
            ("536366", None, day("2010-12-01 09:00"), Decimal(3), "sale"),
            ("C536379", "17850", day("2010-12-01 09:41"), Decimal("-15.30"), "refund"),
            ("536380", None, day("2010-12-01 10:00"), Decimal(0), "refund"),
            ("536381", "9", day("2010-12-01 11:00"), Decimal(0), "sale"),
        ]
        lines = some(rows_of(reading, "order_lines"), "order_id", "line", "product_id", "quantity", "unit_price")
        assert lines[:3] == [
            ("536365", 1, "A", 6.0, Decimal("2.55")),
            ("536365", 2, "B", 2.0, Decimal("0.10")),
            ("536366", 1, "A", 1.0, Decimal(3)),
        ]
        assert some(rows_of(reading, "customers"), "customer_id", "country") == [("17850", "Spain"), ("9", "UK")]


def test_a_formula_given_for_the_amount_is_summed_over_the_lines(export) -> None:
    given = Given(columns={"amount": "Quantity * UnitPrice * 2"})
    with read([export("invoices.csv", *INVOICES)], given=given) as reading:
        assert some(rows_of(reading, "orders"), "amount")[0] == (Decimal("31.00"),)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(
            ["1,2024-01-01,ann,Cup,1,10,30", "1,2024-01-01,ann,Cap,2,10,30", "2,2024-01-02,bob,Cup,1,10,10"],
            [("1", Decimal(30)), ("2", Decimal(10))],
            id="the same total on all lines",
        ),
        pytest.param(
            ["1,2024-01-01,ann,Cup,1,10,35", "1,2024-01-01,ann,Cap,2,10,", "2,2024-01-02,bob,Cup,1,10,10"],
            [("1", Decimal(35)), ("2", Decimal(10))],
            id="the total on the first line",
        ),
        pytest.param(
            ["1,2024-01-01,ann,Cup,1,10,10", "1,2024-01-01,ann,Cap,2,10,20", "2,2024-01-02,bob,Cup,1,10,10"],
            [("1", Decimal(30)), ("2", Decimal(10))],
            id="an amount a line",
        ),
    ],
)
def test_a_total_is_told_from_an_amount_of_a_line(export, lines: list[str], expected: object) -> None:
    path = export("orders.csv", "order_id,order_date,customer_id,product,quantity,unit_price,amount", *lines)
    with read([path]) as reading:
        assert some(rows_of(reading, "orders"), "order_id", "amount") == expected


@pytest.mark.parametrize(
    ("header", "cells", "amount", "source"),
    [
        pytest.param("date,customer,price", "2024-01-01,ann,10.5", 10.5, "price", id="a price alone"),
        pytest.param("date,customer,qty,price", "2024-01-01,ann,2,10.5", 21, "qty × price", id="pieces and a price"),
        pytest.param("date,customer,qty,price", "2024-01-01,ann,-2,10.5", -21, "qty × price", id="given back"),
        pytest.param("date,customer,qty,price", "2024-01-01,ann,,10.5", 10.5, "qty × price", id="pieces not told"),
        pytest.param("date,customer,item,line total", "2024-01-01,ann,tea,21", 21, "line total", id="a line's amount"),
    ],
)
def test_a_sale_without_an_amount_has_that_of_its_goods(
    export, header: str, cells: str, amount: float, source: str
) -> None:
    path = export("o.csv", header, cells)
    with read([path]) as reading:
        (order,) = rows_of(reading, "orders")
        assert order["amount"] == Decimal(str(amount))
        assert order["kind"] == ("sale" if amount > 0 else "refund")
        assert f"{path} has no amounts of sales; {source} was taken for them." in map(str, reading.notes)
        # No line of an order is made of it, so nothing else would keep these cells.
        goods = dict(zip(header.split(",")[2:], cells.split(",")[2:], strict=True))
        assert {name: value or "" for name, value in json.loads(str(order["extra"])).items()} == goods


@pytest.mark.parametrize(
    ("kind", "status", "amount", "expected"),
    [
        ("", "", "5", ("sale", 5)),
        ("", "", "0", ("sale", 0)),
        ("", "", "-5", ("refund", -5)),
        ("возврат", "", "5", ("refund", -5)),
        ("Refund", "", "-5", ("refund", -5)),
        ("продажа", "", "5", ("sale", 5)),
        ("something", "", "5", ("sale", 5)),
        ("", "Credit note", "5", ("refund", -5)),
        ("", "cancelled", "5", ("sale", 5)),
        ("", "", "", ("sale", None)),
    ],
)
def test_a_refund_is_known_by_its_sign_or_its_mark(
    export, kind: str, status: str, amount: str, expected: object
) -> None:
    path = export("o.csv", "order_id,ordered_at,amount,kind,status", f"1,2024-01-01,{amount},{kind},{status}")
    with read([path]) as reading:
        assert some(rows_of(reading, "orders"), "kind", "amount") == [expected]
        assert rows_of(reading, "orders")[0]["status"] == (status or None)


def test_a_row_that_cannot_be_read_is_rejected_with_its_reason(export) -> None:
    path = export(
        "o.csv",
        "order_id,ordered_at,amount,city",
        "1,2024-01-01,5,Omsk",
        "2,32.13.2024,5,Omsk",
        "3,,5,Omsk",
        ",2024-01-01,5,Omsk",
        "5,2024-01-01,plenty,Omsk",
        "6,2024-01-01,100000000000000,Omsk",
        '7,"; DROP TABLE x",5,"O""msk"',
        "8,2999-01-01,5,Omsk",
    )
    with read([path]) as reading:
        assert some(rows_of(reading, "orders"), "order_id") == [("1",)]
        rejected = rows_of(reading, "rejected", order="line")
        assert some(rejected, "table_name", "source", "line", "reason") == [
            ("orders", path, 3, 'ordered_at: "32.13.2024" is not a date'),
            ("orders", path, 4, "ordered_at is missing"),
            ("orders", path, 5, "order_id is missing"),
            ("orders", path, 6, 'amount: "plenty" is not an amount of money'),
            ("orders", path, 7, 'amount: "100000000000000" is too large'),
            ("orders", path, 8, 'ordered_at: "; DROP TABLE x" is not a date'),
            ("orders", path, 9, 'ordered_at: "2999-01-01" stands for nothing'),
        ]
        raw = json.loads(str(rejected[-2]["raw"]))
        assert raw == {"order_id": "7", "ordered_at": "; DROP TABLE x", "amount": "5", "city": 'O"msk'}


def test_an_optional_cell_that_cannot_be_read_is_set_aside(export) -> None:
    path = export(
        "o.csv",
        "order_id,ordered_at,delivered_at,gift",
        "1,2024-01-01,soon,yes",
        "2,2024-01-01,2024-01-02,",
        "3,2024-01-01,,",
    )
    with read([path]) as reading:
        assert some(rows_of(reading, "orders"), "delivered_at", "extra") == [
            (None, '{"gift":"yes","delivered_at":"soon"}'),
            (day("2024-01-02"), None),
            (None, None),
        ]
        assert any("1 cells of delivered_at" in note for note in reading.notes)
        assert not rows_of(reading, "rejected", order="line")


def test_columns_without_a_place_are_kept_in_extra(export) -> None:
    path = export("o.csv", "customer_id,date,amount,number_of_cds", "00001,19970101,11.77,1")
    with read([path]) as reading:
        order = rows_of(reading, "orders")[0]
        assert (order["customer_id"], order["extra"]) == ("00001", '{"number_of_cds":"1"}')
        assert reading.matches[0].extra == ("number_of_cds",)


def test_local_times_become_utc(export) -> None:
    path = export("o.csv", "order_id,ordered_at", "1,31.12.2024 23:30", "2,2024-12-31T23:30:00Z")
    with read([path], timezone="Europe/Moscow") as reading:
        assert some(rows_of(reading, "orders"), "ordered_at") == [
            (day("2024-12-31 20:30"),),
            (day("2024-12-31 23:30"),),
        ]
        assert reading.timezone == "Europe/Moscow"


@pytest.mark.parametrize(
    ("given", "expected"),
    [(None, "2024-02-01"), (Given(date_order="month_first"), "2024-01-02")],
)
def test_dates_that_could_be_either_are_day_first_unless_given(export, given: Given | None, expected: str) -> None:
    with read([export("o.csv", "order_id,ordered_at", "1,01/02/2024")], given=given) as reading:
        assert some(rows_of(reading, "orders"), "ordered_at") == [(day(expected),)]
        assert any("day first" in note for note in reading.notes) == (given is None)


def test_a_proof_far_down_the_file_decides_the_order(export) -> None:
    lines = [f"{number},01/02/2024" for number in range(3_000)]
    with read([export("o.csv", "order_id,ordered_at", *lines, "x,01/31/2024")]) as reading:
        assert {row["ordered_at"] for row in rows_of(reading, "orders")} == {day("2024-01-02"), day("2024-01-31")}
        assert not reading.notes or not any("either way" in note for note in reading.notes)


def test_a_russian_export_is_read(export) -> None:
    path = export(
        "Реестр.csv",
        "Номер заказа;Дата;Клиент;Телефон;Сумма, руб.;Статус;Город",
        "1;31.12.2024;Иванов Иван;8 (916) 123-45-67;1 234,50;Выполнен;Омск",
        "2;01.02.2025;Петров Пётр;;2 000;Возврат;Пермь",
    )
    with read([path]) as reading:
        assert some(rows_of(reading, "orders"), "order_id", "customer_id", "ordered_at", "amount", "kind") == [
            ("1", "Иванов Иван", day("2024-12-31"), Decimal("1234.50"), "sale"),
            ("2", "Петров Пётр", day("2025-02-01"), Decimal(2000), "sale"),
            ("2 refund", "Петров Пётр", day("2025-02-01"), Decimal(-2000), "refund"),
        ]
        assert some(rows_of(reading, "customers"), "customer_id", "name", "phone", "city") == [
            ("Иванов Иван", "Иванов Иван", "8 (916) 123-45-67", "Омск"),
            ("Петров Пётр", "Петров Пётр", None, "Пермь"),
        ]


@pytest.mark.parametrize(
    ("header", "cells", "expected"),
    [
        ("email,date,amount", "Ann@Shop.COM,2024-01-01,5", "ann@shop.com"),
        ("телефон,дата,сумма", "8 (916) 123-45-67,01.01.2024,5", "79161234567"),
        ("phone,date,amount", "+1 555 123 4567,2024-01-01,5", "15551234567"),
    ],
)
def test_a_stand_in_for_an_id_is_brought_to_one_form(export, header: str, cells: str, expected: str) -> None:
    with read([export("o.csv", header, cells)]) as reading:
        assert some(rows_of(reading, "orders"), "customer_id") == [(expected,)]
        assert any("no id of customers" in note for note in reading.notes)


def test_customers_of_their_own_file_are_completed_not_replaced(export) -> None:
    customers = export("customers.csv", "customer_id,name,city", "ann,Ann,", "bob,Bob,Tver")
    orders = export(
        "orders.csv", "order_id,ordered_at,customer_id,city", "1,2024-01-01,ann,Omsk", "2,2024-01-01,eve,Perm"
    )
    with read([customers, orders]) as reading:
        assert some(rows_of(reading, "customers", order="customer_id"), "customer_id", "name", "city") == [
            ("ann", "Ann", "Omsk"),
            ("bob", "Bob", "Tver"),
            ("eve", None, "Perm"),
        ]


def test_later_sources_have_later_rows(export) -> None:
    first = export("a.csv", "order_id,ordered_at", "1,2024-01-01", "2,2024-01-01")
    second = export("b.csv", "order_id,ordered_at", "1,2024-01-05")
    with read([first, second]) as reading:
        assert some(rows_of(reading, "orders"), "order_id", "ordered_at")[-1] == ("1", day("2024-01-05"))
        places = [row["_row"] for row in rows_of(reading, "orders")]
        assert len(set(places)) == 3


@pytest.mark.parametrize(
    ("interval", "expected"), [("month", 12), ("year", 1), ("Ежегодно", 1), ("quarterly", 4), ("12", 1), ("", 12)]
)
def test_a_price_is_brought_to_a_month(export, interval: str, expected: int) -> None:
    path = export(
        "subs.csv", "subscription_id,customer_id,plan,start_date,price,interval", f"s,ann,pro,2024-01-01,12,{interval}"
    )
    with read([path]) as reading:
        assert some(rows_of(reading, "subscriptions"), "monthly_price") == [(Decimal(expected),)]


def test_a_wide_survey_has_an_answer_for_each_question(export) -> None:
    path = export("form.csv", "Response ID,Survey date,NPS,CSAT,Comment", "7,01-09-2021,10,4,good", "8,13-09-2021,0,,")
    with read([path]) as reading:
        answers = rows_of(reading, "answers", order="answer_id")
        assert some(answers, "answer_id", "response_id", "survey", "question", "kind", "score", "text") == [
            ("7-CSAT", "7", "form", "CSAT", "csat", 4.0, None),
            ("7-Comment", "7", "form", "Comment", "text", None, "good"),
            ("7-NPS", "7", "form", "NPS", "nps", 10.0, None),
            ("8-NPS", "8", "form", "NPS", "nps", 0.0, None),
        ]


@pytest.mark.parametrize(
    ("kind", "points", "expected"),
    [
        ("начисление", "100", ("earn", 100.0)),
        ("Списание", "50", ("burn", -50.0)),
        ("сгорание", "-5", ("expire", -5.0)),
        ("", "-5", ("burn", -5.0)),
        ("", "5", ("earn", 5.0)),
    ],
)
def test_points_have_a_kind_and_a_sign(export, kind: str, points: str, expected: object) -> None:
    path = export("bonus.csv", "Код клиента;Дата операции;Тип операции;Баллы", f"7;31.12.2024;{kind};{points}")
    with read([path]) as reading:
        assert some(rows_of(reading, "points"), "kind", "points") == [expected]


CELLS = {
    "string": "x",
    "instant": "2024-01-31 10:00:00",
    "date": "2024-01-31",
    "money": "12.50",
    "number": "4",
    "integer": "1",
    "boolean": "true",
    "json": "[]",
    "strings": "[]",
}


@pytest.mark.parametrize("table", TABLES)
def test_a_template_of_every_table_is_read_in_the_logs_types(export, table: str) -> None:
    columns = TABLES[table].columns
    cells = [column.choices[-1] if column.choices else CELLS[column.type] for column in columns]
    path = export("export.csv", ",".join(column.name for column in columns), ",".join(cells))
    with read([path]) as reading:
        described = reading.connection.execute(f'DESCRIBE "{reading.tables[table]}"').fetchall()
        assert [(row[0], row[1]) for row in described] == [
            *((column.name, SQL_TYPES[column.type].replace(", ", ",")) for column in columns),
            ("extra", "VARCHAR"),
            ("source", "VARCHAR"),
            ("_row", "BIGINT"),
        ]
        row = rows_of(reading, table)[0]
        assert all(row[column.name] is not None for column in columns)
        assert not rows_of(reading, "rejected", order="line")


@pytest.mark.parametrize(
    ("given", "error", "says"),
    [
        (Given(columns={"ordered_at": "When"}), UnknownName, "'When'"),
        (Given(columns={"amount": "Qty * Pryce"}), UnknownName, "'Pryce'"),
        (Given(table="points"), MissingColumn, "--map points=COLUMN"),
    ],
)
def test_what_is_given_must_fit(export, given: Given, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        read([export("o.csv", "customer_id,date,Qty,Price", "1,2024-01-01,2,3")], given=given)


def test_a_source_that_fits_nothing_is_an_error_alone_and_a_note_among_others(export) -> None:
    odd = export("zip.csv", "Zip Code,Population", "90001,54492")
    with pytest.raises(MissingColumn):
        read([odd])
    with read([odd, export("o.csv", "order_id,ordered_at", "1,2024-01-01")]) as reading:
        assert any(note.startswith(odd) and "not used" in note for note in reading.notes)


def test_nothing_to_read_and_no_such_zone_are_said(export) -> None:
    with pytest.raises(InvalidValue, match="nothing to read"):
        read([])
    with pytest.raises(InvalidValue, match="Europe/Moskva"):
        read([export("o.csv", "order_id,ordered_at", "1,2024-01-01")], timezone="Europe/Moskva")
    with pytest.raises(UnreadableSource):
        read(["no such file.csv"])


def test_a_file_of_a_header_alone_gives_no_rows(export) -> None:
    with read([export("o.csv", "order_id,ordered_at,amount")]) as reading:
        assert rows_of(reading, "orders") == []


def test_names_of_columns_are_only_names(export) -> None:
    path = export("o.csv", 'order_id,ordered_at,"x\'); DROP TABLE a; --","a""b"', "1,2024-01-01,5,6")
    with read([path]) as reading:
        extra = json.loads(str(rows_of(reading, "orders")[0]["extra"]))
        assert extra == {"x'); DROP TABLE a; --": "5", 'a"b': "6"}


def test_what_is_nested_in_json_stays_so_in_extra(export) -> None:
    order = {"order_id": "1", "ordered_at": "2024-01-05", "tags": ["new", 2], "utm": {"source": "vk"}, "note": "[sic"}
    with read([export("orders.jsonl", json.dumps(order), '{"order_id": "2", "ordered_at": "2024-01-06"}')]) as reading:
        first, second = rows_of(reading, "orders")
        assert json.loads(str(first["extra"])) == {"tags": ["new", 2], "utm": {"source": "vk"}, "note": "[sic"}
        assert second["extra"] is None


def test_what_is_nested_in_parquet_is_json_in_extra(tmp_path: Path) -> None:
    path = tmp_path / "orders.parquet"
    duckdb.sql(
        "SELECT 1 AS order_id, DATE '2024-01-05' AS ordered_at, {'source': 'vk'} AS utm, ['new'] AS tags"
    ).write_parquet(str(path))
    with read([str(path)]) as reading:
        (order,) = rows_of(reading, "orders")
        assert json.loads(str(order["extra"])) == {"utm": {"source": "vk"}, "tags": ["new"]}


@pytest.mark.parametrize(
    ("cells", "timezone", "is_said"),
    [
        (["2024-01-05T10:00:00Z", "2024-01-06 10:00:00+03:00"], "Europe/Moscow", False),
        (["1704448800", "1704448801"], "Europe/Moscow", False),
        (["2024-01-05T10:00:00Z", "2024-01-06 10:00:00"], "Europe/Moscow", True),
        (["2024-01-05", "2024-01-06"], "Europe/Moscow", True),
        (["2024-01-05T10:00:00Z", "n/a"], "Europe/Moscow", False),
        (["2024-01-05", "2024-01-06"], "UTC", False),
    ],
)
def test_the_clock_is_named_when_it_was_asked_for(export, cells: list[str], timezone: str, is_said: bool) -> None:
    lines = [f"{number},{cell}" for number, cell in enumerate(cells)]
    with read([export("o.csv", "order_id,ordered_at", *lines)], timezone=timezone) as reading:
        assert any(f"by the clock of {timezone}" in note for note in reading.notes) == is_said


@pytest.mark.parametrize(("header", "is_said"), [("Start Date", True), ("Start Date UTC", False)])
def test_a_header_that_says_utc_needs_no_clock(export, header: str, is_said: bool) -> None:
    lines = (f"customer_id,plan,{header}", "ann,base,2024-01-05 10:00")
    with read([export("subscriptions.csv", *lines)], timezone="Asia/Tokyo") as reading:
        assert any("by the clock of" in note for note in reading.notes) == is_said


@pytest.mark.parametrize(("type_", "is_said"), [("TIMESTAMP", True), ("TIMESTAMPTZ", False), ("DATE", True)])
def test_types_of_times_tell_whether_the_clock_is_asked_for(tmp_path: Path, type_: str, is_said: bool) -> None:
    path = tmp_path / "orders.parquet"
    duckdb.sql(f"SELECT 1 AS order_id, '2024-01-05'::{type_} AS ordered_at").write_parquet(str(path))
    with read([str(path)], timezone="Asia/Tokyo") as reading:
        assert any("by the clock of" in note for note in reading.notes) == is_said


def test_cdnow_is_counted_right(shared_data: Path) -> None:
    with read([str(shared_data / "cdnow/CDNOW_master.txt")]) as reading:
        found = reading.connection.execute(
            f"SELECT count(*), count(DISTINCT order_id), count(DISTINCT customer_id), sum(amount), min(ordered_at),"  # noqa: S608
            f" max(ordered_at) FROM {reading.tables['orders']}"
        ).fetchone()
        assert found == (69_659, 69_659, 23_570, Decimal("2500315.63"), day("1997-01-01"), day("1998-06-30"))
        assert not rows_of(reading, "rejected", order="line")


def test_online_retail_is_counted_right(shared_data: Path) -> None:
    with read([str(shared_data / "online_retail/online_retail.parquet")]) as reading:
        orders, lines = reading.tables["orders"], reading.tables["order_lines"]
        one = reading.connection.execute
        assert one(f"SELECT count(*), sum(amount) FROM {orders}").fetchone() == (25_900, Decimal("9747747.934"))  # noqa: S608
        assert one(f"SELECT count(*), count(DISTINCT (order_id, line)) FROM {lines}").fetchone() == (541_909, 541_909)  # noqa: S608
        assert one(
            f"SELECT count(*) FROM {orders} WHERE order_id LIKE 'C%' AND kind = 'refund'"  # noqa: S608
        ).fetchone() == (3_836,)
        assert one(f"SELECT count(*) FROM {reading.tables['customers']}").fetchone() == (4_372,)  # noqa: S608


def test_a_folder_of_a_software_company_is_read(shared_data: Path) -> None:
    with read([str(shared_data / "ravenstack_saas")]) as reading:
        counts = {
            name: reading.connection.execute(f"SELECT count(*) FROM {relation}").fetchone()  # noqa: S608
            for name, relation in reading.tables.items()
        }
        assert counts == {"customers": (500,), "subscriptions": (5_000,), "tickets": (2_000,)}
        assert sum("was not used" in note for note in reading.notes) == 2


def test_a_survey_of_a_bank_gives_its_score(shared_data: Path) -> None:
    with read([str(shared_data / "nps_timeseries/NPStimeseries.csv")]) as reading:
        scores = [row["score"] for row in rows_of(reading, "answers")]
        assert len(scores) == 5_000
        assert sum(score >= 9 for score in scores) == 2_309  # type: ignore[operator]
        assert sum(score <= 6 for score in scores) == 1_719  # type: ignore[operator]
