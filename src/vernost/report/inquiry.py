"""Asking the log: each measure once, what is missing written down, the right length of period chosen."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar, cast

import vernost.measure  # noqa: F401 - fills the catalogue
from vernost.errors import MissingFacts, Unfilterable, UnknownName
from vernost.measure.answer import Answer
from vernost.measure.base_value import CONVENTIONS, Settings
from vernost.measure.measure import find_measure
from vernost.measure.periods import Grain
from vernost.measure.question import Question
from vernost.measure.scope import Scope
from vernost.measure.waits import Hours

if TYPE_CHECKING:
    from vernost.store.log import Log

T = TypeVar("T")
Row = dict[str, Any]
LEAST_CUSTOMERS = 30
"""With fewer customers (or gaps between orders) nothing is concluded."""

ACTIVITY = ("subscriptions", "orders", "events")
"""Tables that can make a customer active; the report is made as of their last fact."""

_DAYS, _WEEKS, _MONTHS = 21, 150, 3_653
"""Up to so many days of data the report goes by day, by week, by month; above, by quarter."""

_YEAR = {"day": timedelta(days=364), "week": timedelta(days=364)}


@dataclass
class Inquiry:
    """The log seen through one question, asked of many measures.

    Attributes:
        log: the customer log.
        as_of: the day to look from; None for the last fact.
        timezone: the company's clock; None for the log's own.
        where: filter over attributes.
        industry: what to compare with; None for all published figures that fit.
        since: first day shown, or counted where there are no periods; None for all.
        until: last day shown or counted; None for all.
        length: of the periods; None for one that fits the data.
        settings: how money is counted.
        lapse_days: silence that makes a customer lost; None to learn it from the log.
        working_hours: those in which waits are counted; None for all hours.
        lead: where a row of a measure leads: from its name, what it was asked and the row to an address.
        missing: measure -> what it needs and the log does not have.
        step: called with the name of each measure before it is asked.
        forecasts: whether a forecast is learnt, which takes most of the time of a report.
        hear: called with the share of the forecast that is learnt.
    """

    log: "Log"
    as_of: date | None = None
    timezone: str | None = None
    where: str | None = None
    industry: str | None = None
    since: date | None = None
    until: date | None = None
    length: str | None = None
    settings: Settings = CONVENTIONS
    lapse_days: int | None = None
    working_hours: Hours = None
    lead: Callable[[str, Mapping[str, Any], Row], str] | None = None
    missing: dict[str, str] = field(default_factory=dict)
    step: Callable[[str], None] | None = None
    forecasts: bool = True
    hear: Callable[[float], None] = lambda _share: None
    _answers: dict[tuple[str, Hashable], Answer | None] = field(default_factory=dict)
    _found: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def scope(self) -> Scope:
        """The log as a measure would see it, over what makes customers active, or over all there is."""
        question = Question.ask(as_of=self.as_of, timezone=self.timezone, where=self.where)
        reads = [name for name in ACTIVITY if self._has_rows(name)] or list(self.log.tables)
        scope = Scope(self.log, question, measure="The report", reads=reads)
        for name in scope.reads:
            # A filter by what none of these tables knows is refused here.
            scope.table(name)
        return scope

    def _has_rows(self, name: str) -> bool:
        if name not in self.log.tables:
            return False
        table = self.log.tables[name]
        found = self.log.fetch(table.select("customer_id").limit(1))
        return bool(found.num_rows)

    @property
    def day(self) -> date:
        """The day at whose end the log is looked at."""
        return self.scope.as_of

    @cached_property
    def first_day(self) -> date:
        """The day of the first fact."""
        spans = [(table, span) for table in self.scope.reads if (span := self.scope.span(table))]
        return min(self.scope.clock(table).day_of(span[0]) for table, span in spans)

    @cached_property
    def by(self) -> str:
        """Length of the report's periods: long enough to hold numbers, short enough to show a course."""
        if self.length:
            return self.length
        days = (self.day - self.first_day).days
        limits = ((_DAYS, "day"), (_WEEKS, "week"), (_MONTHS, "month"))
        return next((by for limit, by in limits if days <= limit), "quarter")

    def ask(self, name: str, *, lazily: bool = False, **asked: Any) -> Answer | None:
        """The answer of a measure; None, written down, when the log lacks its facts.

        Args:
            name: of the measure.
            lazily: whether its rows, one a customer, are left in the engine.
            **asked: the question and the measure's options, beside what all measures are asked.
        """
        asked = self._assumed(name) | asked
        key = (name, tuple(sorted(asked.items())))
        if key not in self._answers:
            if self.step:
                self.step(name)
            self._answers[key] = self._asked(name, asked, lazily=lazily)
        return self._answers[key]

    def _assumed(self, name: str) -> dict[str, Any]:
        """Settings that a measure takes."""
        known = find_measure(name).options
        chosen = {
            "margin_rate": self.settings.margin_rate,
            "discount_rate": self.settings.discount_rate,
            "lapse_days": self.lapse_days,
            "working_hours": self.working_hours,
        }
        return {option: value for option, value in chosen.items() if option in known and value is not None}

    def _asked(self, name: str, asked: dict[str, Any], *, lazily: bool) -> Answer | None:
        question = self._question(asked)
        measure = find_measure(name)
        if not any(table in self.log.tables for table in measure.reads):
            self.missing.setdefault(name, ", ".join(measure.reads))
            return None
        try:
            answer = measure(self.log, **question)
            if not lazily:
                answer.rows  # noqa: B018 - some facts are missed only when rows are made
        except MissingFacts as error:
            self.missing.setdefault(name, error.needs)
            return None
        except (UnknownName, Unfilterable):
            # A filter by an attribute of orders says nothing of surveys; a wrong one was refused by `scope`.
            if self.where is None:
                raise
            return None
        return answer

    def _question(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """What a measure is asked: what all are asked, then what it alone is."""
        span = {"since": self.since, "until": self.until}
        shared = {"as_of": self.day, "timezone": self.timezone, "where": self.where}
        return shared | {name: day for name, day in span.items() if day} | dict(asked)

    def href(self, name: str, row: Row, **asked: Any) -> str:
        """Where a row of a measure leads, such as to its customers; nowhere on paper."""
        return self.lead(name, self._question(asked), row) if self.lead else ""

    def rows(self, name: str, **asked: Any) -> list[Row]:
        """The rows of a measure; none when the log lacks its facts."""
        answer = self.ask(name, **asked)
        return answer.rows if answer else []

    def course(self, name: str, **asked: Any) -> list[Row]:
        """The rows of a measure by the report's periods."""
        return self.rows(name, by=self.by, **asked)

    def cached(self, key: str, make: Callable[[], T]) -> T:
        """What ``make`` gave the first time it was asked for under this key."""
        if key not in self._found:
            self._found[key] = make()
        return cast("T", self._found[key])

    @property
    def asked(self) -> set[str]:
        """Names of the measures that were asked and had an answer."""
        return {name for (name, _), answer in self._answers.items() if answer is not None}

    # -- which periods compare --------------------------------------------------------------------------------------

    @cached_property
    def period(self) -> date:
        """The last finished period, or the running one while none is finished."""
        grain = Grain(self.by)
        last = min(self.day, self.until or self.day)
        index = grain.index_of(last)
        is_over = grain.last_day(index) <= last
        first = grain.index_of(self.first_day)
        return grain.first_day(index if is_over else max(index - 1, first))

    def is_comparable(self, period: date) -> bool:
        """Whether a period lies wholly within the data."""
        grain = Grain(self.by)
        index = grain.index_of(period)
        length = (grain.last_day(index) - period).days + 1
        # Sparse data seldom begins on the very first day, so a tenth of the period is let go.
        begins = self.first_day <= period + timedelta(days=length // 10)
        return begins and grain.last_day(index) <= self.day

    @property
    def before(self) -> date:
        """The period before the last finished one."""
        grain = Grain(self.by)
        return grain.first_day(grain.index_of(self.period) - 1)

    @property
    def year_ago(self) -> date:
        """The same period a year ago; with days and weeks, 52 weeks ago, so that weekdays match."""
        if self.by in _YEAR:
            return self.period - _YEAR[self.by]
        return self.period.replace(year=self.period.year - 1)

    def current(self, rows: list[Row]) -> Row | None:
        """The row of the report's period, when it has a value."""
        return next((row for row in rows if row["period"] == self.period and row.get("value") is not None), None)

    def at(self, rows: list[Row], period: date) -> Row | None:
        """The row of a period, when that period compares with others."""
        return next((row for row in rows if row["period"] == period), None) if self.is_comparable(period) else None
