"""Kaplan-Meier curves in exact fractions, and what is read off them."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import exp, log, sqrt

from tests.oracle.intervals import Z
from tests.oracle.world import Row

Life = tuple[int, bool]
"""How many days something lasted, and whether it was over then; if not, it was last seen then."""


@dataclass
class Survivors:
    """The share that lasts longer than each time; what is last seen at a time was still at risk there."""

    lives: list[Life]

    @property
    def times(self) -> list[int]:
        return sorted({time for time, _ in self.lives})

    @property
    def end(self) -> int | None:
        return max(self.times, default=None)

    def at_risk(self, time: int) -> int:
        return sum(lasted >= time for lasted, _ in self.lives)

    def ended(self, time: int) -> int:
        return sum(lasted == time and is_over for lasted, is_over in self.lives)

    def share(self, time: int) -> Fraction:
        """S(t): the product of 1 - ended / at risk over all times up to this one."""
        value = Fraction(1)
        for other in self.times:
            if other <= time:
                value *= 1 - Fraction(self.ended(other), self.at_risk(other))
        return value

    def bands(self, time: int) -> tuple[float | None, float | None]:
        """Log-log bands by Greenwood's variance; none where nobody or everybody is left."""
        value = self.share(time)
        if not 0 < value < 1:
            return None, None
        pieces = [
            Fraction(self.ended(other), self.at_risk(other) * (self.at_risk(other) - self.ended(other)))
            for other in self.times
            if other <= time
        ]
        width = Z * sqrt(sum(pieces)) / abs(log(value))
        return float(value) ** exp(width), float(value) ** exp(-width)

    def rows(self) -> list[Row]:
        found = []
        for time in self.times:
            low, high = self.bands(time)
            found.append(
                {
                    "time": time,
                    "at_risk": self.at_risk(time),
                    "events": self.ended(time),
                    "value": float(self.share(time)),
                    "low": low,
                    "high": high,
                }
            )
        return found

    def median(self) -> int | None:
        """The first time at which no more than half last longer."""
        return next((time for time in self.times if self.share(time) <= Fraction(1, 2)), None)

    def restricted_mean(self) -> float | None:
        """The area under the curve up to the longest time seen."""
        if self.end is None:
            return None
        steps = [0, *self.times]
        areas = [
            (after - before) * (self.share(before) if before in self.times else Fraction(1))
            for before, after in pairwise(steps)
        ]
        return float(sum(areas))

    def lapse_window(self, returning: Fraction) -> int | None:
        """Smallest whole w with 1 - S(end) / S(w) below a share; where nobody is left nobody might return."""
        if self.end is None:
            return None
        last = self.share(self.end)
        return next(w for w in range(self.end + 1) if not self.share(w) or 1 - last / self.share(w) < returning)

    def days_to_return(self, part: Fraction) -> int | None:
        """The days within which this part of all that ever end has ended; None when none did."""
        if self.end is None or self.share(self.end) == 1:
            return None
        all_ends = 1 - self.share(self.end)
        return next(time for time in self.times if 1 - self.share(time) >= part * all_ends)


def survivors(lives: Iterable[Life]) -> Survivors:
    return Survivors(list(lives))
