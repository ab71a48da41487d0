"""Who left after a day: the truth that a forecast of that day is held against."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from vernost.errors import InvalidValue
from vernost.measure.activity import BASES
from vernost.measure.gaps import find_lapse
from vernost.measure.periods import day_number
from vernost.measure.periods import days as day_of
from vernost.measure.scope import Scope
from vernost.measure.window import running_at_ends
from vernost.predict.presence import presence

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from vernost.store.log import Log

INSTANT = timedelta(microseconds=1)


def labels(
    log: "Log",
    as_of: date | str,
    days: int,
    *,
    base: str | None = None,
    timezone: str | None = None,
    lapse_days: int | None = None,
) -> "ir.Table":
    """Each customer who was present at the end of a day, with whether they left within so many days after.

    With subscriptions a customer is present while one runs, and has left when none runs at the end of the days: a
    change of plan is no leaving. Without, a customer is present who is not silent for longer than the lapse window at
    the end of the day, and has left when no purchase (or event) follows within the days.

    Args:
        log: the customer log.
        as_of: the day at whose end customers are looked at.
        days: within how many days after it.
        base: subscriptions, orders or events; by default whichever there is, in this order.
        timezone: the company's clock; by default that of the log.
        lapse_days: silence after which a customer without a contract was gone before; by default the lapse window as
            it could be learnt by the day, with events the days asked about.

    Returns:
        ``customer_id``, ``left`` (1 or 0).
    """
    if days < 1:
        raise InvalidValue("{name} is {value}, must be at least 1.", name="days", value=days)
    table, then = presence(log, asker="labels", base=base, as_of=as_of, timezone=timezone)
    later = then.as_of_day(then.as_of + timedelta(days=days))
    _check_over(then, later, presence(log, asker="labels", base=table, timezone=timezone)[1].as_of)
    if table == "subscriptions":
        return _ended(then, later)
    if table == "events" and lapse_days is None:
        lapse_days = days
    return _silent(then, later, table, find_lapse(then, lapse_days).days)


def _check_over(then: Scope, later: Scope, last: date) -> None:
    """Refuse to say who left before it is known: a customer of whom nothing is heard may yet come."""
    if later.as_of > last:
        raise InvalidValue(
            "Who left within {days} days after {as_of} is known on {end}, and the log ends on {last}."
            " Name an earlier day, or fewer days.",
            days=(later.as_of - then.as_of).days,
            as_of=then.as_of,
            end=later.as_of,
            last=last,
        )


def _ended(then: Scope, later: Scope) -> "ir.Table":
    # What ends with the first instant of a day ran through the day before.
    rows, was, runs = running_at_ends(later, then.end - INSTANT, later.end - INSTANT)
    customers = rows.group_by("customer_id").agg(was_=was.any(), runs_=runs.any())
    customers = customers.filter(customers.was_)
    return customers.select("customer_id", left=customers.runs_.ifelse(0, 1).cast("int64"))


def _silent(then: Scope, later: Scope, table: str, lapse_days: int) -> "ir.Table":
    rows = later.facts(table, BASES[table], cut=())
    rows = later.sold(rows) if table == "orders" else rows
    rows = rows.filter(rows.customer_id.notnull())
    day, today = day_of(rows.local), day_number(then.as_of)
    customers = rows.group_by("customer_id").agg(last_=day.max(where=day <= today), returns_=(day > today).any())
    customers = customers.filter(customers.last_ >= today - lapse_days)
    return customers.select("customer_id", left=customers.returns_.ifelse(0, 1).cast("int64"))
