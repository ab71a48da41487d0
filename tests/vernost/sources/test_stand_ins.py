"""Who bought, where a source has no id of customers: by card, e-mail, phone or name."""

import pytest
from tests.vernost.sources.readings import rows_of

from vernost.sources import read

HEADER, ROW = "Номер чека,Дата,Сумма", "1,05.01.2024,100"


@pytest.mark.parametrize(
    ("column", "cell", "customer"),
    [
        ("Карта", "1001", "1001"),
        ("Карта лояльности", "L-77", "L-77"),
        ("Номер карты", "0042", "0042"),
        ("карта_клиента", "ABC123", "ABC123"),
        ("card", "1001", "1001"),
        ("loyalty_card", "1001", "1001"),
        ("Card Number", "2001.0", "2001"),
        ("nomer_karty", "1001", "1001"),
        ("card", "Visa", None),
        ("card", "1", None),
        ("card", "да", None),
        ("Номер карты", "4276 **** 1234", None),
        ("Номер карты", "", None),
    ],
)
def test_a_card_stands_for_the_customer_when_it_names_one(export, column: str, cell: str, customer: str | None) -> None:
    with read([export("till.csv", f"{HEADER},{column}", f"{ROW},{cell}")]) as reading:
        (order,) = rows_of(reading, "orders")
        assert order["customer_id"] == customer
        assert any(f"{column} stands for it" in note for note in reading.notes) == (customer is not None)


@pytest.mark.parametrize(
    ("columns", "cells", "customer"),
    [
        ("ID клиента,Карта", "7,1001", "7"),
        ("Карта,E-mail", "1001,ann@x.ru", "1001"),
        ("Карта,E-mail", "Visa,Ann@x.ru", "ann@x.ru"),
    ],
)
def test_a_card_comes_after_an_id_and_before_an_address(export, columns: str, cells: str, customer: str) -> None:
    with read([export("till.csv", f"{HEADER},{columns}", f"{ROW},{cells}")]) as reading:
        (order,) = rows_of(reading, "orders")
        assert order["customer_id"] == customer
        assert ("Карта" in str(order["extra"])) == (customer != "1001")
