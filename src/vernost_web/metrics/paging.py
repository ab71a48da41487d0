"""Lists of customers page by page: a page is found by the customer it follows, so that the last costs as the first."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any

from vernost_web.ui.words import storable

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from vernost.store.log import Log

Order = Sequence[tuple[str, bool]]
"""Columns by which rows stand, and whether the most comes first; rows without a value stand last."""

BESIDE = "beside_"
"""Before the names of the columns of the row with which all others are compared."""


Columns = Mapping[str, Any]
"""The columns of the order by their names."""


@dataclass(frozen=True, slots=True)
class Place:
    """Which page: the rows after a customer or before one; without either the first.

    Attributes:
        after: id of the customer after whom it begins.
        before: id of the customer before whom it ends.
    """

    after: str = ""
    before: str = ""

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> "Place":
        """The place that the parameters of an address name."""
        after = storable(str(given.get("after", "")))
        return cls(after, "" if after else storable(str(given.get("before", ""))))


FIRST = Place()
"""The first page."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page of a list.

    Attributes:
        rows: of customers.
        count: how many there are in all.
        passed: how many stand before this page.
    """

    rows: list[dict[str, Any]]
    count: int
    passed: int

    @property
    def first(self) -> int:
        """Number of its first row."""
        return self.passed + 1

    @property
    def last(self) -> int:
        """Number of its last row."""
        return self.passed + len(self.rows)

    @property
    def after(self) -> str:
        """Id of the customer after whom the next page begins; empty when there is none."""
        return str(self.rows[-1]["customer_id"]) if self.last < self.count else ""

    @property
    def before(self) -> str:
        """Id of the customer before whom the page before ends; empty when there is none."""
        return str(self.rows[0]["customer_id"]) if self.passed else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """A list of customers in an order.

    Attributes:
        log: whose engine is asked.
        table: all rows, one a customer.
        order: of the rows; no two stand alike in it.
        beside: puts the values of the order's columns of a customer beside each row, under names that begin with
            `BESIDE`; no rows where there is no such customer.
        dress: adds columns to the few rows of a page.
    """

    log: "Log"
    table: "ir.Table"
    order: Order
    beside: "Callable[[ir.Table, str], ir.Table]"
    dress: "Callable[[ir.Table], ir.Table]" = lambda rows: rows

    def leaf(self, place: Place, most: int) -> Leaf:
        """The page at a place; the first one where there is nobody, or less than a page before that."""
        rows = self._rows(place, most)
        if place != FIRST and (not rows or (place.before and len(rows) < most)):
            place, rows = FIRST, self._rows(FIRST, most)
        if place == FIRST:
            return Leaf(rows, self._fetched(self.table.agg(count=self.table.count()))[0]["count"], 0)
        table, own, first = self._compared(rows[0]["customer_id"])
        numbers = self._fetched(table.agg(count=table.count(), passed=_follows(first, own, self.order).sum()))[0]
        return Leaf(rows, numbers["count"], int(numbers["passed"]))

    def _rows(self, place: Place, most: int) -> list[dict[str, Any]]:
        table = self.table
        if place != FIRST:
            table, own, other = self._compared(place.after or place.before)
            pair = (own, other) if place.after else (other, own)
            table = table.filter(_follows(*pair, self.order)).select(self.table.columns)
        few = table.order_by(_keys(table, self.order, is_turned=bool(place.before))).limit(most)
        page = self.dress(few)
        return self._fetched(page.order_by(_keys(page, self.order)))

    def _compared(self, customer: str) -> "tuple[ir.Table, Columns, Columns]":
        """All rows, what stands in them, and what stands in the row of a customer."""
        table = self.beside(self.table, customer)
        names = [name for name, _ in self.order]
        return table, {name: table[name] for name in names}, {name: table[f"{BESIDE}{name}"] for name in names}

    def _fetched(self, table: "ir.Table") -> list[dict[str, Any]]:
        return list(self.log.fetch(table).to_pylist())


def _keys(table: "ir.Table", order: Order, *, is_turned: bool = False) -> list[Any]:
    """The order of a table, or that turned round."""
    return [
        table[name].desc(nulls_first=is_turned) if is_falling != is_turned else table[name].asc(nulls_first=is_turned)
        for name, is_falling in order
    ]


def _follows(row: Columns, other: Columns, order: Order) -> Any:
    """Whether a row stands after another one."""
    import ibis

    def further(found: Any, column: tuple[str, bool]) -> Any:
        name, is_falling = column
        mine, theirs = row[name], other[name]
        beyond = mine < theirs if is_falling else mine > theirs
        return beyond | (mine.isnull() & theirs.notnull()) | (mine.identical_to(theirs) & found)

    return reduce(further, reversed(order), ibis.literal(value=False))
