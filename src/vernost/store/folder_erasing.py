"""Erasing persons from the log in a folder: rows are rewritten, older states and their files deleted.

First it is kept who is to be erased, then all tables are written anew and shown at once, then what only older states
need is deleted. Killed between, it is finished when it is asked for again.
"""

# ruff: noqa: S608 - every name and literal in the queries is quoted, or is our own

from collections.abc import Iterator
from typing import TYPE_CHECKING

from vernost.schema import TABLES, Table
from vernost.store import confirming, delta, erased, manifest
from vernost.store.erased import Erased
from vernost.store.erasing import (
    Wish,
    contacts_query,
    hold_orders,
    hold_people,
    names_erased,
    rejected_query,
    tables_in,
    tally,
)
from vernost.store.history import keyed, next_instant
from vernost.store.personal import erased_query, theirs
from vernost.store.receipt import LoadRecord, Tally
from vernost.store.staging import staging
from vernost.store.state import REJECTED

if TYPE_CHECKING:
    import duckdb

    from vernost.store.folder import Writing


def erase(writing: "Writing", wish: Wish) -> LoadRecord:
    """Erase persons, once for a key; what the log tells of it."""
    record = keyed(writing.history, wish.key)
    if record is None:
        record = _erase(writing, wish)
    finish(writing)
    return record


def finish(writing: "Writing") -> None:
    """Delete what an erasure left to be deleted."""
    found = erased.read(writing.root)
    erasures = [record.load_id for record in writing.history if record.kind == "erasure"]
    if found is None or found.is_finished or not erasures:
        return
    oldest = max(manifest.kept_from(writing.root), *erasures)
    manifest.keep_from(writing.root, oldest)
    confirming.forget_until(writing.root, oldest)
    states = [manifest.read(writing.root, number) for number in manifest.numbers(writing.root) if number >= oldest]
    for name in writing.versions:
        versions = sorted({state.versions[name] for state in states if name in state.versions})
        delta.vacuum(writing.root / name, versions)
        delta.forget_before(writing.root / name, versions[0])
    erased.write(writing.root, found.finished())


def _erase(writing: "Writing", wish: Wish) -> LoadRecord:
    with staging() as connection:
        known = erased.read(writing.root) or Erased()
        people = known.joined_by(wish.ids, ())
        hold_people(connection, people, wish.ids)
        people = people.joined_by(wish.ids, (*wish.contacts, *_contacts(connection, writing)))
        erased.write(writing.root, people)
        hold_orders(connection, people, writing.state.now(TABLES["orders"]))
        tallies = [
            *(_erase_table(connection, writing, table, people) for table in tables_in(writing.versions)),
            *_erase_rejected(connection, writing, people),
        ]
    instant, late = next_instant(writing.history, wish.at)
    record = LoadRecord(
        writing.load_id,
        instant,
        "erasure",
        timezone=writing.history[0].timezone if writing.history else "UTC",
        tallies=tuple(each for each in tallies if each.read),
        notes=late,
        key=wish.key,
    )
    writing.finish(record)
    writing.history.append(record)
    return record


def _contacts(connection: "duckdb.DuckDBPyConnection", writing: "Writing") -> list[str]:
    rows = writing.state.now(TABLES["customers"])
    return [value for (value,) in connection.execute(contacts_query(rows)).fetchall()] if rows else []


def _erase_table(connection: "duckdb.DuckDBPyConnection", writing: "Writing", table: Table, people: Erased) -> Tally:
    """Write a table anew, its rows in their order, when persons of it are erased."""
    now = writing.state.now(table)
    count = _count(connection, theirs(table, f"({now})")) if now else 0
    if count:
        rows = delta.stream(connection, erased_query(table, f"({now})", people.secret))
        delta.rewrite(writing.root / table.name, rows)
        writing.advance(table.name)
    return tally(table.name, count)


def _erase_rejected(connection: "duckdb.DuckDBPyConnection", writing: "Writing", people: Erased) -> Iterator[Tally]:
    rows = writing.state.rejected()
    if rows is None:
        return
    count = _count(connection, f"SELECT * FROM ({rows}) WHERE {names_erased(people)}")
    if count:
        delta.rewrite(writing.root / REJECTED, delta.stream(connection, rejected_query(f"({rows})", people)))
        writing.advance(REJECTED)
    yield tally(REJECTED, count)


def _count(connection: "duckdb.DuckDBPyConnection", rows: str) -> int:
    (count,) = connection.execute(f"SELECT count(*) FROM ({rows})").fetchone() or (0,)
    return int(count)
