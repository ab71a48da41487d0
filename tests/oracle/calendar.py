"""Days and periods of the company, the slow and plain way: asked of Python's time zones one instant at a time."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo


@cache
def day_of(instant: datetime, zone: str) -> date:
    """The calendar day on the company's clock at a UTC instant."""
    return instant.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date()


@cache
def first_instant(day: date, zone: str) -> datetime:
    """The first UTC second at which the company's calendar shows this day or a later one."""
    noon = datetime.combine(day, datetime.min.time()) + timedelta(hours=12)
    before, after = noon - timedelta(days=3), noon + timedelta(days=3)
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        middle = middle.replace(microsecond=0) if middle.replace(microsecond=0) > before else after
        if middle == after:
            break
        if day_of(middle, zone) >= day:
            after = middle
        else:
            before = middle
    return after


@cache
def period_of(day: date, by: str) -> date:
    """First day of the period that holds a day."""
    if by == "day":
        return day
    if by == "week":
        return day - timedelta(days=day.isoweekday() - 1)
    if by == "month":
        return day.replace(day=1)
    if by == "quarter":
        return day.replace(day=1, month=(day.month - 1) // 3 * 3 + 1)
    return day.replace(day=1, month=1)


@cache
def next_period(first: date, by: str) -> date:
    """First day of the period after the one that begins on this day."""
    longest = {"day": 1, "week": 7, "month": 31, "quarter": 92, "year": 366}[by]
    later = first
    for _ in range(longest):
        later += timedelta(days=1)
        if period_of(later, by) != first:
            break
    return later


def previous_period(first: date, by: str) -> date:
    """First day of the period before the one that begins on this day."""
    return period_of(first - timedelta(days=1), by)


def last_day(first: date, by: str) -> date:
    """Last day of the period that begins on this day."""
    return next_period(first, by) - timedelta(days=1)


def periods(first: date, last: date, by: str) -> list[date]:
    """All periods from one to another, both included."""
    found = []
    while first <= last:
        found.append(first)
        first = next_period(first, by)
    return found
