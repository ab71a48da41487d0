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
