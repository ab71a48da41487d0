"""A log seen through a question, in lists and dictionaries; the ground of every oracle."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import product
from typing import Any

from tests.oracle.calendar import day_of, first_instant, last_day, next_period, period_of, periods

Fact = dict[str, Any]
Row = dict[str, Any]
Key = tuple[Any, ...]

HAPPENED = {
    "orders": ("ordered_at",),
    "subscriptions": ("started_at", "ended_at"),
    "events": ("occurred_at",),
    "tickets": ("opened_at",),
    "answers": ("answered_at",),
    "reviews": ("posted_at",),
    "spend": ("period_on",),
}
IDS = {
    "orders": "order_id",
    "subscriptions": "subscription_id",
    "events": "event_id",
    "tickets": "ticket_id",
    "answers": "answer_id",
    "reviews": "review_id",
    "spend": "spend_id",
}
CANCELLED = (
    "cancelled canceled cancel void voided unavailable failed отменен отменён отмена отменено аннулирован".split()
)


class Lacking(Exception):
    """The log lacks what the measure needs: the measure must say so."""


@dataclass(frozen=True)
class Where:
    """A written condition and what it means, asked of a function from names to values."""

    text: str
    names: tuple[str, ...]
    holds: Callable[[Callable[[str], Any]], bool | None]

    def __repr__(self) -> str:
        return repr(self.text)


@dataclass(frozen=True)
class Question:
    """What is asked of every measure alike."""

    by: str | None = None
    cut: tuple[str, ...] = ()
    where: Where | None = None
    since: date | None = None
    until: date | None = None
    as_of: date | None = None
    timezone: str | None = None

    def asked(self) -> dict[str, Any]:
        """The same as keywords of a measure."""
        words = {
            "by": self.by,
            "cut": self.cut,
            "where": self.where and self.where.text,
            "since": self.since,
            "until": self.until,
            "as_of": self.as_of,
            "timezone": self.timezone,
        }
        return {name: value for name, value in words.items() if value}


@dataclass
class World:
    """Facts of a log as a question sees them.

    Attributes:
        tables: table -> its facts, all columns in each.
        zone: the company's time zone.
        question: what is asked.
        reads: tables whose last fact sets ``as_of``.
    """

    tables: Mapping[str, list[Fact]]
    zone: str
    question: Question = field(default_factory=Question)
    reads: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.zone = self.question.timezone or self.zone

    # -- time ---------------------------------------------------------------------------------------------------------

    def instants(self, table: str) -> list[datetime]:
        """When the facts of a table happened, whatever the question; an end after its row was loaded is but planned."""
        return [
            row[column]
            for row in self.tables.get(table, [])
            for column in HAPPENED[table]
            if row[column] is not None and not (column == "ended_at" and _is_after(row[column], row["loaded_at"]))
        ]

    @cached_property
    def as_of(self) -> date:
        """The day asked for, or that of the last fact in the tables read; ``where`` does not move it."""
        if self.question.as_of:
            return self.question.as_of
        instants = [instant for table in self.reads for instant in self.instants(table)]
        if not instants:
            raise Lacking("no fact at all")
        return self.day(max(instants))

    @property
    def end(self) -> datetime:
        """The instant at which ``as_of`` is over."""
        return self.start_of(self.as_of + timedelta(days=1))

    def start_of(self, day: date) -> datetime:
        return first_instant(day, self.zone)

    def day(self, instant: datetime) -> date:
        return instant if not isinstance(instant, datetime) else day_of(instant, self.zone)

    def period(self, instant: datetime) -> date:
        """The period asked for that holds an instant."""
        return period_of(self.day(instant), self.question.by or "month")

    def periods(self, table: str) -> list[date]:
        """Every period from that of the table's first fact to that of ``as_of``; empty ones too."""
        by, last = self.question.by or "month", period_of(self.as_of, self.question.by or "month")
        instants = self.instants(table)
        return periods(self.period(min(instants)) if instants else last, last, by)

    def by_default(self, by: str) -> "World":
        """The same, asked by this period when none was asked for."""
        return replace(self, question=replace(self.question, by=self.question.by or by))

    # -- facts --------------------------------------------------------------------------------------------------------

    def need(self, table: str, column: str | None = None) -> None:
        if table not in self.tables or (column and all(row[column] is None for row in self.tables[table])):
            raise Lacking(f"{table}.{column}")

    def facts(self, table: str) -> list[Fact]:
        """Facts that ``where`` leaves and that happened by ``as_of``, in the order in which they happened."""
        self.need(table)
        at = HAPPENED[table][0]
        rows = [row for row in self.tables[table] if self._remains(row) and self._is_past(row[at])]
        return sorted(rows, key=lambda row: (row[at], row[IDS[table]]))

    def _is_past(self, at: Any) -> bool:
        return at < self.end if isinstance(at, datetime) else at <= self.as_of

    def _remains(self, row: Fact) -> bool:
        where = self.question.where
        return where is None or where.holds(lambda name: self.attribute(row, name)) is True

    def attribute(self, row: Fact, name: str) -> Any:
        """An attribute of a fact: its own, or else that of its customer; null when the customer is not known."""
        if name in row:
            return row[name]
        return self.of_customer(row["customer_id"], name)

    def of_customer(self, customer: str | None, name: str) -> Any:
        return next((row[name] for row in self.tables["customers"] if row["customer_id"] == customer), None)

    def standing(self) -> list[Fact]:
        """Orders that are not cancelled: sales and refunds, of customers and of walk-ins."""
        return [row for row in self.facts("orders") if (row["status"] or "").lower() not in CANCELLED]

    def sales(self) -> list[Fact]:
        return [row for row in self.standing() if row["kind"] == "sale"]

    def in_window(self, rows: Iterable[Fact], at: str) -> list[Fact]:
        """With periods, all rows; without, those from the first to the last day asked for, both included."""
        since, until = self.question.since, self.question.until
        if self.question.by:
            return list(rows)
        return [
            row
            for row in rows
            if (since is None or self.day(row[at]) >= since) and (until is None or self.day(row[at]) <= until)
        ]

    def window_end(self) -> datetime:
        """The instant at which the window is over; nothing is known after ``as_of``."""
        until = self.question.until
        return min(self.end, self.start_of(until + timedelta(days=1))) if until else self.end

    def cut(self, row: Fact) -> Key:
        """Values of the cuts of a fact."""
        return tuple(self.attribute(row, name) for name in self.question.cut)

    def key(self, row: Fact, at: str = "ordered_at") -> Key:
        """What tells the rows of the answer apart: the period, when asked for, and the cuts."""
        return (*((self.period(row[at]),) if self.question.by else ()), *self.cut(row))

    # -- rows of the answer -------------------------------------------------------------------------------------------

    def rows(self, found: Mapping[Key, Row], empty: Row, table: str) -> list[Row]:
        """Rows by key: with periods, one for each period and each value of the cuts that was found anywhere."""
        cuts, by = self.question.cut, self.question.by
        if by is None:
            keys = sorted(found, key=in_order) or ([()] if not cuts else [])
        else:
            values = sorted({key[1:] for key in found}, key=in_order) or ([()] if not cuts else [])
            keys = [(period, *value) for period, value in product(self.periods(table), values) if self.is_shown(period)]
        return [self._row(key, found.get(key, empty)) for key in keys]

    def is_shown(self, period: date) -> bool:
        """``since`` and ``until`` choose the rows: those whose days they touch."""
        since, until = self.question.since, self.question.until
        last = last_day(period, self.question.by or "month")
        return (since is None or last >= since) and (until is None or period <= until)

    def _row(self, key: Key, values: Row) -> Row:
        by, cuts = self.question.by, self.question.cut
        last = last_day(key[0], by) if by else self.question.until
        head = {"period": key[0] if by else None, "complete": last is None or last <= self.as_of}
        return head | dict(zip(cuts, key[1:] if by else key, strict=True)) | values

    def listed(self, people: Iterable[tuple[Key, str, bool]], table: str) -> list[Key]:
        """Customers behind the rows shown: key, customer, whether in the numerator."""
        shown = {period for period in self.periods(table) if self.is_shown(period)} if self.question.by else set()
        return sorted(
            ((*key, customer, hit) for key, customer, hit in people if not self.question.by or key[0] in shown),
            key=in_order,
        )


def _is_after(instant: datetime, other: datetime | None) -> bool:
    return other is not None and instant > other


def in_order(values: Key) -> tuple[Any, ...]:
    """Sorting key of values, null last."""
    return tuple((value is None, "" if value is None else value) for value in values)


@dataclass
class Expected:
    """What a measure must answer."""

    rows: list[Row]
    who: list[Key] | None = None
    summary: Row = field(default_factory=dict)


def grouped(pairs: Iterable[tuple[Any, Any]]) -> dict[Any, list[Any]]:
    """Lists of the second by the first."""
    found: dict[Any, list[Any]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found


def after(period: date, by: str, steps: int) -> date:
    """The period so many after."""
    for _ in range(steps):
        period = next_period(period, by)
    return period
