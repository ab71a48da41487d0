"""What customers write by themselves: ratings, the bad ones, the answered ones."""

from dataclasses import replace
from typing import TYPE_CHECKING

from vernost.measure.finding import Finding, grouped, ratio, share, share_of
from vernost.measure.measure import measure
from vernost.measure.notes import Note
from vernost.measure.scales import on_scale
from vernost.measure.scope import Scope
from vernost.measure.waits import Hours, hours_notes, with_hours

if TYPE_CHECKING:
    import ibis.expr.types as ir

NEGATIVE = 2
"""Greatest rating of a negative review, of 5."""

READS = ("reviews",)


@measure(unit="rating", reads=READS)
def rating(scope: Scope) -> Finding:
    """Mean rating of the reviews of the period, 1 to 5; reviews without a rating do not count."""
    import ibis

    rows, notes = _rated(scope)
    one = ibis.literal(1)
    finding = ratio(scope, rows, rows.rating, one, first=_first(scope), notes=notes)
    table = finding.table
    # One review is one unit here: a mean of n reviews has the standard error of a mean.
    return replace(finding, table=table.mutate(low=table.low.clip(lower=1.0), high=table.high.clip(upper=5.0)))


@measure(unit="share", reads=READS)
def negative_review_rate(scope: Scope) -> Finding:
    """Share of rated reviews with 1 or 2 of 5."""
    rows, notes = _rated(scope)
    return share_of(scope, rows, rows.rating <= NEGATIVE, first=_first(scope), notes=notes)


@measure(unit="share", reads=READS)
def answered_review_rate(scope: Scope, *, working_hours: Hours = None) -> Finding:
    """Share of reviews that the company answered by ``as_of``; ``median_hours`` to the answer beside it.

    Args:
        scope: the log seen through the question.
        working_hours: count only these, such as ``Mon-Fri 09:00-18:00``; None for all hours.
    """
    scope.need("reviews")
    rows = scope.facts("reviews", "posted_at")
    replied = scope.known(rows.replied_at)
    has_undated = rows.replied_at.isnull() & rows.reply.notnull()
    rows = rows.mutate(is_answered_=replied.notnull() | has_undated, replied_=replied)
    rows = with_hours(scope, rows, "posted_at", working_hours, hours_=rows.replied_)
    counts = grouped(
        rows,
        scope.keys,
        numerator=rows.is_answered_.cast("int32").sum().fill_null(0),
        denominator=rows.count(),
        median_hours=rows.hours_.quantile(0.5),
    )
    return share(
        scope,
        counts,
        also=("median_hours",),
        first=_first(scope),
        notes=hours_notes(working_hours),
        who=lambda: rows.select(*scope.keys, "customer_id", numerator=rows.is_answered_),
    )


def _rated(scope: Scope) -> "tuple[ir.Table, tuple[Note, ...]]":
    scope.need("reviews", "rating")
    rows, notes = on_scale(scope, scope.facts("reviews", "posted_at"), "rating", 1, 5)
    return rows.filter(rows.rating.notnull()), notes


def _first(scope: Scope) -> int | None:
    return scope.first_index(scope.grain, "reviews") if scope.grain else None
