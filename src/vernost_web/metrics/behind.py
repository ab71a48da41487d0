"""The customers behind a number, and the query that makes it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from vernost.explain import segments
from vernost.explain.segments.rule import Side
from vernost.measure import find_measure
from vernost_web.metrics.among import reading_among
from vernost_web.metrics.answers import by_company
from vernost_web.metrics.paging import BESIDE, FIRST, Book, Leaf, Order, Place
from vernost_web.ui.slice import Words

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from vernost.store.log import Log

PAGE = 100
_BY_ID: Order = (("customer_id", False),)
PERSONAL: Mapping[str, Words] = {"name": _("Name"), "phone": _("Phone"), "email": _("E-mail")}
"""What tells who a customer is, for those who may see it, and its words."""


@dataclass(frozen=True, slots=True)
class Behind:
    """Some of the customers behind a number.

    Attributes:
        leaf: columns (customer_id, and what else may be seen of them) and values, in the order of their ids.
        as_of: the day at whose end the log was looked at.
    """

    leaf: Leaf
    as_of: date


def customers_behind(
    measure: str,
    asked: Mapping[str, Any],
    keys: Mapping[str, str],
    side: Side,
    *,
    place: Place = FIRST,
    most: int = PAGE,
    also: Collection[str] = (),
) -> Behind:
    """The customers behind a number, so many at a place.

    Args:
        measure: code name.
        asked: the question and the measure's options.
        keys: which rows, by the columns that name them: period, cohort, age, cuts.
        side: those counted above or below the line of a share.
        place: of the page.
        most: how many are given.
        also: attributes shown beside the ids, where the log has them.
    """
    question = dict(asked)
    with reading_among(question.pop("among", "")) as log:
        answer = find_measure(measure)(log, **by_company(measure, question))
        found = segments.customers_behind(answer, keys, side)
        book = Book(log=log, table=found, order=_BY_ID, beside=_beside, dress=lambda few: told_of(log, few, also))
        return Behind(book.leaf(place, most), answer.as_of)


def _beside(table: "ir.Table", customer: str) -> "ir.Table":
    import ibis

    return table.mutate(**{f"{BESIDE}customer_id": ibis.literal(customer)})


def told_of(log: "Log", customers: "ir.Table", also: Collection[str] = PERSONAL) -> "ir.Table":
    """Rows of customers with what is known of them beside it, as far as the log knows it: who they are by default."""
    known = log.tables.get("customers")
    names = [name for name in also if known is not None and name in known.columns]
    if known is None or not names:
        return customers
    told = known.select(customer_=known.customer_id, **{name: known[name] for name in names})
    return customers.left_join(told, customers.customer_id == told.customer_).drop("customer_")


def query_of(measure: str, asked: Mapping[str, Any]) -> str:
    """The SQL of a measure, as the engine runs it."""
    question = dict(asked)
    with reading_among(question.pop("among", "")) as log:
        return _sql(log, find_measure(measure)(log, **by_company(measure, question)).expression)


def _sql(log: "Log", expression: "ir.Table") -> str:
    import sqlglot

    dialect = {"duckdb": "duckdb", "postgres": "postgres", "pyspark": "spark"}[log.engine]
    return sqlglot.parse_one(str(log.connection.compile(expression)), dialect=dialect).sql(dialect, pretty=True)
