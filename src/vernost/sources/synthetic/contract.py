"""How subscriptions run: plans, changes of plan or seats, invoices each month, renewals."""

import numpy as np

from vernost.sources.synthetic.columns import Array, Columns, chosen, in_order, joined, last_before, numbered
from vernost.sources.synthetic.purchases import rise_at
from vernost.sources.synthetic.setting import Setting
from vernost.sources.synthetic.traits import DAYS_A_YEAR

MONTH = DAYS_A_YEAR / 12
"""Days of a paid month."""
SOON = 1e-6


def draw_terms(setting: Setting, chunk: int, traits: Columns) -> Columns:
    """The contract of each customer: ``plan, seats, anchor`` (first day) and ``days`` from renewal to renewal."""
    contract, count = setting.preset.contract, traits["arrived"].size
    draws = setting.chance.of("contracts", chunk)
    plan = draws.choice(len(contract.plans), count, p=[each.share for each in contract.plans])
    seats = np.ones(count)
    if contract.seats > 1:
        sizes = contract.seats * np.exp(contract.seats_spread * draws.standard_normal(count))
        seats = np.maximum(np.round(sizes * np.array([1.0, 2.0, 6.0])[np.minimum(plan, 2)]), 1)
    months = np.array([each.commitment_months for each in contract.plans])[plan]
    anchor = traits["arrived"] + draws.uniform(2, 40, count) / 1440
    return {"plan": plan, "seats": seats, "anchor": anchor, "days": months * MONTH}


def draw_invoices(setting: Setting, terms: Columns) -> Columns:
    """Invoices as if nobody ever left, the first one on the first day."""
    counts = np.ceil((setting.days - terms["anchor"]) / MONTH).astype(int)
    customer = np.repeat(np.arange(counts.size), counts)
    place = numbered(customer)
    at = terms["anchor"][customer] + place * MONTH
    return {"customer": customer, "at": at, "contact": np.full(at.size, -1), "place": place}


def draw_changes(setting: Setting, chunk: int, terms: Columns) -> Columns:
    """Stretches of one plan at one price as if nobody ever left: ``customer, at, plan, seats, cents``, in order."""
    contract, draws = setting.preset.contract, setting.chance.of("changes", chunk)
    count = terms["anchor"].size
    spans = setting.days - terms["anchor"]
    often = (contract.upgrades + contract.downgrades) / DAYS_A_YEAR
    counts = draws.poisson(often * spans)
    customer = np.repeat(np.arange(count), counts)
    month = np.ceil(draws.random(customer.size) * spans[customer] / MONTH)
    is_up = draws.random(customer.size) * (contract.upgrades + contract.downgrades) < contract.upgrades
    step = np.where(is_up, 1, -1)
    parts = [
        {"customer": np.arange(count), "month": np.zeros(count), "step": np.zeros(count, int), "rise": np.ones(count)},
        {"customer": customer, "month": month, "step": step, "rise": np.ones(month.size)},
        *_rises(setting, terms),
    ]
    changes = joined(parts)
    changes["at"] = terms["anchor"][changes["customer"]] + changes["month"] * MONTH
    changes = in_order(chosen(changes, changes["at"] < setting.days))
    return merged(_priced(setting, terms, changes))


def _rises(setting: Setting, terms: Columns) -> list[Columns]:
    """Rises of prices, which reach each customer with the next invoice."""
    parts = []
    for event in setting.preset.events:
        if event.price == 1:
            continue
        at = rise_at(setting, event)
        who = np.flatnonzero(terms["anchor"] < at)
        month = np.ceil((at - terms["anchor"][who]) / MONTH)
        parts.append(
            {"customer": who, "month": month, "step": np.zeros(who.size, int), "rise": np.full(who.size, event.price)}
        )
    return parts


def _priced(setting: Setting, terms: Columns, changes: Columns) -> Columns:
    contract, customer = setting.preset.contract, changes["customer"]
    prices = np.array([each.price for each in contract.plans]) * setting.money
    steps = _so_far(customer, changes["step"])
    rises = np.exp(_so_far(customer, np.log(changes["rise"])))
    seats, plan = terms["seats"][customer], terms["plan"][customer]
    if contract.seats > 1:
        seats = np.maximum(np.round(seats * (1 + contract.change) ** steps), 1)
    else:
        plan = np.clip(plan + steps, 0, prices.size - 1)
    rises *= _new_prices(setting, terms["anchor"])[customer]
    cents = np.round(prices[plan] * rises * 100).astype(np.int64) * seats.astype(np.int64)
    return {"customer": customer, "at": changes["at"], "plan": plan, "seats": seats, "cents": cents}


def _new_prices(setting: Setting, anchor: Array) -> Array:
    """What those who came after a rise pay against the first prices."""
    level = np.ones(anchor.size)
    for event in setting.preset.events:
        level *= np.where(anchor >= rise_at(setting, event), event.price, 1.0)
    return level


def _so_far(customer: Array, values: Array) -> Array:
    """Sum over the rows of a customer up to each row."""
    total = np.cumsum(values)
    starts = np.searchsorted(customer, customer, side="left")
    return total - total[starts] + values[starts]


def merged(stretches: Columns) -> Columns:
    """The last word of each instant, without changes that change nothing."""
    customer, at = stretches["customer"], stretches["at"]
    is_last = np.r_[(customer[1:] != customer[:-1]) | (at[1:] > at[:-1] + SOON), True]
    kept = chosen(stretches, is_last)
    same = (kept["customer"][1:] == kept["customer"][:-1]) & (kept["plan"][1:] == kept["plan"][:-1])
    return chosen(kept, np.r_[True, ~(same & (kept["cents"][1:] == kept["cents"][:-1]))])


def stretches_until(stretches: Columns, left: Array) -> Columns:
    """Stretches that were really lived, with ``ended`` (NaN when running) and ``is_last``."""
    kept = chosen(stretches, stretches["at"] < left[stretches["customer"]] - SOON)
    customer = kept["customer"]
    is_last = np.r_[customer[1:] != customer[:-1], True]
    following = np.r_[kept["at"][1:], np.nan]
    gone = np.where(np.isfinite(left), left, np.nan)[customer]
    return kept | {"ended": np.where(is_last, gone, following), "is_last": is_last, "place": numbered(customer)}


def stretch_of(stretches: Columns, customer: Array, at: Array) -> Array:
    """The stretch that runs at each instant."""
    return last_before(stretches["customer"], stretches["at"], customer, at + SOON)
