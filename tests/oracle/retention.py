"""Who is new, who stays, who comes back, who falls asleep, counted customer by customer."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from tests.oracle import intervals
from tests.oracle.calendar import next_period, previous_period
from tests.oracle.world import Expected, Fact, Key, Lacking, Row, World, grouped

READS = ("subscriptions", "orders", "events")
AT = {"subscriptions": "started_at", "orders": "ordered_at", "events": "occurred_at"}
STATES = ("new", "returning", "resurrecting", "dormant")


def find_base(world: World, base: str | None) -> str:
    """What makes a customer active: subscriptions, else orders, else events; first among those with rows."""
    found = [name for name in ([base] if base else READS) if name in world.tables]
    if not found:
        raise Lacking("a base")
    return next((name for name in found if world.tables[name]), found[0])


def makes_active(world: World, base: str, event: str | None) -> dict[str, list[Fact]]:
    """Customer -> the facts that make them active, in the order of time: sales, subscriptions or events."""
    rows = world.sales() if base == "orders" else world.facts(base)
    if base == "events" and event:
        rows = [row for row in rows if row["name"] == event]
    return grouped((row["customer_id"], row) for row in rows if row["customer_id"] is not None)


def runs(row: Fact, instant: datetime, world: World) -> bool:
    """Whether a subscription runs at an instant: in [started, ended). An end after ``as_of`` is not known yet."""
    ended = row["ended_at"] if row["ended_at"] and row["ended_at"] <= world.end else None
    return row["started_at"] <= instant and (ended is None or instant < ended)


def active_by(world: World, base: str, facts: list[Fact], period: date) -> list[Fact]:
    """What makes active in a period: the sales in it; with subscriptions, those that run at its end."""
    if base == "subscriptions":
        end = min(world.start_of(next_period(period, world.question.by or "month")), world.end)
        return [row for row in facts if runs(row, end, world)]
    return [row for row in facts if world.period(row[AT[base]]) == period]


def cut_at(world: World, base: str, facts: list[Fact], start: datetime, here: list[Fact]) -> Key:
    """Cuts of a customer at the start of a period: those of the last fact before it (with subscriptions, of the last
    one that runs there), or else of the first fact in it. An attribute of the customer never changes."""
    if base == "subscriptions":
        earlier = [row for row in facts if runs(row, start, world)]
    else:
        earlier = [row for row in facts if row[AT[base]] < start]
    return world.cut(earlier[-1] if earlier else here[0])


def states(world: World, base: str, event: str | None) -> Iterator[tuple[date, Key, str, str]]:
    """Period, cuts, customer and state of everyone who has a state."""
    by = world.question.by or "month"
    for customer, facts in makes_active(world, base, event).items():
        shown = world.periods(base)
        first = previous_period(shown[0], by) if shown else None
        was = ever = bool(shown) and base == "subscriptions" and bool(active_by(world, base, facts, first))
        for period in shown:
            here = active_by(world, base, facts, period)
            now = bool(here)
            if now or was:
                state = "dormant" if not now else "returning" if was else "resurrecting" if ever else "new"
                yield period, cut_at(world, base, facts, world.start_of(period), here), customer, state
            was, ever = now, ever or now


def retention_rate(
    world: World, base: str | None = None, activity: str | None = None, days: int | None = None
) -> Expected:
    """(E - N) / S: of those active in the period before, the share active in this one."""
    base = find_base(world, base)
    if world.question.by is None:
        return kept_in_window(world, base, activity, days)
    seen = [
        (period, cut, customer, state)
        for period, cut, customer, state in states(world, base, activity)
        # The first period has no period before it; subscriptions have a base at its first instant.
        if base == "subscriptions" or period != world.periods(base)[0]
    ]
    kept = grouped(((period, *cut), state) for period, cut, _, state in seen)
    found = {
        key: intervals.share(names.count("returning"), names.count("returning") + names.count("dormant"))
        for key, names in kept.items()
    }
    people = [
        ((period, *cut), customer, state == "returning")
        for period, cut, customer, state in seen
        if state in {"returning", "dormant"}
    ]
    return Expected(world.rows(found, intervals.share(0, 0), base), world.listed(people, base))


def churn_rate(world: World, base: str | None = None, activity: str | None = None, days: int | None = None) -> Expected:
    """1 - retention rate, on the same base."""
    kept = retention_rate(world, base, activity, days)
    rows = [row | intervals.share(row["denominator"] - row["numerator"], row["denominator"]) for row in kept.rows]
    return Expected(rows, sorted_like(kept.who or []))


def sorted_like(people: list[Key]) -> list[Key]:
    return [(*person[:-1], not person[-1]) for person in people]


def kept_in_window(world: World, base: str, event: str | None, days: int | None) -> Expected:
    """Of those active in the n days before the window, the share active in it; subscriptions at its two ends."""
    until = world.question.until or world.as_of
    since = world.question.since or until - timedelta(days=(days or 90) - 1)
    start, end = world.start_of(since), world.window_end()
    earlier = world.start_of(since - (until - since) - timedelta(days=1))
    people = []
    for customer, facts in makes_active(world, base, event).items():
        if base == "subscriptions":
            was = any(runs(row, start, world) for row in facts)
            now = any(runs(row, end, world) for row in facts)
        else:
            was = any(earlier <= row[AT[base]] < start for row in facts)
            now = any(start <= row[AT[base]] < end for row in facts)
        if was:
            people.append((cut_at(world, base, facts, start, []), customer, now))
    hits = grouped((cut, hit) for cut, _, hit in people)
    found = {cut: intervals.share(sum(hit), len(hit)) for cut, hit in hits.items()}
    return Expected(world.rows(found, intervals.share(0, 0), base), world.listed(people, base))


def lifecycle(world: World, base: str | None = None, activity: str | None = None) -> Expected:
    """Customers by state; quick ratio = (new + resurrecting) / dormant, null when nobody fell asleep."""
    world = world.by_default("month")
    base = find_base(world, base)
    seen = list(states(world, base, activity))
    names = grouped(((period, *cut), state) for period, cut, _, state in seen)
    found = {key: counted(states_of) for key, states_of in names.items()}
    people = [((period, *cut), customer, state != "dormant") for period, cut, customer, state in seen]
    return Expected(world.rows(found, counted([]), base), world.listed(people, base))


def counted(names: list[str]) -> Row:
    row: Row = {state: names.count(state) for state in STATES}
    asleep = row["dormant"]
    return row | {"quick_ratio": (row["new"] + row["resurrecting"]) / asleep if asleep else None}


def active_customers(world: World, base: str | None = None, activity: str | None = None) -> Expected:
    """Customers with a sale in the period; with subscriptions, running at its end."""
    base = find_base(world, base)
    if world.question.by:
        people = [
            ((period, *cut), customer, True)
            for period, cut, customer, state in states(world, base, activity)
            if state != "dormant"
        ]
        return number_of(world, base, people)
    since, end = world.question.since, world.window_end()
    start = world.start_of(since or date(1900, 1, 1))
    people = []
    for customer, facts in makes_active(world, base, activity).items():
        if base == "subscriptions":
            here = [row for row in facts if runs(row, end, world)]
        else:
            here = [row for row in facts if start <= row[AT[base]] < end]
        if here:
            people.append((cut_at(world, base, facts, start, here), customer, True))
    return number_of(world, base, people)


def new_customers(world: World, base: str | None = None, activity: str | None = None) -> Expected:
    """Customers whose first sale (or subscription) of all falls in the period, or in the window."""
    base = find_base(world, base)
    people = []
    for customer, facts in makes_active(world, base, activity).items():
        if world.in_window(facts[:1], AT[base]):
            people.append((world.key(facts[0], AT[base]), customer, True))
    return number_of(world, base, people)


def number_of(world: World, base: str, people: list[tuple[Key, str, bool]]) -> Expected:
    found = {key: intervals.count(len(names)) for key, names in grouped((key, name) for key, name, _ in people).items()}
    return Expected(world.rows(found, intervals.count(0), base), world.listed(people, base))
