"""When things happen: a rate that changes with the month, the weekday and the hour, and times drawn by it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from vernost.sources.synthetic.columns import Array
from vernost.sources.synthetic.preset import Calendar

HOURS = 24


@dataclass(frozen=True)
class Season:
    """A rhythm over a span, hour by hour, whose mean over a plain year is 1.

    Time rescaling: a process of constant rate in *work* has this rhythm in time. Instants are days since the start of
    the span, in UTC.

    Attributes:
        work: work done up to the start of each hour of the span; one more than there are hours.
    """

    work: Array

    @property
    def days(self) -> float:
        """Length of the span."""
        return (self.work.size - 1) / HOURS

    def worked(self, at: Array) -> Array:
        """Work done up to an instant."""
        return np.interp(np.asarray(at) * HOURS, np.arange(self.work.size), self.work)

    def instants(self, work: Array) -> Array:
        """When so much work is done."""
        return np.interp(work, self.work, np.arange(self.work.size)) / HOURS


def season_of(calendar: Calendar, start: datetime, end: datetime, *, utc_offset_hours: int) -> Season:
    """The rhythm of a calendar between two midnights; its hours are those of a clock so far from UTC."""
    count = round((end - start) / timedelta(hours=1))
    local = np.datetime64(start, "h") + np.arange(count) + np.timedelta64(utc_offset_hours, "h")
    days = local.astype("datetime64[D]").astype(int)
    months = local.astype("datetime64[M]").astype(int) % 12
    parts = (
        _around_one(calendar.months)[months],
        _around_one(calendar.weekdays)[(days + 3) % 7],  # the first day of 1970 was a Thursday
        _around_one(calendar.hours)[local.astype(int) % HOURS],
    )
    return Season(np.concatenate([[0.0], np.cumsum(np.prod(parts, axis=0) / HOURS)]))


def _around_one(weights: tuple[float, ...]) -> Array:
    return np.array(weights) / np.mean(weights)
