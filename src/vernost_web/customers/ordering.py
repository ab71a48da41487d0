"""Rows of the directory in an order, from a row on: forwards and backwards, with those without a value at the end."""

from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, F, Func, QuerySet, Value

from vernost_web.customers.models import Customer


class Walked(Func):
    """A column whose index SQLite leaves alone, so that it walks the one of the order until a page is full.

    It knows no limit when it plans: left to itself, it would fetch and sort all customers of a great city for one page.
    """

    arity = 1
    template = "%(expressions)s"

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """The column as an expression."""
        return self.as_sql(compiler, connection, template="+%(expressions)s", **context)


class Beyond(Func):
    """Whether a row stands beyond another in an order of two columns, as an index of both finds it."""

    output_field = BooleanField()
    arity = 4

    def __init__(self, sort: str, row: Customer, *, is_less: bool) -> None:
        value = Value(getattr(row, sort), output_field=Customer.field(sort))
        super().__init__(F(sort), F("pk"), value, Value(row.pk))
        self.sign = "<" if is_less else ">"

    def as_sql(self, compiler: Any, connection: Any, *_: Any, **__: Any) -> Any:
        """A comparison of two pairs."""
        parts = [compiler.compile(each) for each in self.source_expressions]
        mine, its = ", ".join(sql for sql, _ in parts[:2]), ", ".join(sql for sql, _ in parts[2:])
        return f"({mine}) {self.sign} ({its})", [each for _, given in parts for each in given]


@dataclass(frozen=True, slots=True)
class Ordering:
    """An order of the directory.

    Attributes:
        sort: of `SORTS`.
        is_falling: whether the most comes first.
    """

    sort: str
    is_falling: bool

    def page(self, asked: QuerySet[Customer], beside: Customer | None, *, is_back: bool, most: int) -> list[Customer]:
        """So many rows from a row on, the nearest to it first; from the beginning without one."""
        has_value = beside is not None and getattr(beside, self.sort) is not None
        parts = [self._with_value, self._without]
        if is_back:
            parts.reverse()
        if beside is not None and has_value is is_back:
            del parts[0]  # the row stands beyond it
        rows: list[Customer] = []
        for part in parts:
            rows += part(asked, beside, is_back=is_back)[: most - len(rows)]
            if len(rows) == most:
                break
            beside = None
        return rows

    def _with_value(self, asked: QuerySet[Customer], beside: Customer | None, *, is_back: bool) -> QuerySet[Customer]:
        is_falling = self.is_falling is not is_back
        found = asked.filter(**{f"{self.sort}__isnull": False})
        if beside is not None and getattr(beside, self.sort) is not None:
            found = found.filter(Beyond(self.sort, beside, is_less=is_falling))
        sign = "-" if is_falling else ""
        return found.order_by(f"{sign}{self.sort}", f"{sign}pk")

    def _without(self, asked: QuerySet[Customer], beside: Customer | None, *, is_back: bool) -> QuerySet[Customer]:
        found = asked.filter(**{f"{self.sort}__isnull": True})
        if beside is not None and getattr(beside, self.sort) is None:
            found = found.filter(**{"pk__lt" if is_back else "pk__gt": beside.pk})
        return found.order_by("-pk" if is_back else "pk")
