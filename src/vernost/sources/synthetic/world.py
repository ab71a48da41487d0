"""What is known of a made-up world at its end: enough to go on from there, with or without doing something."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from vernost.messages import Message
from vernost.sources.synthetic.basket import catalogue
from vernost.sources.synthetic.columns import Array, Columns, chosen, per_customer
from vernost.sources.synthetic.piece import Piece, make_piece
from vernost.sources.synthetic.setting import Setting

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class World:
    """The state of all customers at the end of the span.

    Instants are days since ``setting.start``, in UTC. Columns of ``customers``, a row each in order of their numbers:

    - traits, as drawn by `draw_traits`: ``number, arrived, channel, keenness, contentment, rate`` (orders a day when
      the season is 1), ``unfaithfulness, patience, price, messages`` (what hazards of each kind are multiplied with),
      ``voice, mean_spend, favourite, consents, is_member, is_business, cost`` and ``group_<kind of action>``, a place
      in `GROUPS`;
    - ``decided, left`` (infinite: stays), ``cause`` (a place in ``preset.causes``; -1: stays), ``event`` (a place in
      ``preset.events``; -1: none);
    - ``base`` (hazard a day that nothing changes), ``threshold_left`` (what of the threshold is not used up);
    - ``order_count, revenue, last_order_at`` (-inf: none), ``last_heard_at`` (the last parcel or message),
      ``complaints, experiences``; ``consents`` is that of the end;
    - under a contract ``plan, seats, monthly_price`` of the end, ``anchor, days`` (from renewal to renewal), and
      ``stretch, stretch_at``: the number from 0 of the subscription that ran last, and when it began.

    Attributes:
        setting: the simulation: preset, customers, months, seed, language, span.
        customers: columns by name.
        excess: hazard a day by customer and slot at the end of the span or of the stay. Slots are the experiences of
            the preset in their order, then its events; each fades by `slot_fades`.
    """

    setting: Setting
    customers: Columns
    excess: Array

    @property
    def is_here(self) -> Array:
        """Which customers have neither left nor decided to."""
        return np.isinf(self.customers["decided"])

    @property
    def ids(self) -> Array:
        """Ids of the customers, as in the log."""
        return np.array([customer_id(number) for number in self.customers["number"].tolist()])


def customer_id(number: int) -> str:
    """The id of a customer by its number.

    >>> customer_id(41)
    'c0000042'
    """
    return f"c{number + 1:07d}"


def make_world(setting: Setting, *, progress: Progress | None = None) -> World:
    """Let a world run to its end, without writing what happened."""
    products = catalogue(setting)
    parts = []
    for chunk in setting.chunks:
        parts.append(state_of(make_piece(setting, chunk, products)))
        if progress:
            progress(Message("customers"), (chunk + 1) / len(setting.chunks))
    names = parts[0][0]
    columns = {name: np.concatenate([part[0][name] for part in parts]) for name in names}
    return World(setting, columns, np.concatenate([part[1] for part in parts]))


def state_of(piece: Piece) -> tuple[Columns, Array]:
    """The state of the customers of a chunk at the end: columns, and excess hazards."""
    departure, facts, count = piece.departure, piece.facts, piece.traits["arrived"].size
    orders, experiences = facts["orders"], facts["experiences"]
    paid = ~orders["is_cancelled"]
    last = np.full(count, -np.inf)
    np.maximum.at(last, orders["customer"][paid], orders["at"][paid])
    contacts = piece.facts["contacts"]
    columns = piece.traits | {
        "consents": piece.traits["consents"] & ~(per_customer(contacts["customer"][contacts["is_last"]], count) > 0),
        "last_heard_at": _last_heard(piece),
        "decided": departure.decided,
        "left": departure.left,
        "cause": departure.cause,
        "event": departure.event,
        "base": departure.hazard.base,
        "threshold_left": departure.hazard.threshold_left,
        "order_count": per_customer(orders["customer"][paid], count),
        "revenue": per_customer(orders["customer"][paid], count, orders["cents"][paid] / 100),
        "last_order_at": last,
        "experiences": per_customer(experiences["customer"], count),
        "complaints": per_customer(experiences["customer"][experiences["is_told"]], count),
    }
    if "stretches" in facts:
        columns |= facts["terms"] | _last_stretches(facts["stretches"])
    return columns, departure.hazard.excess


def _last_stretches(stretches: Columns) -> Columns:
    """What each customer paid for last; every customer has a contract, so that rows are customers."""
    last = chosen(stretches, stretches["is_last"])
    names = {"plan": "plan", "seats": "seats", "stretch": "place", "stretch_at": "at"}
    return {name: last[of] for name, of in names.items()} | {"monthly_price": last["cents"] / 100}


def _last_heard(piece: Piece) -> Array:
    """When each customer last got something: on arrival, a parcel or a message."""
    heard = piece.traits["arrived"].copy()
    orders, contacts = piece.facts["orders"], piece.facts["contacts"]
    sent = ~np.isnan(contacts["sent"])
    np.maximum.at(heard, orders["customer"], orders["received"])
    np.maximum.at(heard, contacts["customer"][sent], contacts["sent"][sent])
    return heard
