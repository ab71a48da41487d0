"""What is seen of customers between orders: visits, fewer and fewer from the decision to leave on."""

import json

import numpy as np

from vernost.sources.synthetic.columns import Array, Columns, chosen, in_order, joined, spread
from vernost.sources.synthetic.departure import Departure
from vernost.sources.synthetic.preset import Preset
from vernost.sources.synthetic.setting import Setting
from vernost.sources.synthetic.traits import DAYS_A_YEAR

TRACES = {"usability": "error_shown", "access": "connection_lost", "trust": "fee_charged"}
"""Side that an experience is about -> name of the event that it leaves; a company's own systems refuse and charge."""
RENEWAL_OFF, UNPAID = "renewal_off", "payment_failed"
"""Names of the events that a decision to leave a contract leaves; the second is the name of its cause, too."""
HESITATION_DAYS = 0.5
"""Mean days from the decision to that event."""
NONE = -1
"""Place of the name of no event."""
LEAST_SHARE = 0.12
"""Of visits that remain while a contract runs out."""
PLATFORMS = ("web", "ios", "android")


def names_of(preset: Preset) -> tuple[str, ...]:
    """Names of events: those of the preset, then those that have a meaning here."""
    return (*preset.visits.names, *TRACES.values(), RENEWAL_OFF, UNPAID)


def properties() -> list[str]:
    """JSON of the properties of an event, by platform."""
    return [json.dumps({"platform": platform}) for platform in PLATFORMS]


def draw_visits(setting: Setting, chunk: int, traits: Columns, departure: Departure, experiences: Columns) -> Columns:
    """Events by customer and time: ``customer, at, name, platform``.

    Nothing of them depends on what happens later, nor on how long the log goes on: seen from any of its days, it looks
    as it would if it ended there.
    """
    draws = setting.chance.of("visits", chunk)
    customer, at = _visits(setting, draws, traits, departure)
    name = draws.choice(len(setting.preset.visits.names), at.size, p=list(setting.preset.visits.names.values()))
    traces = _traces(setting.preset, experiences)
    parts = [{"customer": customer, "at": at, "name": name}, traces]
    if setting.preset.is_contract:
        parts.append(_steps(setting, chunk, departure))
    home = draws.integers(0, len(PLATFORMS), traits["arrived"].size)
    seen = in_order(joined(parts))
    return seen | {"platform": home[seen["customer"]]}


def _visits(setting: Setting, draws: np.random.Generator, traits: Columns, departure: Departure) -> tuple[Array, Array]:
    """Customers and instants of visits: as many as if nobody left, without those that a decision to leave ends."""
    visits, season = setting.preset.visits, setting.season
    born, end = season.worked(traits["arrived"]), season.worked(np.full(traits["arrived"].size, setting.days))
    often = np.minimum(visits.rate * (0.3 + 0.7 * traits["keenness"]), visits.most) / DAYS_A_YEAR
    customer, work = spread(draws, born, end, draws.poisson(often * (end - born)))
    at = season.instants(work)
    since = np.maximum(at - departure.decided[customer], 0.0)
    remains = 1 - since / max(visits.decline_days, 1e-9)
    if setting.preset.is_contract:
        remains = np.where(at < departure.left[customer], np.maximum(remains, LEAST_SHARE), 0.0)
    kept = draws.random(at.size) < remains
    return customer[kept], at[kept]


def _traces(preset: Preset, experiences: Columns) -> Columns:
    """What a bad interface, a broken connection and a fee leave, a row an experience."""
    kinds = [each.kind for each in preset.experiences] + [event.experience for event in preset.events]
    names = np.array([_trace_of(preset, kind) for kind in kinds], np.intp)[experiences["slot"]]
    traces = chosen(experiences | {"name": names}, names != NONE)
    return {name: traces[name] for name in ("customer", "at", "name")}


def _trace_of(preset: Preset, kind: str) -> int:
    """The place of the name of the event that an experience leaves, or `NONE`."""
    left = [name for side, name in TRACES.items() if side in preset.experience(kind).aspects]
    return names_of(preset).index(left[0]) if left else NONE


def _steps(setting: Setting, chunk: int, departure: Departure) -> Columns:
    """What decisions to leave a contract leave at once: there is no way out but to turn renewal off or not to pay."""
    preset, decided = setting.preset, departure.decided
    at = decided + setting.chance.of("steps", chunk).exponential(HESITATION_DAYS, decided.size)
    who = np.flatnonzero(at < np.minimum(departure.left, setting.days))
    is_unpaid = departure.motive[who] == preset.causes.index(UNPAID) if UNPAID in preset.causes else False
    name = np.where(is_unpaid, names_of(preset).index(UNPAID), _all(at[who], preset, RENEWAL_OFF))
    return {"customer": who, "at": at[who], "name": name}


def _all(rows: Array, preset: Preset, name: str) -> Array:
    """The place of a name, for each row."""
    return np.full(rows.size, names_of(preset).index(name))
