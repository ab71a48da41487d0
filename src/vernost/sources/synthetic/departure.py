"""Who leaves, when and why: the hazard followed to its end, causes drawn by their part in it at that instant."""

from dataclasses import dataclass

import numpy as np

from vernost.sources.synthetic.columns import Array, Columns, chosen
from vernost.sources.synthetic.experiences import slot_causes, slot_fades
from vernost.sources.synthetic.hazard import Hazard
from vernost.sources.synthetic.setting import Setting
from vernost.sources.synthetic.traits import DAYS_A_YEAR

STAYS = -1
"""Cause of a customer who stays, and event of one whom no event drove out."""


@dataclass(frozen=True)
class Departure:
    """How a chunk of customers ended.

    Attributes:
        decided: when the hazard had done enough; infinite for those who stay.
        left: when the customer was gone, which under a contract is the renewal after; infinite for those who stay.
        motive: why each decided, a place in ``preset.causes``, or `STAYS`.
        cause: the same for those who are gone; who has a renewal ahead has not left yet.
        event: a place in ``preset.events`` that the cause is due to, or `STAYS`.
        chances: chance of each cause for each who left, rows in their order; it sums to one.
        hazard: the state at the end of the span, or of the stay.
        spared: who left by each event (rows: events): customers who would have stayed to the end without it.
        delayed: as above, customers who would have left later or not at all.
        exposed: as above, customers who lived through it before they left.
    """

    decided: Array
    left: Array
    motive: Array
    cause: Array
    event: Array
    chances: Array
    hazard: Hazard
    spared: Array
    delayed: Array
    exposed: Array


def depart(setting: Setting, chunk: int, traits: Columns, experiences: Columns, renewals: Columns | None) -> Departure:
    """Follow all customers of a chunk through their experiences, which stand by customer and time.

    Args:
        setting: the simulation.
        chunk: number of the chunk.
        traits: of its customers.
        experiences: of its customers.
        renewals: under a contract ``anchor`` and ``days`` of each customer's renewals.
    """
    draws, fresh = setting.chance.of("departure", chunk), fresh_hazard(setting, chunk, traits)
    ended = fresh.followed(experiences, setting.days)
    left = ended.left if renewals is None else renewed(ended.left, renewals, setting.days)
    motive, event, chances = _causes(setting, draws.random(left.size), ended)
    is_gone = np.isfinite(left)
    cause, event = np.where(is_gone, [motive, event], STAYS)
    chances = chances[is_gone[np.isfinite(ended.left)]]
    exposed, delayed, spared = _effects(setting, fresh, ended.left, experiences)
    return Departure(ended.left, left, motive, cause, event, chances, ended, spared, delayed, exposed)


def fresh_hazard(setting: Setting, chunk: int, traits: Columns) -> Hazard:
    """Customers on arrival."""
    threshold = setting.chance.of("threshold", chunk).exponential(1.0, traits["arrived"].size)
    base = sum(base.hazard for base in setting.preset.leaving.base) / DAYS_A_YEAR
    return Hazard.fresh(traits["arrived"], base * traits["unfaithfulness"], slot_fades(setting.preset), threshold)


def renewed(decided: Array, renewals: Columns, until: float) -> Array:
    """The first renewal at or after the decision."""
    anchor, days = renewals["anchor"], renewals["days"]
    terms = np.ceil(np.maximum(decided - anchor, 0) / days)
    left = anchor + np.maximum(terms, 1) * days
    return np.where(left < until, left, np.inf)


def renewal_before(until: Array, renewals: Columns) -> Array:
    """The last renewal before an instant, from that at the end of the first term on; 0 when there is none ahead."""
    anchor, days = renewals["anchor"], renewals["days"]
    terms = np.ceil((until - anchor) / days) - 1
    return np.where(terms >= 1, np.maximum(anchor + terms * days, 0.0), 0.0)


def _causes(setting: Setting, draw: Array, ended: Hazard) -> tuple[Array, Array, Array]:
    """Cause and event of each customer, and the chances that the causes had for those who decided."""
    preset, gone = setting.preset, np.flatnonzero(np.isfinite(ended.left))
    weights = np.array([base.hazard for base in preset.leaving.base])
    base = ended.base[gone, None] * weights / max(weights.sum(), 1e-12)
    parts = np.concatenate([base, ended.excess[gone]], axis=1)
    parts /= parts.sum(axis=1, keepdims=True)
    picked = (draw[gone, None] > np.cumsum(parts, axis=1)[:, :-1]).sum(axis=1)
    causes = np.concatenate([np.arange(weights.size), slot_causes(preset)])
    chances = np.zeros((gone.size, len(preset.causes)))
    for place, cause in enumerate(causes):
        chances[:, cause] += parts[:, place]
    cause, event = np.full((2, draw.size), STAYS)
    cause[gone] = causes[picked]
    first_event = weights.size + len(preset.experiences)
    event[gone] = np.where(picked >= first_event, picked - first_event, STAYS)
    return cause, event, chances


def _effects(setting: Setting, fresh: Hazard, left: Array, experiences: Columns) -> tuple[Array, Array, Array]:
    """For each event who lived through it, who left earlier by it, and who would have stayed without it.

    The same customers with the same thresholds are followed once more without what the event brought.
    """
    events = len(setting.preset.events)
    exposed, delayed, spared = np.zeros((3, events, left.size), bool)
    customer = experiences["customer"]
    for place in range(events):
        of_event = experiences["slot"] == len(setting.preset.experiences) + place
        seen = of_event & (experiences["at"] < left[customer])
        exposed[place, customer[seen]] = True
        again = np.flatnonzero(exposed[place] & np.isfinite(left))
        renumbered = np.full(left.size, -1)
        renumbered[again] = np.arange(again.size)
        others = chosen(experiences, ~of_event & (renumbered[customer] >= 0))
        without = fresh.of(again).followed(others | {"customer": renumbered[others["customer"]]}, setting.days).left
        delayed[place, again] = without > left[again]
        spared[place, again] = np.isinf(without)
    return exposed, delayed, spared
