"""A log from which all that came after a day is taken away: what features as of that day may at most have read."""

from datetime import date, datetime, timedelta
from typing import Any

from tests.oracle.calendar import first_instant

from vernost.schema import TABLES
from vernost.store.log import Log

PLANNED = {("orders", "promised_at"), ("points", "expires_at")}
"""Instants that are known before they come."""


def cut(log: Log, as_of: date) -> Log:
    """The log without facts, instants and loads after the end of a day."""
    end = first_instant(as_of + timedelta(days=1), log.timezone)
    tables = {name: _cut_table(log, name, end) for name in log.tables}
    return Log(tables, connection=log.connection, timezone=log.timezone, url=f"{log.url} until {as_of}")


def _cut_table(log: Log, name: str, end: datetime) -> Any:
    import ibis

    until, rows = ibis.timestamp(end.isoformat(sep=" ")), log.tables[name]
    happened = TABLES[name].happened[:1]
    for at in happened:
        rows = rows.filter(rows[at] < until)
    loaded = log.span(name, "loaded_at")
    if loaded:
        limit = ibis.timestamp(max(end, loaded[0]).isoformat(sep=" "))
        rows = rows.filter(rows.loaded_at.isnull() | (rows.loaded_at < limit) | (rows.loaded_at == loaded[0]))
    coming = [each.name for each in TABLES[name].columns if each.type == "instant" and each.name not in happened]
    gone = {at: (rows[at] < until).ifelse(rows[at], None) for at in coming if (name, at) not in PLANNED}
    return rows.mutate(**gone)


def rows_of(log: Log, table: Any) -> dict[str, dict[str, Any]]:
    """Rows by customer."""
    return {row["customer_id"]: row for row in log.fetch(table).to_pylist()}


def differences(found: dict[str, dict[str, Any]], expected: dict[str, dict[str, Any]]) -> list[str]:
    """What is not alike, rounding apart."""
    told = [f"{who} is only in one" for who in sorted(found.keys() ^ expected.keys())]
    for who in sorted(found.keys() & expected.keys()):
        told += [
            f"{name} of {who} is {found[who].get(name)!r}, not {value!r}"
            for name, value in expected[who].items()
            if not _is_same(found[who].get(name), value)
        ]
    return told


def _is_same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) <= 1e-9 * (1 + abs(other))
    return one == other
