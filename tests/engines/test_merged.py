"""Merged customers are one to every measure: it says what it says of a log in which they always were."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from tests.engines.questions import logs
from tests.engines.test_erased import LOG, Said, told
from tests.vernost.store.factories import hour, reading

from vernost.measure import CATALOGUE, purchase_frequency
from vernost.store.connection import open_log, open_store
from vernost.store.merges import merge_customers

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
OTHER = " again"
"""Ends the id under which a customer is known a second time."""


def doubled(tables: Rows) -> Rows:
    """The tables with every other fact of a customer under their second id."""
    found = {}
    for name, rows in tables.items():
        place = {row["customer_id"]: 0 for row in rows if row.get("customer_id")}
        found[name] = [dict(row) for row in rows]
        for row in found[name] if name not in {"customers", "scores"} else ():
            if one := row.get("customer_id"):
                place[one] += 1
                row["customer_id"] = one + OTHER * (place[one] % 2)
    return found


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> tuple[Said, Said]:
    """What measures say of the log as it is, and of one in which all customers were doubled and merged again."""
    root, log = tmp_path_factory.mktemp("merged"), logs()[LOG]
    whole, parts = str(root / "whole"), str(root / "parts")
    open_store(whole, create=True).load(reading(log.tables, timezone=log.zone), loaded_at=hour(0))
    tables = doubled(log.tables)
    open_store(parts, create=True).load(reading(tables, timezone=log.zone), loaded_at=hour(0))
    ids = {row["customer_id"] for rows in tables.values() for row in rows if row.get("customer_id")}
    seconds = sorted(one for one in ids if one.endswith(OTHER))
    before = frequency(parts)
    for number, one in enumerate(seconds):
        merge_customers(parts, one.removesuffix(OTHER), [one], at=hour(1 + number))
    assert frequency(parts) == frequency(whole) != before
    return told(whole), told(parts)


def frequency(url: str) -> float:
    """Orders a customer: half of what it is, when every customer is two."""
    with open_log(url) as log:
        return purchase_frequency(log).rows[0]["value"]


@pytest.mark.parametrize("measure", CATALOGUE)
def test_a_measure_says_of_merged_customers_what_it_says_of_one(measure: str, said: tuple[Said, Said]) -> None:
    whole, merged = said
    assert whole[measure]
    assert in_any_order(merged[measure]) == in_any_order(whole[measure])


def in_any_order(value: Any) -> Any:
    """An answer whose lists of customers alike in all else may stand in any order."""
    if isinstance(value, dict):
        return {key: in_any_order(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return sorted(map(in_any_order, value), key=repr)
    return value
