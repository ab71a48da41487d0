"""How long somebody waited: all hours, or only those in which the company works."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, timedelta
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from vernost.measure.notes import Note
from vernost.measure.periods import Clock, day_number, floor_divide, literal_of, whole_seconds
from vernost.measure.scope import Scope
from vernost.measure.working_hours import WorkingHours

if TYPE_CHECKING:
    import ibis.expr.types as ir

Hours = WorkingHours | str | None
"""Working hours as an option of a measure: none when all hours count."""

ALL_HOURS = Note("all_hours", {})
"""What is worth saying where waits could be counted in working hours and are not."""

_DAY = 86_400
_WEEK = 7
_THURSDAY = 3
"""The weekday of 1970-01-01, Monday being 0."""


def with_hours(
    scope: Scope, rows: "ir.Table", start: str, working_hours: Hours, **ends: "ir.TimestampValue"
) -> "ir.Table":
    """Facts with the hours from an instant of theirs to others beside them; null where there is no such instant.

    An end before the start is a mistake of clocks, and took no time.

    Args:
        scope: the log seen through the question.
        rows: facts.
        start: their column with the instant from which is counted.
        working_hours: those that count; None for all.
        **ends: instants until which is counted, by the names of their columns.
    """
    if working_hours is None:
        since = whole_seconds(rows[start])
        seconds = {name: whole_seconds(end) - since for name, end in ends.items()}
        return rows.mutate(**{name: _as_hours(each) for name, each in seconds.items()})
    worked = Timetable.of(scope, working_hours).with_worked(rows, start_=rows[start], **ends)
    found = worked.mutate(**{name: _as_hours(worked[name] - worked.start_) for name in ends})
    return found.drop("start_")


def hours_notes(working_hours: Hours) -> tuple[Note, ...]:
    """By which hours waits were counted, if not by all."""
    if working_hours is None:
        return ()
    hours = WorkingHours.of(working_hours)
    return (Note("working_hours", {"week": str(replace(hours, holidays=())), "holidays": len(hours.holidays)}),)


def _as_hours(seconds: "ir.IntegerValue") -> "ir.FloatingValue":
    return seconds.cast("float64").clip(lower=0.0) / 3600


@dataclass(frozen=True, slots=True)
class Timetable:
    """Working hours on the company's clock: how many working seconds passed until any instant.

    The count begins somewhere: only differences have a meaning. It is a sum of few terms, whatever the number of days
    between two instants: whole weeks, whole days of this week, and seconds of this day, less the holidays so far.

    Attributes:
        spans: working spans of each day of the week, in seconds since midnight.
        holidays: numbers of the days off, increasing; those alone on which people would work.
        clock: the company's clock over all instants that are asked for.
    """

    spans: tuple[tuple[tuple[int, int], ...], ...]
    holidays: tuple[int, ...]
    clock: Clock

    @classmethod
    def of(cls, scope: Scope, working_hours: WorkingHours | str) -> "Timetable":
        """The timetable over the facts that a measure reads."""
        table = scope.reads[0]
        first, _ = scope.span(table) or (scope.end, scope.end)
        near = first.date() - timedelta(days=1), scope.end.date() + timedelta(days=1)
        return cls.over(WorkingHours.of(working_hours), scope.clock(table), *near)

    @classmethod
    def over(cls, hours: WorkingHours, clock: Clock, first: date, last: date) -> "Timetable":
        """The timetable with the holidays from one day to another."""
        spans = tuple(tuple((start * 60, end * 60) for start, end in day) for day in hours.week)
        off = (day for day in hours.holidays if first <= day <= last and spans[day.weekday()])
        return cls(spans, tuple(map(day_number, off)), clock)

    def with_worked(self, rows: "ir.Table", **instants: "ir.TimestampValue") -> "ir.Table":
        """Rows with the working seconds until instants beside them, by name."""
        rows = rows.mutate(**instants)
        for name in instants:
            rows = self._worked(rows, name)
        return rows

    def _worked(self, rows: "ir.Table", name: str) -> "ir.Table":
        """Rows with an instant of theirs replaced by the working seconds until it."""
        at, changes = rows[name], [literal_of(change) for change in self.clock.changes]
        rows = rows.mutate(
            local_=_once(whole_seconds(at) + _step(at, changes, self.clock.offsets)),
            moved_=_step(at, changes, self._moved),
        )
        rows = rows.mutate(day_=floor_divide(rows.local_, _DAY))
        rows = rows.mutate(week_=floor_divide(rows.day_ + _THURSDAY, _WEEK))
        rows = rows.mutate(weekday_=rows.day_ + _THURSDAY - rows.week_ * _WEEK)
        rows = rows.mutate(**{name: self._before_day(rows) + self._in_day(rows) + rows.moved_})
        return rows.drop("local_", "moved_", "day_", "week_", "weekday_")

    def _before_day(self, rows: "ir.Table") -> "ir.IntegerValue":
        """Working seconds until a day begins."""
        in_week = _step(rows.weekday_, range(1, _WEEK), self._before_weekday)
        off = _step(rows.day_, [each + 1 for each in self.holidays], self._off)
        return rows.week_ * self._in_week + in_week - off

    def _in_day(self, rows: "ir.Table") -> "ir.IntegerValue":
        """Working seconds since a day began."""
        import ibis

        second = rows.local_ - rows.day_ * _DAY
        none = ibis.literal(0, "int64")
        found = none
        for spans in dict.fromkeys(filter(None, self.spans)):
            days = [day for day, each in enumerate(self.spans) if each == spans]
            worked = sum((second - start).clip(lower=0, upper=end - start) for start, end in spans)
            found = rows.weekday_.isin(days).ifelse(worked, found)
        return rows.day_.isin(self.holidays).ifelse(none, found) if self.holidays else found

    @property
    def _lengths(self) -> list[int]:
        """Working seconds of each day of the week."""
        return [sum(end - start for start, end in spans) for spans in self.spans]

    @property
    def _in_week(self) -> int:
        return sum(self._lengths)

    @property
    def _before_weekday(self) -> list[int]:
        """Working seconds of the week until each of its days begins."""
        return list(accumulate(self._lengths[:-1], initial=0))

    @property
    def _off(self) -> list[int]:
        """Working seconds that holidays took, until the first of them is over and after each."""
        lengths = self._lengths
        return list(accumulate((lengths[(day + _THURSDAY) % _WEEK] for day in self.holidays), initial=0))

    @property
    def _moved(self) -> list[int]:
        """Working seconds that the hands of the clock skipped or showed twice: before its first change, after each."""
        offsets = self.clock.offsets
        instants = [int(change.replace(tzinfo=UTC).timestamp()) for change in self.clock.changes]
        skipped = (
            self._shown(at + before) - self._shown(at + after)
            for at, before, after in zip(instants, offsets, offsets[1:], strict=False)
        )
        return list(accumulate(skipped, initial=0))

    def _shown(self, local: int) -> int:
        """Working seconds until a time that the clock shows, as the expression has it."""
        day, second = divmod(local, _DAY)
        week, weekday = divmod(day + _THURSDAY, _WEEK)
        before = week * self._in_week + self._before_weekday[weekday] - self._off[bisect_left(self.holidays, day)]
        spans = () if day in self.holidays else self.spans[weekday]
        return before + sum(min(max(second - start, 0), end - start) for start, end in spans)


def _step(value: Any, places: Sequence[Any], values: Sequence[int]) -> Any:
    """A step function: the first of the values before the first place, the next from there on, and so forth.

    Halved again and again, as an engine may look at each place it is given.
    """
    import ibis

    if not places:
        return ibis.literal(values[0], "int64")
    middle = len(places) // 2
    before = _step(value, places[:middle], values[: middle + 1])
    return (value < places[middle]).ifelse(before, _step(value, places[middle + 1 :], values[middle + 1 :]))


def _once(value: "ir.IntegerValue") -> "ir.IntegerValue":
    """The same value, which an engine works out once a row, however often it is used further on.

    PostgreSQL else puts the whole of it into each place that uses it; it cannot where rows come of unnesting.
    """
    import ibis

    return ibis.array([value]).unnest()
