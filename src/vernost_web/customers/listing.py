"""Which customers, page by page: a page is found by the row it follows, so that the last costs as the first."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import prod
from typing import Any

from django.db.models import F, QuerySet

from vernost_web.customers.directory import stand
from vernost_web.customers.models import Care, Customer, Stand, Tagging
from vernost_web.customers.ordering import Ordering, Walked
from vernost_web.customers.searching import found_by

PAGE = 50
MOST_COUNTED = 1_000
"""Customers that are counted one by one where nobody knows their number."""

_SHARE_OF_A_NAME = 0.02
"""Of all customers, about as many have a name that is more than a few people's."""

SPANS = ("revenue", "orders", "risk", "revenue_at_risk", "last_order_at")
"""Columns of which a list holds a span."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which customers, in which order.

    Attributes:
        text: what somebody searches for.
        values: column -> its value, of `FILTERED`.
        spans: column of `SPANS` -> least and greatest value, either of which may be None.
        owner: pk of the user who looks after them.
        tag: that they have.
        sort: of `SORTS`.
        is_falling: whether the most comes first.
        is_personal: whether whoever asks may see names, numbers and addresses.
    """

    text: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    spans: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    owner: int | None = None
    tag: str = ""
    sort: str = "revenue"
    is_falling: bool = True
    is_personal: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether nothing but values narrows it."""
        return not (self.text.strip() or self.spans or self.owner or self.tag)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page of the list.

    Attributes:
        rows: of the directory.
        count: how many customers there are in all, or at least when there are more than are counted.
        is_exact: whether there are no more.
        before: id of the customer before whom the page before ends; empty when this is the first.
        after: id of the customer after whom the next page begins; empty when this is the last.
    """

    rows: list[Customer]
    count: int
    is_exact: bool
    before: str
    after: str


def leaf(choice: Choice, *, after: str = "", before: str = "", most: int = PAGE, now: Stand | None = None) -> Leaf:
    """The page after a customer or before one; the first one without either, and where that customer is not listed.

    Args:
        choice: which customers, in which order.
        after: id of the customer after whom the page begins.
        before: id of the customer before whom it ends.
        most: how many it holds.
        now: the stand of the directory, where it is at hand.
    """
    now = now or stand()
    beside = Customer.objects.filter(customer_id=after or before).first() if after or before else None
    is_back = beside is not None and not after
    asked, order = chosen(choice, now=now), Ordering(choice.sort, choice.is_falling)
    rows = order.page(asked, beside, is_back=is_back, most=most + 1)
    is_more, rows = len(rows) > most, rows[:most]
    if is_back and not is_more:
        return leaf(choice, most=most, now=now)
    if is_back:
        rows.reverse()
    count, is_exact = _count(choice, now)
    return Leaf(
        rows=rows,
        count=count,
        is_exact=is_exact,
        before=rows[0].customer_id if rows and (is_back or beside) else "",
        after=rows[-1].customer_id if rows and (is_back or is_more) else "",
    )


def first(choice: Choice, most: int) -> list[Customer]:
    """The first customers of a choice, in its order."""
    return Ordering(choice.sort, choice.is_falling).page(chosen(choice), None, is_back=False, most=most)


def chosen(choice: Choice, *, wanted: int = PAGE, now: Stand | None = None) -> QuerySet[Customer]:
    """The customers of a choice, in no order.

    Args:
        choice: which.
        wanted: how many of them will be read; decides how SQLite goes about it.
        now: the stand of the directory, where it is at hand.
    """
    found = Customer.objects.all()
    condition = found_by(choice.text, is_personal=choice.is_personal)
    if condition is not None:
        found = found.filter(condition.condition)
    if choice.owner:
        found = found.filter(customer_id__in=Care.objects.filter(owner=choice.owner).values("customer_id"))
    if choice.tag:
        found = found.filter(customer_id__in=Tagging.objects.filter(tag=choice.tag).values("customer_id"))
    is_few = bool(choice.owner or choice.tag) or (condition is not None and condition.is_few)
    rarest = (
        None
        if is_few
        else _rarest(choice, now or stand(), wanted, share=1.0 if condition is None else _SHARE_OF_A_NAME)
    )
    return _narrowed(found, choice, by_index=rarest)


def _rarest(choice: Choice, now: Stand, wanted: int, *, share: float) -> str | None:
    """The column whose value fewest have, where fetching all of these takes fewer rows than walking the order.

    Args:
        choice: which customers.
        now: the stand of the directory.
        wanted: how many of them.
        share: of all customers that its text finds.

    Returns:
        None where walking until enough are found takes fewer.
    """
    counts = {column: now.values.get(column, {}).get(str(value), 0) for column, value in choice.values.items()}
    if not counts or not now.customers:
        return None
    hits = prod(count / now.customers for count in counts.values()) * share * now.customers
    rarest = min(counts, key=lambda column: counts[column])
    return None if hits and wanted * now.customers / hits < counts[rarest] else rarest


def _narrowed(found: QuerySet[Customer], choice: Choice, *, by_index: str | None) -> QuerySet[Customer]:
    """Those of the values and spans, found by the index of one column at most, beside that of the order."""
    walked = {*choice.values, *choice.spans} - {choice.sort, by_index}
    found = found.alias(**{f"walked_{name}": Walked(F(name)) for name in walked})
    name_of = {each: f"walked_{each}" if each in walked else each for each in (*choice.values, *choice.spans)}
    for column, value in choice.values.items():
        found = found.filter(**{name_of[column]: value})
    for column, (low, high) in choice.spans.items():
        ends = {"gte": low, "lte": high}
        found = found.filter(**{f"{name_of[column]}__{end}": value for end, value in ends.items() if value is not None})
    return found


def _count(choice: Choice, now: Stand) -> tuple[int, bool]:
    """How many customers a choice holds, and whether these are all."""
    if choice.is_plain and not choice.values:
        return now.customers, True
    if choice.is_plain and len(choice.values) == 1:
        ((column, value),) = choice.values.items()
        known = now.values.get(column, {}).get(str(value))
        if known is not None:
            return known, True
    found = chosen(choice, wanted=MOST_COUNTED, now=now)[: MOST_COUNTED + 1].count()
    return min(found, MOST_COUNTED), found <= MOST_COUNTED
