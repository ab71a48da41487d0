"""Whether orders come when they were promised."""

from dataclasses import replace
from typing import TYPE_CHECKING

from vernost.measure.axis import filled, unfolded
from vernost.measure.finding import Finding, Row, grouped, share
from vernost.measure.measure import measure
from vernost.measure.periods import day_number, days, just_before
from vernost.measure.scope import Scope

if TYPE_CHECKING:
    import ibis.expr.types as ir

QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
"""Quantiles of lateness that are shown."""

READS = ("orders",)


@measure(unit="share", reads=READS)
def late_delivery_rate(scope: Scope) -> Finding:
    """Of the orders of the period that were promised for a time and delivered, the share delivered after it.

    A promised date without a time of day lasts until its end in the company's zone. ``overdue`` counts the orders not
    delivered whose promise is over at ``as_of``; they are not in the share.
    """
    rows = _promised(scope)
    counts = grouped(
        rows,
        scope.keys,
        numerator=rows.is_late_.cast("int32").sum().fill_null(0),
        denominator=rows.is_delivered_.cast("int32").sum().fill_null(0),
        overdue=rows.is_overdue_.cast("int32").sum().fill_null(0),
    )
    delivered = rows.filter(rows.is_delivered_)
    finding = share(
        scope,
        counts,
        also=("overdue",),
        first=_first(scope),
        who=lambda: delivered.select(*scope.keys, "customer_id", numerator=delivered.is_late_),
    )
    return replace(finding, empty={**(finding.empty or {}), "overdue": 0})


@measure(unit="days", reads=READS)
def delivery_delay(scope: Scope) -> Finding:
    """Quantiles of days between the promised and the actual day of delivery; below 0 is early."""
    rows = _promised(scope)
    rows = rows.filter(rows.is_delivered_)
    delay = rows.delay_.cast("float64")
    names = [f"quantile_{place}" for place in range(len(QUANTILES))]
    wide = grouped(
        rows,
        scope.keys,
        denominator=rows.count(),
        **{name: delay.quantile(share) for name, share in zip(names, QUANTILES, strict=True)},
    )
    table = unfolded(wide, [*scope.keys, "denominator"], axis="quantile", values=QUANTILES, value=names)

    def every_period(found: list[Row]) -> list[Row]:
        if scope.grain is None:
            return found
        first = scope.first_index(scope.grain, "orders")
        return filled(scope, found, first=first, empty={"denominator": 0}, axis={"quantile": QUANTILES})

    return Finding(
        table=table.select(*scope.keys, "quantile", "value", "denominator"),
        columns=("value", "denominator"),
        axis=("quantile",),
        finish=every_period,
        who=lambda: rows.select(*scope.keys, "customer_id", numerator=rows.is_late_),
    )


def _promised(scope: Scope) -> "ir.Table":
    """Sales with a promise, judged."""
    scope.need("orders", "promised_at", "delivered_at")
    rows = scope.sales()
    return judged(scope, rows.filter(rows.promised_at.notnull()))


def judged(scope: Scope, rows: "ir.Table") -> "ir.Table":
    """Orders on the company's clock with is_delivered_, is_late_, is_overdue_ at ``as_of``, and delay_ in days."""
    import ibis

    clock = scope.clock("orders")
    rows = rows.mutate(delivered_=scope.known(rows.delivered_at))
    due, came = days(clock.local(rows.promised_at)), days(clock.local(rows.delivered_))
    # A date alone is the first instant of its day, which is not everywhere a midnight.
    is_day = days(clock.local(just_before(rows.promised_at))) < due
    is_past_time = rows.delivered_ > rows.promised_at
    end = ibis.timestamp(scope.end.isoformat(sep=" "))
    return rows.mutate(
        is_delivered_=rows.delivered_.notnull(),
        is_late_=is_day.ifelse(came > due, is_past_time).fill_null(ibis.literal(value=False)),
        is_overdue_=rows.delivered_.isnull() & is_day.ifelse(due <= day_number(scope.as_of), rows.promised_at < end),
        delay_=came - due,
    )


def _first(scope: Scope) -> int | None:
    return scope.first_index(scope.grain, "orders") if scope.grain else None
