"""Everything that a log holds of one person, as plain values that become JSON."""

import json
from collections.abc import Collection, Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from vernost.schema import TABLES, Table
from vernost.store.erasing import tables_in
from vernost.store.personal import FATES

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from vernost.store.log import Log

Told = dict[str, list[dict[str, Any]]]
"""Table of the log -> its rows, each without the columns that are empty."""


def told(log: "Log", ids: Iterable[str]) -> Told:
    """All rows about a person, in every table; of orders their lines too.

    Args:
        log: the log.
        ids: of the person: one, and those that were merged into it.

    Returns:
        Table -> rows, of tables that have any. Instants are texts in UTC, money is a text with all its digits.

    >>> import pandas
    >>> from vernost.store import Log
    >>> log = Log.wrap(customers=pandas.DataFrame({"customer_id": ["ann", "bob"], "name": ["Ann", "Bob"]}))
    >>> told(log, ["ann"])
    {'customers': [{'customer_id': 'ann', 'name': 'Ann'}]}
    """
    asked = sorted(set(ids))
    rows = {table.name: _rows(log, table, asked) for table in tables_in(log.tables)}
    return {name: found for name, found in rows.items() if found}


def counted(log: "Log", ids: Iterable[str]) -> dict[str, int]:
    """Table -> how many rows it has about a person, of tables that have any."""
    asked = sorted(set(ids))
    counts = {table.name: _theirs(log, table, asked).count() for table in tables_in(log.tables)}
    found = {name: log.connection.to_pyarrow(count).as_py() for name, count in counts.items()}
    return {name: count for name, count in found.items() if count}


def _rows(log: "Log", table: Table, ids: Collection[str]) -> list[dict[str, Any]]:
    theirs = _theirs(log, table, ids)
    order = [name for name in (*table.happened, *table.key) if name in theirs.columns]
    return [_plain(row) for row in log.fetch(theirs.order_by(order)).to_pylist()]


def _theirs(log: "Log", table: Table, ids: Collection[str]) -> "ir.Table":
    rows, fates = log.tables[table.name], FATES[table.name]
    if fates.of_order:
        if "orders" not in log.tables:
            return rows.limit(0)
        orders = log.tables["orders"]
        return rows.semi_join(orders.filter(orders.customer_id.isin(ids)), "order_id")
    return rows.filter([_any(rows, fates.person, ids)])


def _any(rows: "ir.Table", columns: Iterable[str], ids: Collection[str]) -> Any:
    first, *others = (rows[name].isin(ids) for name in columns)
    for each in others:
        first = first | each
    return first


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """A row without empty columns, as values that become JSON."""
    return {name: _value(name, value) for name, value in row.items() if value is not None}


def _value(name: str, value: Any) -> Any:
    if isinstance(value, datetime):
        return f"{value.isoformat()}Z"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    return _content(value) if isinstance(value, str) and name in _JSON else value


def _content(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


_JSON = frozenset(column.name for table in TABLES.values() for column in table.stored if column.type == "json")
