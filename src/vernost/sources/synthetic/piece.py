"""One chunk of customers from arrival to the end of the span: all that happens to them, as columns of numbers."""

from dataclasses import dataclass

import numpy as np

from vernost.sources.synthetic import contract, voices
from vernost.sources.synthetic.basket import Catalogue, amounts, draw_lines, draw_refunds
from vernost.sources.synthetic.columns import Array, Columns, chosen, in_order
from vernost.sources.synthetic.contacts import draw_contacts, noticed
from vernost.sources.synthetic.departure import Departure, depart
from vernost.sources.synthetic.experiences import draw_experiences
from vernost.sources.synthetic.fulfilment import delayed, fulfilled
from vernost.sources.synthetic.invitations import draw_invitations
from vernost.sources.synthetic.ledger import draw_points
from vernost.sources.synthetic.purchases import draw_orders
from vernost.sources.synthetic.setting import Setting
from vernost.sources.synthetic.support import draw_tickets, waited
from vernost.sources.synthetic.traits import draw_traits
from vernost.sources.synthetic.visits import draw_visits

KNOWN_FOR_GONE_AFTER = 120.0
"""Days for which a company without contracts goes on writing to customers who left in silence."""


@dataclass(frozen=True)
class Piece:
    """What happened to the customers of one chunk. Rows name their customer by its place in the chunk.

    Attributes:
        chunk: its number.
        traits: a row for each customer.
        departure: how each ended.
        facts: by table; those of ``experiences``, ``stretches`` and ``terms`` have no table of the log of their own.
    """

    chunk: int
    traits: Columns
    departure: Departure
    facts: dict[str, Columns]


@dataclass(frozen=True)
class _Course:
    """What would happen if nobody ever left."""

    traits: Columns
    contacts: Columns
    orders: Columns
    tickets: Columns
    experiences: Columns
    terms: Columns | None
    stretches: Columns | None


def make_piece(setting: Setting, chunk: int, products: Catalogue) -> Piece:
    """Draw the course of a chunk as if nobody ever left, find who leaves when, and keep what was lived."""
    course = draw_course(setting, chunk)
    departure = depart(setting, chunk, course.traits, in_order(course.experiences), course.terms)
    return Piece(chunk, course.traits, departure, _lived(setting, chunk, products, course, departure))


def draw_course(setting: Setting, chunk: int) -> _Course:
    """What would happen to the customers of a chunk if nobody ever left."""
    traits = draw_traits(setting, chunk)
    contacts = draw_contacts(setting, chunk, traits)
    terms = stretches = None
    if setting.preset.is_contract:
        terms = contract.draw_terms(setting, chunk, traits)
        stretches = contract.draw_changes(setting, chunk, terms)
        orders = contract.draw_invoices(setting, terms)
    else:
        orders = draw_orders(setting, chunk, traits, contacts)
    orders = fulfilled(setting, chunk, orders)
    experiences = draw_experiences(setting, chunk, traits, orders, contacts)
    orders = delayed(setting, chunk, orders, experiences)
    tickets = draw_tickets(setting, chunk, orders, experiences)
    experiences = waited(setting, chunk, traits, tickets, experiences)
    return _Course(traits, contacts, orders, tickets, experiences, terms, stretches)


def _lived(
    setting: Setting, chunk: int, products: Catalogue, course: _Course, departure: Departure
) -> dict[str, Columns]:
    """The facts before each customer left, numbers of rows pointing to what was kept."""
    left = departure.left
    contacts = noticed(setting, chunk, course.contacts, left)
    orders, order_of = _kept(course.orders, _before(course.orders, left))
    experiences, experience_of = _kept(course.experiences, _before(course.experiences, left))
    experiences["order"] = _moved(experiences["order"], order_of)
    tickets, _ = _kept(course.tickets, _before(course.tickets, left))
    tickets["experience"] = _moved(tickets["experience"], experience_of)
    facts = {"contacts": contacts, "experiences": experiences, "tickets": tickets}
    facts |= _bought(setting, chunk, products, course, orders, left, experiences)
    orders = facts["orders"]
    facts["points"] = draw_points(setting, chunk, course.traits, orders, facts["refunds"])
    facts["reviews"] = voices.draw_reviews(setting, chunk, orders, experiences, left)
    facts["invitations"] = draw_invitations(setting, chunk, orders, experiences, contacts, left)
    facts["answers"] = voices.draw_answers(
        setting, chunk, course.traits, facts["invitations"], tickets, experiences, left
    )
    facts["events"] = draw_visits(setting, chunk, course.traits, departure, experiences)
    experiences["is_told"] = _told(facts)
    limit = left + (0.0 if setting.preset.is_contract else KNOWN_FOR_GONE_AFTER)
    if "stretches" in facts:
        facts["stretches"] = voices.told_cancellations(setting, chunk, facts["stretches"], departure)
    facts["contacts"] = chosen(contacts, contacts["at"] < limit[contacts["customer"]])
    return facts


def _bought(
    setting: Setting,
    chunk: int,
    products: Catalogue,
    course: _Course,
    orders: Columns,
    left: Array,
    experiences: Columns,
) -> dict[str, Columns]:
    """Orders with money, their lines and refunds; under a contract the stretches that invoices follow."""
    facts: dict[str, Columns] = {}
    coupon = _by_coupon(setting, course, orders)
    if course.stretches is None or course.terms is None:
        lines = draw_lines(setting, chunk, course.traits, orders, products)
        paid = amounts(setting, orders, lines, coupon)
    else:
        facts["stretches"] = contract.stretches_until(course.stretches, left)
        facts["terms"] = course.terms
        stretch = contract.stretch_of(course.stretches, orders["customer"], orders["at"])
        cents, plan = course.stretches["cents"][stretch], course.stretches["plan"][stretch]
        rows = np.arange(orders["at"].size)
        lines = {"order": rows, "product": plan, "quantity": np.ones(rows.size, np.int64), "cents": cents}
        paid = {"cents": cents, "discount": np.zeros(rows.size, np.int64)}
    orders = orders | paid | {"is_coupon": coupon, "campaign": _campaign(course, orders)}
    facts |= {"orders": orders, "order_lines": lines}
    facts["refunds"] = draw_refunds(setting, chunk, orders, is_defect(setting, orders, experiences), left)
    return facts


def _by_coupon(setting: Setting, course: _Course, orders: Columns) -> Array:
    kinds, campaign = setting.preset.campaigns.kinds, _campaign(course, orders)
    if "coupon" not in kinds:
        return np.zeros(campaign.size, bool)
    return (campaign >= 0) & (campaign % len(kinds) == kinds.index("coupon"))


def _campaign(course: _Course, orders: Columns) -> Array:
    """The campaign that brought each order, or -1."""
    if not course.contacts["at"].size:
        return np.full(orders["at"].size, -1)
    return np.where(orders["contact"] >= 0, course.contacts["campaign"][orders["contact"]], -1)


def is_defect(setting: Setting, orders: Columns, experiences: Columns) -> Array:
    """Whether something of an order made its customer want the money back."""
    wants = [
        place
        for place, each in enumerate(setting.preset.experiences)
        if "refund" in each.aspects and each.at == "order"
    ]
    rows = experiences["order"][np.isin(experiences["slot"], wants) & (experiences["order"] >= 0)]
    wanted = np.zeros(orders["at"].size, bool)
    wanted[rows] = True
    return wanted


def _told(facts: dict[str, Columns]) -> Array:
    """Which experiences really came to be told, before their customer left."""
    told = np.zeros(facts["experiences"]["at"].size, bool)
    for table in ("tickets", "reviews", "answers"):
        rows = facts[table]["experience"]
        told[rows[rows >= 0]] = True
    return told


def _before(rows: Columns, left: Array) -> Array:
    return rows["at"] < left[rows["customer"]]


def _kept(columns: Columns, mask: Array) -> tuple[Columns, Array]:
    """The chosen rows, and where each old row is now (-1: nowhere)."""
    return chosen(columns, mask), np.where(mask, np.cumsum(mask) - 1, -1)


def _moved(rows: Array, now: Array) -> Array:
    return np.where(rows >= 0, now[np.maximum(rows, 0)], -1) if now.size else np.full(rows.size, -1)
