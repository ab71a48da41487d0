"""What fills the log from one raw table: the places of the log, and the source's columns or expressions for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vernost.schema import TABLES, Column, type_names

if TYPE_CHECKING:
    from vernost.sources.profile import Profile

Place = tuple[str, str]
"""A table of the log and one of its columns, or a helper column such as ``line_amount``."""

LEAST_SCORE = 1.2
"""A source that speaks for no table more than this is not understood."""

_HELPER_TYPES: Mapping[str, type_names] = {
    "line_amount": "money",
    "period_price": "money",
    "yearly_price": "money",
    "refund_amount": "money",
    "nps": "number",
    "csat": "number",
    "ces": "number",
    "refunded_at": "instant",
    "is_refunded": "boolean",
}


@dataclass(frozen=True, slots=True)
class Found:
    """What fills a column of the log: a source's column or an expression, how surely, and why."""

    source: str
    confidence: float
    why: str
    is_expression: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class SourceMapping:
    """How a raw table fills the log.

    Attributes:
        table: the table of the log that its rows are.
        found: what fills each place, in this table and in its companions.
        missing: columns without which it cannot be that table.
        score: how much speaks for the table.
    """

    table: str
    found: Mapping[Place, Found]
    missing: tuple[str, ...] = ()
    score: float = 0.0

    def has(self, column: str, table: str | None = None) -> bool:
        """Whether something fills a column of its own table or of a companion."""
        return (table or self.table, column) in self.found

    def has_lines(self, profile: "Profile") -> bool:
        """Whether the rows are lines of orders: they name products, and orders or numbers of pieces."""
        order = self.found.get((self.table, "order_id"))
        if order is None or not any(self.has(column, "order_lines") for column in ("product_id", "product")):
            return False
        counts = any(self.has(column, "order_lines") for column in ("quantity", "unit_price", "line_amount"))
        return counts or (not order.is_expression and profile.repeats(order.source) > 0)

    @property
    def is_understood(self) -> bool:
        """Whether it can be read."""
        return not self.missing and self.score >= LEAST_SCORE


def type_of(place: Place) -> type_names:
    """The kind of values that a place holds."""
    table, column = place
    return TABLES[table][column].type if column in TABLES[table] else _HELPER_TYPES.get(column, "string")


def column_of(place: Place) -> Column:
    """The column of the log, or one made up for a helper."""
    table, name = place
    return TABLES[table][name] if name in TABLES[table] else Column(name, type_of(place))
