"""Customers by the period of their first sale, followed over the periods since."""

import math
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal, get_args

from vernost import statistics
from vernost.errors import InvalidValue
from vernost.measure.activity import Activity, find_base
from vernost.measure.finding import Finding, Row, grouped
from vernost.measure.lifecycle import READS
from vernost.measure.measure import measure
from vernost.measure.periods import Grain
from vernost.measure.scope import Scope

if TYPE_CHECKING:
    import ibis.expr.types as ir

Mode = Literal["exact", "on_or_after", "rolling"]
Start = Literal["first", "recurring"]
Reference = Literal["first", "previous"]
Of = Literal["customers", "revenue", "orders"]


@measure(unit="share", reads=READS)
def cohort_retention(
    scope: Scope,
    *,
    mode: Mode = "exact",
    start: Start = "first",
    relative_to: Reference = "first",
    of: Of = "customers",
    min_orders: int = 1,
    min_amount: float | None = None,
    horizon: int | None = None,
    base: str | None = None,
    activity: str | None = None,
) -> Finding:
    """Customers by the period of their first sale, and the share of them active in each period since.

    Args:
        scope: the log seen through the question; by month when no period is asked for.
        mode: 'exact': active in that very period; 'on_or_after': in it or later; 'rolling': came back at least once in
            periods 1 to age.
        start: 'first': one cohort a customer; 'recurring': a cohort for each period in which they were active.
        relative_to: 'first': share of the cohort's size; 'previous': of the customers one period before.
        of: 'customers': shares; 'revenue' (refunds taken off), 'orders': all that members bought in the period, per
            member of the cohort (exact mode only).
        min_orders: sales that a period needs to count as active.
        min_amount: money that a period needs to count as active.
        horizon: greatest age shown; None for all.
        base: the table that makes a customer active.
        activity: name of the event that counts, with events.
    """
    _check(mode, start, relative_to, of, min_orders, horizon)
    if min_amount is not None:
        scope.need("orders", "amount")
        base = base or "orders"
    scope.by_default(Grain.MONTH)
    seen = Activity(
        scope, scope.grain or Grain.MONTH, find_base(scope, base), event=activity,
        min_orders=min_orders, min_amount=min_amount, counts_start=True,
    )  # fmt: skip
    if of != "customers":
        _check_amounts(seen, mode, start, of)
        cells = _amounts(seen, of)
    elif seen.fits_masks:
        cells = _from_masks(seen, mode, start)
    else:
        cells = _from_pairs(seen, mode, start)
    return _finding(seen, cells, relative_to, of, horizon, lambda: _cell_members(seen, mode, start))


def _check(mode: str, start: str, relative_to: str, of: str, min_orders: int, horizon: int | None) -> None:
    choices = {"mode": (mode, Mode), "start": (start, Start), "relative_to": (relative_to, Reference), "of": (of, Of)}
    for name, (given, known) in choices.items():
        if given not in get_args(known):
            raise InvalidValue(
                "{name} is {value!r}, must be one of {known}.", name=name, value=given, known=get_args(known)
            )
    if min_orders < 1:
        raise InvalidValue("{name} is {value}, must be at least 1.", name="min_orders", value=min_orders)
    if horizon is not None and horizon < 0:
        raise InvalidValue("{name} is {value}, must not be below 0.", name="horizon", value=horizon)


def _check_amounts(activity: Activity, mode: str, start: str, of: str) -> None:
    if mode != "exact" or start != "first":
        raise InvalidValue(
            "of={of!r} adds up sums of each period: it goes with mode='exact' and start='first' only.", of=of
        )
    if activity.base != "orders":
        raise InvalidValue("of={of!r} needs orders as the base.", of=of)
    if of == "revenue":
        activity.scope.need("orders", "amount")


# -- cells: cohort, age, cuts, customers --------------------------------------------------------------------------


def _from_masks(activity: Activity, mode: Mode, start: Start) -> "ir.Table":
    import ibis

    masks, periods = activity.masks(), activity.last - activity.first + 1
    one = ibis.literal(1).cast("int64")
    if start == "recurring":
        begins = masks.cross_join(_places("begin", periods))
        begins = begins.mutate(lowest=one << begins.begin.cast("int32"))
        masks = begins.filter((begins["mask"] & begins.lowest) == begins.lowest)
    table = masks.cross_join(_places("place", periods))
    mask, place = table["mask"], table.place.cast("int32")
    bit = one << place
    hit = {
        "exact": (mask & bit) == bit,
        "on_or_after": mask >= bit,
        # Bits up to the place outweigh all those up to the lowest when one of them is further up.
        "rolling": (bit == table.lowest) | ((mask & ((bit << 1) - one)) >= (table.lowest << 1)),
    }[mode]
    table = table.filter((bit >= table.lowest) & hit)
    cells = grouped(table, ["lowest", "place", *activity.scope.question.cut], customers=table.n.sum().cast("int64"))
    first = (cells.lowest.cast("float64").ln() / math.log(2)).round().cast("int64")
    return cells.mutate(cohort=first + activity.first, age=cells.place - first).drop("lowest", "place")


def _places(name: str, number: int) -> "ir.Table":
    import ibis

    return ibis.range(0, number).unnest().name(name).as_table()


def _from_pairs(activity: Activity, mode: Mode, start: Start) -> "ir.Table":
    members = _cell_members(activity, mode, start)
    keys = ["cohort", "age", *activity.scope.question.cut]
    return members.group_by(keys).agg(customers=members.count().cast("int64"))


def _cell_members(activity: Activity, mode: Mode, start: Start) -> "ir.Table":
    """The customers behind each cell: cohort, age, cuts, customer_id; those at age 0 are the whole cohort."""
    import ibis

    members = _members(activity, start, mode)
    if mode == "exact":
        return members
    ages = ibis.range(0, activity.last - activity.first + 1).unnest().name("age").as_table()
    members = members.rename(own="age").cross_join(ages)
    members = members.filter(members.cohort + members.age <= activity.last)
    if mode == "on_or_after":
        return members.filter(members.age <= members.own)
    return members.filter((members.age == 0) | (members.age >= members.own))


def _members(activity: Activity, start: Start, mode: Mode) -> "ir.Table":
    """Members of cohorts: cohort, age, cuts, customer_id.

    In exact mode a row for each age at which the member was active; in the others one row a member, ``age`` being the
    last one active (on_or_after) or the first one back (rolling, null for never).
    """
    import ibis

    pairs, cut = activity.pairs(), activity.scope.question.cut
    turn = ibis.window(group_by="customer_id")
    pairs = pairs.mutate(first=pairs.period.min().over(turn), last=pairs.period.max().over(turn))
    starts = pairs if start == "recurring" else pairs.filter(pairs.period == pairs["first"])
    if mode == "on_or_after":
        return starts.select(
            cohort=starts.period,
            age=starts["last"] - starts.period,
            customer_id=starts.customer_id,
            **_own(starts, cut),
        )
    if mode == "rolling":
        return starts.select(
            cohort=starts.period, age=starts.next - starts.period, customer_id=starts.customer_id, **_own(starts, cut)
        )
    starts = starts.select(cohort=starts.period, customer_id=starts.customer_id, **_own(starts, cut))
    visits = pairs.select(customer_=pairs.customer_id, visit=pairs.period)
    rows = starts.join(visits, starts.customer_id == visits.customer_)
    rows = rows.filter(rows.visit >= rows.cohort)
    return rows.mutate(age=rows.visit - rows.cohort).select("cohort", "age", "customer_id", *cut)


def _own(table: "ir.Table", names: tuple[str, ...]) -> dict[str, Any]:
    return {name: table[name] for name in names}


def _amounts(activity: Activity, of: Of) -> "ir.Table":
    """Cells with what the members bought in each: cohort, age, cuts, customers (active ones), amount."""
    import ibis

    scope, cut = activity.scope, activity.scope.question.cut
    pairs = activity.pairs()
    first = pairs.period.min().over(ibis.window(group_by="customer_id"))
    members = pairs.mutate(cohort=first).filter(lambda t: t.period == t.cohort)
    members = members.select("cohort", *cut, member_=members.customer_id)
    bills = scope.standing(scope.facts("orders", "ordered_at", cut=()))
    amount = bills.amount.fill_null(0).cast("float64") if of == "revenue" else (bills.kind == "sale").cast("int32")
    bought = bills.mutate(amount_=amount).group_by("customer_id", "period").agg(amount_=lambda t: t.amount_.sum())
    active = pairs.select(active_=pairs.customer_id, visit_=pairs.period)
    bought = bought.left_join(active, [bought.customer_id == active.active_, bought.period == active.visit_])
    cells = bought.join(members, bought.customer_id == members.member_)
    cells = cells.filter(cells.period >= cells.cohort).mutate(age=lambda t: t.period - t.cohort)
    return cells.group_by(["cohort", "age", *cut]).agg(
        customers=cells.active_.count().cast("int64"), amount=cells.amount_.sum().cast("float64")
    )


# -- rows ---------------------------------------------------------------------------------------------------------


def _finding(
    activity: Activity,
    cells: "ir.Table",
    relative_to: Reference,
    of: Of,
    horizon: int | None,
    who: Callable[[], "ir.Table"],
) -> Finding:
    scope = activity.scope
    columns = (
        ("customers", "cohort_size", "value", "low", "high")
        if of == "customers"
        else ("customers", "cohort_size", "value")
    )

    def finish(rows: list[Row]) -> list[Row]:
        return _completed(activity, rows, relative_to, of, horizon)

    def behind() -> "ir.Table":
        rows = _with_absent(who(), activity)
        rows = rows if horizon is None else rows.filter(rows.age <= horizon)
        if scope.question.since:
            rows = rows.filter(rows.cohort >= activity.grain.index_of(scope.question.since))
        if scope.question.until:
            rows = rows.filter(rows.cohort <= activity.grain.index_of(scope.question.until))
        cohort = activity.grain.start(rows.cohort)
        return rows.select(
            cohort=cohort,
            age=rows.age,
            **_own(rows, scope.question.cut),
            customer_id=rows.customer_id,
            numerator=rows.numerator,
        )

    return Finding(
        table=cells,
        columns=columns,
        axis=("cohort", "age"),
        interval="wilson" if of == "customers" else None,
        unit={"customers": "share", "revenue": "money", "orders": "ratio"}[of],
        base=activity.base,
        finish=finish,
        summary=lambda rows: {"mean": _means(rows, scope.question.cut, relative_to)},
        who=behind,
    )


def _with_absent(active: "ir.Table", activity: Activity) -> "ir.Table":
    """Of each cell that has begun, the whole cohort: those active in it are its numerator."""
    import ibis

    ages = ibis.range(0, activity.last - activity.first + 1).unnest().name("age").as_table()
    whole = active.filter(active.age == 0).drop("age").cross_join(ages)
    whole = whole.filter(whole.cohort + whole.age <= activity.last)
    keys = ["cohort", "age", *activity.scope.question.cut, "customer_id"]
    marked = [
        table.select(*(key for key in keys if key != "age"), age=table.age.cast("int64"), is_active=ibis.literal(mark))
        for table, mark in ((active, 1), (whole, 0))
    ]
    both = ibis.union(*marked)
    return both.group_by(keys).agg(numerator=both.is_active.max() == 1)


def _completed(activity: Activity, rows: list[Row], relative_to: Reference, of: Of, horizon: int | None) -> list[Row]:
    """All cells of the triangle: 0 where nobody came, null where the period has not begun."""
    cut = activity.scope.question.cut
    found: dict[tuple[Any, ...], dict[int, Row]] = defaultdict(dict)
    for row in rows:
        found[(row["cohort"], *(row[name] for name in cut))][row["age"]] = row
    deepest = activity.last - activity.first
    ages = range(min(deepest, horizon if horizon is not None else deepest) + 1)
    done = []
    for key in sorted(found, key=lambda key: tuple((part is None, part if part is not None else "") for part in key)):
        cells = found[key]
        size = cells[0]["customers"] if 0 in cells else 0
        previous = size
        for age in ages:
            row = _cell(
                activity, key[0], age, cells.get(age), size, previous if relative_to == "previous" else size, of
            )
            done.append(row | dict(zip(cut, key[1:], strict=True)))
            previous = row["customers"] if row["customers"] is not None else previous
    return [row for row in done if _in_sight(activity, row)]


def _in_sight(activity: Activity, row: Row) -> bool:
    question, grain = activity.scope.question, activity.grain
    first, last = row["cohort"], grain.last_day(grain.index_of(row["cohort"]))
    return (question.since is None or last >= question.since) and (question.until is None or first <= question.until)


def _cell(activity: Activity, cohort: int, age: int, found: Row | None, size: int, bottom: int, of: Of) -> Row:
    grain, period = activity.grain, cohort + age
    begun = period <= activity.last
    customers = (found["customers"] if found else 0) if begun else None
    row: Row = {
        "cohort": grain.first_day(cohort), "age": age, "cohort_size": size, "customers": customers,
        "complete": begun and grain.last_day(period) <= activity.scope.as_of, "value": None, "low": None, "high": None,
    }  # fmt: skip
    if customers is None:
        return row
    if of != "customers":
        row["value"] = (found["amount"] if found else 0.0) / size if size else None
    elif bottom:
        row["value"] = customers / bottom
        if customers <= bottom:
            row["low"], row["high"] = _within(statistics.wilson(float(customers), float(bottom)))
    return row


def _within(bounds: tuple[float, float]) -> tuple[float, float]:
    return max(0.0, bounds[0]), min(1.0, bounds[1])


def _means(rows: list[Row], cut: tuple[str, ...], relative_to: Reference) -> list[Mapping[str, Any]]:
    """Mean over cohorts at each age, of observable cells alone: simple, and weighted by the cohorts' sizes."""
    groups: dict[tuple[Any, ...], list[tuple[float, float]]] = defaultdict(list)
    before: dict[tuple[Any, ...], float] = {}
    for row in rows:
        key = (row["cohort"], *(row[name] for name in cut))
        weight = row["cohort_size"] if relative_to == "first" or row["age"] == 0 else before.get(key, 0)
        before[key] = row["customers"] or 0
        if row["complete"] and row["value"] is not None:
            groups[(row["age"], *(row[name] for name in cut))].append((row["value"], weight))
    return [
        dict(zip(cut, key[1:], strict=True))
        | {
            "age": key[0],
            "cohorts": len(cells),
            "simple": sum(value for value, _ in cells) / len(cells),
            "weighted": sum(value * weight for value, weight in cells) / total
            if (total := sum(w for _, w in cells))
            else None,
        }
        for key, cells in groups.items()
    ]
