"""What money spent brought back: return on it, and the months until it is back."""

from typing import TYPE_CHECKING

from vernost import statistics
from vernost.measure.activity import find_base
from vernost.measure.axis import filled
from vernost.measure.base_value import DAYS_IN_MONTH, Settings
from vernost.measure.finding import Finding, Row
from vernost.measure.measure import measure
from vernost.measure.periods import day_number, days
from vernost.measure.scope import Scope
from vernost.measure.spending import Spending, first_facts
from vernost.options import DISCOUNT_RATE, HORIZON_YEARS, MARGIN_RATE

if TYPE_CHECKING:
    from collections.abc import Sequence

    import ibis.expr.types as ir

SUMS = ("revenue_", "customers_", "spent_", "payments_")
"""What the steps of a payback add up."""


@measure(unit="ratio", reads=("orders",))
def roas(scope: Scope, *, purpose: str | None = None) -> Finding:
    """Revenue by money spent, both of the period; see `returned` for whose revenue counts.

    Args:
        scope: the log seen through the question.
        purpose: 'acquisition' or 'retention'; both when None.
    """
    return returned(scope, purpose, margin_rate=1.0, is_net=False)


@measure(unit="ratio", reads=("orders",))
def roi(scope: Scope, *, purpose: str | None = None, margin_rate: float = MARGIN_RATE) -> Finding:
    """Margin less money spent, by money spent, both of the period; see `returned` for whose margin counts.

    Args:
        scope: the log seen through the question.
        purpose: 'acquisition' or 'retention'; both when None.
        margin_rate: share of revenue left after the cost of what was sold.
    """
    Settings(margin_rate, DISCOUNT_RATE, HORIZON_YEARS)
    return returned(scope, purpose, margin_rate=margin_rate, is_net=True)


def returned(scope: Scope, purpose: str | None, *, margin_rate: float, is_net: bool) -> Finding:
    """What came in by what was spent, in the same period.

    Money for acquisition is set beside the revenue of customers who first bought in the period, money for retention
    beside that of customers who first bought before it; without a purpose all money is set beside all revenue, that of
    walk-ins too. By ``acquisition_channel`` each customer counts under the channel they came by. None of this says that
    the money caused the revenue: for that there are experiments.
    """
    import ibis

    spending = Spending(scope, purpose)
    customers = _revenue(spending)
    amount = customers.amount_.cast("float64")
    found = spending.beside(customers, revenue=amount, squares=amount * amount)
    spent = found.is_known_.ifelse(found.spent, ibis.null("float64")).nullif(ibis.literal(0.0))
    top = found.revenue * margin_rate - (found.spent if is_net else ibis.literal(0.0))
    error = statistics.Z * margin_rate * statistics.total_error(found.squares) / spent
    value = top / spent
    return Finding(
        table=found.select(
            *scope.keys, value=value, low=value - error, high=value + error, numerator=top, denominator=found.spent
        ),
        columns=("value", "low", "high", "numerator", "denominator"),
        interval="delta",
        empty={"numerator": 0, "denominator": 0},
        first=scope.first_index(scope.grain, "orders") if scope.grain else None,
        notes=spending.notes(),
        who=lambda: customers.filter(customers.customer_id.notnull()).select(
            *scope.keys, "customer_id", numerator=ibis.literal(value=True)
        ),
    )


def _revenue(spending: Spending) -> "ir.Table":
    """Revenue of the period by customer, of those the money was for: keys, customer_id (null: a walk-in), amount_."""
    scope = spending.scope
    scope.need("orders", "amount")
    rows = scope.standing(scope.facts("orders", "ordered_at", cut=()))
    if scope.grain is None:
        rows = rows.filter(days(rows.local) >= day_number(spending.first_day()))
    if spending.purpose:
        rows = _of_purpose(spending, rows)
    if scope.question.cut:
        rows = scope.with_customer(rows, scope.question.cut)
    rows = rows.mutate(walk_in_=rows.customer_id.isnull().ifelse(rows.order_id, ""))
    groups = [*scope.keys, "customer_id", "walk_in_"]
    return rows.group_by(groups).agg(amount_=rows.amount.fill_null(0).sum())


def _of_purpose(spending: Spending, rows: "ir.Table") -> "ir.Table":
    """Orders of customers new in the period (acquisition), or won before it (retention)."""
    scope = spending.scope
    first = first_facts(scope, "orders")
    own = first.period if scope.grain else first.first_
    first = first.select(buyer_=first.customer_id, won_=own)
    rows = rows.join(first, rows.customer_id == first.buyer_).drop("buyer_")
    start = rows.period if scope.grain else day_number(spending.first_day())
    return rows.filter(rows.won_ >= start if spending.purpose == "acquisition" else rows.won_ < start)


@measure(unit="months", reads=("subscriptions", "orders"))
def payback(scope: Scope, *, margin_rate: float = MARGIN_RATE, base: str | None = None) -> Finding:
    """Months until the margin of the customers won in the period has paid back what it cost to win them.

    With orders: the whole months of their life after which the margin so far of a customer reaches the cost, that of
    each month taken over the customers watched for all of it; null while it does not, ``recovered`` then says how much
    is back after ``months_seen``. With subscriptions: the cost by the margin of what a new customer pays a month.

    Args:
        scope: the log seen through the question.
        margin_rate: share of revenue left after the cost of what was sold.
        base: subscriptions or orders.
    """
    Settings(margin_rate, DISCOUNT_RATE, HORIZON_YEARS)
    base = find_base(scope, base)
    spending = Spending(scope, "acquisition")
    pay_back = _by_subscription if base == "subscriptions" else _by_orders

    def finished(rows: list[Row]) -> list[Row]:
        groups: dict[tuple[object, ...], list[Row]] = {} if scope.keys else {(): []}
        for row in rows:
            groups.setdefault(tuple(row[name] for name in scope.keys), []).append(row)
        found = [
            dict(zip(scope.keys, key, strict=True)) | pay_back(group, margin_rate) for key, group in groups.items()
        ]
        first = scope.first_index(scope.grain, base) if scope.grain else 0
        return filled(scope, found, first=first, empty={})

    return Finding(
        table=_steps(spending, base),
        columns=("value", "cac", "recovered", "months_seen"),
        finish=finished,
        notes=spending.notes(),
        base=base,
        who=lambda: _listed(spending, base),
    )


def _listed(spending: Spending, base: str) -> "ir.Table":
    import ibis

    return spending.won(base).select(*spending.scope.keys, "customer_id", numerator=ibis.literal(value=True))


def _steps(spending: Spending, base: str) -> "ir.Table":
    """Sums by key and ``month_`` of life: revenue_, customers_ (watched for so many months), spent_, payments_."""
    import ibis

    scope = spending.scope
    won = spending.won(base)
    full = ((day_number(scope.as_of) + 1 - won.first_).cast("float64") / DAYS_IN_MONTH).floor().cast("int64")
    won = won.mutate(full_=full)
    revenue = (_first_prices if base == "subscriptions" else _revenue_of_life)(scope, won)
    parts = (
        spending.rows().mutate(month_=-1, payments_=1),
        won.mutate(month_=won.full_, customers_=1),
        revenue.mutate(revenue_=revenue.amount_),
    )
    both = ibis.union(*(_step(scope, part) for part in parts))
    return both.group_by([*scope.keys, "month_"]).agg(**{name: both[name].sum() for name in SUMS})


def _step(scope: Scope, rows: "ir.Table") -> "ir.Table":
    """Rows with all sums, those they do not have as 0."""
    rows = rows.mutate(**{name: 0 for name in SUMS if name not in rows.columns})
    sums = {name: rows[name].cast("float64") for name in SUMS}
    return rows.select(*scope.keys, month_=rows.month_.cast("int64"), **sums)


def _revenue_of_life(scope: Scope, won: "ir.Table") -> "ir.Table":
    """Orders and refunds of the customers won by whole month of their life, those months alone that are over."""
    scope.need("orders", "amount")
    rows = scope.standing(scope.facts("orders", "ordered_at", cut=(), in_window=False))
    rows = rows.select(buyer_=rows.customer_id, day_=days(rows.local), amount_=rows.amount.fill_null(0))
    rows = rows.join(won, rows.buyer_ == won.customer_id)
    month = ((rows.day_ - rows.first_).cast("float64") / DAYS_IN_MONTH).floor().cast("int64")
    rows = rows.mutate(month_=month)
    return rows.filter((rows.month_ >= 0) & (rows.month_ < rows.full_))


def _first_prices(scope: Scope, won: "ir.Table") -> "ir.Table":
    """What the customers won paid a month on their first day."""
    import ibis

    rows = scope.facts("subscriptions", "started_at", cut=(), in_window=False)
    rows = rows.select(buyer_=rows.customer_id, day_=days(rows.local), amount_=rows.monthly_price)
    rows = rows.join(won, [rows.buyer_ == won.customer_id, rows.day_ == won.first_])
    return rows.mutate(month_=ibis.literal(0).cast("int64"))


def _cost(steps: "Sequence[Row]") -> float | None:
    spent, customers = (sum(step[name] for step in steps) for name in ("spent_", "customers_"))
    is_known = any(step["payments_"] for step in steps)
    return spent / customers if is_known and customers else None


def _by_orders(steps: "Sequence[Row]", margin_rate: float) -> Row:
    cost = _cost(steps)
    lives = {step["month_"]: step["customers_"] for step in steps if step["month_"] >= 0}
    revenue = {step["month_"]: step["revenue_"] for step in steps if step["month_"] >= 0}
    back, months, value = 0.0, max(lives, default=0), None
    for month in range(months):
        watched = sum(customers for full, customers in lives.items() if full > month)
        back += margin_rate * revenue.get(month, 0.0) / watched
        if cost is not None and value is None and back >= cost:
            value = month + 1
    recovered = back / cost if cost else None
    return {"value": value, "cac": cost, "recovered": recovered, "months_seen": months}


def _by_subscription(steps: "Sequence[Row]", margin_rate: float) -> Row:
    cost = _cost(steps)
    customers, monthly = (sum(step[name] for step in steps) for name in ("customers_", "revenue_"))
    margin = margin_rate * monthly / customers if customers else 0
    value = cost / margin if cost is not None and margin > 0 else None
    return {"value": value, "cac": cost, "recovered": None, "months_seen": None}
