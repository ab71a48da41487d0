"""Distinct purchase histories of a frame of customers, with counts."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from vernost.errors import InvalidValue
from vernost.predict.frames import has, numbers
from vernost.predict.processes.distinct import Floats, Places, distinct, total_by


@dataclass(frozen=True, slots=True)
class Histories:
    """What is known of customers, each history once.

    Attributes:
        frequency: repeat purchases, x in the papers.
        recency: time from the first to the last purchase, t_x.
        span: time from the first purchase to today, T (or n occasions).
        weight: how many customers have this history.
        place: for each row of the frame, which history it has.
    """

    frequency: Floats
    recency: Floats
    span: Floats
    weight: Floats
    place: Places

    @classmethod
    def of(cls, frame: Any) -> "Histories":
        """Read and check the columns frequency, recency, T and, if there, weight."""
        columns = [numbers(frame, name) + 0.0 for name in ("frequency", "recency", "T")]  # no negative zeros
        rows, place = distinct(*columns)
        _check(*rows)
        weight = total_by(place, weights(frame), len(rows[0]))
        frequency, recency, span = rows
        return cls(frequency, recency, span, weight, place)

    @property
    def count(self) -> float:
        """How many customers there are."""
        return float(self.weight.sum())

    def standing(self) -> tuple[Floats, Floats, Places]:
        """Distinct pairs of frequency and span, all that matters for a customer known to be alive; place of each."""
        (frequency, span), place = distinct(self.frequency, self.span)
        return frequency, span, place

    def part(self, chosen: Places) -> "Histories":
        """Some of the histories, each for itself."""
        return Histories(
            frequency=self.frequency[chosen],
            recency=self.recency[chosen],
            span=self.span[chosen],
            weight=self.weight[chosen],
            place=np.arange(len(chosen)),
        )

    def check_learnable(self) -> None:
        """Refuse histories from which no process can be learnt."""
        if not self.count:
            raise InvalidValue("The frame has no customers. A purchase process learns from at least two with a repeat.")
        if (self.frequency != np.rint(self.frequency)).any():
            raise InvalidValue("frequency holds parts of purchases. It must be the whole number of repeat purchases.")
        repeats = (self.frequency > 0) & (self.weight > 0)
        if not repeats.any():
            raise InvalidValue(
                "No customer bought twice, so nothing tells how often they buy. Wait for repeat purchases, or count "
                "days in a longer history."
            )
        if (self.recency[repeats] <= 0).any():
            raise InvalidValue(
                "recency is 0 for a customer with repeat purchases. Purchases of one day count once: merge them."
            )


def _check(frequency: Floats, recency: Floats, span: Floats) -> None:
    for name, values in (("frequency", frequency), ("recency", recency), ("T", span)):
        if not np.isfinite(values).all():
            raise InvalidValue(
                "{name} has empty or infinite values. Leave these customers out or fill them.", name=name
            )
        if (values < 0).any():
            raise InvalidValue("{name} is {value}, must not be below 0.", name=name, value=float(values.min()))
    if (recency > span).any():
        raise InvalidValue(
            "recency is beyond T for a customer: the last purchase lies after today. Check both columns."
        )
    if (recency[frequency == 0] > 0).any():
        raise InvalidValue("recency is above 0 for a customer without repeat purchases; it must be 0 there.")


def weights(frame: Any) -> Floats | None:
    """How many customers each row of a frame stands for; None where each is one."""
    if not has(frame, "weight"):
        return None
    weight = numbers(frame, "weight")
    if not (np.isfinite(weight).all() and (weight >= 0).all()):
        raise InvalidValue("weight must be a number of customers, 0 or more, in each row.")
    return weight
