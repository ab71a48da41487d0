"""When a company works: hours of the week and holidays, as people write them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise
from typing import Literal

from vernost.errors import InvalidValue
from vernost.schema import YEARS

MINUTES_IN_DAY = 24 * 60
Span = tuple[int, int]
"""From and until, in minutes since midnight."""

DAYS: Mapping[Literal["en", "ru"], tuple[str, ...]] = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "ru": ("Пн", "Вт", "Ср", "Чт", "Пт", "Сб", "Вс"),
}
"""Days of the week as they are written, Monday first."""

_OFF = "off"
_PLACES = {name.lower(): place for names in DAYS.values() for place, name in enumerate(names)}
_SPAN = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """The hours of the week in which a company works, and the days on which it does not.

    An hour is a working one when the clock on the company's wall shows it so: where the clock springs forward over it
    there is none, and where it falls back there are two.

    >>> hours = WorkingHours.parse("Mon-Fri 09:00-13:00, 14:00-18:00; Sat 10:00-15:00", holidays=["2026-01-01"])
    >>> str(hours)
    'Mon-Fri 09:00-13:00,14:00-18:00; Sat 10:00-15:00; off 2026-01-01'
    >>> hours.week_told("ru")
    'Пн–Пт 09:00–13:00, 14:00–18:00; Сб 10:00–15:00'

    Attributes:
        week: spans of each day, Monday first, in minutes since midnight; one without a span is off.
        holidays: dates on which nobody works, whatever the day of the week.
    """

    week: tuple[tuple[Span, ...], ...]
    holidays: tuple[date, ...] = ()

    def __post_init__(self) -> None:
        if len(self.week) != len(DAYS["en"]):
            raise InvalidValue(
                "Working hours are of {count} days, must be of the 7 days of the week, Monday first.",
                count=len(self.week),
            )
        object.__setattr__(self, "week", tuple(map(_checked, self.week)))
        object.__setattr__(self, "holidays", tuple(sorted({checked_day(day) for day in self.holidays})))
        if not any(self.week):
            raise InvalidValue(
                "Working hours have no hour of work in the whole week. Name some, such as {example}.", example=EXAMPLE
            )

    @classmethod
    def parse(cls, text: str, *, holidays: Iterable[date | str] = ()) -> "WorkingHours":
        """Read working hours as people write them.

        Args:
            text: days with their spans, parted by semicolons: ``Mon-Fri 09:00-13:00,14:00-18:00; Sat 10:00-15:00``.
                A part ``off 2026-01-01,2026-01-02`` names holidays. Days may be written in Russian too: ``Пн-Пт``.
            holidays: further dates on which nobody works.
        """
        week: list[list[Span]] = [[] for _ in DAYS["en"]]
        off = list(holidays)
        for part in text.split(";"):
            days, _, rest = _plain(part).partition(" ")
            if days.lower() == _OFF:
                off += rest.split(",")
            elif days:
                spans = spans_in(rest) if rest else [_span(days, text)]
                for day in _days(days, text):
                    week[day] += spans
        return cls(tuple(map(tuple, week)), tuple(map(checked_day, off)))

    @classmethod
    def of(cls, given: "WorkingHours | str") -> "WorkingHours":
        """Working hours as they are, or as they are written."""
        return cls.parse(given) if isinstance(given, str) else given

    def __str__(self) -> str:
        """As `parse` reads them."""
        off = f"; {_OFF} {','.join(map(str, self.holidays))}" if self.holidays else ""
        return self._written("en", ",", "-") + off

    def week_told(self, language: Literal["en", "ru"]) -> str:
        """The week in words of a language."""
        return self._written(language, ", ", "–")

    def _written(self, language: Literal["en", "ru"], comma: str, dash: str) -> str:
        names = DAYS[language]
        parts = []
        for spans, run in groupby(range(len(self.week)), key=lambda day: self.week[day]):
            first, *more = run
            days = names[first] + (f"{dash}{names[more[-1]]}" if more else "")
            if spans:
                parts.append(f"{days} {comma.join(clock(start) + dash + clock(end) for start, end in spans)}")
        return "; ".join(parts)


EXAMPLE = "Mon-Fri 09:00-13:00,14:00-18:00"
"""What working hours may look like."""


def spans_in(text: str) -> list[Span]:
    """Spans of a day that stand in a text, by commas.

    >>> spans_in("09:00-13:00, 14:00–18:00")
    [(540, 780), (840, 1080)]
    """
    plain = _plain(text)
    return [_span(each, plain) for each in plain.split(",")]


def holidays_in(text: str) -> Iterator[date]:
    """Dates that stand in a text, by lines, commas or blanks; what follows a # is a remark.

    >>> list(holidays_in("2026-01-01, 2026-01-02  # New Year"))
    [datetime.date(2026, 1, 1), datetime.date(2026, 1, 2)]
    """
    for line in text.splitlines():
        for word in re.split(r"[\s,;]+", line.partition("#")[0]):
            if word:
                yield checked_day(word)


def checked_day(day: date | str) -> date:
    """A date as it is, or as it is written."""
    try:
        found = day if isinstance(day, date) else date.fromisoformat(day.strip())
    except ValueError:
        raise InvalidValue("{day!r} is not a holiday's date. Write it as 2026-12-31.", day=day) from None
    first, last = YEARS
    if not first <= found.year <= last:
        raise InvalidValue(
            "{name} is {value}, must be in the years {first} to {last}.",
            name="holidays", value=found, first=first, last=last,
        )  # fmt: skip
    return found


def _checked(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The spans of a day in their order; refused where they make no sense."""
    found = sorted((start, end) for start, end in spans)
    for start, end in found:
        if not 0 <= start < end <= MINUTES_IN_DAY:
            raise InvalidValue(
                "Working hours from {start} to {end} do not end after they begin. Write a night as two spans: until "
                "24:00, and from 00:00 of the next day.",
                start=clock(start),
                end=clock(end),
            )
    for (_, end), (start, _) in pairwise(found):
        if start < end:
            raise InvalidValue(
                "Working hours of one day overlap: one begins at {start}, before {end} when another ends.",
                start=clock(start),
                end=clock(end),
            )
    return tuple(found)


def _plain(text: str) -> str:
    """A text with plain dashes, and without blanks about them and commas."""
    return re.sub(r"\s*([,-])\s*", r"\1", text.replace("–", "-")).strip()


def _days(text: str, whole: str) -> Iterator[int]:
    for part in text.split(","):
        first, _, last = part.lower().partition("-")
        if first not in _PLACES or (last or first) not in _PLACES:
            raise _unreadable(part, whole)
        start, end = _PLACES[first], _PLACES[last or first]
        yield from (day % 7 for day in range(start, end + (1 if start <= end else 8)))


def _span(text: str, whole: str) -> Span:
    found = _SPAN.fullmatch(text.strip())
    if not found:
        raise _unreadable(text, whole)
    hours, minutes, until_hours, until_minutes = map(int, found.groups())
    if max(minutes, until_minutes) > 59:
        raise _unreadable(text, whole)
    return hours * 60 + minutes, until_hours * 60 + until_minutes


def _unreadable(part: str, whole: str) -> InvalidValue:
    return InvalidValue(
        "{part!r} in the working hours {whole!r} is not understood. Write them as {example}.",
        part=part,
        whole=whole,
        example=EXAMPLE,
    )


def clock(minutes: int) -> str:
    """A time of day, given in minutes since midnight."""
    return f"{minutes // 60:02}:{minutes % 60:02}"
