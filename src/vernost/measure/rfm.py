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
_LESS_IS_BETTER = frozenset({"recency_days"})


@measure(unit="count", reads=("orders",))
def rfm(scope: Scope) -> Finding:
    """Recency (days since the last sale), frequency (sales) and monetary (revenue) of each customer, scored 1 to 5.

    A score is 1 + ⌊5 × share of customers strictly worse⌋, so that ties stay together. Segments are named by the table
    ``rfm.toml``, which can be edited. Without amounts the monetary score is null and segments go by the other two.
    """
    import ibis

    scope.refuse_periods()
    customers = _customers(scope)
    scores = {"r": "recency_days", "f": "frequency"} | ({"m": "monetary"} if scope.has("orders", "amount") else {})
    bounded = customers.cross_join(*(_bounds(customers, column, score) for score, column in scores.items()))
    scored = {score: _score(bounded, column, score) for score, column in scores.items()}
    scored.setdefault("m", ibis.null("int64"))
    ranked = bounded.select(*customers.columns, **scored)
    ranked = ranked.mutate(segment=_segment(ranked))
    columns = ("recency_days", "frequency", "monetary", "r", "f", "m", "segment")
    return Finding(
        table=ranked.select("customer_id", *scope.question.cut, *columns),
        columns=columns,
        axis=("customer_id",),
        who=lambda: ranked.select(
            "customer_id", *scope.question.cut, "r", "f", "m", "segment", numerator=ranked.frequency > 0
        ),
    )


def _bounds(customers: "ir.Table", column: str, score: str) -> "ir.Table":
    """One row: the worst value of a column that reaches each score above the first; null where none does.

    Values are scored rather than customers, who are more, and customers need no ranking against each other.
    """
    import ibis

    values = customers.group_by(value_=customers[column]).agg(n_=customers.count())
    order = ibis.desc("value_") if column in _LESS_IS_BETTER else "value_"
    no_better = values.n_.sum().over(ibis.cumulative_window(order_by=order))
    everyone = values.n_.sum().over(ibis.window())
    fifths = (no_better - values.n_).cast("float64") * SCORES / everyone.cast("float64")
    values = values.select("value_", fifths_=fifths)
    worst = values.value_.max if column in _LESS_IS_BETTER else values.value_.min
    return values.agg(
        **{_bound(score, least): worst(where=values.fifths_ >= least - 1) for least in range(2, SCORES + 1)}
    )


def _bound(score: str, least: int) -> str:
    return f"{score}{least}_"


def _score(bounded: "ir.Table", column: str, score: str) -> "ir.IntegerValue":
    """The greatest score whose bound a customer's value reaches."""
    import ibis

    value, branches = bounded[column], []
    for least in range(SCORES, 1, -1):
        bound = bounded[_bound(score, least)]
        branches.append((value <= bound if column in _LESS_IS_BETTER else value >= bound, least))
    return ibis.cases(*branches, else_=1).cast("int64")


def _customers(scope: Scope) -> "ir.Table":
    """Customers with a sale: customer_id, cuts, recency_days, frequency, monetary."""
    from vernost.measure.activity import latest_of_customer

    rows = scope.standing(scope.facts("orders", "ordered_at", cut=()))
    rows = rows.filter(rows.customer_id.notnull())
    is_sale = rows.kind == "sale"
    customers = rows.group_by("customer_id").agg(
        last_=rows.local.max(where=is_sale),
        frequency=rows.count(where=is_sale),
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
