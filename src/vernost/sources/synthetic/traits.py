"""Who the customers are: traits that no table of the log shows."""

import math

import numpy as np

from vernost.sources.synthetic.columns import Array, Columns
from vernost.sources.synthetic.preset import Groups, Preset
from vernost.sources.synthetic.setting import Setting

DAYS_A_YEAR = 365.25
LATEST_ARRIVAL = 0.996
"""Share of the span by whose end the last customer has come, so that each has been seen."""
LEAST_SEEN = 2 / 24
"""Days of the span that the last customer has at least."""

LEANINGS = {
    # How the four groups lean on the standardised traits price, messages, patience, keenness and unfaithfulness: offers
    # change those who watch prices and are undecided; the keen buy anyway; the unfaithful are lost; who minds messages
    # is best left alone (Radcliffe, Surry 2011; Ascarza, J. of Marketing Research 2018).
    "persuadable": (0.7, -0.2, 0.0, 0.1, 0.35),
    "sure_thing": (-0.2, -0.2, -0.2, 0.7, -0.5),
    "lost_cause": (-0.1, 0.1, 0.2, -0.6, 0.5),
    "do_not_disturb": (0.0, 1.1, 0.3, 0.1, 0.0),
}


def draw_traits(setting: Setting, chunk: int) -> Columns:
    """Traits of the customers of a chunk, one row each."""
    preset, count = setting.preset, len(setting.numbers(chunk))
    draws = setting.chance.of("traits", chunk)
    spread = preset.traits
    channel = draws.choice(len(preset.acquisition.channels), count, p=[c.share for c in preset.acquisition.channels])
    keen = draws.gamma(preset.purchases.shape, 1 / preset.purchases.shape, count)
    unfaithful = draws.gamma(preset.leaving.shape, 1 / preset.leaving.shape, count)
    leans = {name: draws.standard_normal(count) for name in ("patience", "price", "messages")}
    traits: Columns = {
        "number": np.array(setting.numbers(chunk)),
        "arrived": _arrivals(setting, chunk),
        "channel": channel,
        "keenness": keen,
        "contentment": draws.standard_normal(count),
        "rate": keen * _of_channel(preset, "rate")[channel] * preset.purchases.rate / DAYS_A_YEAR,
        "unfaithfulness": unfaithful * _of_channel(preset, "leaving")[channel],
        "patience": _lognormal(leans["patience"], spread.patience_spread),
        "price": _lognormal(leans["price"], spread.price_spread),
        "messages": _lognormal(leans["messages"], spread.messages_spread),
        "voice": draws.beta(
            spread.voice * spread.voice_concentration, (1 - spread.voice) * spread.voice_concentration, count
        ),
        "mean_spend": _mean_spend(setting, draws, count),
        "favourite": draws.choice(
            len(preset.basket.categories), count, p=[each.share for each in preset.basket.categories]
        ),
        "consents": draws.random(count) < spread.consent_share,
        "is_member": draws.random(count) < preset.points.member_share,
        "is_business": draws.random(count) < spread.business_share,
        "cost": np.round(_costs(setting)[channel] * _cost_noise(setting, draws, count), 2),
    }
    keenness = _standard(np.log(keen + 1e-3))
    leaning = np.stack(
        [leans["price"], leans["messages"], leans["patience"], keenness, _standard(np.log(unfaithful + 1e-3))]
    )
    return traits | draw_groups(setting, chunk, leaning)


def draw_groups(setting: Setting, chunk: int, leaning: Array) -> Columns:
    """How customers respond to each kind of action: ``group_<kind>``, a place in `GROUPS`."""
    count = leaning.shape[1]
    groups: Columns = {}
    for kind, shares in setting.preset.response.items():
        draws = setting.chance.of(f"response {kind}", chunk)
        chances = _group_chances(shares, leaning)
        groups[f"group_{kind}"] = (draws.random(count) > np.cumsum(chances, axis=0)[:-1]).sum(axis=0).astype(np.int8)
    return groups


def _group_chances(shares: Groups, leaning: Array) -> Array:
    """Chance of each group for each customer; on average the shares, as far as the leanings let them."""
    leans = np.array(list(LEANINGS.values()))
    weights = np.exp(leans @ leaning) / np.exp(0.5 * (leans**2).sum(axis=1))[:, None]
    chances = weights * np.array(shares.shares)[:, None]
    # Two steps towards the stated shares: the normalisation below draws towards the groups that lean most.
    for _ in range(2):
        chances *= np.array(shares.shares)[:, None] / (chances / chances.sum(axis=0)).mean(axis=1, keepdims=True)
    return chances / chances.sum(axis=0)


def _arrivals(setting: Setting, chunk: int) -> Array:
    """When customers came, in the order of their numbers: more and more a day, by the rhythm of the company."""
    numbers = np.array(setting.numbers(chunk))
    place = (numbers + setting.chance.of("arrivals", chunk).random(numbers.size)) / setting.customers
    growth, weights = setting.preset.acquisition.growth, setting.preset.acquisition.arrivals
    if weights:
        # Within a part of the span they come by the rhythm of the company.
        work = setting.season.worked(np.linspace(0, setting.days, len(weights) + 1))
        share = np.concatenate([[0.0], np.cumsum(weights) / np.sum(weights)])
        # The last ones are seen too.
        return np.minimum(setting.season.instants(np.interp(place, share, work)), setting.days - LEAST_SEEN)
    if growth:
        # The share s of work at which a part q has come solves q = (s + g s²/2) / (1 + g/2).
        place = (np.sqrt(1 + 2 * growth * place * (1 + growth / 2)) - 1) / growth
    return setting.season.instants(place * setting.season.work[-1] * LATEST_ARRIVAL)


def _of_channel(preset: Preset, attribute: str) -> Array:
    """An attribute of the channels, scaled so that the average customer has 1."""
    values = np.array([getattr(channel, attribute) for channel in preset.acquisition.channels])
    return values / np.dot(values, [channel.share for channel in preset.acquisition.channels])


def _costs(setting: Setting) -> Array:
    return np.array([channel.cost for channel in setting.preset.acquisition.channels]) * setting.money


def _cost_noise(setting: Setting, draws: np.random.Generator, count: int) -> Array:
    return _lognormal(draws.standard_normal(count), setting.preset.acquisition.cost_spread)


def _mean_spend(setting: Setting, draws: np.random.Generator, count: int) -> Array:
    """The customer's own mean of an order: inverse gamma, as the gamma-gamma model has it."""
    spend = setting.preset.spend
    return setting.money * spend.mean * (spend.q - 1) / draws.gamma(spend.q, 1.0, count)


def _lognormal(standard: Array, sigma: float) -> Array:
    return np.exp(sigma * standard - 0.5 * sigma**2)


def _standard(values: Array) -> Array:
    deviation = math.sqrt(float(values.var()))
    return (values - values.mean()) / deviation if deviation else np.zeros(values.size)
