"""What a customer may bring within a year: its mean, its bounds, and how likely it is to stay below a sum."""

from dataclasses import dataclass

import numpy as np
from scipy.special import gammainc, gammaincinv

from vernost.predict.processes.distinct import Floats, Places

HALF_CENT = 0.005


@dataclass(frozen=True, slots=True)
class PurchaseRevenue:
    """Money that is nothing with some chance, and otherwise gamma; a value a customer.

    Attributes:
        never: chance of nothing.
        shape: of the gamma distribution of what comes otherwise.
        scale: of the same.
    """

    never: Floats
    shape: Floats
    scale: Floats

    @classmethod
    def of(cls, never: Floats, mean: Floats, variance: Floats) -> "PurchaseRevenue":
        """Money with this mean and variance, nothings among it."""
        comes = np.maximum(1 - never, 1e-12)
        mean_then = mean / comes
        least = 1e-12 * np.maximum(mean_then, 1e-12) ** 2
        variance_then = np.maximum((variance + mean**2) / comes - mean_then**2, least)
        shape = mean_then**2 / variance_then
        return cls(never, shape, mean_then / shape)

    @property
    def mean(self) -> Floats:
        """Expected money."""
        return np.maximum(1 - self.never, 1e-12) * self.shape * self.scale

    def at(self, level: float) -> Floats:
        """The money that no more than this share of futures stays below."""
        place = np.clip((level - self.never) / np.maximum(1 - self.never, 1e-12), 0.0, 1.0)
        return np.where(level <= self.never, 0.0, gammaincinv(self.shape, place) * self.scale)

    def below(self, money: Floats) -> tuple[Floats, Floats]:
        """Chance that a customer brings less than this money, and that of no more than it."""
        comes = (1 - self.never) * gammainc(self.shape, np.maximum(money, 0.0) / self.scale)
        is_nothing = money <= 0
        return np.where(is_nothing, 0.0, self.never + comes), np.where(is_nothing, self.never, self.never + comes)


@dataclass(frozen=True, slots=True)
class ContractRevenue:
    """Money in proportion to today's price: some years' worth of it, each with a chance that kinds of customers have.

    Attributes:
        years: that may be brought, rising.
        reached: chance of no more than these, a row a kind.
        kind: of each customer.
        yearly: today's price of a year, by customer.
    """

    years: Floats
    reached: Floats
    kind: Places
    yearly: Floats

    @classmethod
    def of(cls, stays: Floats, leaves: Floats, changes: Floats, kind: Places, yearly: Floats) -> "ContractRevenue":
        """Money of customers who stay for one of these parts of a year, while prices drift to what they are then.

        Args:
            stays: parts of a year.
            leaves: chance of each, a row a kind.
            changes: equally likely answers to how many times its price a contract brings in a whole year.
            kind: of each customer.
            yearly: today's price of a year, by customer.
        """
        years = (stays[:, None] * (1 + (changes - 1) * stays[:, None])).ravel()
        order = np.argsort(years)
        chances = leaves[:, order // len(changes)] / len(changes)
        return cls(years[order], np.cumsum(chances, axis=1), kind, yearly)

    @property
    def mean(self) -> Floats:
        """Expected money."""
        return (np.diff(self.reached, axis=1, prepend=0.0) @ self.years)[self.kind] * self.yearly

    def at(self, level: float) -> Floats:
        """The money that no more than this share of futures stays below."""
        place = np.minimum((self.reached < level).sum(axis=1), len(self.years) - 1)
        return self.years[place][self.kind] * self.yearly

    def below(self, money: Floats) -> tuple[Floats, Floats]:
        """Chance that a customer brings less than this money, and that of no more than it."""
        with np.errstate(divide="ignore", invalid="ignore"):
            less, most = ((money + margin) / self.yearly for margin in (-HALF_CENT, HALF_CENT))
        reached = np.pad(self.reached, ((0, 0), (1, 0)))
        return (
            reached[self.kind, np.searchsorted(self.years, less)],
            reached[self.kind, np.searchsorted(self.years, most, side="right")],
        )
