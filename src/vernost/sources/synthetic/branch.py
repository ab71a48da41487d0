"""What customers did in one of the futures of a world."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from vernost.sources.synthetic.ahead import Course
from vernost.sources.synthetic.columns import Array, Columns, chosen, joined, per_customer
from vernost.sources.synthetic.contract import stretches_until


@dataclass(frozen=True)
class Branch:
    """One of the two futures. Instants are days after the world's end; customers are named by their numbers.

    Attributes:
        orders: columns by order; ``origin`` is 0 for what customers do of their own, else the action (from 1) that
            brought it.
        refunds: of these orders.
        stretches: under a contract the subscriptions of those who were there at the world's end: what ran then and what
            followed, with ``ended`` (NaN: still running).
        tickets: by customer and time; ``replied`` and ``resolved`` are infinite when nobody ever answers.
        left: when each customer is gone: before 0 who was gone already, infinite who stays.
    """

    orders: Columns
    refunds: Columns
    stretches: Columns | None
    tickets: Columns
    left: Array

    @cached_property
    def order_count(self) -> Array:
        """Orders of each customer that were not cancelled."""
        return per_customer(self.orders["customer"][~self.orders["is_cancelled"]], self.left.size)

    @cached_property
    def cents(self) -> Array:
        """Money of each customer, net of refunds, in cents."""
        paid = chosen(self.orders, ~self.orders["is_cancelled"])
        sales = per_customer(paid["customer"], self.left.size, paid["cents"])
        back = per_customer(self.refunds["customer"], self.left.size, self.refunds["cents"])
        return np.round(sales - back).astype(np.int64)

    def of_world(self, first: int) -> "Branch":
        """The branch of a chunk, its customers named by their numbers in the world, of which this is the first."""
        orders, refunds, tickets = (_moved(rows, first) for rows in (self.orders, self.refunds, self.tickets))
        return replace(
            self,
            orders=orders,
            refunds=refunds,
            stretches=None if self.stretches is None else _moved(self.stretches, first),
            tickets=tickets,
        )


def _moved(rows: Columns, first: int) -> Columns:
    return rows | {"customer": rows["customer"] + first}


def lived(course: Course, orders: Columns, kept: Array, tickets: Columns, left: Array) -> Branch:
    """What a chunk lived through: orders that are made, refunds and tickets while their customers are still there."""
    now = np.where(kept, np.cumsum(kept) - 1, -1)
    refunds = course.refunds
    refunds = chosen(refunds, kept[refunds["order"]] & (refunds["at"] < left[refunds["customer"]]))
    cents = np.maximum(np.round(orders["cents"][refunds["order"]] * refunds["share"]).astype(np.int64), 1)
    refunds |= {"order": now[refunds["order"]], "cents": cents}
    opened = chosen(tickets, tickets["at"] < left[tickets["customer"]])
    return Branch(chosen(orders, kept), refunds, _run_on(course, left), opened, left)


def _run_on(course: Course, left: Array) -> Columns | None:
    """Subscriptions of those who were there at the world's end, until they leave or the time ahead is over."""
    if course.stretches is None:
        return None
    is_here = (left >= 0)[course.stretches["customer"]]
    lived = stretches_until(chosen(course.stretches, is_here), left)
    return lived | {"place": lived["place"] + course.customers["stretch"][lived["customer"]]}


def whole(parts: Sequence[Branch]) -> Branch:
    """Branches of all chunks together."""
    offsets = np.cumsum([0, *(part.orders["at"].size for part in parts)])
    refunds = [
        part.refunds | {"order": part.refunds["order"] + offset} for part, offset in zip(parts, offsets, strict=False)
    ]
    stretches = [part.stretches for part in parts if part.stretches is not None]
    return Branch(
        joined([part.orders for part in parts]),
        joined(refunds),
        joined(stretches) if stretches else None,
        joined([part.tickets for part in parts]),
        np.concatenate([part.left for part in parts]),
    )
