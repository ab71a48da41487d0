"""Rates that make a made-up company's customers come back, stop and buy as those of a log: found by making them up.

The mechanism has no closed form for what it brings about (orders that campaigns bring, experiences that drive customers
out), so its parameters are moved until what comes out agrees, with the same chance in each trial.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from vernost.sources.synthetic.basket import catalogue
from vernost.sources.synthetic.columns import Array, Columns, in_order
from vernost.sources.synthetic.departure import depart
from vernost.sources.synthetic.piece import draw_course, make_piece
from vernost.sources.synthetic.portrait import Histories, Portrait
from vernost.sources.synthetic.preset import Preset, Refunds
from vernost.sources.synthetic.setting import CHUNK, Setting
from vernost.sources.synthetic.traits import DAYS_A_YEAR

Hear = Callable[[float], None]

TRIAL_ORDERS, LEAST_TRIAL = 150_000, 2_500
"""Orders of a trial at most, and customers of one at least."""
ROUNDS = 7
STEP = 0.2
"""By which a parameter's logarithm is moved to see what it does."""
LONGEST = 1.0
"""By which a parameter's logarithm moves in a round at most."""
DAMPING = 0.3
PRIOR_SPREADS = np.array([3.0, 1.5, 2.0, 0.7])
"""How far from what a log suggests at first the logarithms of rate, shape, hazard and its shape may be found."""
LIMITS = np.log([(0.02, 400.0), (0.05, 30.0), (0.02, 30.0), (0.2, 5.0)])
SCALES = np.array([0.04, 0.008, 0.008, 0.008, 0.015])
"""What counts as one unit of disagreement: of the logarithm of repeat orders, of three shares, of recency."""
WEAKEST_MONTH = 0.02
MONTH_STEP = 0.7


def trial_setting(preset: Preset, likeness: Setting, portrait: Portrait) -> Setting:
    """A company small enough to be made up many times."""
    wanted = TRIAL_ORDERS / portrait.histories.orders_mean
    return replace(likeness, preset=preset, customers=int(np.clip(wanted, LEAST_TRIAL, CHUNK)))


def _lived_orders(setting: Setting) -> Columns:
    """The orders of a trial: ``customer, at``, by the company's clock in days from the start."""
    course = draw_course(setting, 0)
    left = depart(setting, 0, course.traits, in_order(course.experiences), course.terms).left
    orders = course.orders
    made = ~orders["is_cancelled"] & (orders["at"] < left[orders["customer"]])
    return {"customer": orders["customer"][made], "at": orders["at"][made]}


def told(value: float) -> float:
    """A number with so many digits as machines agree on after a search.

    >>> told(1234.5678), told(0.00123456)
    (1234.6, 0.0012346)
    """
    return float(f"{value:.5g}")


def histories_of(customer: Array, day: Array, days: int) -> Histories:
    """Histories of orders, which stand by customer and time.

    >>> found = histories_of(np.array([0, 0, 4]), np.array([1, 7, 3]), 9)
    >>> found.first.tolist(), found.last.tolist(), found.orders.tolist()
    ([1, 3], [7, 3], [2, 1])
    """
    starts = np.flatnonzero(np.r_[True, customer[1:] != customer[:-1]])
    orders = np.diff(np.r_[starts, customer.size])
    return Histories(day[starts], day[starts + orders - 1], orders, np.ones(starts.size, np.int64), days)


def traits_of(histories: Histories) -> Array:
    """What tells rate, its spread, leaving and its spread apart."""
    repeats = np.log(max(histories.orders_mean - 1, 1e-4))
    return np.array([repeats, histories.share(2), histories.share(3), histories.share(7), histories.recency])


@dataclass
class _Search:
    """The way from what a log suggests at first to what agrees with it.

    ``place`` is the logarithms of the yearly rate, the shape of rates, the factor of all hazards, their shape.
    """

    preset: Preset
    likeness: Setting
    portrait: Portrait

    def __post_init__(self) -> None:
        self.start = self.place = _first_guess(self.preset, self.portrait)
        self.wanted = traits_of(self.portrait.histories)
        self.skipped = (self.portrait.first_day - self.likeness.start.date()).days

    def at(self, place: Array) -> Preset:
        """The preset with these parameters."""
        rate, shape, factor, spread = (told(value) for value in np.exp(place))
        purchases = replace(self.preset.purchases, rate=rate, shape=shape)
        return replace(with_hazards(self.preset, factor, spread), purchases=purchases)

    def tried(self, place: Array) -> tuple[Array, Array]:
        """Disagreement of a trial, and its repeat orders by calendar month."""
        setting = trial_setting(self.at(place), self.likeness, self.portrait)
        orders = _lived_orders(setting)
        day = np.floor(orders["at"]).astype(int) - self.skipped
        histories = histories_of(orders["customer"], day, self.portrait.histories.days)
        apart = (traits_of(histories) - self.wanted) / SCALES
        return np.concatenate([apart, (place - self.start) / PRIOR_SPREADS]), _repeats_by_month(
            self.portrait, np.bincount(np.maximum(day, 0), minlength=self.portrait.by_day.size), histories
        )

    def step(self, damping: float) -> bool:
        """One step of Levenberg and Marquardt; whether it came nearer."""
        apart, months = self.tried(self.place)
        slopes = np.stack([(self.tried(self.place + move)[0] - apart) / STEP for move in STEP * np.eye(4)], axis=1)
        step = -np.linalg.solve(slopes.T @ slopes + damping * np.diag((slopes**2).sum(axis=0)), slopes.T @ apart)
        place = np.clip(self.place + np.clip(step, -LONGEST, LONGEST), LIMITS[:, 0], LIMITS[:, 1])
        found, found_months = self.tried(place)
        is_nearer = bool((found**2).sum() < (apart**2).sum())
        if is_nearer:
            self.place, months = place, found_months
        self.preset = with_months(self.preset, self.portrait, months)
        return is_nearer


def with_rates(preset: Preset, likeness: Setting, portrait: Portrait, *, hear: Hear) -> Preset:
    """The preset with rates, leaving and months found."""
    search, damping = _Search(preset, likeness, portrait), DAMPING
    for done in range(ROUNDS):
        damping = damping / 3 if search.step(damping) else damping * 4
        hear((done + 1) / ROUNDS)
    return search.at(search.place)


def _first_guess(preset: Preset, portrait: Portrait) -> Array:
    histories = portrait.histories
    repeats, seen = histories.orders - 1, histories.days - histories.first
    rate = np.dot(repeats, histories.buyers) / max(float(np.dot(seen, histories.buyers)), 1.0) * DAYS_A_YEAR
    mean = float(np.average(repeats, weights=histories.buyers))
    variance = float(np.average((repeats - mean) ** 2, weights=histories.buyers))
    shape = mean**2 / max(variance - mean, 1e-2 * max(mean, 1e-3))
    guess = np.log([max(rate, 0.05), np.clip(shape, 0.1, 5.0), 1.0, preset.leaving.shape])
    return np.clip(guess, LIMITS[:, 0], LIMITS[:, 1])


def with_hazards(preset: Preset, factor: float, shape: float) -> Preset:
    """All causes of leaving made stronger or weaker alike, so that their shares stay."""
    base = tuple(replace(each, hazard=told(each.hazard * factor)) for each in preset.leaving.base)
    return replace(
        preset,
        leaving=replace(preset.leaving, shape=shape, base=base),
        experiences=tuple(replace(each, weight=told(each.weight * factor)) for each in preset.experiences),
        events=tuple(replace(each, weight=told(each.weight * factor)) for each in preset.events),
    )


def _repeats_by_month(portrait: Portrait, by_day: Array, histories: Histories) -> Array:
    """Repeat orders in each of the twelve calendar months."""
    days = portrait.by_day.size
    firsts = np.bincount(np.clip(histories.first, 0, days - 1), weights=histories.buyers, minlength=days)
    repeats = by_day[:days] - firsts
    return np.bincount(portrait.month_of_day % 12, weights=repeats, minlength=12)


def with_months(preset: Preset, portrait: Portrait, made: Array) -> Preset:
    """The season moved towards the log's: what a calendar month has more of repeat orders than a trial, it gets."""
    known = _repeats_by_month(portrait, portrait.by_day, portrait.histories)
    seen = (known > 0) & (made > 0)
    if not seen.any():
        return preset
    factor = np.ones(12)
    factor[seen] = (known[seen] / known.sum()) / (made[seen] / made.sum())
    months = np.maximum(np.array(preset.calendar.months) * factor**MONTH_STEP, WEAKEST_MONTH)
    months /= months[seen].mean()
    return replace(preset, calendar=replace(preset.calendar, months=tuple(np.round(months, 4).tolist())))


SPEND_ROUNDS = 3
LEAST_SHAPES, MOST_SHAPE = (0.2, 1.3), 60.0
"""Of the gamma of orders within a customer and of that of customers: with less the mean would have no end."""


def with_worth(preset: Preset, likeness: Setting, portrait: Portrait, *, hear: Hear) -> Preset:
    """The preset with what orders are worth and how often money goes back."""
    spread = np.array([portrait.worth.within, portrait.worth.between])
    wanted = spread.copy()
    for done in range(SPEND_ROUNDS):
        p, q = np.clip([_inverse_trigamma(value) for value in wanted], LEAST_SHAPES, MOST_SHAPE).tolist()
        preset = replace(preset, spend=replace(preset.spend, p=told(p), q=told(q)))
        setting = trial_setting(preset, likeness, portrait)
        piece = make_piece(setting, 0, catalogue(setting))
        orders, refunds = piece.facts["orders"], piece.facts["refunds"]
        paid = ~orders["is_cancelled"] & (orders["cents"] > 0)
        cents, customer = orders["cents"][paid], orders["customer"][paid]
        # Baskets of whole products spread worth too: what they add is taken off.
        wanted = np.maximum(wanted + spread - _spread(customer, np.log(cents)), 1e-3)
        mean = told(preset.spend.mean * portrait.worth.mean / (float(cents.mean()) / 100))
        more = portrait.refunds / max(refunds["at"].size / paid.sum(), 1e-6)
        preset = replace(preset, spend=replace(preset.spend, mean=mean), refunds=_refunds(preset, portrait, more))
        hear((done + 1) / SPEND_ROUNDS)
    return preset


def _refunds(preset: Preset, portrait: Portrait, more: float) -> Refunds:
    refunds = preset.refunds
    # A refund that is not of all money is of half of it on average.
    whole = float(np.clip(2 * portrait.refunded - 1, 0.0, 1.0)) if portrait.refunds else refunds.whole_share
    return replace(
        refunds,
        chance=min(told(refunds.chance * more), 1.0),
        after_defect=min(told(refunds.after_defect * more), 1.0),
        whole_share=told(whole),
    )


def _spread(customer: Array, logs: Array) -> Array:
    """Variance of logarithms within customers and between their means, as of `Worth`."""
    size = int(customer.max()) + 1
    counts = np.bincount(customer, minlength=size)
    means = np.bincount(customer, weights=logs, minlength=size) / np.maximum(counts, 1)
    squares = float(((logs - means[customer]) ** 2).sum())
    within = squares / max(int(np.maximum(counts - 1, 0).sum()), 1)
    seen = counts > 0
    return np.array([within, max(float(means[seen].var(ddof=1)) - within * float((1 / counts[seen]).mean()), 0.0)])


def _trigamma(x: float) -> float:
    """The second derivative of the logarithm of the gamma function.

    >>> round(_trigamma(1.0), 6)
    1.644934
    """
    added = 0.0
    while x < 6:
        added += 1 / x**2
        x += 1
    return added + 1 / x + 1 / (2 * x**2) + 1 / (6 * x**3) - 1 / (30 * x**5) + 1 / (42 * x**7)


def _inverse_trigamma(value: float) -> float:
    """The shape of a gamma whose logarithm has this variance.

    >>> round(_inverse_trigamma(_trigamma(2.5)), 6)
    2.5
    """
    low, high = 1e-2, 1e4
    for _ in range(100):
        middle = (low * high) ** 0.5
        low, high = (middle, high) if _trigamma(middle) > value else (low, middle)
    return low
