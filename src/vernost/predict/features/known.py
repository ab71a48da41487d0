"""What was known at the end of a day: the only door through which features read a log."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from vernost.measure.periods import day_number, days
from vernost.measure.scope import Scope
from vernost.predict.presence import presence
from vernost.schema import TABLES

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from vernost.store.log import Log

PLANNED = frozenset({"promised_at", "expires_at"})
"""Instants that are known before they come."""


class Known:
    """A log as it was known at the end of a day.

    Facts that had not happened, and rows that no load had brought, are not there; instants that had not come are null.

    Attributes:
        base: the table that makes a customer present: subscriptions, orders or events.
        scope: the log as known, seen at the end of the day.
        today: number of the day.
    """

    def __init__(self, log: "Log", as_of: date | str, *, base: str | None = None, timezone: str | None = None) -> None:
        self.base, asked = presence(log, asker="features", base=base, as_of=as_of, timezone=timezone)
        known = log.known_by(asked.end - timedelta(microseconds=1))
        self.scope = Scope(known, asked.question, measure="features", reads=asked.reads)
        self.today = day_number(asked.as_of)

    def has(self, table: str, *columns: str) -> bool:
        """Whether the log has a table, and a value somewhere in each of these columns of it."""
        return self.scope.has(table, *columns)

    def facts(self, table: str) -> "ir.Table":
        """Facts about known customers that had happened: the table's columns and ``local``, ``day_`` (a number)."""
        (at, *_), columns = TABLES[table].happened, TABLES[table].columns
        rows = self.scope.facts(table, at, cut=())
        coming = [each.name for each in columns if each.type == "instant" and each.name not in PLANNED | {at}]
        rows = rows.mutate(**{name: self.scope.known(rows[name]) for name in coming}, day_=days(rows.local))
        return rows.filter(rows.customer_id.notnull())

    def day(self, table: str, instant: "ir.TimestampValue") -> "ir.IntegerValue":
        """Number of the company's day of an instant of a table."""
        return days(self.scope.clock(table).local(instant))

    def recent(self, rows: "ir.Table", span: int) -> "ir.BooleanColumn":
        """Whether each fact is of the last so many days."""
        return rows.day_ > self.today - span

    def before(self, rows: "ir.Table", span: int) -> "ir.BooleanColumn":
        """Whether each fact is of as many days before those."""
        return (rows.day_ > self.today - 2 * span) & (rows.day_ <= self.today - span)


def late_facts(log: "Log", as_of: date | str, *, timezone: str | None = None) -> dict[str, int]:
    """Table -> how many facts had happened by the end of a day and were not known, for a later load brought them.

    Many of them mean that one history was loaded piece by piece: it is known whole only from the last piece on.
    """
    _, asked = presence(log, asker="features", as_of=as_of, timezone=timezone)
    known = Scope(log.known_by(asked.end - timedelta(microseconds=1)), asked.question, measure="features", reads=())
    found = {}
    for name, table in TABLES.items():
        if table.happened and name in log.tables and known.log.tables[name] is not log.tables[name]:
            counts = [_count(scope, name) for scope in (asked, known)]
            found[name] = max(0, counts[0] - counts[1])
    return {name: count for name, count in found.items() if count}


def _count(scope: Scope, table: str) -> int:
    facts = scope.facts(table, TABLES[table].happened[0], cut=())
    return int(scope.log.fetch(facts.agg(number=facts.count()))["number"][0].as_py())
