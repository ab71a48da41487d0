"""What is to come from each customer: orders and money over a year, the next order, and when silence is alarming."""

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from vernost.errors import InvalidValue
from vernost.predict.contracts import KaplanMeier, WeibullRegression
from vernost.predict.contracts.regression import NoConvergence
from vernost.predict.contracts.remaining import Remaining
from vernost.predict.frames import has, numbers
from vernost.predict.prices import UNCHANGED
from vernost.predict.processes import GammaGamma
from vernost.predict.processes.distinct import Floats, distinct
from vernost.predict.revenue import ContractRevenue, PurchaseRevenue
from vernost.predict.snapshot import Snapshot, covariates_of

if TYPE_CHECKING:
    import pyarrow as pa

    from vernost.predict.processes.process import PurchaseProcess

YEAR = 365
LEVEL = 0.8
"""Of the intervals: four of five customers bring what lies inside."""

LEVELS = ((1 - LEVEL) / 2, (1 + LEVEL) / 2)

ALARM = 0.9
"""Silence is alarming when it is longer than this share of the customer's own gaps would be."""

STEPS = 52
"""Moments of the coming year at which a contract is asked whether it still runs."""

BLOCK = 4096


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is to come, a value a customer; NaN where it cannot be told.

    Attributes:
        orders: expected orders within a year, and their interval.
        money: expected revenue within a year, and its interval.
        next_days: days until the next order is as likely as not, for who still buys.
        alarm_days: days after the last order from which silence is alarming.
    """

    orders: Floats
    orders_low: Floats
    orders_high: Floats
    money: Floats
    money_low: Floats
    money_high: Floats
    next_days: Floats
    alarm_days: Floats

    @classmethod
    def unknown(cls, count: int, **known: Floats) -> Self:
        """Nothing but what is known."""
        return cls(**{each.name: known.get(each.name, np.full(count, np.nan)) for each in fields(cls)})


class PurchaseOutlook:
    """A purchase process and what customers spend by purchase.

    Attributes:
        process: fitted to everyone's history.
        spending: fitted to those with repeat purchases; None without amounts.
        typical: mean of what a purchase brings; for customers of whom no repeat purchase is known, without amounts NaN.
    """

    def __init__(self, process: "PurchaseProcess", spending: GammaGamma | None) -> None:
        self.process = process
        self.spending = spending

    def of(self, frame: Any) -> Outlook:
        """What is to come from customers with ``frequency``, ``recency``, ``T`` and ``monetary_value``."""
        expected = self.process.expected_purchases(frame, YEAR)
        low, high = self.process.purchase_interval(frame, YEAR, LEVEL)
        next_days, alarm_days = self._moments(frame)
        known = {"orders": expected, "orders_low": low, "orders_high": high}
        known |= {"next_days": next_days, "alarm_days": alarm_days}
        revenue = self._revenue(frame, expected)
        if revenue is not None:
            money_low, money_high = (revenue.at(level) for level in LEVELS)
            known |= {"money": revenue.mean, "money_low": money_low, "money_high": money_high}
        return Outlook.unknown(len(expected), **known)

    def revenue(self, frame: Any) -> PurchaseRevenue | None:
        """What customers may bring within a year; None without amounts."""
        return self._revenue(frame, self.process.expected_purchases(frame, YEAR))

    def _revenue(self, frame: Any, expected: Floats) -> PurchaseRevenue | None:
        if self.spending is None:
            return None
        spent = _spent(frame)
        value = self.spending.expected_value(spent)
        spread = np.minimum(self.spending.value_variance(spent), value**2)
        within = value**2 / self.spending.params_["p"]
        never, squares = _counts(self.process, frame, expected)
        variance = expected * within + squares * spread + (squares - expected**2) * value**2
        return PurchaseRevenue.of(never, expected * value, variance)

    def _moments(self, frame: Any) -> tuple[Floats, Floats]:
        """Median wait of who is there, and the silence after the last order that few of the own gaps outlast.

        Given the past, rates of purchase are gamma (r + x, alpha + T), so waits have Pareto's second distribution.
        Source: P. Fader, B. Hardie, K. Lee (2005), "Counting your customers" the easy way, Marketing Science 24.
        """
        r, alpha = self.process.params_["r"], self.process.params_["alpha"]
        shape = r + numbers(frame, "frequency")
        now, last = alpha + numbers(frame, "T"), alpha + numbers(frame, "recency")
        with np.errstate(over="ignore"):
            return now * np.expm1(np.log(2) / shape), last * np.expm1(-np.log1p(-ALARM) / shape)


def _counts(process: "PurchaseProcess", frame: Any, expected: Floats) -> tuple[Floats, Floats]:
    """Chance of no purchase within a year, and the mean of the square of their number."""
    never, squares = np.empty_like(expected), np.empty_like(expected)
    order = np.argsort(expected)
    columns = {name: numbers(frame, name) for name in ("frequency", "recency", "T")}
    for block in np.split(order, range(BLOCK, len(order), BLOCK)):
        if len(block):
            most = int(4 * expected[block[-1]] + 20)
            part = {name: column[block] for name, column in columns.items()}
            chances = process.purchase_probabilities(part, YEAR, most)
            never[block], squares[block] = chances[:, 0], chances @ np.arange(most + 1.0) ** 2
    return never, np.maximum(squares, expected**2)


class ContractOutlook:
    """How long customers will stay, and what they pay as long as they do.

    Attributes:
        lifetimes: fitted to everyone who was ever under contract.
        changes: equally likely answers to how many times its price at the start a contract brings in a year.
    """

    def __init__(self, lifetimes: Remaining, changes: Floats = UNCHANGED) -> None:
        self.lifetimes = lifetimes
        self.changes = changes

    def of(self, frame: "pa.Table") -> Outlook:
        """What is to come from the customers of a frame with ``duration``, ``monthly_price`` and covariates."""
        revenue = self.revenue(frame)
        low, high = (revenue.at(level) for level in LEVELS)
        return Outlook.unknown(frame.num_rows, money=revenue.mean, money_low=low, money_high=high)

    def revenue(self, frame: "pa.Table") -> ContractRevenue:
        """What customers may bring within a year.

        Customers who stayed as long and leave as likely are alike, so each kind is looked at once.
        """
        duration, risk = numbers(frame, "duration"), self.lifetimes.probability_of_leaving(frame, YEAR)
        kinds, place = distinct(duration, risk)
        some = np.empty(len(kinds[0]), dtype=np.intp)
        some[place] = np.arange(len(place))
        ends = np.arange(STEPS + 1) / STEPS
        kind = frame.take(some)
        gone = [self.lifetimes.probability_of_leaving(kind, YEAR * end) for end in ends[1:]]
        leaves = np.diff(np.stack([np.zeros(len(some)), *gone, np.ones(len(some))], axis=1), axis=1)
        # Who leaves within a step does so at its middle; the others pay for the whole year.
        stays = np.append((ends[1:] + ends[:-1]) / 2, 1.0)
        return ContractRevenue.of(stays, leaves, self.changes, place, 12 * numbers(frame, "monthly_price"))


def purchase_outlook(process: "PurchaseProcess", histories: Any) -> PurchaseOutlook:
    """The outlook of a fitted process; ``histories`` has ``frequency`` and perhaps ``monetary_value`` of customers."""
    return PurchaseOutlook(process, _spending(histories) if has(histories, "monetary_value") else None)


def _spending(histories: Any) -> GammaGamma | None:
    try:
        return GammaGamma().fit(_spent(histories))
    except InvalidValue:
        return None


def _spent(histories: Any) -> dict[str, Floats]:
    """Repeat purchases and what they bring; free and refunded days say nothing of it, as if there were none."""
    frequency, value = numbers(histories, "frequency"), numbers(histories, "monetary_value")
    is_told = (frequency > 0) & (value > 0)
    return {"frequency": np.where(is_told, frequency, 0.0), "monetary_value": np.where(is_told, value, np.nan)}


def contract_outlook(now: Snapshot, changes: Floats = UNCHANGED) -> ContractOutlook:
    """The outlook of everyone who was ever under contract; ``changes`` are those of `ContractOutlook`."""
    assert now.population is not None  # noqa: S101 - contracts have lives
    return ContractOutlook(_lifetimes(now.population()), changes)


def _lifetimes(lives: Any) -> Remaining:
    """How long customers stay, by what is known of them; where nothing tells them apart, one curve for all."""
    try:
        return WeibullRegression(covariates=covariates_of(lives)).fit(lives)
    except (InvalidValue, NoConvergence):
        return KaplanMeier().fit(lives)
