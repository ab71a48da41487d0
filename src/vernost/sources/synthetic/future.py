"""The same world going on with and without actions: what each does to each customer, known without any estimate."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np

from vernost.errors import InvalidValue
from vernost.messages import Message
from vernost.sources.synthetic.actions import Action, named
from vernost.sources.synthetic.ahead import Ahead, Course, ahead, courses
from vernost.sources.synthetic.arrow import coded, customer_ids, missing, numbered_ids
from vernost.sources.synthetic.basket import Catalogue, catalogue
from vernost.sources.synthetic.branch import Branch, lived, whole
from vernost.sources.synthetic.columns import Array, Columns, joined
from vernost.sources.synthetic.departure import renewed
from vernost.sources.synthetic.response import (
    Treatment,
    answered_soon,
    brought_orders,
    decided_with,
    discounted,
    is_deterred,
    treatment,
)
from vernost.sources.synthetic.tables import campaign_names, sales_table, stretches_table, tickets_table
from vernost.sources.synthetic.world import Progress, World

if TYPE_CHECKING:
    import pyarrow as pa

Which = Literal["with", "without"]


@dataclass(frozen=True)
class Future:
    """A world that went on twice from the same state with the same chance: without the actions, and with them.

    Attributes:
        world: that went on.
        actions: what was done in one of the branches.
        setting: of the time ahead.
        without_actions: what happens when nothing is done.
        with_actions: what happens when all of it is done.
    """

    world: World
    actions: tuple[Action, ...]
    setting: Ahead
    without_actions: Branch
    with_actions: Branch

    @cached_property
    def customers(self) -> Columns:
        """The truth about each customer of the world, in order of their numbers.

        ``is_treated``; ``orders_without, orders_with, money_without, money_with`` (net of refunds and discounts);
        ``left_without, left_with`` (days after the world's end; infinite: stays); ``order_effect, money_effect,
        day_effect`` (with less without; days stayed until the end of the time ahead); ``is_kept`` (leaves without,
        stays with) and ``is_driven_out`` (the other way round); ``cost`` of the actions; ``gain``: effect on money less
        cost.
        """
        old, new = self.without_actions, self.with_actions
        masks = [action.mask_in(self.world) for action in self.actions]
        cost = np.zeros(old.left.size)
        for action, mask in zip(self.actions, masks, strict=True):
            cost[mask] += action.cost_in(self.world)
        days = self.setting.days
        stays_without, stays_with = np.isinf(old.left), np.isinf(new.left)
        money_effect = (new.cents - old.cents) / 100
        return {
            "number": self.world.customers["number"],
            "is_treated": np.any(masks, axis=0) if masks else np.zeros(old.left.size, bool),
            "orders_without": old.order_count,
            "orders_with": new.order_count,
            "money_without": old.cents / 100,
            "money_with": new.cents / 100,
            "left_without": old.left,
            "left_with": new.left,
            "order_effect": new.order_count - old.order_count,
            "money_effect": money_effect,
            "day_effect": np.clip(new.left, 0, days) - np.clip(old.left, 0, days),
            "is_kept": ~stays_without & stays_with,
            "is_driven_out": stays_without & ~stays_with,
            "cost": cost,
            "gain": money_effect - cost,
        }

    def orders(self, which: Which) -> "pa.Table":
        """Orders and refunds of one branch in the columns of the log. What both branches have has the same id."""
        import pyarrow as pa
        import pyarrow.compute as pc

        branch = self._branch(which)
        orders, ids = branch.orders, self._ids
        names = named(self.actions)
        marks = coded(orders["origin"], ["-f", *(f"-{name}-f" for name in names)]).cast("string")
        numbers = pa.array(orders["place"] + 1).cast(pa.string())
        order_ids = pc.binary_join_element_wise(ids.take(pa.array(orders["customer"])), marks, numbers, "")
        coupons = campaign_names(self.setting) + (names if which == "with" else [])
        return sales_table(self.setting, orders, branch.refunds, ids, order_ids, coupons)

    def subscriptions(self, which: Which) -> "pa.Table":
        """Subscriptions of one branch in the columns of the log, without the words of those who leave.

        Those that ran at the world's end have the id that they have in its log, so that these rows take their place.

        Raises:
            InvalidValue: the preset has no contracts.
        """
        stretches = self._branch(which).stretches
        if stretches is None:
            raise InvalidValue("{preset} has no contracts. Take its orders.", preset=self.setting.preset.name)
        said = {name: missing(stretches["at"].size) for name in ("cancel_reason", "cancel_text", "went_to")}
        return stretches_table(self.setting, stretches, self._ids, said)

    def tickets(self, which: Which) -> "pa.Table":
        """Tickets of one branch in the columns of the log, without their words. One in both has the same id."""
        import pyarrow as pa

        tickets, ids = self._branch(which).tickets, self._ids
        names = numbered_ids(ids, tickets["customer"], tickets["place"], "ft")
        size = tickets["at"].size
        said = {name: missing(size) for name in ("channel", "topic", "text")} | {"score": pa.nulls(size, pa.float64())}
        return tickets_table(self.setting, tickets, ids, names, said)

    @cached_property
    def _ids(self) -> "pa.Array":
        return customer_ids(range(self.setting.customers))

    def _branch(self, which: Which) -> Branch:
        if which not in ("with", "without"):
            raise InvalidValue('The branch is {which!r}, must be "with" or "without".', which=which)
        return self.with_actions if which == "with" else self.without_actions


def continue_(
    world: World,
    actions: Sequence[Action],
    months: int,
    *,
    future_seed: int = 0,
    progress: Progress | None = None,
) -> Future:
    """Let a world go on for so many months, once without and once with the actions, by the same chance.

    Orders, experiences and silences of each customer are drawn once, as if nobody left; the two branches keep of them
    what comes before the customer's leaving. So whom no action reaches or moves does the same in both, and what differs
    is the effect. Customers who were gone stay so, and no new ones come.

    Args:
        world: as `make_world` gave it.
        actions: what is done; each at its own time.
        months: how long the world goes on.
        future_seed: which of the possible futures of this past; each is as likely as any other.
        progress: hears of the share that is done.

    Raises:
        InvalidValue: an action comes after the time ahead, or names customers that the world does not have; the seed
            is below 0.
        UnknownName: the preset has no response to such a kind of action.
    """
    setting = ahead(world.setting, months, future_seed=future_seed)
    for action in actions:
        if action.at >= setting.days:
            raise InvalidValue(
                "The {kind} is {at:g} days after the end of the world, which goes on for {days:g} days. Name an "
                "earlier day or more months.",
                kind=action.kind,
                at=action.at,
                days=setting.days,
            )
    branches: list[tuple[Branch, Branch]] = []
    for pair in _pairs(world, setting, actions):
        branches.append(pair)
        if progress:
            progress(Message("customers"), len(branches) / len(setting.chunks))
    without, with_ = (whole([pair[place] for pair in branches]) for place in (0, 1))
    return Future(world, tuple(actions), setting, without, with_)


def _pairs(world: World, setting: Ahead, actions: Sequence[Action]) -> Iterator[tuple[Branch, Branch]]:
    """Both branches of each chunk."""
    products = catalogue(world.setting)
    masks, names = [action.mask_in(world) for action in actions], named(actions)
    for chunk, course in enumerate(courses(world, setting, products)):
        numbers = setting.numbers(chunk)
        treatments = [
            treatment(action, name, place, mask[numbers.start : numbers.stop], course.customers)
            for place, (action, name, mask) in enumerate(zip(actions, names, masks, strict=True))
        ]
        decided = course.hazard.followed(course.experiences, setting.days).left
        left = _left(setting, course, decided)
        own = course.orders["at"] < left[course.orders["customer"]]
        without = lived(course, _own(course), own, course.tickets, left)
        with_ = _changed(world, setting, chunk, course, treatments, decided, products)
        yield without.of_world(numbers.start), with_.of_world(numbers.start)


def _left(setting: Ahead, course: Course, decided: Array) -> Array:
    """When customers are gone who decide to leave then."""
    if course.terms is not None:
        decided = renewed(decided, course.terms, setting.days)
    return np.where(np.isinf(course.hazard.left), decided, course.gone)


def _own(course: Course) -> Columns:
    return course.orders | {"origin": np.zeros_like(course.orders["place"])}


def _changed(
    world: World,
    setting: Ahead,
    chunk: int,
    course: Course,
    treatments: Sequence[Treatment],
    decided: Array,
    products: Catalogue,
) -> Branch:
    """What happens to a chunk with the actions."""
    left = _left(setting, course, decided_with(setting, course, treatments, decided))
    parts, kept = [_own(course)], [~is_deterred(setting, chunk, course, treatments)]
    if not setting.preset.is_contract:
        for each in treatments:
            more = brought_orders(world.setting, setting, chunk, course, each, products)
            parts.append(more | {"origin": np.full(more["at"].size, each.place + 1)})
            kept.append(np.ones(more["at"].size, bool))
    orders = joined(parts)
    made = np.concatenate(kept) & (orders["at"] < left[orders["customer"]])
    tickets = answered_soon(setting, chunk, course, treatments)
    return lived(course, discounted(setting, orders, made, treatments), made, tickets, left)
