"""From where rules look at a log: as of a day, by a clock, with the company's own choices."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from vernost.explain.segments.facts import FACTS
from vernost.measure.question import Question
from vernost.measure.scope import Scope

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from vernost.store.log import Log


@dataclass(frozen=True)
class Standpoint:
    """A log as rules see it.

    Attributes:
        log: the log.
        as_of: the day at whose end it is looked at; None for that of its last fact about customers.
        timezone: the company's clock; None for the log's own.
        chosen: options of measures that the company chose, such as its lapse window.
    """

    log: "Log"
    as_of: date | None = None
    timezone: str | None = None
    chosen: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def scope(self) -> Scope:
        """The log seen as of the day."""
        reads = dict.fromkeys(fact.table for fact in FACTS.values() if fact.name != "order_lines")
        return Scope(self.log, Question.ask(as_of=self.as_of, timezone=self.timezone), measure="segment", reads=reads)

    @property
    def day(self) -> date:
        """The day at whose end the log is looked at."""
        return self.scope.as_of

    def known(self, table: str) -> "ir.Table":
        """A table that knows customers, without customers who came after the day."""
        from vernost.measure.periods import literal_of

        self.scope.need(table)
        rows = self.log.tables[table]
        rows = rows.filter(rows.customer_id.notnull())
        if table == "customers" and self.as_of:
            rows = rows.filter(rows.created_at.isnull() | (rows.created_at < literal_of(self.scope.end)))
        if table in _AT and self.as_of:
            rows = rows.filter(rows[_AT[table]] < literal_of(self.scope.end))
        return rows


_AT = {fact.table: fact.at for fact in FACTS.values() if fact.name != "order_lines"}
