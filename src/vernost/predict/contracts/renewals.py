"""Contracts that come up for renewal again and again: how many were renewed, and how many ended, at each turn."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from vernost.errors import InvalidValue
from vernost.predict.contracts.lives import Floats, known
from vernost.predict.frames import has
from vernost.predict.processes.distinct import total_by

MOST_PERIODS = 100_000
"""More periods than this are days or seconds, not contracts."""


@dataclass(frozen=True, slots=True)
class Standings:
    """Where each customer stands.

    Attributes:
        renewed: how often the contract was renewed.
        has_left: whether it ended at the renewal after that.
    """

    renewed: Floats
    has_left: NDArray[np.bool_]

    @classmethod
    def read(cls, frame: Any) -> Self:
        """The columns ``recency`` and ``T`` of a frame, or ``frequency`` and ``T``.

        ``recency`` is the number, from 1, of the last period that a customer paid for, and ``T`` that of the present
        one. ``frequency`` is how often a customer renewed, and ``T`` how often they could have. Without either column
        everybody is still here.
        """
        name = next((name for name in ("recency", "frequency") if has(frame, name)), "T")
        first = 0 if name == "frequency" else 1
        end = known(frame, "T")
        last = known(frame, name)
        for column, values in ((name, last), ("T", end)):
            if not (values == np.rint(values)).all():
                raise InvalidValue(
                    "{column} must be whole numbers of periods. Count contracts, not days.", column=column
                )
        if not ((last >= first) & (last <= end)).all():
            raise InvalidValue(
                "{column} must lie between {first} and T for each customer. Check both columns.",
                column=name,
                first=first,
            )
        if last.max(initial=0) > MOST_PERIODS:
            raise InvalidValue(
                "{column} is {value:g}, which is no number of contracts. Count periods, not days.",
                column=name,
                value=last.max(),
            )
        return cls(last - first, last < end)


@dataclass(frozen=True, slots=True)
class Turns:
    """What happened at the first renewal, the second, and so on.

    Attributes:
        stayed: customers who renewed.
        left: customers who did not.
    """

    stayed: Floats
    left: Floats

    @classmethod
    def read(cls, frame: Any) -> Self:
        """Count a frame of customers, each once or as often as its ``weight`` says."""
        standings = Standings.read(frame)
        weight: Floats = known(frame, "weight") if has(frame, "weight") else np.ones(len(standings.renewed))
        if (weight < 0).any():
            raise InvalidValue("weight must not be negative. Say how many customers a row stands for.")
        renewed = standings.renewed.astype(np.intp)
        seen = int((renewed + standings.has_left).max(initial=0))
        ended = total_by(renewed, weight * standings.has_left, seen + 1)[:seen]
        stopped = total_by(renewed, weight, seen + 1)
        return cls(stopped[:0:-1].cumsum()[::-1], ended)

    @property
    def size(self) -> float:
        """Customers who have come up for renewal."""
        return float(self.stayed[:1].sum() + self.left[:1].sum())

    @property
    def retention(self) -> float:
        """Share of all renewals that were made."""
        return float(self.stayed.sum() / (self.stayed.sum() + self.left.sum()))

    def check_learnable(self, least: int) -> None:
        """Refuse what does not tell so many parameters."""
        if not self.size:
            raise InvalidValue("No contract has come up for renewal yet. Wait for the first renewals.")
        if not self.left.any():
            raise InvalidValue(
                "Nobody has left at a renewal, so there is no loss to learn from. Take a longer history."
            )
        if not self.stayed.any():
            raise InvalidValue("Nobody has renewed, so there is no retention to learn from. Take a longer history.")
        if len(self.left) < least:
            raise InvalidValue(
                "Customers came up for renewal at most {count} times, and it takes {least} to tell how retention "
                "changes. Take a longer history, or shorter periods.",
                count=len(self.left),
                least=least,
            )
