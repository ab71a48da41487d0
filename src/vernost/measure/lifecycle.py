"""Who is new, who stays, who comes back, who falls asleep; retention and churn are read off the same states."""

from typing import TYPE_CHECKING

from vernost.measure.activity import Activity, find_base
from vernost.measure.finding import Finding, grouped, share
from vernost.measure.measure import measure
from vernost.measure.periods import Grain
from vernost.measure.scope import Scope

if TYPE_CHECKING:
    import ibis.expr.types as ir

STATES = ("new", "returning", "resurrecting", "dormant")
READS = ("subscriptions", "orders", "events")


def states(activity: Activity) -> "ir.Table":
    """Customers by state: period, cuts, new, returning, resurrecting, dormant (counts)."""
    counts = _from_masks(activity) if activity.fits_masks else _from_pairs(activity)
    if not activity.compares_ends:
        return counts
    # A state compares two ends of a period and is named by that period; nothing compares with before the first.
    return counts.mutate(period=counts.period - 1).filter(lambda t: t.period >= activity.first)


def _from_masks(activity: Activity) -> "ir.Table":
    import ibis

    masks = activity.masks()
    one = ibis.literal(1).cast("int64")
    places = ibis.range(0, activity.last - activity.first + 1).unnest().name("place").as_table()
    table = masks.cross_join(places)
    bit = one << table.place.cast("int32")
    # Before the first period there is no bit, so the first period compares with an empty one before it.
    table = table.mutate(bit=bit, seen=table["mask"] & (bit | (bit >> 1)))
    table = table.filter(table.seen > 0)
    is_new, is_old = table.lowest == table.bit, table.lowest < table.bit
    customers = {
        "new": is_new,
        "returning": is_old & (table.seen > table.bit),
        "resurrecting": is_old & (table.seen == table.bit),
        "dormant": table.seen < table.bit,
    }
    return grouped(
        table,
        ["place", *activity.scope.question.cut],
        **{state: table.n.sum(where=where).fill_null(0).cast("int64") for state, where in customers.items()},
    ).mutate(period=lambda t: t.place.cast("int64") + activity.first)


def _from_pairs(activity: Activity) -> "ir.Table":
    rows = customer_states(activity)
    return grouped(
        rows,
        ["period", *activity.scope.question.cut],
        **{state: (rows.state == state).cast("int32").sum() for state in STATES},
    )


def customer_states(activity: Activity) -> "ir.Table":
    """One row a customer and period in which they have a state: period, cuts, customer_id, state."""
    import ibis

    pairs, cut = activity.pairs(), activity.scope.question.cut
    state = ibis.cases(
        (pairs.previous.isnull(), "new"), (pairs.previous == pairs.period - 1, "returning"), else_="resurrecting"
    )
    active = pairs.mutate(state=state).select("period", *cut, "customer_id", "state")
    asleep = pairs.filter((pairs.next.isnull() | (pairs.next > pairs.period + 1)) & (pairs.period < activity.last))
    after = {name: asleep[f"after_{name}"] if name in activity.fact_cuts else asleep[name] for name in cut}
    asleep = asleep.select(
        period=asleep.period + 1, **after, customer_id=asleep.customer_id, state=ibis.literal("dormant")
    )
    return active.union(asleep)


def _who(activity: Activity, keep: tuple[str, ...], hit: tuple[str, ...]) -> "ir.Table":
    rows = customer_states(activity)
    if activity.compares_ends:
        rows = rows.mutate(period=rows.period - 1)
    rows = rows.filter(rows.state.isin(keep))
    return rows.select(*activity.scope.keys, "customer_id", numerator=rows.state.isin(hit))


def _activity(scope: Scope, *, by: Grain | None = None, base: str | None, activity: str | None) -> Activity:
    return Activity(scope, by or scope.grain or Grain.MONTH, find_base(scope, base), event=activity)


@measure(unit="share", reads=READS)
def retention_rate(
    scope: Scope, *, days: int | None = None, base: str | None = None, activity: str | None = None
) -> Finding:
    """Of the customers active in the period before, the share active in this one.

    Args:
        scope: the log seen through the question.
        days: length of the window without periods: the last so many days against as many before; 90 by default.
        base: the table that makes a customer active; by default subscriptions, orders or events, whichever there is.
        activity: name of the event that counts, with events.
    """
    return _kept(scope, days=days, base=base, activity=activity)


@measure(unit="share", reads=READS)
def churn_rate(
    scope: Scope, *, days: int | None = None, base: str | None = None, activity: str | None = None
) -> Finding:
    """One minus the retention rate, on the same base.

    Args:
        scope: the log seen through the question.
        days: length of the window without periods: the last so many days against as many before; 90 by default.
        base: the table that makes a customer active; by default subscriptions, orders or events, whichever there is.
        activity: name of the event that counts, with events.
    """
    return _kept(scope, days=days, base=base, activity=activity, complement=True)


def _kept(
    scope: Scope, *, days: int | None, base: str | None, activity: str | None, complement: bool = False
) -> Finding:
    if scope.grain is None:
        from vernost.measure.window import kept_in_window

        return kept_in_window(scope, days=days, base=find_base(scope, base), activity=activity, complement=complement)
    seen = _activity(scope, base=base, activity=activity)
    table = states(seen)
    # Without a period before it the first one has no rate; with subscriptions it has a base at its own start.
    table = table.filter(table.period > seen.first) if not seen.compares_ends else table
    counts = table.select(*scope.keys, numerator=table.returning, denominator=table.returning + table.dormant)
    return share(
        scope,
        counts,
        complement=complement,
        first=seen.first,
        base=seen.base,
        who=lambda: _who(seen, ("returning", "dormant"), ("returning",)),
    )


@measure(unit="count", reads=READS)
def lifecycle(scope: Scope, *, base: str | None = None, activity: str | None = None) -> Finding:
    """Customers of each period by state: new, returning, resurrecting, dormant; and the quick ratio.

    Args:
        scope: the log seen through the question; by month when no period is asked for.
        base: the table that makes a customer active.
        activity: name of the event that counts, with events.
    """
    import ibis

    scope.by_default(Grain.MONTH)
    seen = _activity(scope, base=base, activity=activity)
    table = states(seen)
    asleep = table.dormant.cast("float64").nullif(ibis.literal(0.0))
    table = table.select(*scope.keys, *STATES, quick_ratio=(table.new + table.resurrecting).cast("float64") / asleep)
    return Finding(
        table=table,
        columns=(*STATES, "quick_ratio"),
        empty=dict.fromkeys(STATES, 0) | {"quick_ratio": None},
        first=seen.first,
        base=seen.base,
        who=lambda: _states_listed(seen),
    )


def _states_listed(activity: Activity) -> "ir.Table":
    rows = customer_states(activity)
    if activity.compares_ends:
        rows = rows.mutate(period=rows.period - 1)
    return rows.select(*activity.scope.keys, "customer_id", numerator=rows.state != "dormant", state=rows.state)
