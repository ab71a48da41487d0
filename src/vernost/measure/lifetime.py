"""How long customers stay: survival of subscriptions, or of customers without a contract up to their lapse."""

from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from vernost.errors import InvalidValue, MissingFacts
from vernost.measure.curve import Curve, compare, curves
from vernost.measure.finding import Finding, Row, grouped
from vernost.measure.gaps import find_lapse, in_window
from vernost.measure.measure import measure
from vernost.measure.notes import Note
from vernost.measure.periods import day_number, days
from vernost.measure.scope import Scope
from vernost.measure.window import fact_cuts, with_customer_cuts
from vernost.messages import Message

if TYPE_CHECKING:
    import ibis.expr.types as ir

UNITS = ("subscription", "customer")
BASES = ("subscriptions", "orders")
FOREVER = 10**7
"""A day number that no calendar reaches: the end of what runs still."""

UNTIL_LAPSE = "until_lapse"
"""The note that nobody can lapse before the lapse window is over."""

IN_TURN = ["start_", "started_at", "subscription_id"]
"""The sequence of a customer's contracts."""


@measure(unit="share", reads=("subscriptions", "orders"))
def survival(
    scope: Scope, *, unit: str | None = None, base: str | None = None, lapse_days: int | None = None
) -> Finding:
    """Share that stays longer than so many days: Kaplan-Meier with those who still stay as censored at ``as_of``.

    With subscriptions each lasts from its start to its end; ``unit="customer"`` joins the subscriptions of a customer
    that follow one another (the next begins no later than the day after the one before ended), so that a change of
    plan is no end. Without subscriptions a customer lasts from the first sale to the lapse, which comes so many days
    after the last sale as the lapse window says, if silent for longer than that by ``as_of``. Periods, windows and
    cuts are those of the start. Beside the rows stand ``median`` and ``restricted_mean`` (up to the longest time seen)
    with their intervals, the same for each group, and with groups a ``logrank`` test of those whose value is known:
    of the cut, within each period.

    Args:
        scope: the log seen through the question.
        unit: whose life is meant with subscriptions: subscription (the default) or customer.
        base: subscriptions or orders; by default whichever there is, in this order.
        lapse_days: silence that makes a customer without a contract lapsed; learnt from the log by default.
    """
    base = find_base(scope, base)
    _check_unit(unit, base)
    lapse = find_lapse(scope, lapse_days) if base == "orders" else None
    if lapse:
        lives = _of_buyers(scope, lapse.days)
    else:
        lives = _of_customers(scope) if unit == "customer" else _of_subscriptions(scope)
    lives = in_window(scope, lives, "start_")
    ended = lives.is_over_.cast("int32")
    counts = grouped(
        lives,
        [*scope.keys, "time"],
        events=ended.sum().cast("int64"),
        censored=(1 - ended).sum().cast("int64"),
    )

    def finish(found: list[Row]) -> list[Row]:
        return [
            dict(zip(scope.keys, key, strict=True)) | row
            for key, curve in curves(found, scope.keys, "time").items()
            for row in curve.rows("time")
        ]

    return Finding(
        table=counts,
        columns=("at_risk", "events", "value", "low", "high"),
        axis=("time",),
        interval="log-log",
        base=base,
        finish=finish,
        summary=lambda shown: (lapse.said if lapse else {}) | _summary(scope, shown),
        notes=(*lapse.notes, Note(UNTIL_LAPSE, {"days": lapse.days})) if lapse else (),
        who=lambda: lives.select(*scope.keys, "customer_id", "time", numerator=lives.is_over_),
    )


def find_base(scope: Scope, base: str | None) -> str:
    """The table that says how long customers stay: the one asked for, else subscriptions or orders."""
    if base not in (None, *BASES):
        raise InvalidValue("{name} is {value!r}, must be one of {known}.", name="base", value=base, known=BASES)
    found = [name for name in ([base] if base else BASES) if scope.has(name)]
    if found:
        # A table that is there without a row says nothing when another one has rows.
        return next((name for name in found if scope.span(name)), found[0])
    raise MissingFacts(
        scope.measure, Message("the table {table}", table=base) if base else "the table subscriptions or orders"
    )


def _check_unit(unit: str | None, base: str) -> None:
    if unit not in (None, *UNITS):
        raise InvalidValue("{name} is {value!r}, must be one of {known}.", name="unit", value=unit, known=UNITS)
    if base == "orders" and unit == "subscription":
        raise InvalidValue("Orders hold no subscriptions to follow. Leave out the unit, or load subscriptions.")


def contracts(scope: Scope, *, cut: tuple[str, ...] | None = None) -> "ir.Table":
    """Subscriptions begun by ``as_of``, whatever the window, with day numbers.

    These are ``start_`` and ``stop_``, which is null for what runs still, as is ``stop_at_``, the instant.
    """
    import ibis

    rows = scope.facts("subscriptions", "started_at", cut=cut, in_window=False)
    end = ibis.timestamp(scope.end.isoformat(sep=" "))
    ended = (rows.ended_at > end).ifelse(ibis.null("timestamp"), rows.ended_at)
    # An end before the start, which some exports hold, is an end at once.
    rows = rows.mutate(stop_at_=(ended < rows.started_at).ifelse(rows.started_at, ended))
    return rows.mutate(start_=days(rows.local), stop_=days(scope.clock("subscriptions").local(rows.stop_at_)))


def runs(rows: "ir.Table", *, grace_days: int = 1) -> "ir.Table":
    """Contracts with the number of the customer's unbroken run that each belongs to, and the day that it reaches.

    These are ``run_``, from 1, and ``reach_``, the last day of the run so far, `FOREVER` for what runs still.

    Args:
        rows: as `contracts` gives them.
        grace_days: the most days from the end of one to the start of the next in the same run.
    """
    import ibis

    turn = ibis.window(group_by="customer_id", order_by=IN_TURN)
    so_far = ibis.cumulative_window(group_by="customer_id", order_by=IN_TURN)
    rows = rows.mutate(reach_=rows.stop_.fill_null(FOREVER).max().over(so_far))
    rows = rows.mutate(before_=rows.reach_.lag().over(turn))
    is_break = rows.before_.isnull() | (rows.start_ > rows.before_ + grace_days)
    rows = rows.mutate(break_=is_break.cast("int32"))
    return rows.mutate(run_=rows.break_.sum().over(so_far))


def _of_subscriptions(scope: Scope) -> "ir.Table":
    """One life a subscription."""
    rows = contracts(scope)
    return _lives(scope, rows, rows.stop_)


def _of_customers(scope: Scope) -> "ir.Table":
    """One life a customer and unbroken run of subscriptions; a return after a break begins another."""
    import ibis

    rows = runs(contracts(scope, cut=()))
    lives = gathered(
        scope, rows, "subscriptions", ["customer_id", "run_"], IN_TURN, stop_=rows.reach_.max(), **_start(scope, rows)
    )
    return _lives(scope, lives, lives.stop_.nullif(ibis.literal(FOREVER)))


def _of_buyers(scope: Scope, lapse_days: int) -> "ir.Table":
    """One life a customer without a contract, from the first sale to the lapse."""
    import ibis

    sales = scope.sold(scope.facts("orders", "ordered_at", cut=(), in_window=False))
    sales = sales.filter(sales.customer_id.notnull())
    sales = sales.mutate(start_=days(sales.local))
    order = ["start_", "ordered_at", "order_id"]
    lives = gathered(scope, sales, "orders", ["customer_id"], order, last_=sales.start_.max(), **_start(scope, sales))
    is_lapsed = day_number(scope.as_of) - lives.last_ > lapse_days
    return _lives(scope, lives, is_lapsed.ifelse(lives.last_ + lapse_days, ibis.null("int64")))


def gathered(
    scope: Scope, rows: "ir.Table", table: str, groups: list[str], order: list[Any], **aggregates: Any
) -> "ir.Table":
    """One row a group of a customer's facts: aggregates, and the cuts as the first fact in this order has them."""
    import ibis

    own = fact_cuts(scope, table)
    if own:
        rows = rows.mutate(turn_=ibis.row_number().over(ibis.window(group_by=groups, order_by=order)))
    read = {name: rows[name].max(where=rows.turn_ == 0) for name in own}
    return with_customer_cuts(scope, rows.group_by(groups).agg(**aggregates, **read), table)


def _start(scope: Scope, rows: "ir.Table") -> dict[str, Any]:
    """First day of a group of facts, and its period when periods are asked for."""
    return {"start_": rows.start_.min()} | ({"period": rows.period.min()} if scope.grain else {})


def _lives(scope: Scope, rows: "ir.Table", stop: "ir.IntegerValue") -> "ir.Table":
    """Lives with ``time`` (whole days, to the end or to ``as_of``), ``is_over_`` and ``start_``."""
    time = stop.fill_null(day_number(scope.as_of)) - rows.start_
    return rows.select(*scope.keys, "customer_id", "start_", time=time, is_over_=stop.notnull())


def _summary(scope: Scope, shown: list[Row]) -> dict[str, Any]:
    """Median and restricted mean of all and of each group, and whether the groups differ."""
    rows = _with_censored(scope, shown)
    totals: dict[int, Row] = {}
    for row in rows:
        total = totals.setdefault(row["time"], {"time": row["time"], "events": 0, "censored": 0})
        total["events"] += row["events"]
        total["censored"] += row["censored"]
    said = _read_off(Curve.of(totals.values(), "time"))
    if not scope.keys:
        return said
    groups = curves(rows, scope.keys, "time")
    named = [dict(zip(scope.keys, key, strict=True)) | _read_off(curve) for key, curve in groups.items()]
    return said | {"groups": named, "logrank": _logrank(scope, groups)}


def _with_censored(scope: Scope, shown: list[Row]) -> list[Row]:
    """Rows with how many left each curve unseen, which is what is at risk no more and had no event."""
    rows: list[Row] = []
    for row, after in zip_longest(shown, shown[1:]):
        is_last = after is None or any(after[name] != row[name] for name in scope.keys)
        rows.append(row | {"censored": row["at_risk"] - row["events"] - (0 if is_last else after["at_risk"])})
    return rows


def _read_off(curve: Curve) -> dict[str, Any]:
    median, low, high = curve.median
    mean, mean_low, mean_high = curve.restricted_mean or (None, None, None)
    return {
        "median": median,
        "median_low": low,
        "median_high": high,
        "restricted_mean": mean,
        "restricted_mean_low": mean_low,
        "restricted_mean_high": mean_high,
        "longest_days": curve.end,
        "size": curve.size,
    }


def _logrank(scope: Scope, groups: dict[tuple[Any, ...], Curve]) -> dict[str, Any] | None:
    """Test between the values of the cut, each period by itself; between periods when nothing is cut."""
    is_stratified = bool(scope.grain and scope.question.cut)
    strata: dict[Any, dict[Any, Curve]] = {}
    for key, curve in groups.items():
        if None not in key:
            stratum, group = (key[0], key[1:]) if is_stratified else (None, key)
            strata.setdefault(stratum, {})[group] = curve
    return compare(strata.values())
