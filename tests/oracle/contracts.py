"""Money under contract, customer by customer, at both ends of a period."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

from tests.oracle import intervals
from tests.oracle.calendar import next_period
from tests.oracle.retention import cut_at, makes_active, runs
from tests.oracle.world import Expected, Fact, Key, Row, World, grouped


@dataclass
class Ends:
    """A customer with what they pay a month at both ends of a period; they run at its start."""

    key: Key
    customer: str
    start: Fraction
    end: Fraction
    stays: bool

    @property
    def lost(self) -> Fraction:
        return max(Fraction(0), self.start - self.end)


def paid(rows: list[Fact]) -> Fraction:
    return sum((Fraction(str(row["monthly_price"])) for row in rows), Fraction(0))


def spans(world: World, days: int | None) -> list[tuple[date | None, datetime, datetime]]:
    """Periods asked for, or the one window, with their first instants and their ends."""
    by = world.question.by
    if by:
        return [
            (period, world.start_of(period), min(world.start_of(next_period(period, by)), world.end))
            for period in world.periods("subscriptions")
        ]
    until = world.question.until or world.as_of
    since = world.question.since or until - timedelta(days=(days or 90) - 1)
    return [(None, world.start_of(since), world.window_end())]


def ends(world: World, days: int | None) -> list[Ends]:
    """Everyone who runs at the start of a period."""
    world.need("subscriptions")
    found = []
    for customer, facts in makes_active(world, "subscriptions", None).items():
        for period, start, end in spans(world, days):
            then = [row for row in facts if runs(row, start, world)]
            now = [row for row in facts if runs(row, end, world)]
            if then:
                cut = cut_at(world, "subscriptions", facts, start, [])
                key = (*((period,) if period else ()), *cut)
                found.append(Ends(key, customer, paid(then), paid(now), bool(now)))
    return found


def revenue_churn(world: World, days: int | None = None) -> Expected:
    """Gross: money of customers who pay less at the end, by the money of the start; net takes growth off."""
    people = ends(world, days)
    found = {}
    for key, own in grouped((one.key, one) for one in people).items():
        row = within_one(intervals.ratio((one.lost, one.start) for one in own))
        total = sum(one.start for one in own)
        change = sum(one.start - one.end for one in own)
        found[key] = row | {
            "gross": row["value"],
            "net": float(change / total) if total else None,
            "cancelled": float(sum(one.lost for one in own if not one.stays)),
            "downgraded": float(sum(one.lost for one in own if one.stays)),
            "upgraded": float(sum(max(Fraction(0), one.end - one.start) for one in own)),
            "customers": len(own),
            "customers_lost": sum(not one.stays for one in own),
        }
    empty = intervals.ratio([]) | {"gross": None, "net": None}
    empty |= dict.fromkeys(("cancelled", "downgraded", "upgraded", "customers", "customers_lost"), 0)
    who = [(one.key, one.customer, one.lost != 0) for one in people]
    return Expected(world.rows(found, empty, "subscriptions"), world.listed(who, "subscriptions"))


def nrr(world: World, days: int | None = None) -> Expected:
    """What the customers of the start pay at the end, by what they paid at the start."""
    people = ends(world, days)
    found = {
        key: clipped(intervals.ratio((one.end, one.start) for one in own), 0.0, None)
        for key, own in grouped((one.key, one) for one in people).items()
    }
    who = [(one.key, one.customer, one.end != 0) for one in people]
    return Expected(world.rows(found, intervals.ratio([]), "subscriptions"), world.listed(who, "subscriptions"))


def grr(world: World, days: int | None = None) -> Expected:
    """The same, with nobody's growth counted."""
    people = ends(world, days)
    found = {
        key: within_one(intervals.ratio((min(one.end, one.start), one.start) for one in own))
        for key, own in grouped((one.key, one) for one in people).items()
    }
    who = [(one.key, one.customer, min(one.end, one.start) != 0) for one in people]
    return Expected(world.rows(found, intervals.ratio([]), "subscriptions"), world.listed(who, "subscriptions"))


def mrr(world: World) -> Expected:
    """What the subscriptions that run at the end of the period cost a month; each under its own attributes."""
    world.need("subscriptions")
    running = []
    for period, _, end in spans(world, None):
        rows = [row for row in world.facts("subscriptions") if runs(row, end, world)]
        running += [((*((period,) if period else ()), *world.cut(row)), row) for row in rows]
    found, who = {}, []
    for key, rows in grouped(running).items():
        customers = grouped((row["customer_id"], row) for row in rows)
        found[key] = intervals.total([paid(own) for own in customers.values()], is_signed=False)
        who += [(key, customer, True) for customer in customers]
    empty = intervals.total([], is_signed=False)
    return Expected(world.rows(found, empty, "subscriptions"), world.listed(who, "subscriptions"))


def within_one(row: Row) -> Row:
    return clipped(row, 0.0, 1.0)


def clipped(row: Row, low: float | None, high: float | None) -> Row:
    """A row whose interval keeps within bounds."""
    if row["low"] is None:
        return row
    bounds = {"low": row["low"] if low is None else max(low, row["low"])}
    return row | bounds | {"high": row["high"] if high is None else min(high, row["high"])}
