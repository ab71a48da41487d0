"""What is kept of a person is told whole and erased whole, and nothing of others."""

import sqlite3
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection

from vernost_web.customers import actions
from vernost_web.customers.apps import CustomersConfig
from vernost_web.customers.models import Customer, Look
from vernost_web.customers.tests.conftest import ANN, SHOP
from vernost_web.ui.slice import Keeping

pytestmark = pytest.mark.django_db
KEEPING: Keeping = CustomersConfig.keeps[0]


@pytest.fixture
def written(people: dict[str, Customer], person: Callable[..., Any]) -> None:
    """Everything that can be written down, of two customers."""
    by = person("support")
    for customer in (ANN, "bob"):
        actions.add_note(customer, f"canary note of {customer}", by=by)
        actions.add_tag(customer, f"canary tag of {customer}", by=by)
        actions.add_occasion(customer, title=f"canary day of {customer}", on=date(2020, 1, 1), by=by)
        actions.change_care(customer, wishes=f"canary wish of {customer}", by=by)
        actions.add_consent(customer, channel="sms", purpose="surveys", is_given=True, source="canary form", by=by)
        actions.add_member(customer, SHOP, f"canary of {customer}", by=by)
        actions.note_looks(by, [customer], "card", at=datetime(2026, 1, 2, tzinfo=UTC))
    actions.save_view("one", {"q": ["анна ёлк"]}, is_shared=True, by=by)
    actions.save_view("many", {"q": ["казань"], "city": ["Казань"]}, is_shared=True, by=by)


def test_all_that_is_kept_is_told(written: None) -> None:
    told = KEEPING.tell([ANN])
    kinds = sorted(each["kind"] for each in told)
    assert kinds == ["care", "consent", "customer", "look", "membership", "note", "occasion", "tagging"]
    assert "canary note of ann" in str(told)
    assert "bob" not in str(told)


def test_all_that_is_kept_is_erased_and_looks_stay_counted(written: None) -> None:
    count = KEEPING.forget([ANN], "erased 1")
    assert count == 9
    assert KEEPING.tell([ANN]) == []
    assert len(KEEPING.tell(["bob"])) == 8
    assert Look.objects.filter(customer_id="erased 1").count() == 1
    assert KEEPING.forget([ANN], "erased 1") == 0


def test_no_trace_is_left_in_the_database(written: None) -> None:
    KEEPING.forget([ANN], "erased 1")
    raw: sqlite3.Connection = connection.connection
    rows = [
        value
        for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'customers_%'")
        for row in raw.execute(f'SELECT * FROM "{name}"')  # noqa: S608 - names of the database's own
        for value in row
    ]
    text = b" ".join(each if isinstance(each, bytes) else str(each).encode() for each in rows)
    for trace in ("Анна", "анна", "елкина", "79161234567", "anna@example.com", "note of ann"):
        assert trace.encode() not in text, trace
    assert b"note of bob" in text
