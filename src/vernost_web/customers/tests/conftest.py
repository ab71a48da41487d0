"""A small log of customers whose rows can be counted by hand, listed in the directory."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from vernost import open_store, read
from vernost_web.company.actions import change_company
from vernost_web.customers import directory
from vernost_web.customers.models import Customer

ANN, SHOP = "ann", "АО «Ромашка»/7"
PEOPLE = pd.DataFrame(
    [
        (ANN, "Анна Ёлкина", "8 (916) 123-45-67", "Anna@Example.com", "Казань", "vip", False),
        ("bob", "Bob O'Neil", "+7 916 000 11 22", "bob@example.com", "Казань", "retail", False),
        ("eve", "Йозеф Петров", None, None, "Пермь", "retail", None),
        (SHOP, "АО «Ромашка»", "+44 20 7946 0958", "office@romashka.example", "Пермь", None, True),
    ],
    columns=["customer_id", "name", "phone", "email", "city", "segment", "is_business"],
)
ORDERS = pd.DataFrame(
    [
        ("1", ANN, "2026-01-01T10:00:00", 100, "sale", "done"),
        ("2", ANN, "2026-01-05T10:00:00", 50, "sale", "done"),
        ("3", ANN, "2026-01-06T10:00:00", -20, "refund", "done"),
        ("4", "bob", "2026-01-02T10:00:00", 500, "sale", "cancelled"),
        ("5", "bob", "2026-01-03T10:00:00", 70, "sale", "done"),
        ("6", "walker", "2026-01-04T10:00:00", 5, "sale", "done"),
    ],
    columns=["order_id", "customer_id", "ordered_at", "amount", "kind", "status"],
)


class Quiet:
    """A run that nobody listens to."""

    def tell(self, share: float, step: str = "") -> None:
        """Go on."""


def write(url: Path, folder: Path, *, day: int, **tables: pd.DataFrame) -> int:
    """Load tables into a log; gives back the number of the load."""
    folder.mkdir()
    for name, rows in tables.items():
        rows.to_csv(folder / f"{name}.csv", index=False)
    with read([str(folder)], timezone="UTC") as reading:
        store = open_store(str(url), create=True)
        return store.load(reading, loaded_at=datetime(2026, 1, day, tzinfo=UTC)).load_id


@pytest.fixture(scope="session")
def first_load(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log of the people, made once."""
    folder = tmp_path_factory.mktemp("people")
    write(folder / "log", folder / "files", day=10, customers=PEOPLE, orders=ORDERS)
    return folder / "log"


@pytest.fixture
def load(empty_log: Path, tmp_path: Path) -> Callable[..., int]:
    """Loads tables into the application's log; gives back the number of the load."""

    def make(day: int = 11, **tables: pd.DataFrame) -> int:
        return write(empty_log, tmp_path / f"files{day}", day=day, **tables)

    return make


@pytest.fixture
def gather(db: None) -> Callable[[], dict[str, int]]:
    """Brings the directory up to the log."""
    return lambda: directory.gather(Quiet())


@pytest.fixture
def people(first_load: Path, empty_log: Path, gather: Callable[[], dict[str, int]]) -> dict[str, Customer]:
    """Four customers with orders, and a fifth of whom an order tells alone; in Moscow's country."""
    change_company(timezone="Europe/Moscow", currency="RUB")
    shutil.copytree(first_load, empty_log)
    gather()
    return {row.customer_id: row for row in Customer.objects.all()}
