"""Numbers that do not name one order alone: of tills that begin anew, and of refunds under the number of their sale."""

from decimal import Decimal

import pytest
from tests.vernost.sources.readings import rows_of, some

from vernost.errors import UnknownName
from vernost.sources import Given, given_from_toml, read


@pytest.mark.parametrize(
    ("header", "rows"),
    [
        pytest.param("order_id,date,customer,amount", ["1,2024-01-05,ann,100", "1,2024-02-05,ann,-30"], id="sign"),
        pytest.param(
            "order_id,date,customer,amount,kind", ["1,2024-01-05,ann,100,sale", "1,2024-02-05,ann,30,refund"], id="mark"
        ),
        pytest.param(
            "order_id,date,customer,amount", ["1,2024-02-05,ann,-30", "1,2024-01-05,ann,100"], id="refund first"
        ),
    ],
)
def test_a_refund_under_the_number_of_its_sale_stands_beside_it(export, header: str, rows: list[str]) -> None:
    with read([export("orders.csv", header, *rows, *[row.replace("1,", "2,", 1) for row in rows[-1:]])]) as reading:
        orders = rows_of(reading, "orders", order="order_id")
    assert some(orders, "order_id", "amount")[:2] == [
        ("1", Decimal(100)),
        ("1 refund 2024-02-05 00:00:00", Decimal(-30)),
    ]
    assert [row["order_id"] for row in orders[2:]] == ["2"]


TILL = [f"0{day}.01.2024,{number},card{day}{number},{number}0" for day in (1, 2, 3) for number in (1, 2, 3)]


def test_numbers_that_begin_anew_each_day_name_an_order_with_their_day(export) -> None:
    with read([export("till.csv", "Дата,№ чека,Покупатель,Сумма", *TILL)]) as reading:
        orders = rows_of(reading, "orders")
        notes = reading.notes
    assert [row["order_id"] for row in orders] == [f"{n} 2024-01-0{day}" for day in (1, 2, 3) for n in (1, 2, 3)]
    assert any("numbers in № чека begin anew" in note for note in notes)


def test_numbers_begin_anew_by_the_clock_of_the_company_and_in_each_store(export) -> None:
    lines = [
        f"2024-01-0{day} 01:00,{store},{n},{store}{day}{n},5" for day in (1, 2) for store in "AB" for n in (1, 2, 3)
    ]
    with read([export("till.csv", "date,store,receipt no,customer,amount", *lines)], timezone="Asia/Tokyo") as reading:
        orders = rows_of(reading, "orders")
    assert len({row["order_id"] for row in orders}) == 12
    assert orders[0]["order_id"] == "1 2024-01-01 A"


@pytest.mark.parametrize("who", ["Покупатель", "Кассовая смена"])
def test_lines_of_numbers_that_begin_anew_make_an_order_for_each_day(export, who: str) -> None:
    lines = [f"{line},{product},1" for line in TILL for product in ("tea", "jam")]
    with read([export("till.csv", f"Дата,№ чека,{who},Сумма строки,Товар,Количество", *lines)]) as reading:
        assert len(rows_of(reading, "orders")) == 9
        assert len({(row["order_id"], row["line"]) for row in rows_of(reading, "order_lines", order="order_id")}) == 18


@pytest.mark.parametrize(
    "again",
    [
        pytest.param(lambda day, number: f"0{day}.02.2024,{number},ann,{number}0", id="orders that moved"),
        pytest.param(lambda day, number: f"0{day}.01.2024,{number},ann,{number}5", id="orders put right"),
    ],
)
def test_an_order_that_was_changed_keeps_its_number(export, again) -> None:
    lines = [f"0{number}.01.2024,{number},ann,{number}0" for number in (1, 2, 3, 4)]
    changed = [again(number, number) for number in (1, 2, 3, 4)]
    with read([export("orders.csv", "Дата,Номер заказа,Покупатель,Сумма", *lines, *changed)]) as reading:
        assert {row["order_id"] for row in rows_of(reading, "orders")} == {"1", "2", "3", "4"}


HEADER = "Дата,№ чека,Покупатель,Сумма"


def ids(reading) -> list[object]:
    return [row["order_id"] for row in rows_of(reading, "orders")]


def test_files_of_a_day_each_are_judged_together(export) -> None:
    paths = [export(f"till/0{day}.csv", HEADER, *TILL[3 * day - 3 : 3 * day]) for day in (1, 2, 3)]
    with read([export("till/month.csv", HEADER, *TILL)]) as month:
        whole = ids(month)
    with read(paths) as reading:
        assert ids(reading) == whole
        assert reading.numbers_begin_anew == {"номерчека"}


def test_sources_of_other_columns_are_judged_apart(export) -> None:
    web = [f"2024-01-0{n},{n},eve{n},7" for n in (1, 2, 3)]
    paths = [export("till.csv", HEADER, *TILL), export("web.csv", "date,order id,customer,amount", *web)]
    with read(paths) as reading:
        assert ids(reading)[9:] == ["1", "2", "3"]
        assert list(reading.open_numbers) == ["orderid"]


def test_a_reading_can_take_the_days_in_later(export) -> None:
    with read([export("till.csv", HEADER, *TILL[:3])]) as reading:
        assert ids(reading) == ["1", "2", "3"]
        dated = reading.with_days(frozenset({"номерчека", "another"}))
        assert ids(dated) == ["1 2024-01-01", "2 2024-01-01", "3 2024-01-01"]
        assert any("begin anew" in note for note in dated.notes)
        assert dated.numbers_begin_anew == {"номерчека"}
        assert dated.with_days(frozenset({"номерчека"})) is dated


@pytest.mark.parametrize(
    ("given", "expected"), [(True, ["1 2024-01-01", "2 2024-01-01"]), (False, ["1", "2"]), (None, ["1", "2"])]
)
def test_the_user_may_say_whether_numbers_begin_anew(export, given, expected: list[str]) -> None:
    with read([export("till.csv", HEADER, *TILL[:2])], given=Given(numbers_begin_anew=given)) as reading:
        assert ids(reading) == expected
        assert ids(reading.with_days(frozenset({"номерчека"})))[0] == ("1" if given is False else "1 2024-01-01")


def test_a_file_of_settings_may_say_whether_numbers_begin_anew(export) -> None:
    settings = export("sources.toml", "numbers_begin_anew = false", '[sources."till*"]', "numbers_begin_anew = true")
    given = given_from_toml(settings)
    with read([export("till.csv", HEADER, *TILL[:1]), export("web.csv", HEADER, *TILL[:1])], given=given) as reading:
        assert ids(reading) == ["1 2024-01-01", "1"]
    with pytest.raises(UnknownName, match="numbers_begin_anew 'daily'"):
        given_from_toml(export("wrong.toml", 'numbers_begin_anew = "daily"'))


@pytest.mark.parametrize(
    ("lines", "begin_anew"),
    [
        pytest.param(
            [f"2024-01-0{d} 09:0{n},{n},5" for d in (1, 2, 3) for n in (1, 2, 3)], True, id="coffee at a till"
        ),
        pytest.param([f"2024-01-0{d},{n},5" for d in (1, 2) for n in (1, 2, 3)], True, id="coffee on two days"),
        pytest.param(
            [f"2024-0{m}-0{n},{n},5" for m in (1, 2) for n in (1, 2, 3, 4)], False, id="orders that were moved"
        ),
        pytest.param([f"2024-01-01,{n},{a}" for n in (1, 2, 3) for a in (5, 6)], False, id="orders put right"),
        pytest.param(
            [f"2024-01-0{n},{n},{a}" for n in (1, 2, 3) for a in (9,)] + [f"2024-02-0{n},{n},-9" for n in (1, 2, 3)],
            False,
            id="refunds under the numbers of their sales",
        ),
    ],
)
def test_where_nobody_is_recognised_the_days_tell(export, lines: list[str], begin_anew: bool) -> None:
    with read([export("till.csv", "date,receipt no,amount", *lines)]) as reading:
        assert bool(reading.numbers_begin_anew) is begin_anew


def test_invoices_written_over_midnight_keep_their_numbers(export) -> None:
    lines = [
        f"2024-01-0{1 + (product == 'jam' and n < 4)} {time},{n},{product},1,5"
        for n in range(1, 13)
        for product, time in (("tea", "23:58"), ("jam", "00:01" if n < 4 else "23:59"))
    ]
    with read([export("invoices.csv", "date,invoice no,product,quantity,price", *lines)]) as reading:
        assert ids(reading) == [str(n) for n in range(1, 13)]


def test_a_number_that_the_user_computes_is_taken_as_it_is(export) -> None:
    given = Given(columns={"order_id": "'A' || \"№ чека\""})
    with read([export("till.csv", HEADER, *TILL)], given=given) as reading:
        assert set(ids(reading)) == {"A1", "A2", "A3"}
