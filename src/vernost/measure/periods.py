"""Calendar periods and the company's clock, the same on every engine.

A period is carried through expressions as a whole number (its index), which adds and compares as numbers do, and
is turned into the date of its first day at the end.
"""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from vernost.errors import InvalidValue

if TYPE_CHECKING:
    import ibis.expr.types as ir

EPOCH = date(1970, 1, 1)
_MONTHS_IN = {"month": 1, "quarter": 3, "year": 12}


class Grain(Enum):
    """Length of a calendar period."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"

    def index_of(self, day: date) -> int:
        """Index of the period that holds a day.

        >>> Grain.MONTH.index_of(date(2024, 2, 29)) - Grain.MONTH.index_of(date(2023, 12, 31))
        2
        """
        if self is Grain.DAY:
            return day_number(day)
        if self is Grain.WEEK:
            return (day_number(day) + 3) // 7
        return (day.year * 12 + day.month - 1) // _MONTHS_IN[self.value]

    def first_day(self, index: int) -> date:
        """First day of a period; ISO weeks begin on Monday.

        >>> Grain.WEEK.first_day(Grain.WEEK.index_of(date(2026, 11, 24)))
        datetime.date(2026, 11, 23)
        """
        if self is Grain.DAY:
            return EPOCH + timedelta(days=index)
        if self is Grain.WEEK:
            return EPOCH + timedelta(days=index * 7 - 3)
        months = index * _MONTHS_IN[self.value]
        return date(months // 12, months % 12 + 1, 1)

    def last_day(self, index: int) -> date:
        """Last day of a period.

        >>> Grain.QUARTER.last_day(Grain.QUARTER.index_of(date(2024, 2, 1)))
        datetime.date(2024, 3, 31)
        """
        return self.first_day(index + 1) - timedelta(days=1)

    def index(self, local: "ir.TimestampValue") -> "ir.IntegerValue":
        """Index of the period of a local time, as an expression."""
        if self is Grain.DAY:
            return days(local)
        if self is Grain.WEEK:
            return floor_divide(days(local) + 3, 7)
        year = local.year().cast("int64")
        if self is Grain.YEAR:
            return year
        if self is Grain.QUARTER:
            return year * 4 + local.quarter().cast("int64") - 1
        return year * 12 + local.month().cast("int64") - 1

    def start(self, index: "ir.IntegerValue") -> "ir.DateValue":
        """First day of a period, as an expression."""
        import ibis

        if self is Grain.DAY:
            return ibis.date(EPOCH.isoformat()) + index.cast("int32").as_interval("D")
        if self is Grain.WEEK:
            return ibis.date(EPOCH.isoformat()) + (index * 7 - 3).cast("int32").as_interval("D")
        months = index * _MONTHS_IN[self.value]
        year, month = floor_divide(months, 12), months % 12 + 1
        return ibis.date(year.cast("int32"), month.cast("int32"), ibis.literal(1).cast("int32"))


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH).days


def days(local: "ir.TimestampValue") -> "ir.IntegerValue":
    """Days since 1970-01-01 of a local time, as an expression."""
    import ibis

    # By dates: DuckDB rounds the last half second of a day up when seconds become a whole number.
    return local.date().delta(ibis.date(EPOCH.isoformat()), unit="day").cast("int64")


def just_before(instant: "ir.TimestampValue") -> "ir.TimestampValue":
    """The last instant before another, as an expression; before a day's first instant it is still the day before."""
    import ibis

    return instant - ibis.interval(microseconds=1)


def whole_seconds(instant: "ir.TimestampValue") -> "ir.IntegerValue":
    """Whole seconds since 1970 of an instant, as an expression."""
    # Cut off first: engines differ in how they round.
    return instant.truncate("s").epoch_seconds().cast("int64")


def floor_divide(top: "ir.IntegerValue", bottom: int) -> "ir.IntegerValue":
    """Whole division that rounds down, also below 0, alike on every engine."""
    return (top.cast("float64") / bottom).floor().cast("int64")


@dataclass(frozen=True, slots=True)
class Clock:
    """The company's clock over the span of its facts.

    The rules of the zone are Python's and travel with the question as plain numbers, so that no engine's own table of
    time zones can change an answer.

    Attributes:
        zone: name of the time zone.
        changes: UTC instants at which the offset changes, increasing.
        offsets: seconds east of UTC before the first change, then after each.
    """

    zone: str
    changes: tuple[datetime, ...]
    offsets: tuple[int, ...]

    @classmethod
    def over(cls, zone: str, first: datetime, last: datetime) -> "Clock":
        """The clock between two UTC instants (naive)."""
        return _clock(check_zone(zone), first, last)

    def local(self, instant: "ir.TimestampValue") -> "ir.TimestampValue":
        """A UTC instant on the company's clock, as an expression without a zone."""
        import ibis

        if self.offsets == (0,):
            return instant
        shifted = [instant + ibis.interval(seconds=offset) for offset in self.offsets]
        if not self.changes:
            return shifted[0]
        branches = [
            (instant < ibis.timestamp(change.isoformat(sep=" ")), value)
            for change, value in zip(self.changes, shifted, strict=False)
        ]
        return ibis.cases(*branches, else_=shifted[-1])

    def day_of(self, instant: datetime) -> date:
        """Local calendar day of a UTC instant (naive)."""
        return (instant + timedelta(seconds=self.offsets[bisect_right(self.changes, instant)])).date()


def check_zone(zone: str) -> str:
    """Refuse a time zone that does not exist.

    >>> check_zone("Europe/Moscow")
    'Europe/Moscow'
    """
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InvalidValue(
            "{zone!r} is not a time zone. Name one as in the IANA list, such as Europe/Moscow or UTC.", zone=zone
        ) from None
    return zone


def midnight(zone: str, day: date) -> datetime:
    """UTC instant (naive) at which a local day begins; after a gap at midnight, the first instant there is."""
    local = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
    return local.astimezone(UTC).replace(tzinfo=None)


def literal_of(instant: datetime) -> "ir.TimestampScalar":
    """An instant beside the columns of a table."""
    import ibis

    return ibis.timestamp(instant.isoformat(sep=" "))


def is_plain_midnight(zone: str, day: date) -> bool:
    """Whether a local day begins at 0:00 and sees it once.

    >>> is_plain_midnight("America/Sao_Paulo", date(2018, 11, 4))
    False
    """
    local = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
    shown = local.astimezone(UTC).astimezone(ZoneInfo(zone))
    return shown == local and local.utcoffset() == local.replace(fold=1).utcoffset()


@lru_cache(maxsize=256)
def _clock(zone: str, first: datetime, last: datetime) -> Clock:
    info = ZoneInfo(zone)

    def offset(instant: datetime) -> int:
        shift: Any = instant.replace(tzinfo=UTC).astimezone(info).utcoffset()
        return int(shift.total_seconds())

    changes: list[datetime] = []
    offsets = [offset(first)]
    step = timedelta(days=1)
    low = first
    while low < last:
        high = min(low + step, last)
        if offset(high) != offsets[-1]:
            changes.append(_change(offset, low, high))
            offsets.append(offset(high))
        low = high
    return Clock(zone, tuple(changes), tuple(offsets))


def _change(offset: Any, low: datetime, high: datetime) -> datetime:
    """The first second after ``low``, up to ``high``, that has the offset of ``high``."""
    low, high = low.replace(microsecond=0), high.replace(microsecond=0)
    after = offset(high)
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low).total_seconds() // 2)
        low, high = (low, middle) if offset(middle) == after else (middle, high)
    return high
