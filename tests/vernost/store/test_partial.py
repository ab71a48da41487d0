"""Rows that say only what they have a value for."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.vernost.store.factories import Row, customer, hour, order, reading

from vernost.sources.source import Reading
from vernost.store.connection import Store, open_log, open_store
from vernost.store.receipt import Tally


@pytest.fixture(params=["folder", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return str(tmp_path / "log") if request.param == "folder" else request.getfixturevalue("postgres_url")


@pytest.fixture
def store(url: str) -> Store:
    return open_store(url, create=True)


def partial(**tables: list[Row]) -> Reading:
    return replace(reading(tables), partial=frozenset(tables))


def known(url: str, *columns: str) -> list[tuple[Any, ...]]:
    with open_log(url) as log:
        rows = log.tables["customers"].order_by("customer_id").to_pyarrow().to_pylist()
    return [tuple(row[name] for name in columns) for row in rows]


def test_a_known_row_keeps_what_a_row_does_not_say(store: Store, url: str) -> None:
    ann = customer("ann", name="Ann", city="Perm", extra='{"size": "S", "shoe": 37}')
    store.load(reading(customers=[ann, customer("bob", name="Bob")]), loaded_at=hour(0))
    said = [customer("ann", city="Omsk", extra='{"shoe": 38}'), customer("bob"), customer("eve", name="Eve")]
    receipt = store.load(partial(customers=said), loaded_at=hour(1))
    assert receipt.tallies == (Tally("customers", read=3, accepted=1, unchanged=1, replaced=1),)
    assert known(url, "customer_id", "name", "city") == [
        ("ann", "Ann", "Omsk"),
        ("bob", "Bob", None),
        ("eve", "Eve", None),
    ]
    assert json.loads(known(url, "extra")[0][0]) == {"size": "S", "shoe": 38}


def test_said_again_nothing_changes(store: Store) -> None:
    store.load(reading(customers=[customer("ann", name="Ann", extra='{"b":1,"a":2}')]), loaded_at=hour(0))
    said = [customer("ann", city="Omsk", extra='{"a":3}')]
    store.load(partial(customers=said), loaded_at=hour(1))
    receipt = store.load(partial(customers=said), loaded_at=hour(2))
    assert receipt.tallies == (Tally("customers", read=1, unchanged=1),)


def test_only_the_tables_that_are_named_are_partial(store: Store, url: str) -> None:
    store.load(reading(customers=[customer("ann", name="Ann")], orders=[order("1")]), loaded_at=hour(0))
    both = replace(
        reading(customers=[customer("ann", city="Omsk")], orders=[order("1", None)]), partial=frozenset({"orders"})
    )
    receipt = store.load(both, loaded_at=hour(1))
    assert known(url, "name", "city") == [(None, "Omsk")]
    assert receipt.tallies[1] == Tally("orders", read=1, unchanged=1)
