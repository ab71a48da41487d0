"""What kind of business a log is of, and whether it holds enough to predict from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from vernost.errors import InvalidValue, VernostError
from vernost.measure.activity import BASES, find_base
from vernost.measure.gaps import lapse_window
from vernost.measure.periods import days as day_of
from vernost.measure.question import Question
from vernost.measure.scope import Scope
from vernost.messages import Message

if TYPE_CHECKING:
    from vernost.store.log import Log

Kind = Literal["contract", "purchases"]

CONTRACT_DAYS = 30
"""Horizon of contracts: most are paid by the month, and a month is the time in which one can still act."""

SHORTEST_DAYS, LONGEST_DAYS = 14, 365
LEAST_SPANS = 3
"""A log must hold so many horizons: one to learn from, one to learn from it, one to test on."""

LEAST_CUSTOMERS, LEAST_REPEATERS, LEAST_DEPARTURES, LEAST_HISTORY_DAYS = 50, 10, 10, 60
"""With less nothing can be told from chance: ten events give a share an interval of about ±60 % of itself."""


class TooThin(VernostError):
    """A log holds too little to predict from."""

    def __init__(self, lacks: Sequence[tuple[Message, int, int]]) -> None:
        told = [
            Message("{what}: {found} (at least {least} are needed)", what=what, found=found, least=least)
            for what, found, least in lacks
        ]
        super().__init__(
            "There is too little to predict from: {told}. Load a longer history, or name fewer --days.", told=told
        )
        self.lacks = tuple(lacks)


@dataclass(frozen=True, slots=True)
class Business:
    """How customers of a company come and go.

    Attributes:
        kind: 'contract' when they leave by ending a subscription, 'purchases' when they leave in silence.
        base: table that makes a customer active: subscriptions, orders or events.
        as_of: the day at whose end the log is looked at.
        first_day: day of the first fact of the base.
        timezone: the company's clock.
        days: horizon of the risk, in days.
        window: days of silence after which less than a tenth return; None with contracts.
        is_window_stable: whether a longer log would hardly move the window.
        customers: how many were ever active.
        repeaters: how many were so on more than one day (with contracts: under more than one contract).
        departures: with contracts, how many ended; else 0.
    """

    kind: Kind
    base: str
    as_of: date
    first_day: date
    timezone: str
    days: int
    window: int | None
    is_window_stable: bool
    customers: int
    repeaters: int
    departures: int

    @property
    def history_days(self) -> int:
        """Days from the first fact to ``as_of``."""
        return max((self.as_of - self.first_day).days, 0)

    def lacks(self) -> list[tuple[Message, int, int]]:
        """What there is too little of: what, how many there are, how many it takes."""
        events = (Message("departures"), self.departures, LEAST_DEPARTURES)
        repeats = (Message("repeat buyers"), self.repeaters, LEAST_REPEATERS)
        wanted = [
            (Message("customers"), self.customers, LEAST_CUSTOMERS),
            (Message("days of history"), self.history_days, max(LEAST_HISTORY_DAYS, LEAST_SPANS * self.days)),
            events if self.kind == "contract" else repeats,
        ]
        return [(what, found, least) for what, found, least in wanted if found < least]

    def check_enough(self) -> None:
        """Refuse a log that is too thin, and say what is missing."""
        lacks = self.lacks()
        if lacks:
            raise TooThin(lacks)


def find_business(
    log: "Log", *, as_of: date | None = None, days: int | None = None, timezone: str | None = None
) -> Business:
    """Look at a log and say what kind of business it is of.

    Args:
        log: the customer log.
        as_of: the day to look from; by default that of the last fact.
        days: horizon of the risk; by default a month with contracts, else the company's own lapse window.
        timezone: the company's clock; by default that of the log.
    """
    if days is not None and days < 1:
        raise InvalidValue("{name} is {value}, must be at least 1.", name="days", value=days)
    scope = Scope(log, Question.ask(as_of=as_of, timezone=timezone), measure="predict", reads=BASES)
    base = find_base(scope, None)
    scope = Scope(log, scope.question, measure="predict", reads=(base,))
    span = scope.span(base)
    first = scope.clock(base).day_of(span[0]) if span else scope.as_of
    window, is_stable = _window(log, scope) if base == "orders" else (None, False)
    customers, repeaters, departures = _counts(scope, base)
    kind: Kind = "contract" if base == "subscriptions" else "purchases"
    return Business(
        kind=kind,
        base=base,
        as_of=scope.as_of,
        first_day=first,
        timezone=scope.zone,
        days=days or _horizon(kind, window, (scope.as_of - first).days),
        window=window,
        is_window_stable=is_stable,
        customers=customers,
        repeaters=repeaters,
        departures=departures,
    )


def _horizon(kind: Kind, window: int | None, history_days: int) -> int:
    """A month, or the lapse window as far as the history can bear it."""
    if kind == "contract":
        return CONTRACT_DAYS
    longest = min(LONGEST_DAYS, history_days // (LEAST_SPANS + 1))
    return max(SHORTEST_DAYS, min(window or longest, longest))


def _window(log: "Log", scope: Scope) -> tuple[int | None, bool]:
    (row,) = lapse_window(log, as_of=scope.as_of, timezone=scope.zone).rows
    return (None if row["value"] is None else int(row["value"])), not row["unstable"]


def _counts(scope: Scope, base: str) -> tuple[int, int, int]:
    facts = scope.sales() if base == "orders" else scope.facts(base, BASES[base])
    facts = facts.filter(facts.customer_id.notnull())
    customers = facts.group_by("customer_id").agg(days_=day_of(facts.local).nunique())
    wanted = {"customers": customers.count(), "repeaters": (customers.days_ > 1).sum()}
    (row,) = scope.log.fetch(customers.agg(**wanted)).to_pylist()
    departures = 0
    if base == "subscriptions":
        ended = facts.filter(scope.known(facts.ended_at).notnull())
        (departed,) = scope.log.fetch(ended.agg(departures=ended.count())).to_pylist()
        departures = departed["departures"]
    return row["customers"], row["repeaters"] or 0, departures
