"""What is seen of customers between orders: a bounded number of visits, fewer and fewer before they leave."""

import json

import numpy as np

from vernost.sources.synthetic.columns import Array, Columns, chosen, in_order, joined, spread
from vernost.sources.synthetic.preset import Preset
from vernost.sources.synthetic.setting import Setting
from vernost.sources.synthetic.traits import DAYS_A_YEAR

FAULT = "error_shown"
"""Name of the event that a bad interface leaves."""
LEAST_SHARE = 0.12
"""Of visits that remain on the day of leaving."""
PLATFORMS = ("web", "ios", "android")


def names_of(preset: Preset) -> tuple[str, ...]:
    """Names of events; the fault is the last."""
    return (*preset.visits.names, FAULT)


def properties() -> list[str]:
    """JSON of the properties of an event, by platform."""
    return [json.dumps({"platform": platform}) for platform in PLATFORMS]


def draw_visits(setting: Setting, chunk: int, traits: Columns, left: Array, experiences: Columns) -> Columns:
    """Events by customer and time: ``customer, at, name, platform``."""
    visits, draws, season = setting.preset.visits, setting.chance.of("visits", chunk), setting.season
    until = np.minimum(left, setting.days)
    born, end = season.worked(traits["arrived"]), season.worked(until)
    keen = 0.3 + 0.7 * traits["keenness"]
    counts = np.minimum(draws.poisson(visits.rate / DAYS_A_YEAR * keen * (end - born)), visits.most)
    customer, work = spread(draws, born, end, counts)
    at = season.instants(work)
    remains = np.clip((left[customer] - at) / max(visits.decline_days, 1e-9), LEAST_SHARE, 1)
    kept = draws.random(at.size) < remains
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
        ]
    )
    home = draws.integers(0, len(PLATFORMS), traits["arrived"].size)
    seen = in_order(seen)
    return seen | {"platform": home[seen["customer"]]}
