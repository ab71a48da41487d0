"""Money given back of a sale becomes a refund beside it, once, whichever way the source tells of it."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from tests.vernost.sources.readings import day, rows_of, some

from vernost.sources import read
from vernost.store import open_store

SALE, REFUND = "sale", "refund"


def orders(reading) -> list[tuple[object, ...]]:
    return some(rows_of(reading, "orders"), "order_id", "kind", "amount")


@pytest.mark.parametrize(
    ("header", "row", "given_back"),
    [
        ("amount,refund_amount", "100,30", 30),
        ("amount,Refunded Amount", "100,100", 100),
        ("amount,refunded", "100,-30", 30),
        ("amount,Сумма возврата", '100,"30,5"', "30.5"),
        ("amount,refund_amount", "100,0", None),
        ("amount,refund_amount", "100,", None),
        ("amount,refunded", "100,yes", 100),
        ("amount,refunded", "100,1", 100),
        ("amount,refunded", "100,0", None),
        ("amount,is_refunded", "100,false", None),
        ("amount,Возврат", "100,да", 100),
        ("amount,status", "100,refunded", 100),
        ("amount,status", "100,Возвращён", 100),
        ("amount,status", "100,возврат", 100),
        ("amount,status", "100,paid", None),
        ("amount,status,refund_amount", "100,refunded,30", 30),
        ("amount,status,refund_amount", "100,partially_refunded,30", 30),
        ("amount,status", "0,refunded", None),
        ("amount,status", ",refunded", None),
    ],
)
def test_what_a_sale_says_was_given_back_stands_beside_it(export, header: str, row: str, given_back) -> None:
    amount = row.split(",", maxsplit=1)[0]
    path = export("orders.csv", f"order_id,ordered_at,customer_id,{header}", f"1,2024-01-05,ann,{row}")
    with read([path]) as reading:
        expected = [("1", SALE, Decimal(amount) if amount else None)]
        if given_back is not None:
            expected.append(("1 refund", REFUND, -Decimal(given_back)))
        assert orders(reading) == expected


def test_a_refund_has_its_own_day_and_says_of_its_sale_only_what_is_its_own(export) -> None:
    header = "order_id,ordered_at,customer_id,amount,refund_amount,refund_date,store,coupon,note"
    path = export(
        "orders.csv", header, "1,2024-01-05,ann,100,30,2024-02-07,Omsk,SPRING,gift", "2,2024-01-05,bob,9,,,,,"
    )
    with read([path]) as reading:
        refund = rows_of(reading, "orders")[-1]
        assert refund["ordered_at"] == day("2024-02-07")
        assert some([refund], "customer_id", "store", "coupon", "extra", "source") == [
            ("ann", "Omsk", None, None, path)
        ]
        (note,) = [note for note in reading.notes if "given back" in note]
        assert "refund_amount" in note
        assert "rows added: 1" in note
        assert len({row["_row"] for row in rows_of(reading, "orders")}) == 3


def test_without_a_day_of_its_own_a_refund_is_booked_on_that_of_the_sale_and_it_is_said(export) -> None:
    path = export("orders.csv", "order_id,ordered_at,customer_id,amount,status", "1,2024-01-05,ann,100,refunded")
    with read([path]) as reading:
        assert rows_of(reading, "orders")[1]["ordered_at"] == day("2024-01-05")
        assert any("on the day of the sale" in note and "status" in note for note in reading.notes)


@pytest.mark.parametrize(
    "refund",
    [
        pytest.param("1,2024-02-05,ann,-100,paid", id="under the number of the sale"),
        pytest.param("7,2024-02-05,ann,-100,paid", id="of the same customer and amount"),
    ],
)
def test_nothing_is_given_back_twice(export, refund: str) -> None:
    header = "order_id,ordered_at,customer_id,amount,status"
    sale = "1,2024-01-05,ann,100,refunded"
    with read([export("orders.csv", header, sale, refund)]) as together:
        assert [amount for _, kind, amount in orders(together) if kind == REFUND] == [-100]
    with read([export("sales.csv", header, sale), export("returns.csv", header, refund)]) as apart:
        assert [amount for _, kind, amount in orders(apart) if kind == REFUND] == [-100]


def test_a_status_that_names_documents_makes_a_row_a_refund_of_its_own(export) -> None:
    header = "Номер чека,Дата,Клиент,Сумма,Статус"
    lines = ["1,05.01.2024,ann,100,Продажа", "2,06.01.2024,ann,30,Возврат"]
    with read([export("till.csv", header, *lines)]) as reading:
        assert orders(reading) == [("1", SALE, 100), ("2", REFUND, -30)]


def test_a_row_of_a_return_under_the_number_of_its_sale_is_the_refund(export) -> None:
    header = "Номер заказа,Дата,Клиент,Сумма,Статус"
    lines = ["1,05.01.2024,ann,100,оплачен", "1,09.01.2024,ann,30,возврат", "2,05.01.2024,bob,50,возврат"]
    with read([export("orders.csv", header, *lines)]) as reading:
        assert orders(reading) == [
            ("1", SALE, 100),
            ("1 refund 2024-01-09 00:00:00", REFUND, -30),
            ("2", SALE, 50),
            ("2 refund", REFUND, -50),
        ]


def test_returns_are_told_without_holding_the_numbers_of_all_sales(tmp_path: Path) -> None:
    for part in range(4):
        duckdb.sql(
            f"COPY (SELECT 'order number ' || ({part} * 200_000 + range) AS order_id, 'ann' AS customer_id, "  # noqa: S608
            "DATE '2024-01-01' AS ordered_at, 10 AS amount, 'paid' AS status FROM range(200_000)) "
            f"TO '{tmp_path}/orders-{part}.parquet'"
        )
    with read([str(tmp_path)]) as reading:
        reading.connection.execute("SET memory_limit = '60MB'")
        assert reading.connection.execute("SELECT count(source) FROM staged_orders").fetchall() == [(800_000,)]


@pytest.mark.parametrize(
    ("column", "cells", "given_back"),
    [
        pytest.param("refund_amount", ("7", "5"), -12, id="a part of each line"),
        pytest.param("refund_amount", ("12", "12"), -12, id="the same on all lines"),
        pytest.param("refund_amount", ("12", ""), -12, id="on the first line"),
        pytest.param("financial_status", ("refunded", ""), -40, id="in full"),
    ],
)
def test_lines_of_an_order_give_back_together(export, column: str, cells: tuple[str, str], given_back: int) -> None:
    header = f"order_id,ordered_at,customer_id,product,quantity,unit_price,{column}"
    lines = [f"1,2024-01-05,ann,tea,1,10,{cells[0]}", f"1,2024-01-05,ann,jam,3,10,{cells[1]}"]
    others = [f"{n},2024-01-0{n},bob,tea,1,10," for n in (2, 3)]
    with read([export("invoices.csv", header, *lines, *others)]) as reading:
        assert orders(reading) == [("1", SALE, 40), ("2", SALE, 10), ("3", SALE, 10), ("1 refund", REFUND, given_back)]
        assert len(rows_of(reading, "order_lines", order="order_id")) == 4


def test_an_amount_given_back_that_cannot_be_read_is_not_lost(export) -> None:
    header = "order_id,ordered_at,customer_id,amount,refund_amount"
    with read([export("orders.csv", header, "1,2024-01-05,ann,100,some", "2,2024-01-05,ann,9,3")]) as reading:
        assert [row["reason"] for row in rows_of(reading, "rejected", order="line")] == [
            'refund_amount: "some" is not an amount of money'
        ]


def test_refunds_beside_sales_are_counted_and_known_again(export, tmp_path: Path) -> None:
    path = export(
        "orders.csv",
        "order_id,ordered_at,customer_id,amount,refunded",
        "1,2024-01-05,ann,100,30",
        "2,2024-01-06,bob,9,",
    )
    store = open_store(str(tmp_path / "log"), create=True)
    fates = []
    for hour in (1, 2):
        with read([path]) as reading:
            receipt = store.load(reading, loaded_at=datetime(2024, 2, 1, hour, tzinfo=UTC))
        (tally,) = receipt.tallies
        fates.append((tally.read, tally.accepted, tally.unchanged))
    assert fates == [(3, 3, 0), (3, 0, 3)]
