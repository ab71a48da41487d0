"""What customers live through, and which of it they tell: drawn as if nobody ever left."""

from collections.abc import Iterator

import numpy as np

from vernost.sources.synthetic.columns import Array, Columns, chosen, in_order, joined
from vernost.sources.synthetic.preset import Experience, Preset
from vernost.sources.synthetic.setting import Setting
from vernost.sources.synthetic.traits import DAYS_A_YEAR

TICKET, REVIEW, ANSWER, UNTOLD = 0, 1, 2, -1
"""Where an experience is told."""

SILENCE_DAYS = 100.0
"""Days without a parcel or a message after which a customer may feel forgotten."""
DAY_OF_WAITING = 1.0
DISTURBED, UNDISTURBED = 5.0, 0.6
"""How much more often a message is unasked for those whom messages disturb, and for the others."""


def slot_fades(preset: Preset) -> Array:
    """Days in which the hazard of each slot fades: experiences in their order, then planted events in theirs."""
    kinds = [each.kind for each in preset.experiences] + [event.experience for event in preset.events]
    return np.array([preset.experience(kind).fades_days for kind in kinds])


def slot_causes(preset: Preset) -> Array:
    """The cause of leaving, a place in ``preset.causes``, that each slot is."""
    kinds = [each.kind for each in preset.experiences] + [event.experience for event in preset.events]
    return np.array([preset.causes.index(kind) for kind in kinds])


def of_occasions(
    setting: Setting,
    chunk: int,
    experience: Experience,
    traits: Columns,
    occasions: Columns,
    chance_factor: Array | float = 1.0,
) -> Columns:
    """The experiences of one kind, with those that planted events add, on occasions ``customer, at, order``."""
    size = occasions["at"].size
    draws = setting.chance.of(f"experience {experience.kind}", chunk)
    draw = draws.random(size)
    reached = np.full(size, experience.chance) * chance_factor
    slot = np.where(draw < reached, setting.preset.experiences.index(experience), -1)
    weight = np.full(size, experience.weight)
    for place, event in enumerate(setting.preset.events):
        if event.experience != experience.kind:
            continue
        during = np.zeros(size, bool)
        for first, last in setting.windows(event.month, event.begins, event.days):
            during |= (occasions["at"] >= first) & (occasions["at"] < last)
        # A wait is the doing of the queue that slows replies, not one more wait beside it.
        meets = slot >= 0 if event.slows != 1 else (slot < 0) & (draw < reached + event.chance)
        hit = during & meets
        slot = np.where(hit, len(setting.preset.experiences) + place, slot)
        weight = np.where(hit, event.weight, weight)
    found = chosen(occasions | {"slot": slot, "weight": weight}, slot >= 0)
    return _told(setting, draws, experience, traits, found)


def at_any_time(setting: Setting, chunk: int, experience: Experience, traits: Columns) -> Columns:
    """Experiences that need no occasion; a planted event brings one to some of the customers of its time."""
    draws = setting.chance.of(f"experience {experience.kind}", chunk)
    arrived = traits["arrived"]
    counts = draws.poisson(experience.chance * (setting.days - arrived) / DAYS_A_YEAR)
    customer = np.repeat(np.arange(arrived.size), counts)
    at = arrived[customer] + draws.random(customer.size) * (setting.days - arrived[customer])
    slot, weight = (
        np.full(customer.size, setting.preset.experiences.index(experience)),
        np.full(customer.size, experience.weight),
    )
    parts = [{"customer": customer, "at": at, "slot": slot, "weight": weight}]
    for place, event in enumerate(setting.preset.events):
        if event.experience != experience.kind:
            continue
        for first, last in setting.windows(event.month, event.begins, event.days):
            # Many meet it at once, the others little by little.
            meets = first + (last - first) * draws.random(arrived.size) ** 2
            who = np.flatnonzero((draws.random(arrived.size) < event.chance) & (meets > arrived))
            slot = np.full(who.size, len(setting.preset.experiences) + place)
            parts.append({"customer": who, "at": meets[who], "slot": slot, "weight": np.full(who.size, event.weight)})
    found = joined(parts)
    return _told(setting, draws, experience, traits, found | {"order": np.full(found["at"].size, -1)})


def _told(
    setting: Setting, draws: np.random.Generator, experience: Experience, traits: Columns, found: Columns
) -> Columns:
    """The experiences with their weight for this customer, and where they are told."""
    customer, words = found["customer"], setting.preset.words
    chance = np.minimum(experience.speaks * traits["voice"][customer] * 2, 0.95)
    draw, where = draws.random((2, customer.size))
    via = np.where(
        where < words.ticket_share, TICKET, np.where(where < words.ticket_share + words.review_share, REVIEW, ANSWER)
    )
    if experience.at == "ticket":
        # Who waits in vain for support does not write to it once more.
        via = np.where(via == TICKET, REVIEW, via)
    return found | {
        "weight": found["weight"] * traits[experience.trait][customer],
        "via": np.where(draw < chance, via, UNTOLD),
        "told_chance": chance,
    }


def draw_experiences(setting: Setting, chunk: int, traits: Columns, orders: Columns, contacts: Columns) -> Columns:
    """All experiences but waits for support: ``customer, at, slot, weight, via, told_chance, order``."""
    parts = list(_parts(setting, chunk, traits, orders, contacts))
    found = joined(parts)
    return chosen(found, found["at"] < setting.days)


def _parts(setting: Setting, chunk: int, traits: Columns, orders: Columns, contacts: Columns) -> Iterator[Columns]:
    rows = np.arange(orders["at"].size)
    stays = ~orders["is_cancelled"]
    lag = setting.chance.of("experience lag", chunk).exponential(0.7, rows.size)
    received = {"customer": orders["customer"], "at": orders["received"] + lag, "order": rows}
    for experience in setting.preset.experiences:
        if experience.at == "time":
            yield at_any_time(setting, chunk, experience, traits)
        elif experience.at in ("first", "order"):
            which = stays & (orders["place"] == 0) if experience.at == "first" else stays
            yield of_occasions(setting, chunk, experience, traits, chosen(received, which))
        elif experience.at == "delivery":
            yield _late(setting, orders, chunk, experience, traits)
        elif experience.at == "silence":
            yield of_occasions(setting, chunk, experience, traits, _silences(traits, orders, contacts, setting))
        elif experience.at == "message":
            sent = chosen(contacts, ~np.isnan(contacts["sent"]) & ~contacts["is_bounced"])
            occasions = {"customer": sent["customer"], "at": sent["sent"], "order": np.full(sent["at"].size, -1)}
            factor = np.where(sent["is_disturbed"], DISTURBED, UNDISTURBED)
            yield of_occasions(setting, chunk, experience, traits, occasions, factor)


def _late(setting: Setting, orders: Columns, chunk: int, experience: Experience, traits: Columns) -> Columns:
    """Late deliveries, felt when the promised time is over. The order keeps which they are."""
    rows = np.flatnonzero(~orders["is_cancelled"] & ~np.isnan(orders["promised"]))
    occasions = {"customer": orders["customer"][rows], "at": orders["promised"][rows], "order": rows}
    return of_occasions(setting, chunk, experience, traits, occasions)


def _silences(traits: Columns, orders: Columns, contacts: Columns, setting: Setting) -> Columns:
    """When customers have heard nothing of the company for long: no parcel and no message."""
    sent = chosen(contacts, ~np.isnan(contacts["sent"]))
    touches = [{"customer": np.arange(traits["arrived"].size), "at": traits["arrived"]}]
    touches.append({"customer": sent["customer"], "at": sent["sent"]})
    if not setting.preset.is_contract:
        touches.append({"customer": orders["customer"], "at": orders["received"]})
    heard = in_order(joined(touches))
    customer, at = heard["customer"], heard["at"]
    following = np.r_[np.where(customer[1:] == customer[:-1], at[1:], setting.days), setting.days]
    quiet = following - at > SILENCE_DAYS
    return {"customer": customer[quiet], "at": at[quiet] + SILENCE_DAYS, "order": np.full(int(quiet.sum()), -1)}
