"""A preset that is like a company's own log: its rates, leaving, worth, rhythm and channels, and a template's rest."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from vernost.errors import InvalidValue
from vernost.messages import Message
from vernost.schema import TABLES
from vernost.sources.staging import new_relation, quote_name
from vernost.sources.synthetic.calibration import told, with_rates, with_worth
from vernost.sources.synthetic.columns import Array
from vernost.sources.synthetic.portrait import Portrait, last_of_months
from vernost.sources.synthetic.portraying import portrait_of
from vernost.sources.synthetic.preset import Basket, Calendar, Channel, Preset
from vernost.sources.synthetic.setting import Language, Setting

if TYPE_CHECKING:
    from vernost.sources.source import Reading

Progress = Callable[[str, float], None]

DAYS_OF_A_PART = 7
MOST_LINES = 40.0
WEAKEST = 1e-3
"""Weight of a weekday or an hour in which nobody ever ordered, so that time never stands still."""
SHRINK_BUYERS = 50
"""Buyers that a channel's own rate is worth as much as."""


@dataclass(frozen=True)
class Likeness:
    """What was learned from a log.

    Attributes:
        setting: a company like it: as many customers, as many months, to the same day, of a fitted preset.
        portrait: of the log.
    """

    setting: Setting
    portrait: Portrait


def fit(
    reading: "Reading",
    template: Preset,
    *,
    language: Language = "en",
    seed: int = 1,
    progress: Progress | None = None,
) -> Likeness:
    """Fit a preset to a log of orders.

    Learned: when customers come, how often they order and how much they differ in it, how soon and how differently they
    stop, months, weekdays and hours, what orders are worth, refunds, cancellations, channels of orders and of
    acquisition. All else is the template's: causes of leaving in their shares, experiences, texts, campaigns, support.

    Args:
        reading: the log, staged.
        template: a preset without contracts.
        language: of the company; its money is the log's.
        seed: of the chance in trials.
        progress: hears of the share that is done.

    Raises:
        InvalidValue: the template has contracts, or the log has too few orders.
    """
    if template.is_contract:
        raise InvalidValue(
            "The preset {preset!r} is of contracts; what is made like a log sells without them. Name another "
            "--preset, such as shop.",
            preset=template.name,
        )
    portrait = portrait_of(reading.connection, _latest(reading), timezone=reading.timezone)
    months = last_of_months(portrait.first_day, portrait.last_day)
    setting = Setting(
        template,
        customers=_customers(portrait),
        months=months,
        seed=seed,
        language=language,
        last_day=portrait.last_day,
    )
    preset = _with_rhythm(replace(template, name=f"{template.name}, fitted"), setting, portrait)
    preset = _with_channels(preset, setting, portrait)
    hears = _shared(progress)
    preset = with_rates(preset, setting, portrait, hear=hears(0.0, 0.8))
    preset = with_worth(preset, setting, portrait, hear=hears(0.8, 1.0))
    return Likeness(replace(setting, preset=preset), portrait)


def _shared(progress: Progress | None) -> Callable[[float, float], Callable[[float], None]]:
    """Parts of the whole as parts of a progress."""

    def hears(first: float, last: float) -> Callable[[float], None]:
        def hear(done: float) -> None:
            if progress:
                progress(Message("rates"), first + (last - first) * done)

        return hear

    return hears


def _latest(reading: "Reading") -> dict[str, str]:
    """The tables of a reading, of rows with the same key the last one."""
    tables = {}
    for name in ("orders", "order_lines", "customers"):
        if name in reading.tables:
            tables[name] = new_relation(reading.connection)
            key = ", ".join(quote_name(column) for column in TABLES[name].key)
            reading.connection.execute(
                f"CREATE TEMP VIEW {quote_name(tables[name])} AS SELECT * FROM {quote_name(reading.tables[name])}"  # noqa: S608
                f" QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY _row DESC) = 1"
            )
    return tables


def _customers(portrait: Portrait) -> int:
    """So many that as many have an order that came about."""
    return max(round(portrait.histories.buyer_count / (1 - min(portrait.cancelled, 0.5) ** 2)), 1)


def _with_rhythm(preset: Preset, setting: Setting, portrait: Portrait) -> Preset:
    """When customers come, and on which days and at which hours orders are made."""
    calendar = preset.calendar
    hours = _around_one(portrait.by_hour) if portrait.by_hour.size else calendar.hours
    calendar = Calendar(calendar.months, _around_one(portrait.weekdays), hours)
    acquisition = replace(preset.acquisition, growth=0.0, arrivals=_arrivals(setting, portrait))
    return replace(preset, calendar=calendar, acquisition=acquisition)


def _around_one(shares: Array) -> tuple[float, ...]:
    weights = np.maximum(shares / shares.mean(), WEAKEST)
    return tuple(np.round(weights, 4).tolist())


def _arrivals(setting: Setting, portrait: Portrait) -> tuple[float, ...]:
    """Buyers by the week of their first order; weeks are equal parts of the span."""
    histories, skipped = portrait.histories, (portrait.first_day - setting.start.date()).days
    parts = max(round(setting.days / DAYS_OF_A_PART), 1)
    part = np.minimum(((histories.first + skipped + 0.5) / setting.days * parts).astype(int), parts - 1)
    counts = np.bincount(part, weights=histories.buyers, minlength=parts)
    return tuple(np.round(counts / counts.mean(), 4).tolist())


def _with_channels(preset: Preset, setting: Setting, portrait: Portrait) -> Preset:
    """Channels as the log has them, where it has any; cancellations; lines of an order."""
    ratio = portrait.worth.mean / setting.money / preset.spend.mean
    acquisition = replace(preset.acquisition, channels=_acquisition(preset, setting, portrait, ratio))
    purchases = replace(preset.purchases, cancelled=told(portrait.cancelled))
    delivery, basket = preset.delivery, preset.basket
    if portrait.channels:
        purchases = replace(purchases, channels=_summing_to_one(portrait.channels))
        delivery = replace(delivery, channels=_delivering(preset, portrait))
    if np.isfinite(portrait.lines):
        basket = _with_lines(basket, float(np.clip(portrait.lines, 1.0, MOST_LINES)))
    spend = replace(preset.spend, mean=told(preset.spend.mean * ratio))
    return replace(preset, acquisition=acquisition, purchases=purchases, delivery=delivery, basket=basket, spend=spend)


def _with_lines(basket: Basket, lines: float) -> Basket:
    """Orders of so many lines; the more there are, the cheaper is a product."""
    cheaper = basket.lines / lines
    categories = tuple(replace(each, price=told(each.price * cheaper)) for each in basket.categories)
    return replace(basket, lines=told(lines), categories=categories)


def _delivering(preset: Preset, portrait: Portrait) -> tuple[str, ...]:
    """Channels that deliver: those that promise a day; without any promise, as the template has it."""
    if portrait.delivered:
        return portrait.delivered
    if set(preset.delivery.channels) == set(preset.purchases.channels):
        return tuple(portrait.channels)
    return tuple(name for name in preset.delivery.channels if name in portrait.channels)


def _summing_to_one(shares: dict[str, float]) -> dict[str, float]:
    names = list(shares)
    rounded = {name: round(shares[name], 6) for name in names}
    rounded[names[0]] += 1 - sum(rounded.values())
    return rounded


def _acquisition(preset: Preset, setting: Setting, portrait: Portrait, ratio: float) -> tuple[Channel, ...]:
    """Channels of acquisition: shares, costs and rates of the log's, those of small ones drawn towards the average."""
    if not portrait.acquisition:
        return tuple(replace(channel, cost=told(channel.cost * ratio)) for channel in preset.acquisition.channels)
    average = ratio * sum(channel.cost * channel.share for channel in preset.acquisition.channels)
    shares = _summing_to_one({name: share for name, (share, _, _) in portrait.acquisition.items()})
    channels = []
    for name, (_, rate, cost) in portrait.acquisition.items():
        buyers = shares[name] * portrait.histories.buyer_count
        drawn = max((rate * buyers + SHRINK_BUYERS) / (buyers + SHRINK_BUYERS), 0.05)
        known = cost / setting.money if cost else average
        channels.append(Channel(name, shares[name], told(known), told(drawn), 1.0))
    return tuple(channels)
