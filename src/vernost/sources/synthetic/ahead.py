"""The time after the end of a world: its setting, and what would happen in it to customers who never leave."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from hashlib import blake2b

import numpy as np

from vernost.errors import InvalidValue
from vernost.sources.synthetic import contract
from vernost.sources.synthetic.basket import Catalogue, amounts, draw_lines, draw_refunds
from vernost.sources.synthetic.columns import Array, Columns, chosen, in_order, joined, numbered
from vernost.sources.synthetic.contacts import draw_contacts
from vernost.sources.synthetic.contract import MONTH
from vernost.sources.synthetic.departure import renewed
from vernost.sources.synthetic.experiences import draw_experiences, slot_fades
from vernost.sources.synthetic.fulfilment import branches, delayed, fulfilled
from vernost.sources.synthetic.hazard import Hazard
from vernost.sources.synthetic.piece import is_defect
from vernost.sources.synthetic.preset import Event, Preset
from vernost.sources.synthetic.purchases import draw_orders, rise_at
from vernost.sources.synthetic.setting import Setting
from vernost.sources.synthetic.support import draw_tickets, waited
from vernost.sources.synthetic.world import World

MONTHS_BEYOND = 2
"""Changes of contracts are drawn for so many months more, so that each customer has an invoice within."""


@dataclass(frozen=True)
class Ahead(Setting):
    """The setting of what comes after a world. Instants are days since the world's end.

    Attributes:
        begins: the world's end.
        future_seed: which of the possible futures it is.
    """

    begins: datetime = field(kw_only=True)
    future_seed: int = field(default=0, kw_only=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.future_seed < 0:
            raise InvalidValue("{name} is {value}, must not be below 0.", name="future_seed", value=self.future_seed)

    @cached_property
    def start(self) -> datetime:
        """The world's end."""
        return self.begins


def ahead(setting: Setting, months: int, *, future_seed: int = 0) -> Ahead:
    """The setting of so many months after a world, with chance of its own for each of the possible futures."""
    return Ahead(
        _preset_ahead(setting),
        customers=setting.customers,
        months=months,
        seed=_derived(setting.seed, f"ahead {future_seed}" if future_seed else "ahead"),
        language=setting.language,
        last_day=_months_on(setting.end, months).date() - timedelta(days=1),
        begins=setting.end,
        future_seed=future_seed,
    )


def with_chance_of(setting: Ahead, purpose: str) -> Ahead:
    """The same with other chance."""
    return replace(setting, seed=_derived(setting.seed, purpose))


def _derived(seed: int, purpose: str) -> int:
    return int.from_bytes(blake2b(f"{seed}|{purpose}".encode(), digest_size=8).digest(), "little")


def _months_on(day: datetime, months: int) -> datetime:
    from calendar import monthrange

    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return day.replace(year=year, month=month + 1, day=min(day.day, monthrange(year, month + 1)[1]))


def _preset_ahead(setting: Setting) -> Preset:
    """The preset without what has happened once: its events are over, its new prices are the prices."""
    preset = setting.preset
    level = price_level_at_end(setting)
    plans = tuple(replace(plan, price=plan.price * level) for plan in preset.contract.plans)
    return replace(
        preset,
        events=tuple(_event_ahead(setting, event) for event in preset.events),
        contract=replace(preset.contract, plans=plans),
    )


def _event_ahead(setting: Setting, event: Event) -> Event:
    """An event as it goes on: each year again, or for the rest of its days."""
    price = 1.0 if rise_at(setting, event) < setting.days else event.price
    if event.month:
        return replace(event, price=price)
    began = float(int(event.begins * setting.days))
    rest = max(began + event.days - setting.days, 0.0)
    # What comes to a customer once, at some time, has come; what comes with each occasion comes again.
    meets = event.chance if rest and setting.preset.experience(event.experience).at != "time" else 0.0
    return replace(event, begins=0.0, days=rest, chance=meets, price=price, slows=event.slows if rest else 1.0)


def price_level_at_end(setting: Setting) -> float:
    """What prices are multiplied with at the end of a world, after all rises."""
    return float(np.prod([e.price for e in setting.preset.events if rise_at(setting, e) < setting.days]))


@dataclass(frozen=True)
class Course:
    """What would happen to the customers of a chunk after the world's end if none of them left.

    Attributes:
        customers: columns of the world.
        terms: under a contract ``plan, seats, anchor, days``.
        stretches: under a contract what runs at the world's end and what follows, by customer and time.
        orders: with money, by customer and time.
        refunds: of these orders.
        experiences: by customer and time.
        tickets: by customer and time, with their ``place``.
        hazard: at the world's end; those who are gone have left.
        gone: when each customer left whom the world has lost, below 0 or at the renewal ahead; infinite for others.
    """

    customers: Columns
    terms: Columns | None
    stretches: Columns | None
    orders: Columns
    refunds: Columns
    experiences: Columns
    tickets: Columns
    hazard: Hazard
    gone: Array


def courses(world: World, setting: Ahead, products: Catalogue) -> Iterator[Course]:
    """The courses of all chunks, in order."""
    for chunk in setting.chunks:
        yield _course(world, setting, chunk, products)


def _course(world: World, setting: Ahead, chunk: int, products: Catalogue) -> Course:
    numbers, span = setting.numbers(chunk), world.setting.days
    customers = chosen(world.customers, np.arange(numbers.start, numbers.stop))
    traits = customers | {"arrived": np.zeros(len(numbers))}
    terms = stretches = None
    if setting.preset.is_contract:
        terms = _terms(world.setting, customers)
        stretches = _stretches(world.setting, setting, chunk, customers, terms)
    contacts = draw_contacts(setting, chunk, traits)
    orders = _orders(world, setting, chunk, traits, contacts, terms)
    # Silence began with what was last heard, before the world's end; what happened before it happened already.
    heard = np.minimum(customers["last_heard_at"] - span, 0.0)
    experiences = draw_experiences(setting, chunk, traits | {"arrived": heard}, orders, contacts)
    experiences = chosen(experiences, experiences["at"] >= 0)
    orders = delayed(setting, chunk, orders, experiences)
    tickets = draw_tickets(setting, chunk, orders, experiences)
    experiences = waited(setting, chunk, traits, tickets, experiences)
    orders |= _paid(world.setting, setting, chunk, traits, orders, contacts, products, stretches)
    never = np.full(len(numbers), np.inf)
    refunds = draw_refunds(setting, chunk, orders, is_defect(setting, orders, experiences), never)
    gone = customers["left"] - span
    if terms is not None:
        gone = renewed(customers["decided"] - span, terms, setting.days)
    hazard = _hazard(world, setting, chunk)
    tickets |= {"place": numbered(tickets["customer"])}
    return Course(customers, terms, stretches, orders, refunds, in_order(experiences), tickets, hazard, gone)


def _hazard(world: World, setting: Ahead, chunk: int) -> Hazard:
    """Customers as the world left them.

    An exponential threshold forgets how much of it is used up: what is left of it is as a fresh one. So another future
    of the same past has thresholds drawn anew.
    """
    numbers, known = setting.numbers(chunk), world.customers
    rows = slice(numbers.start, numbers.stop)
    threshold = known["threshold_left"][rows]
    if setting.future_seed:
        threshold = setting.chance.of("threshold", chunk).exponential(1.0, len(numbers))
    return Hazard(
        np.zeros(len(numbers)),
        known["base"][rows],
        slot_fades(world.setting.preset),
        world.excess[rows].copy(),
        threshold,
        known["decided"][rows] - world.setting.days,
    )


def _terms(setting: Setting, customers: Columns) -> Columns:
    """Contracts as they are at the world's end."""
    terms = {name: customers[name] for name in ("plan", "seats", "days")}
    return terms | {"anchor": customers["anchor"] - setting.days}


def _orders(
    world: World, setting: Ahead, chunk: int, traits: Columns, contacts: Columns, terms: Columns | None
) -> Columns:
    """Orders or invoices, fulfilled."""
    if terms is not None:
        orders = contract.draw_invoices(setting, terms)
        orders = chosen(orders, orders["at"] >= 0)
    else:
        # The order on arrival was made long ago.
        orders = draw_orders(setting, chunk, traits, contacts)
        orders = chosen(orders, orders["place"] > 0)
    orders = fulfilled(setting, chunk, orders)
    stores = max(len(setting.preset.purchases.stores), 1)
    return orders | {"store": branches(world.setting, chunk, stores)[orders["customer"]]}


def _paid(
    past: Setting,
    setting: Ahead,
    chunk: int,
    traits: Columns,
    orders: Columns,
    contacts: Columns,
    products: Catalogue,
    stretches: Columns | None,
) -> Columns:
    """What each order costs, and the campaign that brought it."""
    size = orders["at"].size
    campaign = np.full(size, -1)
    if contacts["at"].size:
        campaign = np.where(orders["contact"] >= 0, contacts["campaign"][orders["contact"]], -1)
    sent = setting.preset.campaigns.kinds
    is_coupon = (campaign >= 0) & (np.array([*sent, ""])[campaign % max(len(sent), 1)] == "coupon")
    brought = {"campaign": campaign, "is_coupon": is_coupon}
    if stretches is None:
        return brought | priced(past, setting, chunk, traits, orders | brought, products)
    cents = stretches["cents"][contract.stretch_of(stretches, orders["customer"], orders["at"])]
    return brought | {"cents": cents, "discount": np.zeros(size, np.int64)}


def priced(past: Setting, setting: Ahead, chunk: int, traits: Columns, orders: Columns, products: Catalogue) -> Columns:
    """What orders without a contract cost."""
    lines = draw_lines(setting, chunk, traits, orders, products)
    cents = np.round(lines["cents"] * price_level_at_end(past)).astype(np.int64)
    return amounts(setting, orders, lines | {"cents": cents}, orders["is_coupon"])


def _stretches(past: Setting, setting: Ahead, chunk: int, customers: Columns, terms: Columns) -> Columns:
    """What runs at the world's end, and what follows it from the first invoice ahead on."""
    running = {
        "customer": np.arange(customers["number"].size),
        "at": customers["stretch_at"] - past.days,
        "plan": customers["plan"],
        "seats": customers["seats"],
        "cents": np.round(customers["monthly_price"] * 100).astype(np.int64),
    }
    first = terms["anchor"] + np.ceil(np.maximum(-terms["anchor"], 0) / MONTH) * MONTH
    months = setting.months + MONTHS_BEYOND
    last_day = _months_on(setting.begins, months).date() - timedelta(days=1)
    longer = replace(setting, months=months, last_day=last_day)
    changes = contract.draw_changes(longer, chunk, terms | {"anchor": first})
    return contract.merged(in_order(joined([running, chosen(changes, changes["at"] < setting.days)])))
