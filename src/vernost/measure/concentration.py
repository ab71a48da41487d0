"""How much of the revenue hangs on how few customers."""

from typing import TYPE_CHECKING, Any

from vernost.measure.axis import exactly, filled, unfolded
from vernost.measure.finding import Finding, Row, grouped
from vernost.measure.measure import measure
from vernost.measure.scope import Scope
from vernost.measure.window import fact_cuts, with_customer_cuts

if TYPE_CHECKING:
    import ibis.expr.types as ir

TOPS = (1, 5, 10, 20)
"""Shares of customers looked at, in percent."""

BULK = 0.8
"""The share of revenue whose customers are counted: the test of '80 % from 20 %'."""


@measure(unit="share", reads=("orders",))
def concentration(scope: Scope) -> Finding:
    """Share of revenue that the top 1, 5, 10 and 20 % of customers bring, and how unequal they are.

    Of the customers with a sale (in the period or window) the top 10 % are the ⌈n / 10⌉ with the most revenue, refunds
    taken off. Walk-ins are no customers. A customer whose refunds exceed the sales counts as 0, so that shares and
    ``gini`` stay within 0..1. ``customers_for_80`` is the smallest share of customers that brings 80 % of the revenue;
    ``lorenz`` the share of revenue by share of customers, poorest first.
    """
    customers = _ranked(scope)
    bins = _bins(scope, customers)
    first = scope.first_index(scope.grain, "orders") if scope.grain else 0
    axis = {"top": [top / 100 for top in TOPS]}

    def finish(found: list[Row]) -> list[Row]:
        return filled(scope, found, first=first, empty=_EMPTY, axis=axis)

    return Finding(
        table=_shares(scope, bins),
        columns=("value", "numerator", "denominator", "customers", "gini", "customers_for_80"),
        axis=("top",),
        finish=finish,
        summary=lambda shown: _summary(scope, shown, bins),
        who=lambda: _listed(scope, customers),
    )


_EMPTY = {"numerator": 0.0, "denominator": 0.0, "customers": 0}


def _ranked(scope: Scope) -> "ir.Table":
    """Customers with a sale: keys, customer_id, revenue, ``counted_`` (at least 0), ``rank_`` from below, ``n_``."""
    import ibis

    scope.need("orders", "amount")
    own = fact_cuts(scope, "orders")
    rows = scope.standing(scope.facts("orders", "ordered_at", cut=()))
    rows = rows.filter(rows.customer_id.notnull())
    is_sale = rows.kind == "sale"
    groups = [*(("period",) if scope.grain else ()), *own, "customer_id"]
    customers = rows.group_by(groups).agg(
        revenue=rows.amount.fill_null(0).sum(),
        sales_=is_sale.cast("int32").sum(),
        since_=rows.ordered_at.min(where=is_sale),
    )
    customers = with_customer_cuts(scope, customers.filter(customers.sales_ > 0), "orders")
    customers = customers.mutate(counted_=customers.revenue.clip(lower=0))
    # Who of equals stands higher changes no share; the longer-standing customer does.
    order = ["counted_", ibis.desc("since_"), ibis.desc("customer_id")]
    turn = ibis.window(group_by=list(scope.keys), order_by=order)
    everyone = ibis.window(group_by=list(scope.keys))
    return customers.select(
        *scope.keys,
        "customer_id",
        "revenue",
        "counted_",
        rank_=ibis.row_number().over(turn).cast("int64") + 1,
        n_=customers.count().over(everyone).cast("int64"),
    )


def _bins(scope: Scope, customers: "ir.Table") -> "ir.Table":
    """Customers by hundredth from the poorest: keys, ``bin_`` (1..100), counts and sums.

    The top p % of n customers, ⌈p · n / 100⌉ of them, are just the bins above 100 − p.
    """
    import ibis

    so_far = ibis.cumulative_window(group_by=list(scope.keys), order_by="rank_")
    everyone = ibis.window(group_by=list(scope.keys))
    rows = customers.mutate(
        bin_=_bin(customers),
        reached_=customers.counted_.sum().over(so_far),
        total_=customers.counted_.sum().over(everyone),
    )
    # Who is needed for the bulk: the richer ones alone bring less than it.
    is_needed = (rows.total_ - rows.reached_) * 10 < rows.total_ * round(BULK * 10)
    return rows.group_by([*scope.keys, "bin_"]).agg(
        customers_=rows.count(),
        needed_=is_needed.cast("int32").sum().cast("int64"),
        amount_=rows.counted_.sum(),
        weighted_=(rows.rank_.cast("float64") * rows.counted_.cast("float64")).sum(),
    )


def _bin(customers: "ir.Table") -> "ir.IntegerValue":
    return ((100 * customers.rank_ - 1).cast("float64") / customers.n_).floor().cast("int64") + 1


def _shares(scope: Scope, bins: "ir.Table") -> "ir.Table":
    """Rows of the answer: keys, top and its columns."""
    import ibis

    sums = grouped(
        bins,
        scope.keys,
        customers=bins.customers_.sum().fill_null(0).cast("int64"),
        needed_=bins.needed_.sum().cast("float64"),
        weighted_=bins.weighted_.sum(),
        denominator=bins.amount_.sum().fill_null(0).cast("float64"),
        **{f"amount_{top}": bins.amount_.sum(where=bins.bin_ > 100 - top).fill_null(0).cast("float64") for top in TOPS},
    )
    total, many = sums.denominator.nullif(ibis.literal(0.0)), sums.customers.cast("float64").nullif(ibis.literal(0.0))
    sums = sums.mutate(
        gini=2 * sums.weighted_ / (many * total) - (many + 1) / many,
        customers_for_80=(total > 0).ifelse(sums.needed_ / many, ibis.null("float64")),
        **{f"value_{top}": sums[f"amount_{top}"] / total for top in TOPS},
    )
    return unfolded(
        sums,
        [*scope.keys, "denominator", "customers", "gini", "customers_for_80"],
        axis="top",
        values=[top / 100 for top in TOPS],
        value=[f"value_{top}" for top in TOPS],
        numerator=[f"amount_{top}" for top in TOPS],
    )


def _summary(scope: Scope, shown: list[Row], bins: "ir.Table") -> dict[str, Any]:
    """What is said once of all customers; with periods or cuts it stands in their rows."""
    if scope.keys:
        return {}
    found = scope.log.fetch(bins.order_by("bin_")).to_pylist()
    customers, revenue = sum(row["customers_"] for row in found), sum(float(row["amount_"]) for row in found)
    points, heads, money = [{"customers": 0.0, "revenue": 0.0}], 0, 0.0
    for row in found if revenue else ():
        heads, money = heads + row["customers_"], money + float(row["amount_"])
        points.append({"customers": heads / customers, "revenue": money / revenue})
    return {
        "gini": shown[0]["gini"],
        "customers_for_80": shown[0]["customers_for_80"],
        "lorenz": points if revenue else [],
    }


def _listed(scope: Scope, customers: "ir.Table") -> "ir.Table":
    """Customers with their revenue and the smallest top that holds them, null below all; numerator: the top 20 %."""
    import ibis

    place = _bin(customers)
    tops = ibis.cases(*((place > 100 - top, exactly(top / 100)) for top in TOPS))
    rows = customers.mutate(top=tops)
    return rows.select(*scope.keys, "customer_id", "revenue", "top", numerator=rows.top.notnull())
