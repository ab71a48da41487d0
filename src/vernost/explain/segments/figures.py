"""Measures of one customer that rules can ask, each an aggregate over what is known of the customer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from vernost.explain.segments.conditions import Kind
from vernost.measure.periods import day_number, days, literal_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from vernost.measure.scope import Scope

RFM, NPS = "rfm", "nps"
"""Holders that are no table of the log: places against the others, and last answers."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure of one customer.

    Attributes:
        holder: the table of the log over whose rows of the customer it is worked out, `RFM` or `NPS`.
        of: the aggregate, from those rows and the scope; from the holder's one row where it is no table.
        has_clock: whether it moves with the day that is looked at, though nothing happens.
        kind: of its value.
        empty: its value where the holder has no row of the customer.
    """

    holder: str
    of: "Callable[[ir.Table, Scope], Any]"
    has_clock: bool = False
    kind: Kind = "number"
    empty: float | None = None


def _is_sale(rows: "ir.Table") -> "ir.BooleanValue":
    return rows.kind == "sale"


def _revenue(rows: "ir.Table", _scope: "Scope") -> "ir.FloatingValue":
    return rows.amount.sum().cast("float64").fill_null(0.0)


def _average(rows: "ir.Table", scope: "Scope") -> "ir.FloatingValue":
    return _revenue(rows, scope) / rows.count(where=_is_sale(rows)).nullif(0)


def _runs(rows: "ir.Table", scope: "Scope") -> "ir.BooleanValue":
    return rows.ended_at.isnull() | (rows.ended_at >= literal_of(scope.end))


def _is_open(rows: "ir.Table", scope: "Scope") -> "ir.BooleanValue":
    return rows.resolved_at.isnull() | (rows.resolved_at >= literal_of(scope.end))


def _days_since(scope: "Scope", table: str, instant: "ir.TimestampValue") -> "ir.IntegerValue":
    return day_number(scope.as_of) - days(scope.clock(table).local(instant))


FIGURES: Mapping[str, Figure] = MappingProxyType(
    {
        "orders": Figure("orders", lambda rows, _: rows.count(where=_is_sale(rows)), empty=0),
        "revenue": Figure("orders", _revenue, empty=0),
        "average_order": Figure("orders", _average),
        "refunds": Figure("orders", lambda rows, _: rows.count(where=~_is_sale(rows)), empty=0),
        "days_since_first_order": Figure(
            "orders",
            lambda rows, scope: _days_since(scope, "orders", rows.ordered_at.min(where=_is_sale(rows))),
            has_clock=True,
        ),
        "days_since_last_order": Figure(
            "orders",
            lambda rows, scope: _days_since(scope, "orders", rows.ordered_at.max(where=_is_sale(rows))),
            has_clock=True,
        ),
        "running_subscriptions": Figure(
            "subscriptions", lambda rows, scope: rows.count(where=_runs(rows, scope)), has_clock=True, empty=0
        ),
        "monthly_payment": Figure(
            "subscriptions",
            lambda rows, scope: rows.monthly_price.sum(where=_runs(rows, scope)).cast("float64").fill_null(0.0),
            has_clock=True,
            empty=0,
        ),
        "days_since_first_subscription": Figure(
            "subscriptions",
            lambda rows, scope: _days_since(scope, "subscriptions", rows.started_at.min()),
            has_clock=True,
        ),
        "days_since_last_end": Figure(
            "subscriptions",
            lambda rows, scope: _days_since(scope, "subscriptions", rows.ended_at.max(where=~_runs(rows, scope))),
            has_clock=True,
        ),
        "points_balance": Figure("points", lambda rows, _: rows.points.sum(), empty=0),
        "open_tickets": Figure(
            "tickets", lambda rows, scope: rows.count(where=_is_open(rows, scope)), has_clock=True, empty=0
        ),
        "last_nps": Figure(NPS, lambda row, _: row.score),
        "rfm": Figure(RFM, lambda row, _: row.segment, has_clock=True, kind="text"),
        "recency_score": Figure(RFM, lambda row, _: row.r, has_clock=True),
        "frequency_score": Figure(RFM, lambda row, _: row.f, has_clock=True),
        "monetary_score": Figure(RFM, lambda row, _: row.m, has_clock=True),
    }
)
"""All of them by name."""


def last_answers(scope: "Scope") -> "ir.Table":
    """The last answer of each customer to the question of NPS: customer_id, score."""
    import ibis

    rows = scope.facts("answers", "answered_at", cut=())
    rows = rows.filter(rows.customer_id.notnull() & (rows.kind == "nps") & rows.score.notnull())
    turn = ibis.window(group_by="customer_id", order_by=[ibis.desc("answered_at"), ibis.desc("answer_id")])
    rows = rows.mutate(turn_=ibis.row_number().over(turn))
    return rows.filter(rows.turn_ == 0).select("customer_id", "score")


def places(scope: "Scope") -> "ir.Table":
    """The place of each buyer against the others: customer_id, segment, r, f, m."""
    from vernost.measure import find_measure

    found = find_measure("rfm")(scope.log, as_of=scope.as_of, timezone=scope.zone).finding.table
    return found.select("customer_id", "segment", "r", "f", "m")
