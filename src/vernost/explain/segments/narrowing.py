"""A log of the customers of a segment alone: every measure works on it unchanged."""

from collections.abc import Callable, Mapping
from datetime import datetime
from itertools import count
from typing import TYPE_CHECKING

from vernost.schema import TABLES
from vernost.store.log import Log, Span
from vernost.store.past import Past

if TYPE_CHECKING:
    import ibis.expr.types as ir

_OF_OTHERS = ("spend",)
"""Tables of facts that belong to no customer, so that nobody can say which part of them is a segment's."""


_turns = count(1)


class Narrowed(Log):
    """What a log knows of some customers; it is looked at as of the same day as the whole, by the same clock.

    Lines of orders go with their orders; what is spent on all customers at once is left out, and orders, answers and
    reviews of nobody in particular.
    """

    def __init__(self, whole: Log, customers: "ir.Table") -> None:
        """A log of some customers; close it before the whole one, which must stay open while it is used.

        Args:
            whole: the log.
            customers: who they are: customer_id.
        """
        self._few, closers = _at_hand(whole, customers)
        self._whole = whole
        super().__init__(
            _of(whole.tables, self._few),
            connection=whole.connection,
            timezone=whole.timezone,
            url=whole.url,
            load_count=whole.load_count,
            closers=closers,
            past=self._known_of_few,
            is_exact=whole.is_exact,
        )

    def span(self, table: str, column: str) -> Span | None:
        """First and last value of a column in the whole log."""
        return self._whole.span(table, column)

    def happened_span(self, table: str, column: str) -> Span | None:
        """As `span`, without what was planned ahead."""
        return self._whole.happened_span(table, column)

    def _known_of_few(self, instant: datetime) -> Past:
        past = self._whole.known_by(instant)
        changed = [name for name, rows in past.tables.items() if rows is not self._whole.tables[name]]
        tables = _of(past.tables, self._few)
        return Past({name: tables[name] for name in changed if name in tables}, past.is_exact)


def _at_hand(log: Log, customers: "ir.Table") -> "tuple[ir.Table, tuple[Callable[[], None], ...]]":
    """The customers, worked out once where the engine can hold them beside the log, and what lets go of them."""
    customers = customers.select("customer_id")
    if log.engine != "duckdb":
        return customers, ()
    name, engine = f"narrowed_{next(_turns)}", log.connection.con
    engine.register(name, log.fetch(customers))
    return log.connection.table(name), (lambda: engine.unregister(name),)


def _of(tables: "Mapping[str, ir.Table]", few: "ir.Table") -> "dict[str, ir.Table]":
    found = {}
    for name, rows in tables.items():
        if name in _OF_OTHERS:
            continue
        found[name] = rows.semi_join(few, "customer_id") if "customer_id" in TABLES[name] else rows
    if "order_lines" in found and "orders" in found:
        found["order_lines"] = found["order_lines"].semi_join(found["orders"].select("order_id"), "order_id")
    return found
