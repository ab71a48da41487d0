"""What customers do, as rules speak of it: the facts of the log, when they happened, what can be asked of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

from vernost.explain.segments.conditions import KINDS, Kind
from vernost.schema import TABLES

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from vernost.measure.scope import Scope

_OF_ORDER = ("channel", "store", "coupon", "status")
"""Attributes of an order that can be asked of its lines."""


@dataclass(frozen=True)
class Fact:
    """A kind of facts.

    Attributes:
        name: as rules say it.
        table: of the log, that holds them.
        at: the column that says when; it orders them too, ties by the key.
    """

    name: str
    table: str
    at: str

    @cached_property
    def attributes(self) -> Mapping[str, Kind]:
        """What can be asked of each, and of which kind it is."""
        table, hidden = TABLES[self.table], {"customer_id", self.at, *(("kind",) if self.table == "orders" else ())}
        found: dict[str, Kind] = {
            column.name: KINDS[column.type]
            for column in table.columns
            if column.type in KINDS and column.name not in hidden
        }
        if self.name == "order_lines":
            found.update(dict.fromkeys(_OF_ORDER, "text"), amount="number")
        return MappingProxyType(found)

    @property
    def key(self) -> tuple[str, ...]:
        """Columns that tell its facts apart."""
        return TABLES[self.table].key

    def rows(self, scope: "Scope") -> "ir.Table":
        """What happened to known customers up to the day that is looked at; of orders, refunds too."""
        if self.table == "order_lines":
            return _lines(scope)
        rows = scope.facts(self.table, self.at, cut=())
        if self.table == "orders":
            rows = scope.standing(rows)
        return rows.filter(rows.customer_id.notnull())

    def holds(self, rows: "ir.Table") -> "ir.BooleanValue | None":
        """Which of these rows are such facts; None when all are."""
        if self.table != "orders":
            return None
        return rows.kind == ("refund" if self.name == "refunds" else "sale")


def _lines(scope: "Scope") -> "ir.Table":
    scope.need("order_lines")
    orders = FACTS["orders"].rows(scope)
    orders = orders.filter(orders.kind == "sale").select("order_id", "customer_id", "ordered_at", *_OF_ORDER)
    lines = scope.log.tables["order_lines"]
    lines = lines.mutate(amount=lines.quantity * lines.unit_price.cast("float64")).drop("extra", "source", "loaded_at")
    return lines.inner_join(orders, "order_id")


FACTS: Mapping[str, Fact] = MappingProxyType(
    {
        fact.name: fact
        for fact in (
            Fact("orders", "orders", "ordered_at"),
            Fact("order_lines", "order_lines", "ordered_at"),
            Fact("refunds", "orders", "ordered_at"),
            Fact("subscriptions", "subscriptions", "started_at"),
            Fact("events", "events", "occurred_at"),
            Fact("tickets", "tickets", "opened_at"),
            Fact("answers", "answers", "answered_at"),
            Fact("reviews", "reviews", "posted_at"),
            Fact("contacts", "contacts", "assigned_at"),
            Fact("points", "points", "booked_at"),
        )
    }
)
"""All kinds of facts by name."""

ATTRIBUTES: Mapping[str, Kind] = MappingProxyType(
    {column.name: KINDS[column.type] for column in TABLES["customers"].columns if column.type in KINDS}
)
"""What can be asked of a customer, and of which kind it is."""

SCORES: Mapping[str, Kind] = MappingProxyType(
    {
        "risk": "number", "band": "text", "revenue_at_risk": "number", "revenue": "number", "orders": "number",
        "next_order_days": "number", "alarming_on": "day",
    }
)  # fmt: skip
"""What can be asked of a customer's last score."""

KNOWING = tuple(name for name, table in TABLES.items() if "customer_id" in table)
"""Tables that know customers; whoever stands in one of them is a customer."""
