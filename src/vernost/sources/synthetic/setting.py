"""What one simulation is of: a preset, how many customers, when, in which language, with which chance."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Literal

from vernost.errors import InvalidValue
from vernost.sources.synthetic.chance import Chance
from vernost.sources.synthetic.preset import Preset
from vernost.sources.synthetic.season import Season, season_of

CHUNK = 25_000
"""Customers drawn together. It is part of a world: with another size other customers come out."""

LAST_DAY = date(2025, 12, 31)
"""The last day of a world when none is named: a fixed one, so that a seed always gives the same bytes."""

MOST_CUSTOMERS, MOST_MONTHS = 50_000_000, 240
UTC_OFFSETS = {"ru": 3, "en": 0}
"""Hours from UTC to the clock of a company of that language, the same in summer and winter."""
MOSCOW_CHANGED_CLOCKS = 2014
"""The last year in which Moscow's clock was not always three hours ahead of UTC."""

Language = Literal["ru", "en"]


@dataclass(frozen=True)
class Setting:
    """What one simulation is of. Instants inside it are days since ``start``, in UTC."""

    preset: Preset
    customers: int = 20_000
    months: int = 24
    seed: int = 1
    language: Language = "en"
    last_day: date = LAST_DAY

    def __post_init__(self) -> None:
        for name, value, most in (("customers", self.customers, MOST_CUSTOMERS), ("months", self.months, MOST_MONTHS)):
            if not 1 <= value <= most:
                raise InvalidValue("{name} is {value}, must be from 1 to {most}.", name=name, value=value, most=most)
        if self.seed < 0:
            raise InvalidValue("{name} is {value}, must not be below 0.", name="seed", value=self.seed)
        if self.last_day.year * 12 + self.last_day.month - self.months < 1971 * 12:
            raise InvalidValue("The world would begin before 1971. Name a later last day or fewer months.")

    @cached_property
    def end(self) -> datetime:
        """The first instant after the span."""
        return datetime.combine(self.last_day + timedelta(days=1), datetime.min.time())

    @cached_property
    def start(self) -> datetime:
        """The first instant of the span: so many months before its end."""
        from calendar import monthrange

        months = self.end.year * 12 + self.end.month - 1 - self.months
        year, month = divmod(months, 12)
        return self.end.replace(year=year, month=month + 1, day=min(self.end.day, monthrange(year, month + 1)[1]))

    @property
    def days(self) -> float:
        """Length of the span."""
        return float((self.end - self.start).days)

    @property
    def timezone(self) -> str:
        """The zone of the company's clock, by which its days and hours are to be read."""
        if not UTC_OFFSETS[self.language]:
            return "UTC"
        return "Europe/Moscow" if self.start.year > MOSCOW_CHANGED_CLOCKS else "Etc/GMT-3"

    @property
    def chance(self) -> Chance:
        """All its chance."""
        return Chance(self.seed)

    @cached_property
    def season(self) -> Season:
        """The rhythm of the company."""
        offset = UTC_OFFSETS[self.language]
        return season_of(self.preset.calendar, self.start, self.end, utc_offset_hours=offset)

    @property
    def money(self) -> float:
        """What a rouble of the preset is in the company's money."""
        return 1.0 if self.language == "ru" else self.preset.money_per_ruble

    @property
    def chunks(self) -> range:
        """Numbers of its chunks."""
        return range(-(-self.customers // CHUNK))

    def numbers(self, chunk: int) -> range:
        """Numbers of the customers of a chunk."""
        return range(chunk * CHUNK, min((chunk + 1) * CHUNK, self.customers))

    def windows(self, month: int, begins: float, days: float) -> Iterator[tuple[float, float]]:
        """From when until when something lasts: each year from a month on, or once (month 0) after a share of it."""
        if not month:
            midnight = float(int(begins * self.days))
            yield midnight, min(midnight + days, self.days)
            return
        for year in range(self.start.year, self.end.year + 1):
            first = (datetime(year, month, 1) - self.start) / timedelta(days=1)  # noqa: DTZ001 - all is UTC here
            if first + days > 0 and first < self.days:
                yield max(first, 0.0), min(first + days, self.days)
