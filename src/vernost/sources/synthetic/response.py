"""What actions change: when customers leave, which orders they make, and what those cost."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from vernost.sources.synthetic.actions import (
    DO_NOT_DISTURB,
    PERSUADABLE,
    SURE_THING,
    Action,
)
from vernost.sources.synthetic.ahead import Ahead, Course, priced, with_chance_of
from vernost.sources.synthetic.basket import Catalogue
from vernost.sources.synthetic.columns import Array, Columns, chosen
from vernost.sources.synthetic.contacts import campaign_instants
from vernost.sources.synthetic.experiences import DAY_OF_WAITING
from vernost.sources.synthetic.fulfilment import HOUR, fulfilled
from vernost.sources.synthetic.hazard import Hazard
from vernost.sources.synthetic.preset import Preset
from vernost.sources.synthetic.setting import Setting


@dataclass(frozen=True)
class Treatment:
    """An action as it meets the customers of a chunk.

    Attributes:
        action: what is done.
        name: by which its chance is known.
        place: of it among all actions.
        persuadable: whom it moves.
        disturbed: whom it harms.
        takes: who takes its discount.
    """

    action: Action
    name: str
    place: int
    persuadable: Array
    disturbed: Array
    takes: Array

    def lasts(self, at: Array) -> Array:
        """At which instants it works."""
        return (at >= self.action.at) & (at < self.action.until)


def treatment(action: Action, name: str, place: int, treated: Array, customers: Columns) -> Treatment:
    """What an action is to customers of whom some are treated."""
    group = action.group_in(customers)
    persuadable = treated & (group == PERSUADABLE)
    takes = persuadable | (treated & (group == SURE_THING))
    return Treatment(action, name, place, persuadable, treated & (group == DO_NOT_DISTURB), takes)


def decided_with(setting: Ahead, course: Course, treatments: Sequence[Treatment], without: Array) -> Array:
    """When customers decide to leave with the actions; ``without`` is when they do so without.

    Only those whom an action reaches and moves are followed again, so that nothing changes for the others.
    """
    first = np.full(without.size, np.inf)
    for each in treatments:
        moved = each.persuadable | each.disturbed
        first[moved] = np.minimum(first[moved], each.action.at)
    who = np.flatnonzero(np.isinf(course.hazard.left) & (first < without))
    decided = without.copy()
    if who.size:
        lived = _experiences_of(setting.preset, course, treatments, who)
        decided[who] = _walked(setting, course, treatments, who, lived).left
    return decided


def _experiences_of(preset: Preset, course: Course, treatments: Sequence[Treatment], who: Array) -> Columns:
    """Experiences of some customers, numbered anew, without those that actions spare them."""
    found = course.experiences
    renumbered = np.full(course.hazard.at.size, -1)
    renumbered[who] = np.arange(who.size)
    kept = renumbered[found["customer"]] >= 0
    for each in treatments:
        spared = np.isin(found["slot"], _slots_of(preset, each.action.does.spares))
        kept &= ~(spared & each.persuadable[found["customer"]] & each.lasts(found["at"]))
    rows = chosen(found, kept)
    return rows | {"customer": renumbered[rows["customer"]]}


def _slots_of(preset: Preset, occasions: tuple[str, ...]) -> list[int]:
    """Slots of the experiences that come on some occasions, and of the events that bring them."""
    kinds = [each.kind for each in preset.experiences] + [event.experience for event in preset.events]
    return [slot for slot, kind in enumerate(kinds) if preset.experience(kind).at in occasions]


def _walked(
    setting: Ahead, course: Course, treatments: Sequence[Treatment], who: Array, experiences: Columns
) -> Hazard:
    """The hazard followed from one change of it to the next."""
    walk, at = course.hazard.of(who), experiences["at"]
    changes = {min(instant, setting.days) for each in treatments for instant in (each.action.at, each.action.until)}
    for first, last in pairwise(sorted({0.0, setting.days} | changes)):
        eased = np.ones(who.size)
        for each in treatments:
            if each.action.at == first:
                walk = _struck(setting.preset, course, walk, each, who)
            if each.action.at <= first < each.action.until:
                eased[each.persuadable[who]] *= 1 - each.action.does.eases
        during = chosen(experiences, (at >= first) & (at < last))
        during["weight"] = during["weight"] * eased[during["customer"]]
        lower = replace(walk, base=walk.base * eased, excess=walk.excess * eased[:, None]).followed(during, last)
        walk = replace(lower, base=walk.base, excess=lower.excess / eased[:, None])
    return walk


def _struck(preset: Preset, course: Course, walk: Hazard, each: Treatment, who: Array) -> Hazard:
    """The hazard right after an action: past experiences weigh less, or a new one is added."""
    excess, does, slot = walk.excess.copy(), each.action.does, _slot_of_messages(preset)
    persuadable, disturbed = each.persuadable[who], each.disturbed[who]
    excess[persuadable] *= 1 - does.soothes
    excess[disturbed, slot] += does.disturbs * course.customers["messages"][who[disturbed]] / walk.fades[slot]
    return replace(walk, excess=excess)


def _slot_of_messages(preset: Preset) -> int:
    """The slot by whose fading an unwelcome action fades."""
    return next((slot for slot, each in enumerate(preset.experiences) if each.at == "message"), 0)


def answered_soon(setting: Ahead, chunk: int, course: Course, treatments: Sequence[Treatment]) -> Columns:
    """Tickets of which those that actions spare their customers to wait for are answered within the day."""
    tickets = course.tickets | {name: course.tickets[name].copy() for name in ("replied", "resolved")}
    for each in treatments:
        if "ticket" not in each.action.does.spares:
            continue
        draws = setting.chance.of(f"soon by {each.name}", chunk)
        within = tickets["at"] + DAY_OF_WAITING * draws.random(tickets["at"].size)
        spared = each.persuadable[tickets["customer"]] & each.lasts(tickets["at"]) & (tickets["replied"] > within)
        work = draws.exponential(setting.preset.words.resolve_hours, tickets["at"].size) * HOUR
        tickets["replied"][spared] = within[spared]
        tickets["resolved"][spared] = np.minimum(tickets["resolved"], within + work)[spared]
    return tickets


def is_deterred(setting: Ahead, chunk: int, course: Course, treatments: Sequence[Treatment]) -> Array:
    """Which own orders are not made because of the actions."""
    customer, at = course.orders["customer"], course.orders["at"]
    gone = np.zeros(at.size, bool)
    if setting.preset.is_contract:
        return gone
    for each in treatments:
        draw = setting.chance.of(f"deterred by {each.name}", chunk).random(at.size)
        gone |= each.disturbed[customer] & each.lasts(at) & (draw < each.action.does.deters)
    return gone


def brought_orders(
    past: Setting, setting: Ahead, chunk: int, course: Course, each: Treatment, products: Catalogue
) -> Columns:
    """Orders that an action brings, in the columns of own orders. Nothing goes wrong with them.

    They are drawn for all customers, so that those of one do not depend on who else is treated.
    """
    fresh, count = with_chance_of(setting, each.name), course.gone.size
    draws = fresh.chance.of("brought orders", chunk)
    chance, delay, nothing = draws.random(count), draws.random(count), np.full(count, -1)
    orders = {
        "customer": np.arange(count),
        "at": each.action.at + delay * each.action.does.days,
        "contact": nothing,
        "place": np.zeros(count, np.int64),
    }
    orders = fulfilled(fresh, chunk, orders)
    orders |= {"campaign": nothing, "is_coupon": np.zeros(count, bool)}
    orders |= priced(past, fresh, chunk, course.customers, orders, products)
    store = np.zeros(count, np.int64)
    store[course.orders["customer"]] = course.orders["store"]
    return chosen(
        orders | {"store": store},
        each.persuadable & (chance < each.action.does.brings) & (orders["at"] < setting.days),
    )


def discounted(setting: Ahead, orders: Columns, made: Array, treatments: Sequence[Treatment]) -> Columns:
    """Orders with what actions take off: for each customer who takes it, off the first order that is made in time."""
    own_names = campaign_instants(setting).size
    by_time = np.lexsort((orders["at"], orders["customer"]))
    cents, discount = orders["cents"].copy(), orders["discount"].copy()
    is_coupon, campaign = orders["is_coupon"].copy(), orders["campaign"].copy()
    for each in treatments:
        if not each.action.does.discount:
            continue
        meets = made & each.takes[orders["customer"]] & each.lasts(orders["at"]) & ~orders["is_cancelled"] & (cents > 0)
        rows = by_time[meets[by_time]]
        _, first = np.unique(orders["customer"][rows], return_index=True)
        rows = rows[first]
        off = np.round(cents[rows] * each.action.does.discount).astype(np.int64)
        cents[rows] -= off
        discount[rows] += off
        if each.action.kind == "coupon":
            is_coupon[rows], campaign[rows] = True, own_names + each.place
    return orders | {"cents": cents, "discount": discount, "is_coupon": is_coupon, "campaign": campaign}
