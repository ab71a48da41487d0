"""What the customers of a log do, in the numbers that a made-up company of the same kind has to share."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from vernost.sources.synthetic.columns import Array

FITTING_DAYS = 28.0
"""Customers seen for less say nothing about when they stop."""


@dataclass(frozen=True)
class Histories:
    """Histories of buyers, equal ones counted together. Days are whole, from the first of the span.

    Attributes:
        first: day of the first order.
        last: day of the last order.
        orders: how many.
        buyers: with this history.
        days: length of the span.
    """

    first: Array
    last: Array
    orders: Array
    buyers: Array
    days: int

    @property
    def buyer_count(self) -> int:
        """All buyers."""
        return int(self.buyers.sum())

    @property
    def orders_mean(self) -> float:
        """Orders of a buyer."""
        return float(np.dot(self.orders, self.buyers) / self.buyers.sum())

    def share(self, least: int, most: float = np.inf) -> float:
        """Share of buyers with so many orders.

        >>> one, two = np.array([0, 3]), np.array([1, 4])
        >>> Histories(one, one, two, two, 9).share(2)
        0.8
        """
        return float(self.buyers[(self.orders >= least) & (self.orders <= most)].sum() / self.buyers.sum())

    @property
    def recency(self) -> float:
        """Where in the time since their first order the last one of those who came back lies, on average: 0..1."""
        seen = self.days - self.first
        known = (self.orders > 1) & (seen > FITTING_DAYS)
        if not known.any():
            return 0.0
        place = (self.last - self.first)[known] / seen[known]
        return float(np.average(place, weights=self.buyers[known]))


@dataclass(frozen=True)
class Worth:
    """What orders are worth, in the money of the log.

    Attributes:
        mean: of an order.
        median: of an order.
        within: variance of the logarithm among the orders of one customer.
        between: variance of the logarithm among the means of customers.
    """

    mean: float
    median: float
    within: float
    between: float


@dataclass(frozen=True)
class Portrait:
    """What the customers of a log do.

    Attributes:
        first_day: of the orders, by the company's clock.
        last_day: of the orders.
        histories: of its buyers.
        by_day: orders on each day.
        by_hour: shares of the 24 hours; empty when the log knows days only.
        worth: of orders.
        lines: lines of an order; NaN when the log has none.
        refunds: refunds for each order.
        refunded: share of an order's money that a refund gives back.
        cancelled: share of orders that did not come about.
        channels: share of orders by channel.
        delivered: channels whose orders have a promised day.
        acquisition: share of buyers, their repeat orders against the average, and cost, by channel.
    """

    first_day: date
    last_day: date
    histories: Histories
    by_day: Array
    by_hour: Array
    worth: Worth
    lines: float
    refunds: float
    refunded: float
    cancelled: float
    channels: dict[str, float]
    delivered: tuple[str, ...]
    acquisition: dict[str, tuple[float, float, float]]

    @property
    def weekdays(self) -> Array:
        """Share of orders by weekday, Monday first."""
        day = (np.arange(self.by_day.size) + self.first_day.weekday()) % 7
        return np.bincount(day, weights=self.by_day, minlength=7) / self.by_day.sum()

    @property
    def month_of_day(self) -> Array:
        """Months of the days, counted from year 0."""
        days = np.datetime64(self.first_day, "D") + np.arange(self.by_day.size)
        return days.astype("datetime64[M]").astype(int) + 1970 * 12

    @property
    def months(self) -> dict[str, float]:
        """Share of orders by month of the span."""
        months = self.month_of_day
        counts = np.bincount(months - months[0], weights=self.by_day) / self.by_day.sum()
        names = [f"{place // 12}-{place % 12 + 1:02d}" for place in range(months[0], months[-1] + 1)]
        return dict(zip(names, counts.tolist(), strict=True))


def last_of_months(first: date, last: date) -> int:
    """Whole months, ending with the last day, that hold both days."""
    after = last + timedelta(days=1)
    months = after.year * 12 + after.month - first.year * 12 - first.month
    return max(months + (first.day < after.day), 1)
