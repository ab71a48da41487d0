"""How long each customer has stayed, and whether that is over: what survival models learn from."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from vernost.errors import InvalidValue
from vernost.predict.frames import has, numbers

Floats = NDArray[np.float64]

COLUMNS = ("duration", "event", "weight", "entry")
"""Columns of a frame that say how long somebody stayed; all others may explain it."""


@dataclass(frozen=True, slots=True)
class Lives:
    """Durations, checked.

    Attributes:
        duration: how long each stayed, to the end or until last seen.
        event: 1 where it ended, 0 where it goes on.
        weight: how many customers each row stands for; None for one.
        entry: how long each had already stayed when first seen; None when all were seen from their start.
    """

    duration: Floats
    event: Floats
    weight: Floats | None = None
    entry: Floats | None = None

    @classmethod
    def read(cls, frame: Any) -> Self:
        """The columns ``duration``, ``event`` and, where there are, ``weight`` and ``entry`` of a frame."""
        lives = cls(
            known(frame, "duration"),
            known(frame, "event"),
            known(frame, "weight") if has(frame, "weight") else None,
            known(frame, "entry") if has(frame, "entry") else None,
        )
        lives._check()
        return lives

    def _check(self) -> None:
        if not len(self.duration):
            raise InvalidValue("The frame has no rows. Give one a customer.")
        if self.duration.min() < 0:
            raise InvalidValue(
                "duration is negative in {count} rows. Leave out what ends before it starts.",
                count=int((self.duration < 0).sum()),
            )
        if not ((self.event == 0) | (self.event == 1)).all():
            raise InvalidValue("event must be 1 for who has left and 0 for who stays. Other values were found in it.")
        if self.weight is not None and (self.weight.min() < 0 or not self.weight.any()):
            raise InvalidValue(
                "weight must not be negative, nor 0 everywhere. Say how many customers a row stands for."
            )
        if self.entry is not None and not ((self.entry >= 0) & (self.entry < self.duration)).all():
            raise InvalidValue(
                "entry must lie between 0 and duration, before it. Leave out who was not seen before the end."
            )
        if not (self.event if self.weight is None else self.event * self.weight).any():
            raise InvalidValue(
                "Nobody in the frame has left, so it does not show how long customers stay. Take a longer history."
            )
        if not self.duration.any():
            raise InvalidValue("Every duration is 0. Measure time in smaller units, or take a longer history.")


def known(frame: Any, column: str) -> Floats:
    """A column of numbers without a gap."""
    try:
        values = numbers(frame, column)
    except (TypeError, ValueError) as error:
        raise InvalidValue("{column} must hold numbers, and holds something else.", column=column) from error
    unknown = len(values) - int(np.isfinite(values).sum())
    if unknown:
        raise InvalidValue(
            "{column} is missing or not finite in {count} of {total} rows. Fill or drop them.",
            column=column,
            count=unknown,
            total=len(values),
        )
    return values
