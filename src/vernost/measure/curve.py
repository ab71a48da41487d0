"""How long something lasts: a Kaplan-Meier curve, what is read off it, and a test between curves."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import inf
from typing import TYPE_CHECKING, Any

from vernost import statistics
from vernost.measure.finding import Row

if TYPE_CHECKING:
    import numpy as np

    Numbers = np.ndarray[Any, Any]

_ROUNDING = 1e-9
"""A product of shares may miss an exact bound by so much."""

_LATE = 0.75
"""A window learnt from the last quarter of the time seen rests on too little."""


@dataclass(frozen=True)
class Curve:
    """The share that lasts longer than each time, with those not yet over as censored.

    Attributes:
        time: distinct whole times seen, increasing.
        events: how many were over at each.
        censored: how many were last seen at each, not over.
    """

    time: Sequence[int]
    events: Sequence[int]
    censored: Sequence[int]

    @classmethod
    def of(cls, rows: Iterable[Row], time: str) -> "Curve":
        """The curve of rows with ``events`` and ``censored`` by distinct time."""
        ordered = sorted(rows, key=lambda row: row[time])
        return cls(
            [row[time] for row in ordered], [row["events"] for row in ordered], [row["censored"] for row in ordered]
        )

    @cached_property
    def columns(self) -> "dict[str, Numbers]":
        """Columns time, at_risk, events, value, low, high."""
        return statistics.kaplan_meier(self.time, self.events, self.censored)

    @property
    def size(self) -> int:
        """How many were followed."""
        return sum(self.events) + sum(self.censored)

    @property
    def end(self) -> int | None:
        """The longest time seen."""
        return self.time[-1] if self.time else None

    def rows(self, time: str) -> list[Row]:
        """One row a time, numbers as Python's, what is not known as None."""
        names = ("at_risk", "events", "value", "low", "high")
        lists = [self.columns[name].tolist() for name in names]
        return [
            {time: at} | {name: _known(value) for name, value in zip(names, values, strict=True)}
            for at, *values in zip(self.time, *lists, strict=True)
        ]

    def time_below(self, share: float, *, of: str = "value") -> int | None:
        """The first time at which no more than this share lasts longer; None when that is not seen."""
        below = (self.columns[of] <= share + _ROUNDING).nonzero()[0]
        return self.time[below[0]] if below.size else None

    @property
    def median(self) -> tuple[int | None, int | None, int | None]:
        """Median with its interval, read off the bands (Brookmeyer and Crowley 1982, Biometrics 38, 29-41)."""
        return self.time_below(0.5), self.time_below(0.5, of="low"), self.time_below(0.5, of="high")

    @property
    def restricted_mean(self) -> tuple[float, float, float] | None:
        """Mean time up to the longest seen, with its interval; None of nothing."""
        return statistics.restricted_mean(self.columns) if self.time else None

    def lapse_window(self, returning_share: float) -> int | None:
        """The fewest whole days of silence after which less than this share still returns; None of nothing."""
        if not self.time:
            return None
        last = float(self.columns["value"][-1])
        if self.time[0] > 0 and 1 - last < returning_share - _ROUNDING:
            return 0
        lasting = zip(self.time, self.columns["value"].tolist(), strict=True)
        # After the last one has returned nobody is left who might.
        return next(at for at, silent in lasting if silent <= 0 or 1 - last / silent < returning_share - _ROUNDING)

    def is_unstable(self, window: int | None) -> bool:
        """Whether a lapse window rests on too little: nobody returned yet, or it lies near the longest time seen."""
        return window is None or not any(self.events) or window > _LATE * (self.end or 0)

    def days_to_return(self, share: float) -> int | None:
        """The days within which this share of those who return has returned; None when nobody did."""
        if not any(self.events):
            return None
        last = float(self.columns["value"][-1])
        return self.time_below(1 - share * (1 - last))


def curves(rows: Iterable[Row], keys: Sequence[str], time: str) -> dict[tuple[Any, ...], Curve]:
    """A curve by the values of the keys, in their order; null values last."""
    found: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        found.setdefault(tuple(row[name] for name in keys), []).append(row)
    ordered = sorted(found, key=lambda key: [(part is None, 0 if part is None else part) for part in key])
    return {key: Curve.of(found[key], time) for key in ordered}


def compare(strata: Iterable[Mapping[Any, Curve]]) -> dict[str, Any] | None:
    """Log-rank test of curves by group, within strata; None when fewer than two groups can be told apart."""
    import numpy as np

    tables = []
    strata = [stratum for stratum in strata if stratum]
    groups = sorted({group for stratum in strata for group in stratum}, key=str)
    for stratum in strata:
        times = sorted({time for curve in stratum.values() for time in curve.time})
        place = {time: number for number, time in enumerate(times)}
        events, censored = np.zeros((2, len(groups), len(times)))
        for number, group in enumerate(groups):
            curve = stratum.get(group, Curve((), (), ()))
            at = [place[time] for time in curve.time]
            events[number, at], censored[number, at] = curve.events, curve.censored
        tables.append((events, censored))
    statistic, degrees = statistics.logrank(tables)
    if degrees < 1:
        return None
    return {"statistic": statistic, "degrees": degrees, "p_value": statistics.chi_square_tail(statistic, degrees)}


def _known(value: float) -> float | None:
    return value if -inf < value < inf else None
