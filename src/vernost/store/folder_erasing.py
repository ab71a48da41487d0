"""Erasing persons from the log in a folder: rows are rewritten, older states and their files deleted.

First it is kept who is to be erased, then all tables are written anew and shown at once, then what only older states
need is deleted. Killed between, it is finished when it is asked for again.
"""

# ruff: noqa: S608 - every name and literal in the queries is quoted, or is our own

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from vernost.schema import TABLES, Table
from vernost.store import confirming, delta, erased, manifest
from vernost.store.erased import Erased
from vernost.store.erasing import (
    Wish,
    contacts_query,
    erasure,
    hold_orders,
    hold_people,
    names_erased,
    rejected_query,
    tables_in,
    tally,
    utc,
)
from vernost.store.expiring import Expiry, expiry
from vernost.store.history import keyed
from vernost.store.personal import emptied, erased_query, theirs
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


def expire(writing: "Writing", before: Mapping[str, datetime], at: datetime) -> LoadRecord | None:
    """Give up what is kept long enough; None when there is nothing."""
    with staging() as connection:
        tallies = [_expire(connection, writing, expiry(kind), utc(instant)) for kind, instant in before.items()]
    if not any(each.read for each in tallies):
        return None
    erased.write(writing.root, (erased.read(writing.root) or Erased()).begun())
    record = _recorded(writing, tallies, at)
    finish(writing)
    return record


def _expire(connection: "duckdb.DuckDBPyConnection", writing: "Writing", wanted: Expiry, before: datetime) -> Tally:
    now = writing.state.now(wanted.table)
    test = f"coalesce({wanted.test(before)}, false)"
    count = _count(connection, f"SELECT * FROM ({now}) WHERE {test}") if now else 0
    if count:
        texts = ", ".join(f"CASE WHEN {test} THEN {emptied(name)} ELSE {name} END AS {name}" for name in wanted.texts)
        rows = f"SELECT * REPLACE ({texts}) FROM ({now})" if texts else f"SELECT * FROM ({now}) WHERE NOT {test}"
        delta.rewrite(writing.root / wanted.table.name, delta.stream(connection, rows))
        writing.advance(wanted.table.name)
    return wanted.tally(count)


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
        people = wish.join(known)
        hold_people(connection, people, wish.ids)
        people = wish.join(people, _contacts(connection, writing))
        erased.write(writing.root, people)
        hold_orders(connection, people, writing.state.now(TABLES["orders"]))
        tallies = [
            *(_erase_table(connection, writing, table, people) for table in tables_in(writing.versions)),
            *_erase_rejected(connection, writing, people),
        ]
    return _recorded(writing, tallies, wish.at, key=wish.key)


def _recorded(writing: "Writing", tallies: Iterable[Tally], at: datetime, *, key: str = "") -> LoadRecord:
    """Let all that is written count; what the log tells of it."""
    record = erasure(writing.history, writing.load_id, tallies, at, key)
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
