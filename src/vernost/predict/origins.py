"""Days to look back from: a forecast is learnt on earlier ones and tested on the last."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from vernost.errors import InvalidValue
from vernost.measure.question import Question
from vernost.predict.presence import presence

if TYPE_CHECKING:
    from vernost.store.log import Log

MOST = 8
"""Origins at most: older ones tell of another company, and each costs a look at the whole log."""

ENOUGH = 3
"""Origins to learn from that need no denser ones beside them."""


def origins(
    log: "Log",
    days: int,
    *,
    base: str | None = None,
    timezone: str | None = None,
    as_of: date | str | None = None,
    most: int = MOST,
) -> tuple[date, ...]:
    """Days whose next so many days are over, oldest to newest; the last is the one to test on.

    The days after each end before the next begins, so that no outcome is learnt twice. Where the history is too short
    for three to learn from, these lie closer together; what follows the test stays apart from all of them.

    Args:
        log: the customer log.
        days: the horizon: who leaves within how many days.
        base: subscriptions, orders or events; by default whichever there is, in this order.
        timezone: the company's clock; by default that of the log.
        as_of: the day up to which outcomes may be used; by default that of the last fact.
        most: how many at most.
    """
    if days < 1:
        raise InvalidValue("{name} is {value}, must be at least 1.", name="days", value=days)
    if most < 2:
        raise InvalidValue("{name} is {value}, must be at least 2.", name="most", value=most)
    table, scope = presence(log, asker="origins", base=base, timezone=timezone)
    last = min(scope.as_of, Question.ask(as_of=as_of).as_of or scope.as_of)
    first, _ = scope.span(table) or (scope.end, scope.end)
    return spread(scope.clock(table).day_of(first), last, days, most=most)


def spread(first: date, last: date, days: int, *, most: int = MOST) -> tuple[date, ...]:
    """Origins between the first and the last day of facts.

    Each has at least the horizon before it, to be known from.

    >>> [str(day) for day in spread(date(2024, 1, 1), date(2024, 12, 31), 90)]
    ['2024-04-01', '2024-05-18', '2024-07-04', '2024-10-02']
    """
    test, earliest = last - timedelta(days=days), first + timedelta(days=days)
    room = (test - earliest).days
    if room < days:
        raise InvalidValue(
            "{days} days ahead take facts of at least {needed} days: to know customers by, to learn from, to test on."
            " There are {found}. Load a longer history, or name fewer days.",
            days=days,
            needed=3 * days + 1,
            found=(last - first).days + 1,
        )
    wanted = min(most - 1, max(room // days, ENOUGH))
    step = min(days, max(1, (room - days) // max(1, wanted - 1)))
    learnt = [test - timedelta(days=days + step * number) for number in range(wanted)]
    return (*sorted({day for day in learnt if day >= earliest}), test)
