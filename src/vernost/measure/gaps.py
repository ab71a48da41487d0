"""How long customers are silent between sales, and after how long a silence they are gone."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from vernost.errors import InvalidValue
from vernost.measure.axis import filled, unfolded
from vernost.measure.curve import Curve, curves
from vernost.measure.finding import Finding, Row, grouped
from vernost.measure.measure import measure
from vernost.measure.notes import Note
from vernost.measure.periods import day_number, days
from vernost.measure.scope import Scope

if TYPE_CHECKING:
    import ibis.expr.types as ir

QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
RETURNING_SHARE = 0.10
"""A silence is a lapse when less than this share of customers so silent ever return."""

SENSITIVITY = {f"at_{percent}": percent / 100 for percent in (5, 10, 15, 20)}
"""Columns that show the lapse window at other shares."""


def silences(scope: Scope) -> "ir.Table":
    """One row a sale of a known customer over the whole log, with the silence after it.

    Returns:
        The keys of the question as of this sale, customer_id, ``order_number`` (1 for the first), ``day_``,
        ``next_day_`` (null after the last), ``days`` (to the next sale, or to ``as_of``), ``is_closed_`` and, with
        periods, ``next_period_``.
    """
    import ibis

    sales = scope.sold(scope.facts("orders", "ordered_at", in_window=False))
    sales = sales.filter(sales.customer_id.notnull())
    sales = sales.mutate(day_=days(sales.local))
    # Gaps depend on days alone; only a cut tells sales of one day apart.
    ties = ["ordered_at", "order_id"] if scope.question.cut else []
    turn = ibis.window(group_by="customer_id", order_by=["day_", *ties])
    rows = sales.select(
        *scope.keys,
        "customer_id",
        "day_",
        order_number=ibis.row_number().over(turn).cast("int64") + 1,
        next_day_=sales.day_.lead().over(turn),
        **({"next_period_": sales.period.lead().over(turn)} if scope.grain else {}),
    )
    until = ibis.coalesce(rows.next_day_, day_number(scope.as_of))
    return rows.mutate(days=until - rows.day_, is_closed_=rows.next_day_.notnull())


def in_window(scope: Scope, rows: "ir.Table", day: str) -> "ir.Table":
    """Rows whose day (a number) lies in the window of the question."""
    since, until = scope.window
    if since:
        rows = rows.filter(rows[day] >= day_number(since))
    if until:
        rows = rows.filter(rows[day] <= day_number(until))
    return rows


@measure(unit="days", reads=("orders",))
def order_gaps(scope: Scope, *, by_order: bool = False) -> Finding:
    """Quantiles of the days between consecutive sales of a customer; two sales on one day are 0 days apart.

    A gap belongs to the period and the window of the sale that closed it, so a finished period stays as it is; cuts
    are read at the sale that opened it. Gaps still open are left out, which makes these quantiles shorter than the
    silence to expect: for that see return_curve.

    Args:
        scope: the log seen through the question.
        by_order: whether to tell gaps apart by ``order_number``: 1 is the gap after the first sale.
    """
    rows = silences(scope)
    rows = in_window(scope, rows.filter(rows.is_closed_), "next_day_")
    if scope.grain:
        rows = rows.mutate(period=rows.next_period_)
    keys = [*scope.keys, *(("order_number",) if by_order else ())]
    gap = rows.days.cast("float64")
    names = [f"quantile_{place}" for place in range(len(QUANTILES))]
    wide = grouped(
        rows,
        keys,
        denominator=rows.count(),
        **{name: gap.quantile(share) for name, share in zip(names, QUANTILES, strict=True)},
    )
    table = unfolded(wide, [*keys, "denominator"], axis="quantile", values=QUANTILES, value=names)

    def every_period(found: list[Row]) -> list[Row]:
        if by_order or scope.grain is None:
            return found
        first = scope.first_index(scope.grain, "orders")
        return filled(scope, found, first=first, empty={"denominator": 0}, axis={"quantile": QUANTILES})

    return Finding(
        table=table.select(*keys, "quantile", "value", "denominator"),
        columns=("value", "denominator"),
        axis=(*(("order_number",) if by_order else ()), "quantile"),
        finish=every_period,
        who=lambda: rows.select(*scope.keys, "customer_id", "order_number", "days", numerator=rows.is_closed_),
    )


@measure(unit="share", reads=("orders",))
def return_curve(scope: Scope) -> Finding:
    """Share of silences that end with a sale within so many days: 1 − Kaplan-Meier, open silences as censored.

    Each sale begins a silence, which ends with the customer's next sale or is open at ``as_of``. A silence belongs to
    the period, the window and the cut of the sale that began it. ``at_risk`` are the silences that lasted at least so
    long, ``events`` those that ended on that day. Bands are log-log and take silences as independent.
    """
    rows = _begun(scope)

    def finish(found: list[Row]) -> list[Row]:
        return [
            dict(zip(scope.keys, key, strict=True)) | _returned(row)
            for key, curve in curves(found, scope.keys, "days").items()
            for row in curve.rows("days")
        ]

    return Finding(
        table=_lengths(scope, rows),
        columns=("value", "low", "high", "at_risk", "events"),
        axis=("days",),
        interval="log-log",
        finish=finish,
        who=lambda: _listed(scope, rows),
    )


@measure(unit="days", reads=("orders",))
def lapse_window(scope: Scope, *, returning_share: float = RETURNING_SHARE) -> Finding:
    """Days of silence after which less than 10 % of customers ever return, learnt from the company's return curve.

    The smallest whole w with 1 − S(end) / S(w) < 0.10, S(w) the share of silences longer than w days and end the
    longest seen. It is ``unstable`` when it lies in the last quarter of what was seen (``longest_days``) or nobody
    returned yet: a longer log may then move it. ``at_5`` to ``at_20`` show it at other shares.

    Args:
        scope: the log seen through the question; silences belong to the period, window and cut in which they began.
        returning_share: the share of customers so silent that may still return.
    """
    if not 0 < returning_share < 1:
        raise InvalidValue(
            "{name} is {value}, must be between 0 and 1, such as 0.1.", name="returning_share", value=returning_share
        )
    rows = _begun(scope)

    def finish(found: list[Row]) -> list[Row]:
        learnt = curves(found, scope.keys, "days")
        if not learnt and not scope.keys:
            return [_window(Curve((), (), ()), returning_share)]
        windows = [
            dict(zip(scope.keys, key, strict=True)) | _window(curve, returning_share) for key, curve in learnt.items()
        ]
        if scope.grain is None:
            return windows
        return filled(scope, windows, first=scope.first_index(scope.grain, "orders"), empty={"denominator": 0})

    return Finding(
        table=_lengths(scope, rows),
        columns=("value", "low", "high", "unstable", "longest_days", "denominator", *SENSITIVITY),
        finish=finish,
        summary=lambda shown: {"unstable": any(row["unstable"] for row in shown if row["denominator"])},
        who=lambda: _listed(scope, rows),
    )


def _begun(scope: Scope) -> "ir.Table":
    return in_window(scope, silences(scope), "day_")


def _lengths(scope: Scope, rows: "ir.Table") -> "ir.Table":
    """How many silences ended (events) and stayed open (censored) at each length."""
    closed = rows.is_closed_.cast("int32")
    return grouped(
        rows, [*scope.keys, "days"], events=closed.sum().cast("int64"), censored=(1 - closed).sum().cast("int64")
    )


def _listed(scope: Scope, rows: "ir.Table") -> "ir.Table":
    return rows.select(*scope.keys, "customer_id", "order_number", "days", numerator=rows.is_closed_)


def _returned(row: Row) -> Row:
    """A row of a survival curve turned into the share that returned."""
    low, high = row["low"], row["high"]
    return row | {
        "value": 1 - row["value"],
        "low": None if high is None else 1 - high,
        "high": None if low is None else 1 - low,
    }


def _window(curve: Curve, returning_share: float) -> Row:
    value = curve.lapse_window(returning_share)
    return {
        "value": value,
        "unstable": curve.is_unstable(value),
        "longest_days": curve.end,
        "denominator": curve.size,
        **{name: curve.lapse_window(share) for name, share in SENSITIVITY.items()},
    }


def company_curve(scope: Scope) -> Curve:
    """Kaplan-Meier curve of all silences of the log that remains after ``where``, as of ``as_of``, read once a log."""
    question = replace(scope.question, by=None, cut=(), since=None, until=None, as_of=scope.as_of, timezone=scope.zone)

    def make() -> Curve:
        company = Scope(scope.log, question, measure=scope.measure, reads=scope.reads)
        company.need("orders")
        found = scope.log.fetch(_lengths(company, _begun(company))).to_pylist()
        return Curve.of(found, "days")

    return scope.log.cached(("company curve", question), make)


@dataclass(frozen=True, slots=True)
class Lapse:
    """The silence that makes a customer lapsed.

    Attributes:
        days: a customer silent for longer is lapsed; 0 when there are no sales.
        notes: how it was learnt, if it was.
    """

    days: int
    notes: tuple[Note, ...] = ()

    @property
    def said(self) -> dict[str, int]:
        """It as data, to stand beside the rows."""
        return {"lapse_days": self.days}


def find_lapse(scope: Scope, given: int | None) -> Lapse:
    """The lapse window as given, else learnt from the log."""
    if given is not None:
        if given < 0:
            raise InvalidValue("{name} is {value}, must not be below 0.", name="lapse_days", value=given)
        return Lapse(given)
    curve = company_curve(scope)
    window = curve.lapse_window(RETURNING_SHARE)
    if window is None:
        return Lapse(0)
    if curve.is_unstable(window):
        return Lapse(window, (Note("unstable_lapse_window", {"days": window, "seen": curve.end}),))
    return Lapse(window, (Note("lapse_window", {"days": window}),))
