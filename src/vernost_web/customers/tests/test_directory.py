"""The directory says what the log says, and after a load writes only what differs."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from vernost import open_store
from vernost.store.merges import merge_customers
from vernost_web.customers import directory
from vernost_web.customers.jobs import is_due
from vernost_web.customers.listing import Choice, first
from vernost_web.customers.models import Customer
from vernost_web.customers.tests.conftest import ANN, ORDERS, PEOPLE, SHOP
from vernost_web.jobs.actions import ask_for
from vernost_web.jobs.models import Job

pytestmark = pytest.mark.django_db
Gather = Callable[[], dict[str, int]]


def test_a_customer_is_one_row_with_what_the_log_says(people: dict[str, Customer]) -> None:
    assert set(people) == {ANN, "bob", "eve", SHOP, "walker"}
    ann = people[ANN]
    assert (ann.phone, ann.email, ann.city, ann.words) == ("+79161234567", "anna@example.com", "Казань", " анна елкина")
    assert (ann.orders, ann.revenue) == (2, 130.0)
    assert ann.first_order_at == datetime(2026, 1, 1, 10, tzinfo=UTC)
    assert ann.last_order_at == datetime(2026, 1, 5, 10, tzinfo=UTC)
    assert (people["bob"].orders, people["bob"].revenue) == (1, 70.0), "a cancelled order is none"
    assert (people["eve"].orders, people["eve"].revenue, people["eve"].phone) == (None, None, "")
    assert people[SHOP].is_business is True
    assert people[SHOP].phone == "+442079460958"
    assert (people["walker"].name, people["walker"].orders) == ("", 1)


def test_the_stand_tells_of_which_load_the_rows_are(people: dict[str, Customer]) -> None:
    stand = directory.stand()
    assert (stand.load, stand.customers, stand.loaded_at) == (1, 5, datetime(2026, 1, 10, tzinfo=UTC))
    assert stand.values["city"] == {"Казань": 2, "Пермь": 2}
    assert stand.values["is_business"] == {"False": 2, "True": 1}
    assert not directory.is_behind()


def test_gathered_again_nothing_is_written(people: dict[str, Customer], gather: Gather) -> None:
    directory.Stand.objects.update(load=0)
    assert gather() == {"looked": 5, "written": 0, "removed": 0}


def test_after_a_small_load_only_the_customers_whom_it_names_are_looked_at(
    people: dict[str, Customer], load: Callable[..., int], gather: Gather
) -> None:
    load(orders=_order("7", "bob", 30))
    assert directory.is_behind()
    assert gather() == {"looked": 1, "written": 1, "removed": 0}
    bob = Customer.objects.get(customer_id="bob")
    assert (bob.pk, bob.orders, bob.revenue) == (people["bob"].pk, 2, 100.0)
    assert not directory.is_behind()


def test_an_order_that_finds_another_owner_leaves_the_first(
    people: dict[str, Customer], load: Callable[..., int], gather: Gather
) -> None:
    load(orders=_order("1", "bob", 100))
    assert gather()["written"] == 2
    assert Customer.objects.get(customer_id=ANN).revenue == 30.0
    assert Customer.objects.get(customer_id="bob").revenue == 170.0


def test_a_changed_name_is_found_by_its_new_words_and_not_by_the_old(
    people: dict[str, Customer], load: Callable[..., int], gather: Gather
) -> None:
    load(customers=PEOPLE[PEOPLE.customer_id == ANN].assign(name="Анна Берёзкина"))
    gather()
    found = {text: [row.customer_id for row in first(Choice(text=text, is_personal=True), 9)]
             for text in ("березк", "елк")}  # fmt: skip
    assert found == {"березк": [ANN], "елк": []}


def test_who_came_with_a_load_that_is_undone_is_listed_no_more(
    people: dict[str, Customer], load: Callable[..., int], gather: Gather, empty_log: Path
) -> None:
    number = load(orders=_order("9", "new", 1))
    gather()
    assert Customer.objects.filter(customer_id="new").exists()
    open_store(str(empty_log)).undo(number, at=datetime(2026, 1, 12, tzinfo=UTC))
    assert gather()["removed"] == 1
    assert not Customer.objects.filter(customer_id="new").exists()
    assert directory.stand().customers == 5


def test_merged_customers_are_listed_as_one(people: dict[str, Customer], gather: Gather, empty_log: Path) -> None:
    merge_customers(str(empty_log), "bob", ["walker"], at=datetime(2026, 1, 12, tzinfo=UTC))
    assert gather()["removed"] == 1
    bob = Customer.objects.get(customer_id="bob")
    assert (bob.orders, bob.revenue) == (2, 75.0)


def test_a_worker_gathers_after_a_load(people: dict[str, Customer], load: Callable[..., int], work: Any) -> None:
    load(orders=_order("7", "bob", 30))
    work()
    assert Job.objects.filter(kind="customers.gather", state="done").count() == 1
    assert Customer.objects.get(customer_id="bob").orders == 2


def test_nobody_is_asked_to_gather_while_somebody_does(people: dict[str, Customer], load: Callable[..., int]) -> None:
    load(orders=_order("7", "bob", 30))
    assert is_due()
    ask_for("customers.gather")
    assert not is_due()


def test_hostile_names_are_listed(load: Callable[..., int], gather: Gather) -> None:
    names = ["<script>", "\u202eevil\u202c", "a\0b", "й" * 2_000, "\u200b\u200b", "'; DROP TABLE x; --"]
    rows = pd.DataFrame({"customer_id": [f"c{place}" for place in range(6)], "name": names})
    load(customers=rows.assign(phone="x" * 900, email="@" * 900), orders=_order("1", "c1", 1))
    assert gather()["written"] == 6
    found = [row.name for row in Customer.objects.order_by("customer_id")]
    assert [found[0], found[1], found[5]] == [names[0], names[1], names[5]]
    assert all(len(name) <= 500 and "\0" not in name for name in found)


def _order(order: str, customer: str, amount: int) -> pd.DataFrame:
    return pd.DataFrame(
        [(order, customer, "2026-01-09T10:00:00", amount, "sale", "done")], columns=list(ORDERS.columns)
    )
