"""How orders are fulfilled: by which channel, cancelled or not, promised and received when."""

import numpy as np

from vernost.sources.synthetic.columns import Array, Columns
from vernost.sources.synthetic.setting import UTC_OFFSETS, Setting

HOUR = 1 / 24
HOURS_A_DAY = 24


def fulfilled(setting: Setting, chunk: int, orders: Columns) -> Columns:
    """Orders with ``channel, store, is_cancelled, promised`` (NaN without a delivery) and ``received`` in time."""
    preset, size = setting.preset, orders["at"].size
    draws = setting.chance.of("fulfilment", chunk)
    names = list(preset.purchases.channels)
    channel = draws.choice(len(names), size, p=list(preset.purchases.channels.values()))
    is_cancelled = draws.random(size) < preset.purchases.cancelled
    delivers = np.array([name in preset.delivery.channels for name in names])[channel] & ~is_cancelled
    first, last = preset.delivery.promise_hours
    hours = draws.uniform(first, last, size)
    promised = np.where(delivers, _promise(setting, orders["at"] + hours * HOUR), np.nan)
    early = draws.random(size) * preset.delivery.early_share
    received = np.where(delivers, promised - (promised - orders["at"]) * early, orders["at"])
    stores = max(len(preset.purchases.stores), 1)
    return orders | {
        "channel": channel,
        # People keep to their branch, so it comes from the customer, not from the order.
        "store": branches(setting, chunk, stores)[orders["customer"]],
        "is_cancelled": is_cancelled,
        "promised": promised,
        "received": received,
    }


def delayed(setting: Setting, chunk: int, orders: Columns, experiences: Columns) -> Columns:
    """Orders with ``received`` as it came about: later than promised for those of which the customer felt it."""
    kind = next((place for place, each in enumerate(setting.preset.experiences) if each.at == "delivery"), None)
    if kind is None:
        return orders
    name = setting.preset.experiences[kind].kind
    events = [
        len(setting.preset.experiences) + place
        for place, event in enumerate(setting.preset.events)
        if event.experience == name
    ]
    late = experiences["order"][np.isin(experiences["slot"], [kind, *events])]
    delay = setting.chance.of("delays", chunk).exponential(setting.preset.delivery.late_hours * HOUR, orders["at"].size)
    received = orders["received"].copy()
    # Late begins when the promised day is over.
    midnight = (1 + UTC_OFFSETS[setting.language]) * HOUR
    received[late] = orders["promised"][late] + midnight + delay[late]
    return orders | {"received": received}


def _promise(setting: Setting, at: Array) -> Array:
    """The last hour of the promised day by the company's clock; the instant itself for promises within a day."""
    if setting.preset.delivery.promise_hours[0] < HOURS_A_DAY:
        return at
    return np.floor(at) + (HOURS_A_DAY - 1 - UTC_OFFSETS[setting.language]) * HOUR


def branches(setting: Setting, chunk: int, stores: int) -> Array:
    """The branch that each customer keeps to."""
    draws = setting.chance.of("branches", chunk)
    return np.minimum(draws.geometric(0.3, len(setting.numbers(chunk))) - 1, stores - 1)
