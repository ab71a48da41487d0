"""Working hours the slow and plain way: quarters of an hour, each looked up on the clock on the wall."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from functools import cache
from zoneinfo import ZoneInfo

from tests.oracle.dice import Dice
from tests.oracle.logs import AWKWARD

QUARTER = timedelta(minutes=15)
NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

Week = tuple[tuple[tuple[str, str], ...], ...]


def working_hours(start: datetime, end: datetime, zone: str, written: str) -> Fraction:
    """Hours of work between two UTC instants in whole seconds; none when the second comes first."""
    start, end = start.replace(microsecond=0), end.replace(microsecond=0)
    seconds = 0
    quarter = start.replace(minute=start.minute // 15 * 15, second=0)
    while quarter < end:
        if is_working(quarter, zone, written):
            seconds += int((min(quarter + QUARTER, end) - max(quarter, start)).total_seconds())
        quarter += QUARTER
    return Fraction(seconds, 3600)


@cache
def is_working(instant: datetime, zone: str, written: str) -> bool:
    """Whether people work while the clock shows what it shows at a UTC instant."""
    week, off = read(written)
    local = instant.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
    shown = f"{local:%H:%M}"
    return local.date() not in off and any(start <= shown < end for start, end in week[local.weekday()])


@cache
def read(written: str) -> tuple[Week, frozenset[date]]:
    """Each day of the week in a part of its own, then the days off."""
    *days, off = written.split("; ")
    week: list[tuple[tuple[str, str], ...]] = [()] * 7
    for day in days:
        name, spans = day.split(" ")
        week[NAMES.index(name)] = tuple((span[:5], span[6:]) for span in spans.split(","))
    return tuple(week), frozenset(map(date.fromisoformat, off.removeprefix("off ").split(",")))


def random_hours(dice: Dice) -> str:
    """Hours of a week, with breaks, nights and days off, and holidays at the beginning of any random log."""
    parts = [f"{NAMES[0]} {_spans(dice)}"]
    parts += [f"{name} {_spans(dice)}" for name in NAMES[1:] if dice.chance(65)]
    off = {start + timedelta(days=dice.integer(0, 5)) for start, _ in AWKWARD}
    return "; ".join([*parts, "off " + ",".join(map(str, sorted(off)))])


def _spans(dice: Dice) -> str:
    """Up to three spans of a day, in quarters of an hour; two of them may touch."""
    edges = sorted({dice.pick([36, 0, 4, 8, 9, 10, 96]), *(dice.integer(0, 96) for _ in range(dice.integer(1, 5)))})
    edges = edges if len(edges) > 1 else [36, 72]
    pairs = list(zip(edges[::2], edges[1::2], strict=False))
    return ",".join(f"{_clock(start)}-{_clock(end)}" for start, end in pairs)


def _clock(quarters: int) -> str:
    return f"{quarters // 4:02}:{quarters % 4 * 15:02}"
