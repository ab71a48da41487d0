"""Merges of customers made and ended.

They are rows of the log like any others, so that loads, undo and the past hold for them too.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from vernost.errors import InvalidValue
from vernost.schema import TABLES
from vernost.sources.at_hand import at_hand
from vernost.store.connection import open_log, open_store
from vernost.store.history import keyed
from vernost.store.personal import ERASED
from vernost.store.receipt import Receipt

if TYPE_CHECKING:
    from vernost.store.log import Log

SOURCE = "vernost customers"
"""Where merges made one by one are from, as the log says of each row."""


def merge_customers(
    url: str, surviving_id: str, absorbed_ids: Sequence[str], *, at: datetime, key: str = ""
) -> Receipt:
    """Let customers be one from now on: whatever is known of the absorbed ones, and will be, is the surviving one's.

    Nothing that is stored changes: ``part_customers`` brings all back.

    Args:
        url: the log.
        surviving_id: the customer who stays.
        absorbed_ids: the customers who are the same person.
        at: when; an aware instant.
        key: makes repeats harmless: under a key that a load has, that load's receipt.

    Raises:
        InvalidValue: a customer with itself, one whom the log does not know, or one that is merged already. So no
            merge ever closes a circle.
    """
    if done := _done(url, key):
        return done
    absorbed = list(dict.fromkeys(absorbed_ids))
    with open_log(url) as log:
        check_merge(log, surviving_id, absorbed)
    instant = at.astimezone(UTC).replace(tzinfo=None)
    rows = [{"absorbed_id": each, "surviving_id": surviving_id, "merged_at": instant} for each in absorbed]
    return _load(url, rows, at=at, key=key)


def part_customers(url: str, absorbed_ids: Sequence[str], *, at: datetime, key: str = "") -> Receipt:
    """End the merges of customers: each is one by itself again, with all rows of its own id, later ones too.

    Args:
        url: the log.
        absorbed_ids: customers who were merged into others.
        at: when; an aware instant.
        key: as in ``merge_customers``.

    Raises:
        InvalidValue: a customer who is not merged into another.
    """
    if done := _done(url, key):
        return done
    instant = at.astimezone(UTC).replace(tzinfo=None)
    with open_log(url) as log:
        found = merges_of(log, absorbed_ids)
    for each in absorbed_ids:
        if each not in found:
            raise InvalidValue(
                "{customer!r} is not merged into another customer, so there is no end to it.", customer=each
            )
    return _load(url, [row | {"ended_at": instant} for row in found.values()], at=at, key=key)


def check_merge(log: "Log", surviving_id: str, absorbed_ids: Sequence[str]) -> None:
    """InvalidValue where customers cannot be merged."""
    if not absorbed_ids:
        raise InvalidValue("There is nobody to merge. Name at least two customers.")
    if surviving_id in absorbed_ids:
        raise InvalidValue("{customer!r} cannot be merged with itself. Name another customer.", customer=surviving_id)
    ids = (surviving_id, *absorbed_ids)
    for each in ids:
        survivor = log.belonging.belongs_to(each)
        if survivor != each:
            raise InvalidValue(
                "{customer!r} belongs to {survivor!r} already. Merge {survivor!r} instead, or part {customer!r} first.",
                customer=each,
                survivor=survivor,
            )
        if each.startswith(f"{ERASED}-"):
            raise InvalidValue("{customer!r} stands for somebody who was erased, and stays by itself.", customer=each)
    for each in sorted(set(ids) - known_among(log, ids)):
        raise InvalidValue("The log knows no customer {customer!r}. Name customers by their ids.", customer=each)


def known_among(log: "Log", customer_ids: Sequence[str]) -> set[str]:
    """Those of these customers of whom the log has any row."""
    wanted, found = set(customer_ids), set[str]()
    for name, rows in log.tables.items():
        missing = wanted - found
        if missing and "customer_id" in TABLES[name]:
            among = rows.filter(rows.customer_id.isin(sorted(missing))).select("customer_id").distinct()
            found.update(log.fetch(among).column("customer_id").to_pylist())
    return found


def merges_of(log: "Log", absorbed_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The merges that hold of these customers into others, by the absorbed ids."""
    if "merges" not in log.tables or not absorbed_ids:
        return {}
    rows = log.tables["merges"]
    held = rows.filter(rows.ended_at.isnull() & rows.absorbed_id.isin(list(absorbed_ids)))
    found = log.fetch(held.select("absorbed_id", "surviving_id", "merged_at")).to_pylist()
    return {row["absorbed_id"]: row for row in found}


def _done(url: str, key: str) -> Receipt | None:
    known = keyed(open_store(url).loads(), key) if key else None
    return Receipt.of(known) if known else None


def _load(url: str, rows: Sequence[dict[str, Any]], *, at: datetime, key: str) -> Receipt:
    with at_hand("merges", _batches(rows), source=SOURCE) as reading:
        return open_store(url).load(reading, loaded_at=at, key=key)


def _batches(rows: Sequence[dict[str, Any]]) -> "Iterator[Any]":
    import pyarrow as pa

    kinds = {"string": pa.string(), "instant": pa.timestamp("us")}
    schema = pa.schema([(column.name, kinds[column.type]) for column in TABLES["merges"].columns])
    yield pa.Table.from_pylist(list(rows), schema=schema)
