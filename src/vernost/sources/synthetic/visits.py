"""What is seen of customers between orders: a bounded number of visits, fewer and fewer before they leave."""

import json

import numpy as np

from vernost.sources.synthetic.columns import Array, Columns, chosen, in_order, joined, spread
from vernost.sources.synthetic.departure import Departure, renewed
from vernost.sources.synthetic.preset import Preset
from vernost.sources.synthetic.setting import Setting
from vernost.sources.synthetic.traits import DAYS_A_YEAR

FAULT = "error_shown"
"""Name of the event that a bad interface leaves."""
CANCELLED = "renewal_off"
"""Name of the event by which a customer under contract announces that they will leave."""
LEAST_SHARE = 0.12
"""Of visits that remain on the day of leaving."""
PLATFORMS = ("web", "ios", "android")


def names_of(preset: Preset) -> tuple[str, ...]:
    """Names of events; the fault and the announcement of leaving are the last."""
    return (*preset.visits.names, FAULT, CANCELLED)


def properties() -> list[str]:
    """JSON of the properties of an event, by platform."""
    return [json.dumps({"platform": platform}) for platform in PLATFORMS]


def draw_visits(
    setting: Setting, chunk: int, traits: Columns, departure: Departure, terms: Columns | None, experiences: Columns
) -> Columns:
    """Events by customer and time: ``customer, at, name, platform``.

    They are drawn as if nobody left, so that their number tells nothing of what is to come.
    """
    left = departure.left
    visits, draws, season = setting.preset.visits, setting.chance.of("visits", chunk), setting.season
    born, end = season.worked(traits["arrived"]), season.worked(np.full(left.size, setting.days))
    keen = 0.3 + 0.7 * traits["keenness"]
    counts = np.minimum(draws.poisson(visits.rate / DAYS_A_YEAR * keen * (end - born)), visits.most)
    customer, work = spread(draws, born, end, counts)
    at = season.instants(work)
    kept = (draws.random(at.size) < _remains(setting, departure, terms, customer, at)) & (at < left[customer])
    name = draws.choice(len(visits.names), at.size, p=list(visits.names.values()))
    usability = [place for place, each in enumerate(setting.preset.experiences) if "usability" in each.aspects]
    events = [
        len(setting.preset.experiences) + place
        for place, event in enumerate(setting.preset.events)
        if "usability" in setting.preset.experience(event.experience).aspects
    ]
    faults = chosen(experiences, np.isin(experiences["slot"], usability + events))
    seen = joined(
        [
            {"customer": customer[kept], "at": at[kept], "name": name[kept]},
            {
                "customer": faults["customer"],
                "at": faults["at"],
                "name": np.full(faults["at"].size, len(visits.names)),
            },
            _announced(setting, chunk, departure),
        ]
    )
    home = draws.integers(0, len(PLATFORMS), traits["arrived"].size)
    seen = in_order(seen)
    return seen | {"platform": home[seen["customer"]]}


def _announced(setting: Setting, chunk: int, departure: Departure) -> Columns:
    """Decisions that are announced ahead of the renewal, which may lie after the end."""
    draws, decided = setting.chance.of("announcements", chunk), departure.decided
    says = draws.random(decided.size) < setting.preset.visits.announced
    at = decided + draws.exponential(1.0, decided.size)
    who = np.flatnonzero(says & (at < np.minimum(departure.left, setting.days)))
    return {"customer": who, "at": at[who], "name": np.full(who.size, len(setting.preset.visits.names) + 1)}


def _remains(setting: Setting, departure: Departure, terms: Columns | None, customer: Array, at: Array) -> Array:
    """Share of visits that remains at these instants.

    Under a contract use fades from the decision to the renewal at which it takes effect, which may lie after the end.
    """
    days = max(setting.preset.visits.decline_days, 1e-9)
    if terms is None:
        return np.clip((departure.left[customer] - at) / days, LEAST_SHARE, 1)
    ahead = renewed(departure.decided, terms, np.inf)[customer] - at
    return np.where(at < departure.decided[customer], 1.0, np.clip(ahead / days, LEAST_SHARE, 1))
