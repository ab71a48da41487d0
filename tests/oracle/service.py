"""Tickets and deliveries: who waits, and for how long."""

from datetime import datetime
from fractions import Fraction

from tests.oracle import intervals
from tests.oracle.calendar import next_period
from tests.oracle.quantiles import quantile, quantile_rows
from tests.oracle.workdays import working_hours as hours_of_work
from tests.oracle.world import Expected, Fact, Key, World, grouped


def hours(world: World, start: datetime, end: datetime, working_hours: str | None) -> Fraction:
    """Hours between two instants in whole seconds; what ends before it starts took no time."""
    if working_hours:
        return hours_of_work(start, end, world.zone, working_hours)
    seconds = int((end.replace(microsecond=0) - start.replace(microsecond=0)).total_seconds())
    return Fraction(max(0, seconds), 3600)


def tickets(world: World) -> dict[Key, list[Fact]]:
    world.need("tickets")
    return grouped((world.key(row, "opened_at"), row) for row in world.in_window(world.facts("tickets"), "opened_at"))


def waited(world: World, row: Fact, until: str, working_hours: str | None) -> Fraction | None:
    """Hours from opening to the reply or the resolution; None when that has not come by ``as_of``."""
    if row[until] is None or row[until] >= world.end:
        return None
    return hours(world, row["opened_at"], row[until], working_hours)


def age_of(world: World, row: Fact, working_hours: str | None) -> Fraction:
    """Hours from opening to the end of ``as_of``."""
    return hours(world, row["opened_at"], world.end, working_hours)


def unanswered_24h_rate(world: World, hours: float = 24, working_hours: str | None = None) -> Expected:
    """Share of tickets without a first reply within 24 h; those waiting still, but not yet so long, are left out."""
    found, who = {}, []
    for key, rows in tickets(world).items():
        late = []
        for row in rows:
            wait = waited(world, row, "first_reply_at", working_hours)
            age = age_of(world, row, working_hours)
            if wait is not None or age > hours:
                late.append(wait is None or wait > hours)
                who.append((key, row["customer_id"], late[-1]))
        if late:
            found[key] = intervals.share(sum(late), len(late))
    return Expected(world.rows(found, intervals.share(0, 0), "tickets"), world.listed(who, "tickets"))


def first_reply_time(world: World, working_hours: str | None = None) -> Expected:
    return _times(world, "first_reply_at", working_hours)


def resolution_time(world: World, working_hours: str | None = None) -> Expected:
    return _times(world, "resolved_at", working_hours)


def _times(world: World, until: str, working_hours: str | None) -> Expected:
    """Median and 90th percentile of hours, of those over; how many are still open beside."""
    found, who = {}, []
    for key, rows in tickets(world).items():
        waits = {row["ticket_id"]: waited(world, row, until, working_hours) for row in rows}
        over = [wait for wait in waits.values() if wait is not None]
        found[key] = {
            "value": quantile(over, 0.5),
            "p90": quantile(over, 0.9),
            "denominator": len(over),
            "open": len(rows) - len(over),
        }
        who += [(key, row["customer_id"], True) for row in rows if waits[row["ticket_id"]] is not None]
    empty = {"value": None, "p90": None, "denominator": 0, "open": 0}
    return Expected(world.rows(found, empty, "tickets"), world.listed(who, "tickets"))


def backlog(world: World) -> Expected:
    """Tickets opened before the end of the period and not resolved by then."""
    world.need("tickets")
    by, opened = world.question.by, world.facts("tickets")
    found, who = {}, []
    ends = (
        {(p,): min(world.start_of(next_period(p, by)), world.end) for p in world.periods("tickets")}
        if by
        else {(): world.window_end()}
    )
    for period, end in ends.items():
        for cut, rows in grouped((world.cut(row), row) for row in opened).items():
            waiting = [row for row in rows if row["opened_at"] < end and not _is_resolved(row, end)]
            if waiting or by:
                found[(*period, *cut)] = intervals.count(len(waiting))
            who += [((*period, *cut), row["customer_id"], True) for row in waiting]
    return Expected(world.rows(found, intervals.count(0), "tickets"), world.listed(who, "tickets"))


def _is_resolved(row: Fact, end: datetime) -> bool:
    return row["resolved_at"] is not None and row["resolved_at"] < end


def promised(world: World) -> dict[Key, list[Fact]]:
    """Sales with a promise, each with whether it came (by ``as_of``), came late, is overdue, and days of delay.

    A promise that is a day lasts until its end; one with a time of day until that time.
    """
    world.need("orders", "promised_at")
    world.need("orders", "delivered_at")
    rows = []
    for sale in world.in_window(world.sales(), "ordered_at"):
        if sale["promised_at"] is None:
            continue
        came = sale["delivered_at"] if sale["delivered_at"] and sale["delivered_at"] < world.end else None
        due = world.day(sale["promised_at"])
        is_day = sale["promised_at"] == world.start_of(due)
        rows.append(
            sale
            | {
                "came": came is not None,
                "late": came is not None and (world.day(came) > due if is_day else came > sale["promised_at"]),
                "overdue": came is None and (due <= world.as_of if is_day else sale["promised_at"] < world.end),
                "delay": (world.day(came) - due).days if came else None,
            }
        )
    return grouped((world.key(row), row) for row in rows)


def late_delivery_rate(world: World) -> Expected:
    """Of the delivered with a promise, the share late, by the order's period; the overdue in a column of their own."""
    found, who = {}, []
    for key, rows in promised(world).items():
        late = [row["late"] for row in rows if row["came"]]
        found[key] = intervals.share(sum(late), len(late)) | {"overdue": sum(row["overdue"] for row in rows)}
        who += [(key, row["customer_id"], row["late"]) for row in rows if row["came"]]
    empty = intervals.share(0, 0) | {"overdue": 0}
    return Expected(world.rows(found, empty, "orders"), world.listed(who, "orders"))


def delivery_delay(world: World) -> Expected:
    """Quantiles of the days between the promised and the actual day."""
    came = {key: [row for row in rows if row["came"]] for key, rows in promised(world).items()}
    came = {key: rows for key, rows in came.items() if rows}
    who = [(key, row["customer_id"], row["late"]) for key, rows in came.items() for row in rows]
    return Expected(quantile_rows(world, came, "delay"), world.listed(who, "orders"))
