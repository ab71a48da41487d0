"""Random questions to a random log."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from tests.oracle.dice import Dice
from tests.oracle.logs import ZONES, RandomLog
from tests.oracle.world import Question, Where

GRAINS = ("month", None, "week", "day", None, "quarter", "year", "day")
MOST_PERIODS = 230
DAYS_IN = {"day": 1, "week": 7, "month": 28, "quarter": 90, "year": 365, None: 10_000}

CUTS: Mapping[str, tuple[str, ...]] = {
    "customers": ("city", "is_business", "acquisition_channel"),
    "orders": ("channel", "store"),
    "subscriptions": ("plan",),
    "events": ("name", "session_id"),
    "tickets": ("channel", "topic", "agent"),
    "answers": ("survey",),
    "reviews": ("platform",),
}


def _is(value: Any, wanted: Any) -> bool | None:
    return None if value is None else value == wanted


def _no_city_or_private(of: Any) -> bool | None:
    return True if of("city") is None else None if of("is_business") is None else not of("is_business")


WHERES: Mapping[str, tuple[Where, ...]] = {
    "customers": (
        Where("city = 'Омск'", ("city",), lambda of: _is(of("city"), "Омск")),
        Where("city is null or not is_business", ("city", "is_business"), _no_city_or_private),
    ),
    "orders": (
        Where("amount >= 10", ("amount",), lambda of: None if of("amount") is None else of("amount") >= 10),
        Where("channel = 'web'", ("channel",), lambda of: _is(of("channel"), "web")),
        Where("store is null", ("store",), lambda of: of("store") is None),
    ),
    "subscriptions": (Where("plan <> 'basic'", ("plan",), lambda of: of("plan") != "basic"),),
    "events": (Where("name = 'visit'", ("name",), lambda of: _is(of("name"), "visit")),),
    "tickets": (Where("channel = 'chat'", ("channel",), lambda of: _is(of("channel"), "chat")),),
    "answers": (Where("survey = 'yearly'", ("survey",), lambda of: _is(of("survey"), "yearly")),),
    "reviews": (Where("platform = 'site'", ("platform",), lambda of: _is(of("platform"), "site")),),
}


def random_question(dice: Dice, log: RandomLog, base: str, *, may_cut: bool = True) -> Question:
    """A question about facts of a table."""
    fitting = [by for by in GRAINS if (log.span + 60) / DAYS_IN[by] <= MOST_PERIODS]
    holders = [name for name in (base, "customers") if name in log.tables]
    cuts = [name for holder in holders for name in CUTS.get(holder, ())]
    wheres = [where for holder in holders for where in WHERES.get(holder, ())]
    since, until = random_window(dice, log) if dice.chance(35) else (None, None)
    as_of = random_day(dice, log) if dice.chance(35) else None
    if until and dice.chance(30):
        as_of = until - timedelta(days=dice.integer(0, 10))
    return Question(
        by=dice.pick(fitting),
        cut=random_cut(dice, cuts) if may_cut and cuts and dice.chance(45) else (),
        where=dice.pick(wheres) if wheres and dice.chance(15) else None,
        since=since,
        until=until,
        as_of=as_of,
        timezone=dice.pick(ZONES) if dice.chance(10) else None,
    )


def random_cut(dice: Dice, names: list[str]) -> tuple[str, ...]:
    """One or two of the attributes."""
    return tuple(dict.fromkeys(dice.pick(names) for _ in range(dice.pick([1, 1, 2]))))


def random_day(dice: Dice, log: RandomLog) -> date:
    """A day in the log, or a few days around it."""
    return log.start + timedelta(days=dice.integer(-3, log.span + 40))


def random_window(dice: Dice, log: RandomLog) -> tuple[date | None, date | None]:
    """First and last day of a window; one of them may be open."""
    first, last = sorted([random_day(dice, log), random_day(dice, log)])
    return (None if dice.chance(20) else first), (None if dice.chance(20) else last)
