"""A small log with doubles in it, and the list of customers made of it."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.vernost.store.factories import customer, order, reading

from vernost.store import open_store
from vernost_web.identity.models import Pair

DAY = datetime(2026, 1, 1, tzinfo=UTC)

PEOPLE = [
    customer("ann", name="Anna Smith", phone="+44 20 7946 0018", email="anna@example.com"),
    customer("anna", name="Anna Smith", phone="020 7946 0018", country="GB", city="London"),
    customer("bob", name="Bob Jones", phone="+442079460018"),
    customer("eve", name="Eve Adams", email="Anna@Example.com"),
]
ORDERS = [order("1"), order("2", 20, customer_id="anna"), order("3", 30, customer_id="bob")]


def load(url: Path | str, number: int = 1, **tables: Any) -> None:
    """Load rows at the beginning of a day of January."""
    open_store(str(url), create=True).load(reading(tables), loaded_at=DAY.replace(day=number))


@pytest.fixture
def log(empty_log: Path) -> Path:
    """Ann, who is also anna; Bob, who has their telephone; Eve, who has Ann's mailbox."""
    load(empty_log, customers=PEOPLE, orders=ORDERS)
    return empty_log


@pytest.fixture
def gathered(log: Path, done: Callable[[str], Any]) -> Path:
    """The same, with the list of customers made of it and doubles found."""
    done("customers.gather")
    done("identity.search")
    return log


def open_pairs() -> list[tuple[str, str, int]]:
    """Both ids and the rank of what waits for a decision."""
    return sorted((*pair.ids, pair.rank) for pair in Pair.objects.filter(refused_at=None))
