"""How soon and how well requests are served: replies, resolutions, what is still open."""

from typing import TYPE_CHECKING

from vernost.errors import InvalidValue
from vernost.measure.finding import Finding, count, grouped, share_of
from vernost.measure.measure import measure
from vernost.measure.periods import literal_of
from vernost.measure.scope import Scope
from vernost.measure.waits import Hours, hours_notes, with_hours
from vernost.measure.window import end_of

if TYPE_CHECKING:
    from datetime import datetime

    import ibis.expr.types as ir

READS = ("tickets",)


@measure(unit="share", reads=READS)
def unanswered_24h_rate(scope: Scope, *, hours: float = 24, working_hours: Hours = None) -> Finding:
    """Share of tickets opened in the period without a first reply within 24 hours; open ones past that count.

    A ticket without a reply that is younger than that at ``as_of`` is left out: nobody is late with it yet.

    Args:
        scope: the log seen through the question.
        hours: within how many hours a reply is due; at the very hour is in time.
        working_hours: count only these, such as ``Mon-Fri 09:00-18:00``; None for all hours.
    """
    if hours <= 0:
        raise InvalidValue("{name} is {value:g}, must be above 0.", name="hours", value=hours)
    rows = _tickets(scope, "first_reply_at", working_hours, age_=literal_of(scope.end))
    rows = rows.filter(rows.hours_.notnull() | (rows.age_ > hours))
    is_late = rows.hours_.isnull() | (rows.hours_ > hours)
    return share_of(scope, rows, is_late, first=_first(scope), notes=hours_notes(working_hours))


@measure(unit="hours", reads=READS)
def first_reply_time(scope: Scope, *, working_hours: Hours = None) -> Finding:
    """Median hours from opening to the first reply, of the replied tickets opened in the period; ``p90`` beside it.

    Tickets without a reply are counted in ``open`` and nowhere else, so a recent period looks faster than it will.

    Args:
        scope: the log seen through the question.
        working_hours: count only these, such as ``Mon-Fri 09:00-18:00``; None for all hours.
    """
    return _times(scope, "first_reply_at", working_hours)


@measure(unit="hours", reads=READS)
def resolution_time(scope: Scope, *, working_hours: Hours = None) -> Finding:
    """Median hours from opening to resolution, of the resolved tickets opened in the period; ``p90`` beside it.

    Tickets not resolved are counted in ``open`` and nowhere else, so a recent period looks faster than it will.

    Args:
        scope: the log seen through the question.
        working_hours: count only these, such as ``Mon-Fri 09:00-18:00``; None for all hours.
    """
    return _times(scope, "resolved_at", working_hours)


@measure(unit="count", reads=READS)
def backlog(scope: Scope) -> Finding:
    """Tickets open at the end of the period: opened before it and not yet resolved."""
    rows = _history(scope)
    counts = _open_at_last(scope, rows) if scope.grain is None else _open_at_ends(scope, rows)
    return count(scope, counts, first=_first(scope), who=lambda: _who_waits(scope, rows))


def _times(scope: Scope, until: str, working_hours: Hours) -> Finding:
    rows = _tickets(scope, until, working_hours)
    table = grouped(
        rows,
        scope.keys,
        value=rows.hours_.quantile(0.5),
        p90=rows.hours_.quantile(0.9),
        denominator=rows.hours_.count(),
        open=rows.hours_.isnull().cast("int32").sum().fill_null(0),
    )
    return Finding(
        table=table,
        columns=("value", "p90", "denominator", "open"),
        empty={"denominator": 0, "open": 0},
        first=_first(scope),
        notes=hours_notes(working_hours),
        who=lambda: rows.filter(rows.hours_.notnull()).select(
            *scope.keys, "customer_id", numerator=rows.hours_.notnull()
        ),
    )


def _tickets(scope: Scope, until: str, working_hours: Hours, **ends: "ir.TimestampValue") -> "ir.Table":
    """Tickets with ``hours_`` from opening to an instant of theirs, null while it has not come, and to other ends."""
    scope.need("tickets")
    rows = scope.facts("tickets", "opened_at")
    return with_hours(scope, rows, "opened_at", working_hours, hours_=scope.known(rows[until]), **ends)


def _history(scope: Scope) -> "ir.Table":
    """Tickets opened by ``as_of``, those of the time before the window too, with the keys of the cuts."""
    scope.need("tickets")
    return scope.facts("tickets", "opened_at", in_window=False)


def _open_at_last(scope: Scope, rows: "ir.Table") -> "ir.Table":
    rows = _open_at(rows, end_of(scope, scope.question.until or scope.as_of))
    return grouped(rows, scope.keys, value=rows.count())


def _open_at(rows: "ir.Table", end: "datetime") -> "ir.Table":
    at = literal_of(end)
    return rows.filter((rows.opened_at < at) & (rows.resolved_at.isnull() | (rows.resolved_at >= at)))


def _open_at_ends(scope: Scope, rows: "ir.Table") -> "ir.Table":
    """Tickets open at the end of every period: openings minus resolutions so far."""
    import ibis

    rows = _with_end(scope, rows)
    cut = scope.question.cut
    opened = rows.select("period", *cut, step_=ibis.literal(1).cast("int64"))
    closed = rows.filter(rows.closed_.notnull())
    closed = closed.select(*cut, period=closed.closed_, step_=ibis.literal(-1).cast("int64"))[list(opened.columns)]
    still = rows.select(*cut).distinct() if cut else None
    axis = _axis(scope)
    axis = axis.cross_join(still) if still is not None else axis
    quiet = axis.mutate(step_=ibis.literal(0).cast("int64"))[list(opened.columns)]
    steps = grouped(opened.union(closed).union(quiet), scope.keys, step_=ibis._.step_.sum().cast("int64"))
    turn = ibis.window(group_by=list(cut), order_by="period", preceding=None, following=0)
    return steps.mutate(value=steps.step_.sum().over(turn).cast("int64"))


def _with_end(scope: Scope, rows: "ir.Table") -> "ir.Table":
    """Tickets with the index of the period in which they were resolved; null while they are open."""
    assert scope.grain is not None  # noqa: S101 - for the type checker; the caller asked
    local = scope.clock("tickets").local(scope.known(rows.resolved_at))
    # One resolved before it was opened (a mistake of clocks) was never open.
    closed = scope.grain.index(local)
    return rows.mutate(closed_=(closed < rows.period).ifelse(rows.period, closed))


def _axis(scope: Scope) -> "ir.Table":
    import ibis

    assert scope.grain is not None  # noqa: S101 - for the type checker; the caller asked
    first, last = scope.first_index(scope.grain, "tickets"), scope.last_index(scope.grain)
    periods = ibis.range(first, last + 1).unnest().name("period").as_table()
    return periods.mutate(period=periods.period.cast("int64"))


def _who_waits(scope: Scope, rows: "ir.Table") -> "ir.Table":
    """Customers of the tickets open at the end of each period, one row a ticket."""
    import ibis

    if scope.grain is None:
        rows = _open_at(rows, end_of(scope, scope.question.until or scope.as_of))
    else:
        rows = _with_end(scope, rows).rename(opened_="period").cross_join(_axis(scope))
        rows = rows.filter((rows.opened_ <= rows.period) & (rows.closed_.isnull() | (rows.closed_ > rows.period)))
    return rows.select(*scope.keys, "customer_id", numerator=ibis.literal(value=True))


def _first(scope: Scope) -> int | None:
    return scope.first_index(scope.grain, "tickets") if scope.grain else None
