"""What customers buy without a contract: orders as if nobody ever left, by mixed rates and the company's rhythm."""

import numpy as np

from vernost.sources.synthetic.columns import Array, Columns, in_order, joined, numbered, spread
from vernost.sources.synthetic.preset import Event
from vernost.sources.synthetic.setting import Setting

MOST_ORDERS = 400
"""Orders of one customer at most: four a week over two years."""
MINUTE = 1 / 1440


def draw_orders(setting: Setting, chunk: int, traits: Columns, contacts: Columns) -> Columns:
    """Orders by customer and time: ``customer, at, contact`` (the row of the contact that brought it, or -1)."""
    own = _own_orders(setting, chunk, traits)
    brought = _brought_orders(setting, chunk, contacts)
    orders = in_order(joined([own, brought]))
    return orders | {"place": numbered(orders["customer"])}


def _own_orders(setting: Setting, chunk: int, traits: Columns) -> Columns:
    """The first order on arrival, then a Poisson process in the work of the season."""
    draws, season = setting.chance.of("orders", chunk), setting.season
    first = traits["arrived"] + draws.uniform(2, 40, traits["arrived"].size) * MINUTE
    born, end = season.worked(first), np.full(first.size, season.work[-1])
    counts = np.minimum(draws.poisson(traits["rate"] * (end - born)), MOST_ORDERS)
    customer, work = spread(draws, born, end, counts)
    rows = np.arange(first.size)
    return {
        "customer": np.concatenate([rows, customer]),
        "at": np.concatenate([first, season.instants(work)]),
        "contact": np.full(rows.size + customer.size, -1),
    }


def _brought_orders(setting: Setting, chunk: int, contacts: Columns) -> Columns:
    """Orders that persuadable customers would not have made without a message."""
    draws, campaigns = setting.chance.of("brought orders", chunk), setting.preset.campaigns
    chances, delays = draws.random(contacts["at"].size), draws.random(contacts["at"].size)
    at = contacts["sent"] + delays * campaigns.days
    brought = contacts["is_persuadable"] & (chances < campaigns.lift) & (at < setting.days)
    rows = np.flatnonzero(brought)
    return {"customer": contacts["customer"][rows], "at": at[rows], "contact": rows}


def price_level(setting: Setting, at: Array) -> Array:
    """What prices are multiplied with at each instant, after the rises so far."""
    level = np.ones(at.size)
    for event in setting.preset.events:
        if event.price != 1:
            level *= np.where(at >= rise_at(setting, event), event.price, 1.0)
    return level


def rise_at(setting: Setting, event: Event) -> float:
    """When an event changes prices for good."""
    return next((first for first, _ in setting.windows(event.month, event.begins, event.days)), setting.days)
