"""Erasing persons, as it is the same in every engine: whose rows they are, and rows that come again."""

# ruff: noqa: S608 - every name and literal in the queries is quoted, or is our own

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from vernost.errors import InvalidValue
from vernost.schema import TABLES, Table
from vernost.store.erased import MARKS, PHONE_DIGITS, Erased
from vernost.store.history import next_instant
from vernost.store.personal import (
    ERASED,
    FATES,
    ORDERS,
    PEOPLE,
    alias_sql,
    erased_query,
    mark_sql,
    orders_query,
    personal_tables,
)
from vernost.store.receipt import LoadRecord, Tally
from vernost.store.sifting import literal, quoted

if TYPE_CHECKING:
    import duckdb

    from vernost.sources.source import Reading

REASON = "it was about somebody who is erased"
"""Why a rejected row is kept without its content."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Who is to be erased, and what a load must know to keep them so.

    Attributes:
        ids: of the customers.
        contacts: their addresses and telephones beside those that the log knows.
        at: the instant, aware.
        key: by which whoever asks knows the erasure again.
        pseudonym: of the first of them; random when empty, as those of all others.
    """

    ids: tuple[str, ...]
    contacts: tuple[str, ...]
    at: datetime
    key: str = ""
    pseudonym: str = ""

    def join(self, erased: Erased, contacts: Iterable[str] = ()) -> Erased:
        """Those who were erased, and these."""
        return erased.joined_by(self.ids, (*self.contacts, *contacts), self.pseudonym)


def wish(ids: Iterable[str], contacts: Iterable[str], *, at: datetime, key: str, pseudonym: str) -> Wish:
    """A wish with at least one id in it."""
    found = tuple(dict.fromkeys(ids))
    if not all(found) or not found:
        raise InvalidValue("Nobody is named. Name the ids of the customers who are to be erased.")
    return Wish(found, tuple(dict.fromkeys(filter(None, contacts))), at, key, pseudonym)


def hold_people(connection: "duckdb.DuckDBPyConnection", erased: Erased, ids: Collection[str]) -> None:
    """Put the people with these ids into an engine as `PEOPLE`."""
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {PEOPLE} (id VARCHAR, pseudonym VARCHAR)")
    connection.executemany(f"INSERT INTO {PEOPLE} VALUES (?, ?)", [(one, erased.pseudonym(one)) for one in ids])


def hold_orders(connection: "duckdb.DuckDBPyConnection", erased: Erased, rows: str | None) -> None:
    """Put the orders of `PEOPLE` among rows of orders into an engine as `ORDERS`."""
    found = orders_query(f"({rows})", erased.secret) if rows else "SELECT '' AS was, '' AS becomes WHERE false"
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {ORDERS} AS {found}")


def erasure(
    history: Sequence[LoadRecord], load_id: int, tallies: Iterable[Tally], at: datetime, key: str = ""
) -> LoadRecord:
    """What the history of a log tells of an erasure."""
    instant, late = next_instant(history, at)
    zone = history[0].timezone if history else "UTC"
    told = tuple(each for each in tallies if each.read)
    return LoadRecord(load_id, instant, "erasure", timezone=zone, tallies=told, notes=late, key=key)


def utc(instant: datetime) -> datetime:
    """An aware instant as the log keeps it."""
    return instant.astimezone(UTC).replace(tzinfo=None)


def tally(table: str, count: int) -> Tally:
    """What an erasure says of a table."""
    return Tally(table, read=count, unchanged=count)


def without_erased(reading: "Reading", erased: Erased | None, orders_of: Callable[[Sequence[str]], str]) -> "Reading":
    """The reading with the rows of those who were erased as the log has them.

    Args:
        reading: as it is staged.
        erased: all who ever were; None when nobody was.
        orders_of: gives the query of ``order_id`` of the log's orders under some pseudonyms.
    """
    if erased is None:
        return reading
    connection = reading.connection
    erased.hold(connection)
    named = {name: relation for name, relation in reading.tables.items() if name in FATES}
    _find_people(connection, named, erased)
    _find_orders(connection, named, erased, orders_of)
    (count,) = connection.execute(
        f"SELECT (SELECT count(*) FROM {PEOPLE}) + (SELECT count(*) FROM {ORDERS})"
    ).fetchone() or (0,)
    tables = dict(reading.tables)
    for name, relation in named.items() if count else ():
        tables[name] = f"erased_{name}"
        _view(connection, tables[name], erased_query(TABLES[name], quoted(relation), erased.secret))
    _view(connection, "erased_rejected", rejected_query(quoted(reading.rejected), erased))
    return replace(reading, tables=tables, rejected="erased_rejected")


def rejected_query(rows: str, erased: Erased) -> str:
    """Query of rejected rows, those that name somebody erased without their content."""
    is_theirs = names_erased(erased)
    return (
        f"SELECT r.* REPLACE (CASE WHEN {is_theirs} THEN {literal(REASON)} ELSE reason END AS reason, "
        f"CASE WHEN {is_theirs} THEN NULL ELSE raw END AS raw) FROM {rows} r"
    )


def names_erased(erased: Erased) -> str:
    """DuckDB condition of rejected rows: a cell is an id, an address or a telephone of somebody erased."""
    digits = "regexp_replace(cell, '[^0-9]', '', 'g')"
    is_phone = f"length({digits}) >= {PHONE_DIGITS} AND NOT regexp_matches(cell, '[^0-9+() .-]')"
    loose = f"CASE WHEN {is_phone} THEN right({digits}, {PHONE_DIGITS}) ELSE cell END"
    cells = (
        "list_transform(CASE WHEN json_valid(raw) AND json_type(raw) = 'OBJECT' THEN json_extract_string(raw, '$.*') "
        "ELSE regexp_split_to_array(raw, '[\\s,;|\"]+') END, lambda cell: lower(trim(cell)))"
    )
    marks = f"list_transform({cells}, lambda cell: {mark_sql(f'({loose})', erased.secret)})"
    known = ", ".join(map(literal, sorted(erased.contacts)))
    return f"coalesce(list_has_any({marks}, [{known}]::VARCHAR[]), false)"


def _find_people(connection: "duckdb.DuckDBPyConnection", named: dict[str, str], erased: Erased) -> None:
    """Find those of `MARKS` in the staged rows."""
    ids = " UNION ".join(
        f"SELECT {quoted(column)} AS id FROM {quoted(relation)}"
        for name, relation in named.items()
        for column in FATES[name].person
    )
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {PEOPLE} AS SELECT id, pseudonym FROM ({ids or 'SELECT NULL AS id'}) "
        f"JOIN {MARKS} ON mark = {mark_sql('id', erased.secret)}"
    )


def _find_orders(
    connection: "duckdb.DuckDBPyConnection",
    named: dict[str, str],
    erased: Erased,
    orders_of: Callable[[Sequence[str]], str],
) -> None:
    """Find the orders of the erased, those that came now and those that the log has."""
    hold_orders(connection, erased, f"SELECT * FROM {quoted(named['orders'])}" if "orders" in named else None)
    if "order_lines" not in named:
        return
    known = orders_of(sorted(set(erased.people.values())))
    lines = f"SELECT DISTINCT order_id AS was FROM {quoted(named['order_lines'])}"
    connection.execute(f"CREATE OR REPLACE TEMP TABLE _vernost_theirs AS {known}")
    connection.execute(
        f"INSERT INTO {ORDERS} SELECT was, was FROM ({lines}) SEMI JOIN _vernost_theirs ON order_id = was "
        f"WHERE was NOT IN (SELECT was FROM {ORDERS})"
    )
    has_aliased = f"SELECT count(*) FROM _vernost_theirs WHERE order_id LIKE '{ERASED}-%'"
    if connection.execute(has_aliased).fetchone() != (0,):
        aliased = alias_sql("was", erased.secret)
        connection.execute(
            f"INSERT INTO {ORDERS} SELECT was, order_id FROM ({lines}) JOIN _vernost_theirs ON order_id = {aliased} "
            f"WHERE was NOT IN (SELECT was FROM {ORDERS})"
        )


def _view(connection: "duckdb.DuckDBPyConnection", name: str, query: str) -> None:
    connection.execute(f"CREATE OR REPLACE TEMP VIEW {quoted(name)} AS {query}")


def contacts_query(rows: str) -> str:
    """Query of addresses and telephones of the people of `PEOPLE` among rows of customers."""
    of_people = f"FROM ({rows}) WHERE customer_id IN (SELECT id FROM {PEOPLE})"
    return f"SELECT email {of_people} AND email IS NOT NULL UNION SELECT phone {of_people} AND phone IS NOT NULL"


def tables_in(names: Collection[str]) -> list[Table]:
    """Tables of a log with facts about persons, among those that it has."""
    return [table for table in personal_tables() if table.name in names]
