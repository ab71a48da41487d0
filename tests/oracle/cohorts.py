"""Customers by the period of their first sale, and what became of them, cell by cell."""

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from tests.oracle import intervals
from tests.oracle.calendar import last_day
from tests.oracle.purchases import money
from tests.oracle.retention import AT, cut_at, find_base, makes_active, runs
from tests.oracle.world import Expected, Fact, Key, Row, World, after, grouped, in_order


@dataclass
class Member:
    """A customer in a cohort: the periods in which they were active, the cohort's first among them."""

    customer: str
    cohort: date
    cut: Key
    active: set[date]
    facts: list[Fact] = field(default_factory=list)

    def is_counted(self, mode: str, by: str, age: int) -> bool:
        """Whether the cell of this age counts the member."""
        period = after(self.cohort, by, age)
        if mode == "exact":
            return period in self.active
        if mode == "on_or_after":
            return any(other >= period for other in self.active)
        return age == 0 or any(self.cohort < other <= period for other in self.active)


def cohort_retention(
    world: World,
    mode: str = "exact",
    start: str = "first",
    relative_to: str = "first",
    of: str = "customers",
    min_orders: int = 1,
    min_amount: float | None = None,
    horizon: int | None = None,
    base: str | None = None,
    activity: str | None = None,
) -> Expected:
    """Cells of the triangle: counts and shares, or money or orders per member; null where a period has not begun."""
    world = world.by_default("month")
    if of == "revenue" or min_amount is not None:
        world.need("orders", "amount")
    base = find_base(world, base or ("orders" if min_amount is not None else None))
    members = _members(world, base, activity, start, min_orders, min_amount)
    by, periods = world.question.by or "month", world.periods(base)
    cohorts = grouped(((member.cohort, *member.cut), member) for member in members)
    rows = []
    for key in sorted(cohorts, key=in_order):
        if world.is_shown(key[0]):
            before = len(cohorts[key])
            for age in range(len(periods) if horizon is None else min(len(periods), horizon + 1)):
                begun = after(key[0], by, age) in periods
                row = _cell(world, cohorts[key], mode, of, age, before if relative_to == "previous" else None, begun)
                rows.append(row | dict(zip(world.question.cut, key[1:], strict=True)))
                before = row["customers"]
    who = [
        (member.cohort, age, *member.cut, member.customer, member.is_counted(mode, by, age))
        for member in members
        for age in range(len(periods) if horizon is None else min(len(periods), horizon + 1))
        if world.is_shown(member.cohort) and after(member.cohort, by, age) in periods
    ]
    return Expected(rows, sorted(who, key=in_order), {"mean": _means(world, rows, relative_to)})


def _members(
    world: World, base: str, activity: str | None, start: str, min_orders: int, min_amount: float | None
) -> list[Member]:
    found = []
    bills = grouped((row["customer_id"], row) for row in world.standing()) if base == "orders" else {}
    for customer, facts in makes_active(world, base, activity).items():
        active = {
            period: here
            for period in world.periods(base)
            if (here := [row for row in facts if _is_in(world, base, row, period)])
            and len(here) >= min_orders
            and (min_amount is None or money(here) >= Fraction(str(min_amount)))
        }
        for cohort in sorted(active) if start == "recurring" else sorted(active)[:1]:
            here = [row for row in facts if _is_in(world, base, row, cohort)]
            cut = cut_at(world, base, facts, world.start_of(cohort), here)
            found.append(Member(customer, cohort, cut, {p for p in active if p >= cohort}, bills.get(customer, [])))
    return found


def _is_in(world: World, base: str, row: Fact, period: date) -> bool:
    """Whether a fact makes active in a period; a subscription does where it starts and where it runs at first."""
    starts = world.period(row[AT[base]]) == period
    return starts or (base == "subscriptions" and runs(row, world.start_of(period), world))


def _cell(world: World, members: list[Member], mode: str, of: str, age: int, before: int | None, begun: bool) -> Row:
    by, size = world.question.by or "month", len(members)
    period = after(members[0].cohort, by, age)
    row: Row = {
        "cohort": members[0].cohort,
        "age": age,
        "complete": begun and last_day(period, by) <= world.as_of,
        "cohort_size": size,
        "customers": sum(member.is_counted(mode, by, age) for member in members) if begun else None,
        "value": None,
    }
    if of == "customers":
        row |= {"low": None, "high": None}
    if not begun:
        return row
    if of == "customers":
        bottom = size if before is None else before
        share = intervals.share(row["customers"], bottom) if row["customers"] <= bottom else {}
        bounds = {name: share.get(name) for name in ("low", "high")}
        return row | bounds | {"value": row["customers"] / bottom if bottom else None}
    orders = [row for member in members for row in member.facts if world.period(row["ordered_at"]) == period]
    amount = money(orders) if of == "revenue" else sum(order["kind"] == "sale" for order in orders)
    return row | {"value": float(Fraction(amount) / size)}


def _means(world: World, rows: list[Row], relative_to: str) -> list[Row]:
    """Means over the cohorts whose cell of that age is over: simple, and weighted by what each is a share of."""
    cells: dict[Key, list[tuple[float, int]]] = {}
    for cut, own in grouped((tuple(row[name] for name in world.question.cut), row) for row in rows).items():
        for row in own:
            earlier = [
                other["customers"]
                for other in own
                if (other["cohort"], other["age"] + 1) == (row["cohort"], row["age"])
            ]
            weight = earlier[0] if relative_to == "previous" and earlier else row["cohort_size"]
            if row["complete"] and row["value"] is not None:
                cells.setdefault((row["age"], *cut), []).append((row["value"], weight))
    return [
        dict(zip(world.question.cut, key[1:], strict=True))
        | {
            "age": key[0],
            "cohorts": len(values),
            "simple": sum(value for value, _ in values) / len(values),
            "weighted": sum(value * weight for value, weight in values) / total
            if (total := sum(weight for _, weight in values))
            else None,
        }
        for key, values in sorted(cells.items(), key=lambda item: in_order(item[0]))
    ]
