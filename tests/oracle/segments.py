"""Who is dear, new, steady, slipping away, gone."""

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from itertools import pairwise
from math import ceil

from tests.oracle import intervals
from tests.oracle.customers import cut_at_last
from tests.oracle.purchases import money
from tests.oracle.quantiles import quantile
from tests.oracle.silences import curve, sales_of, silences
from tests.oracle.survivors import Survivors
from tests.oracle.world import Expected, Fact, World, grouped

TENTH = Fraction(1, 10)


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
