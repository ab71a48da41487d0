"""How long customers and contracts last, and who goes without a word."""

from datetime import date, timedelta

from tests.oracle import intervals
from tests.oracle.calendar import period_of
from tests.oracle.segments import find_lapse, silence
from tests.oracle.silences import along_axis, sales_of
from tests.oracle.survivors import Survivors, survivors
from tests.oracle.world import Expected, Fact, Lacking, World, grouped

VOICES = {"tickets": "opened_at", "answers": "answered_at", "reviews": "posted_at"}


def contracts(world: World) -> list[Fact]:
    """Subscriptions with their first day, and their last when they ended by ``as_of``."""
    rows = []
    for row in world.facts("subscriptions"):
        is_over = row["ended_at"] is not None and row["ended_at"] <= world.end
        stop = world.day(row["ended_at"]) if is_over else None
        rows.append(row | {"start": world.day(row["started_at"]), "stop": stop})
    return rows


def life(first: Fact, at: str, start: date, stop: date | None) -> Fact:
    """From a first day to a last one, or on; attributes and period are those of the first fact."""
    return first | {"at": first[at], "start": start, "stop": stop}


def lives(world: World, base: str, unit: str | None, given: int | None) -> list[Fact]:
    if base == "orders":
        window, found = find_lapse(world, given), []
        for sales in sales_of(world).values():
            last = world.day(sales[-1]["ordered_at"])
            stop = last + timedelta(days=window) if silence(world, sales) > window else None
            found.append(life(sales[0], "ordered_at", world.day(sales[0]["ordered_at"]), stop))
        return found
    if unit != "customer":
        return [life(row, "started_at", row["start"], row["stop"]) for row in contracts(world)]
    found = []
    for rows in grouped((row["customer_id"], row) for row in contracts(world)).values():
        runs: list[Fact] = []
        for row in rows:
            if runs and (runs[-1]["stop"] is None or row["start"] <= runs[-1]["stop"] + timedelta(days=1)):
                stops = [runs[-1]["stop"], row["stop"]]
                runs[-1]["stop"] = None if None in stops else max(stops)
            else:
                runs.append(life(row, "started_at", row["start"], row["stop"]))
        found += runs
    return found


def survival(world: World, unit: str | None = None, base: str | None = None, lapse_days: int | None = None) -> Expected:
    """The share that stays longer than so many days."""
    base = _base(world, base)
    shown = world.in_window(lives(world, base, unit, lapse_days), "at")
    if world.question.by:
        shown = [row for row in shown if world.is_shown(world.period(row["at"]))]
    found = []
    for key, rows in grouped((world.key(row, "at"), row) for row in shown).items():
        for head in world.rows({key: {}}, {}, base):
            if world.question.by is None or head["period"] == key[0]:
                found += [head | row for row in _lasting(world, rows).rows()]
    rows = along_axis(world, found, "time")
    everyone = _lasting(world, shown)
    said = {
        "median": everyone.median(),
        "restricted_mean": everyone.restricted_mean(),
        "longest_days": everyone.end,
        "size": len(shown),
    }
    people = [(world.key(row, "at"), row["customer_id"], row["stop"] is not None) for row in shown]
    return Expected(rows, world.listed(people, base), said)


def _lasting(world: World, rows: list[Fact]) -> Survivors:
    return survivors((((row["stop"] or world.as_of) - row["start"]).days, row["stop"] is not None) for row in rows)


def _base(world: World, base: str | None) -> str:
    found = [name for name in ([base] if base else ("subscriptions", "orders")) if name in world.tables]
    if not found:
        raise Lacking("subscriptions or orders")
    return next((name for name in found if world.tables[name]), found[0])


def silent_leaver_rate(
    world: World, days: int = 90, base: str | None = None, lapse_days: int | None = None
) -> Expected:
    """Of the customers who left in the period, the share that said nothing from 90 days before they were last there."""
    base = _base(world, base)
    words = _words(world, base)
    people = []
    for customer, last, left, stop in _leavers(world, base, lapse_days):
        there = world.day(last["ordered_at"]) if base == "orders" else stop
        if _is_asked(world, left):
            key = (*((_period(world, left),) if world.question.by else ()), *world.cut(last))
            said = [day for day in words.get(customer, []) if there - timedelta(days=days) <= day <= stop]
            people.append((key, customer, not said))
    hits = grouped((key, hit) for key, _, hit in people)
    found = {key: intervals.share(sum(own), len(own)) for key, own in hits.items()}
    return Expected(world.rows(found, intervals.share(0, 0), base), world.listed(people, base))


def _is_asked(world: World, left: date) -> bool:
    since, until = world.question.since, world.question.until
    if world.question.by:
        return True
    return (since is None or left >= since) and (until is None or left <= until)


def _period(world: World, day: date) -> date:
    return period_of(day, world.question.by or "month")


def _leavers(world: World, base: str, given: int | None) -> list[tuple[str, Fact, date, date]]:
    """Customers gone by ``as_of``: their last fact, the last day they were there, and the day they stopped."""
    if base == "orders":
        window = find_lapse(world, given)
        gone = [sales for sales in sales_of(world).values() if silence(world, sales) > window]
        stops = [world.day(sales[-1]["ordered_at"]) + timedelta(days=window) for sales in gone]
        return [(sales[-1]["customer_id"], sales[-1], stop, stop) for sales, stop in zip(gone, stops, strict=True)]
    found = []
    for customer, rows in grouped((row["customer_id"], row) for row in contracts(world)).items():
        if all(row["stop"] for row in rows):
            last = max(rows, key=lambda row: (row["ended_at"], row["started_at"], row["subscription_id"]))
            before = last["ended_at"] - timedelta(seconds=1)
            at_midnight = last["ended_at"] == world.start_of(last["stop"])
            found.append((customer, last, world.day(before) if at_midnight else last["stop"], last["stop"]))
    return found


def _words(world: World, base: str) -> dict[str, list[date]]:
    """Customer -> days on which they said something: tickets, answers, reviews, reasons for an end."""
    said: list[tuple[str, date]] = []
    has_voice = False
    for table, at in VOICES.items():
        if table in world.tables:
            has_voice = True
            said += [(row["customer_id"], world.day(row[at])) for row in world.facts(table) if row["customer_id"]]
    if base == "subscriptions" and any(row["cancel_reason"] for row in world.tables["subscriptions"]):
        has_voice = True
        said += [(row["customer_id"], row["stop"]) for row in contracts(world) if row["stop"] and row["cancel_reason"]]
    if not has_voice:
        raise Lacking("a voice")
    return grouped(said)
