"""Recency, frequency, monetary: each customer scored against the others."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from vernost.measure.finding import Finding
from vernost.measure.measure import measure
from vernost.measure.periods import day_number, days
from vernost.measure.scope import Scope

if TYPE_CHECKING:
    import ibis.expr.types as ir

SCORES = 5


@measure(unit="count", reads=("orders",))
def rfm(scope: Scope) -> Finding:
    """Recency (days since the last sale), frequency (sales) and monetary (revenue) of each customer, scored 1 to 5.

    A score is 1 + ⌊5 × share of customers strictly worse⌋, so that ties stay together. Segments are named by the table
    ``rfm.toml``, which can be edited. Without amounts the monetary score is null and segments go by the other two.
    """
    import ibis

    customers = ranked = _customers(scope)
    scores = {"r": "recency_days", "f": "frequency"} | ({"m": "monetary"} if scope.has("orders", "amount") else {})
    for name, column in scores.items():
        known = _scores(customers, column, name)
        ranked = ranked.join(known, ranked[column] == known.value_).drop("value_")
    if "m" not in scores:
        ranked = ranked.mutate(m=ibis.null("int64"))
    ranked = ranked.mutate(segment=_segment(ranked))
    columns = ("recency_days", "frequency", "monetary", "r", "f", "m", "segment")
    return Finding(
        table=ranked.select("customer_id", *scope.question.cut, *columns),
        columns=columns,
        axis=("customer_id",),
        who=lambda: customers.select("customer_id", *scope.question.cut, numerator=customers.frequency > 0),
    )


def _scores(customers: "ir.Table", column: str, score: str) -> "ir.Table":
    """Score of each value of a column: ``value_`` and the score under its own name.

    Values are scored rather than customers, who are more: less than half the work of ranking each customer thrice.
    """
    import ibis

    values = customers.group_by(value_=customers[column]).agg(n_=customers.count())
    order = ibis.desc("value_") if column == "recency_days" else "value_"
    no_better = values.n_.sum().over(ibis.cumulative_window(order_by=order))
    everyone = values.n_.sum().over(ibis.window())
    fifths = (no_better - values.n_).cast("float64") * SCORES / everyone.cast("float64")
    return values.select("value_", **{score: 1 + fifths.floor().cast("int64")})


def _customers(scope: Scope) -> "ir.Table":
    """Customers with a sale: customer_id, cuts, recency_days, frequency, monetary."""
    from vernost.measure.activity import latest_of_customer

    rows = scope.standing(scope.facts("orders", "ordered_at", cut=()))
    rows = rows.filter(rows.customer_id.notnull())
    is_sale = rows.kind == "sale"
    customers = rows.group_by("customer_id").agg(
        last_=rows.local.max(where=is_sale),
        frequency=is_sale.cast("int64").sum(),
        monetary=rows.amount.sum().cast("float64"),
    )
    customers = customers.filter(customers.frequency > 0)
    if scope.has("orders", "amount"):
        customers = customers.mutate(monetary=customers.monetary.fill_null(0.0))
    customers = customers.mutate(recency_days=day_number(scope.as_of) - days(customers.last_))
    return latest_of_customer(scope, customers, "orders", "ordered_at")


@cache
def segments() -> dict[str, Any]:
    """Named RFM segments in order of precedence: least and greatest scores r, f, and names in both languages."""
    return tomllib.loads(files("vernost.measure").joinpath("rfm.toml").read_text(encoding="utf-8"))


def _segment(table: "ir.Table") -> "ir.StringValue":
    import ibis

    branches = []
    for name, rule in segments().items():
        held = [table[score].between(*rule[score]) for score in ("r", "f", "m") if score in rule]
        condition = held[0]
        for further in held[1:]:
            condition &= further
        branches.append((condition, name))
    return ibis.cases(*branches, else_=ibis.null("string"))
