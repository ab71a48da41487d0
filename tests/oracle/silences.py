"""How long customers are silent between sales, who is gone, and who went without a word."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from math import ceil
from typing import Any

from tests.oracle import intervals
from tests.oracle.calendar import period_of
from tests.oracle.customers import cut_at_last
from tests.oracle.purchases import money
from tests.oracle.quantiles import SHOWN, quantile, quantile_rows
from tests.oracle.survivors import Survivors, survivors
from tests.oracle.world import Expected, Fact, Key, Lacking, Row, World, grouped, in_order

TENTH = Fraction(1, 10)
VOICES = {"tickets": "opened_at", "answers": "answered_at", "reviews": "posted_at"}


def sales_of(world: World) -> dict[str, list[Fact]]:
    """Known customers with all their sales by ``as_of``, in the order of time."""
    world.need("orders")
    return grouped((row["customer_id"], row) for row in world.sales() if row["customer_id"])


def silences(world: World) -> list[Fact]:
    """Each sale begins a silence, to the customer's next sale or, open, to ``as_of``."""
    found = []
    for customer, sales in sales_of(world).items():
        for sale, later in zip(sales, [*sales[1:], None], strict=True):
            day, until = world.day(sale["ordered_at"]), world.day(later["ordered_at"]) if later else world.as_of
            found.append(sale | {"customer_id": customer, "days": (until - day).days, "later": later})
    return found


def order_gaps(world: World, by_order: bool = False) -> Expected:
    """Quantiles of the days between consecutive sales, by the sale that ends each; cuts by the one that begins it."""
    rows = [row | {"number": number} for row, number in zip(silences(world), _numbers(world), strict=True)]
    closed = [row for row in rows if row["later"] and world.in_window([row["later"]], "ordered_at")]

    def key(row: Fact) -> Key:
        return (*((world.period(row["later"]["ordered_at"]),) if world.question.by else ()), *world.cut(row))

    who = world.listed([(key(row), row["customer_id"], True) for row in closed], "orders")
    if not by_order:
        return Expected(quantile_rows(world, grouped((key(row), row) for row in closed), "days"), who)
    by_number = grouped(((*key(row), row["number"]), row["days"]) for row in closed)
    found = []
    for (*head, number), gaps in by_number.items():
        for row in world.rows({tuple(head): {}}, {}, "orders"):
            if world.question.by is None or row["period"] == head[0]:
                found += [
                    row
                    | {
                        "order_number": number,
                        "quantile": share,
                        "value": quantile(gaps, share),
                        "denominator": len(gaps),
                    }
                    for share in SHOWN
                ]
    return Expected(along_axis(world, found, "order_number", "quantile"), who)


def _numbers(world: World) -> list[int]:
    return [number for sales in sales_of(world).values() for number in range(1, len(sales) + 1)]


def along_axis(world: World, rows: list[Row], *axis: str) -> list[Row]:
    """Rows in the order of periods, then of the cuts, then of the axis; without periods there is no such column."""
    names = (*(("period",) if world.question.by else ()), *world.question.cut, *axis)
    rows = sorted(rows, key=lambda row: in_order(tuple(row[name] for name in names)))
    return rows if world.question.by else [{name: row[name] for name in row if name != "period"} for row in rows]


def begun(world: World) -> dict[Key, list[Fact]]:
    """Silences by the period (or in the window) and the cuts of the sale that began them."""
    return grouped((world.key(row), row) for row in world.in_window(silences(world), "ordered_at"))


def curve(rows: list[Fact]) -> Survivors:
    return survivors((row["days"], row["later"] is not None) for row in rows)


def return_curve(world: World) -> Expected:
    """Share of silences over within so many days: 1 - S."""
    found = []
    for key, rows in begun(world).items():
        for head in world.rows({key: {}}, {}, "orders"):
            if world.question.by is None or head["period"] == key[0]:
                found += [head | _returned(row) for row in curve(rows).rows()]
    return Expected(along_axis(world, found, "days"), _behind(world))


def _returned(row: Row) -> Row:
    low, high = row["low"], row["high"]
    return {
        "days": row["time"],
        "at_risk": row["at_risk"],
        "events": row["events"],
        "value": 1 - row["value"],
        "low": None if high is None else 1 - high,
        "high": None if low is None else 1 - low,
    }


def _behind(world: World) -> list[Key]:
    people = [(key, row["customer_id"], row["later"] is not None) for key, rows in begun(world).items() for row in rows]
    return world.listed(people, "orders")


def lapse_window(world: World, returning_share: float = 0.1) -> Expected:
    """Smallest whole w with 1 - S(end) / S(w) < 10 %; unstable when nothing ended or it is late in what was seen."""
    found = {key: _window(curve(rows), returning_share) for key, rows in begun(world).items()}
    empty = _window(curve([]), returning_share)
    rows = world.rows(found, empty if world.question.by is None else empty | {"unstable": None}, "orders")
    return Expected(rows, _behind(world))


def _window(silent: Survivors, returning_share: float) -> Row:
    value = silent.lapse_window(Fraction(str(returning_share)))
    nobody = not any(is_over for _, is_over in silent.lives)
    return {
        "value": value,
        "low": None,
        "high": None,
        "unstable": value is None or nobody or value > Fraction(3, 4) * (silent.end or 0),
        "longest_days": silent.end,
        "denominator": len(silent.lives),
        **{f"at_{percent}": silent.lapse_window(Fraction(percent, 100)) for percent in (5, 10, 15, 20)},
    }


# -- who is dear, new, steady, slipping away, gone ----------------------------------------------------------------


def company(world: World) -> Survivors:
    """The silences of the whole log that remains after ``where``."""
    plain = replace(world.question, by=None, cut=(), since=None, until=None, as_of=world.as_of)
    return curve(silences(replace(world, question=plain)))


def find_lapse(world: World, given: int | None) -> int:
    return given if given is not None else company(world).lapse_window(TENTH) or 0


def vip(world: World) -> Expected:
    """Of the n who bought in 12 months the ⌈n / 10⌉ with the most revenue then, if above 0; the older of equals."""
    world.need("orders", "amount")
    return _share(world, _vips(world))


def _vips(world: World) -> set[str]:
    day = world.as_of
    year_ago = day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)
    sales, spent = sales_of(world), grouped((row["customer_id"], row) for row in world.standing())

    def recent(rows: list[Fact]) -> list[Fact]:
        return [row for row in rows if world.day(row["ordered_at"]) > year_ago]

    buyers = [customer for customer, rows in sales.items() if recent(rows)]
    buyers.sort(key=lambda who: (-money(recent(spent[who])), sales[who][0]["ordered_at"], who))
    return {who for who in buyers[: ceil(Fraction(len(buyers), 10))] if money(recent(spent[who])) > 0}


def new(world: World, days: int = 90) -> Expected:
    """First sale at most so many days before ``as_of``."""
    return _share(world, _new(world, days))


def _new(world: World, days: int) -> set[str]:
    oldest = world.as_of - timedelta(days=days)
    return {who for who, sales in sales_of(world).items() if world.day(sales[0]["ordered_at"]) >= oldest}


def silence(world: World, sales: list[Fact]) -> int:
    return (world.as_of - world.day(sales[-1]["ordered_at"])).days


def lost(world: World, lapse_days: int | None = None) -> Expected:
    """Silent for longer than the lapse window."""
    window = find_lapse(world, lapse_days)
    return _share(world, _lost(world, window), window)


def _lost(world: World, window: int) -> set[str]:
    return {who for who, sales in sales_of(world).items() if silence(world, sales) > window}


def at_risk(world: World, lapse_days: int | None = None, min_gaps: int = 3) -> Expected:
    """Silent for longer than the 75th percentile of own gaps (or, of few, than 3/4 of all returns take), not lost."""
    window = find_lapse(world, lapse_days)
    return _share(world, _at_risk(world, window, min_gaps), window)


def _at_risk(world: World, window: int, min_gaps: int) -> set[str]:
    usual = company(world).days_to_return(Fraction(3, 4))
    found = set()
    for customer, sales in sales_of(world).items():
        days = [world.day(sale["ordered_at"]) for sale in sales]
        gaps = [(later - earlier).days for earlier, later in pairwise(days)]
        bound = quantile(gaps, 0.75) if len(gaps) >= min_gaps else window if usual is None else usual
        if bound is not None and silence(world, sales) > bound:
            found.add(customer)
    return found - _lost(world, window)


def regular(world: World, lapse_days: int | None = None, min_gaps: int = 3) -> Expected:
    """Bought twice, and none of the others."""
    window = find_lapse(world, lapse_days)
    others = _new(world, 90) | _lost(world, window) | _at_risk(world, window, min_gaps)
    if any(row["amount"] is not None for row in world.tables["orders"]):
        others |= _vips(world)
    return _share(world, {who for who, sales in sales_of(world).items() if len(sales) > 1} - others, window)


def _share(world: World, hit: set[str], window: int | None = None) -> Expected:
    """The share of all customers with a sale; attributes as at their last order."""
    people = [(cut_at_last(world, who), who, who in hit) for who in sales_of(world)]
    found = {
        cut: intervals.share(sum(hits), len(hits))
        for cut, hits in grouped((cut, is_in) for cut, _, is_in in people).items()
    }
    summary = {} if window is None else {"lapse_days": window}
    return Expected(world.rows(found, intervals.share(0, 0), "orders"), world.listed(people, "orders"), summary)


# -- how long they stay, who goes without a word ------------------------------------------------------------------


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
    for name in [base] if base else ("subscriptions", "orders"):
        if name in world.tables:
            return name
    raise Lacking("subscriptions or orders")


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


# -- how much hangs on how few ------------------------------------------------------------------------------------


def concentration(world: World) -> Expected:
    """Share of revenue by the top ⌈q n⌉ customers with a sale; Gini without small-sample factor."""
    world.need("orders", "amount")
    rows = [row for row in world.in_window(world.standing(), "ordered_at") if row["customer_id"]]
    found: dict[Key, list[Row]] = {}
    for (key, customer), own in grouped(((world.key(row), row["customer_id"]), row) for row in rows).items():
        sales = [row for row in own if row["kind"] == "sale"]
        if sales:
            spent = max(Fraction(0), money(own))
            found.setdefault(key, []).append({"who": customer, "spent": spent, "since": sales[0]["ordered_at"]})
    for own in found.values():
        own.sort(key=lambda row: (-row["spent"], row["since"], row["who"]))
    tops = {key: _tops(own) for key, own in found.items()}
    shown = [
        {name: row[name] for name in row if name != "tops"} | top
        for row in world.rows({key: {"tops": rows} for key, rows in tops.items()}, {"tops": _tops([])}, "orders")
        for top in row["tops"]
    ]
    shown = along_axis(world, shown, "top")
    people = [
        (key, row["who"], place < ceil(Fraction(len(own), 5)))
        for key, own in found.items()
        for place, row in enumerate(own)
    ]
    summary: dict[str, Any] = {}
    if not world.question.by and not world.question.cut:
        summary = {name: shown[0][name] for name in ("gini", "customers_for_80")}
    return Expected(shown, world.listed(people, "orders"), summary)


def _tops(richest: list[Row]) -> list[Row]:
    """A row for each top share, of customers from the richest to the poorest."""
    spent = [row["spent"] for row in richest]
    total, n = sum(spent, Fraction(0)), len(spent)
    gini = bulk = None
    if total:
        ranked = sum((rank * amount for rank, amount in enumerate(reversed(spent), start=1)), Fraction(0))
        gini = float(2 * ranked / (n * total) - Fraction(n + 1, n))
        bulk = next(k for k in range(1, n + 1) if sum(spent[:k]) >= Fraction(4, 5) * total) / n
    rows = []
    for percent in (1, 5, 10, 20):
        top = sum(spent[: ceil(Fraction(percent * n, 100))], Fraction(0))
        rows.append(
            {
                "top": percent / 100,
                "value": float(top / total) if total else None,
                "numerator": float(top),
                "denominator": float(total),
                "customers": n,
                "gini": gini,
                "customers_for_80": bulk,
            }
        )
    return rows
