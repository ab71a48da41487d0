"""Who left without a word."""

from typing import TYPE_CHECKING

from vernost.errors import InvalidValue, MissingFacts
from vernost.measure.finding import Finding, share_of
from vernost.measure.gaps import find_lapse, in_window
from vernost.measure.lifetime import contracts, find_base, gathered
from vernost.measure.measure import measure
from vernost.measure.periods import day_number, just_before
from vernost.measure.periods import days as day_of
from vernost.measure.scope import Scope

if TYPE_CHECKING:
    import ibis.expr.types as ir

VOICES = {"tickets": "opened_at", "answers": "answered_at", "reviews": "posted_at"}
"""Tables in which customers speak, with the column that says when."""

REASONS = ("cancel_reason", "cancel_text", "went_to")
"""Columns of subscriptions in which they say why they leave."""


@measure(unit="share", reads=("subscriptions", "orders", *VOICES))
def silent_leaver_rate(
    scope: Scope, *, days: int = 90, base: str | None = None, lapse_days: int | None = None
) -> Finding:
    """Of the customers who left in the period, the share that said nothing in the 90 days before.

    With subscriptions a customer left when the last one ended and none runs at ``as_of``; without, when the lapse
    window after the last sale was over by ``as_of`` without another. Saying something is a ticket, an answer to a
    survey, a review, or a reason given for the end of a subscription, up to that day and from so many days before the
    customer was last there: before the end of the subscription, or before the last sale, as a lapse is dated later.
    A cut by an attribute of the order or subscription is read at the customer's last one.

    Args:
        scope: the log seen through the question.
        days: how long before the customer was last there a word counts.
        base: subscriptions or orders; by default whichever there is, in this order.
        lapse_days: silence that makes a customer without a contract lapsed; learnt from the log by default.
    """
    if days < 0:
        raise InvalidValue("{name} is {value}, must not be below 0.", name="days", value=days)
    base = find_base(scope, base)
    words = _words(scope, base)
    lapse = find_lapse(scope, lapse_days) if base == "orders" else None
    left = _lapsed(scope, lapse.days) if lapse else _ended(scope)
    left = in_window(scope, left, "left_")
    spoke = left.select(who_=left.customer_id, there_=left.there_, stop_=left.stop_).join(words, "who_")
    spoke = spoke.filter((spoke.day_ <= spoke.stop_) & (spoke.day_ >= spoke.there_ - days))
    spoke = spoke.select("who_").distinct()
    leavers = left.left_join(spoke, left.customer_id == spoke.who_)
    first = scope.first_index(scope.grain, base) if scope.grain else None
    return share_of(
        scope,
        leavers,
        leavers.who_.isnull(),
        first=first,
        base=base,
        summary=lambda _: lapse.said if lapse else {},
        notes=lapse.notes if lapse else (),
    )


def _ended(scope: Scope) -> "ir.Table":
    """Customers whose last subscription ended: keys, customer_id, ``there_``, ``stop_``, ``left_`` (day numbers)."""
    import ibis

    rows = contracts(scope, cut=())
    order = [ibis.desc("stop_at_"), ibis.desc("started_at"), ibis.desc("subscription_id")]
    customers = gathered(
        scope,
        rows,
        "subscriptions",
        ["customer_id"],
        order,
        running_=rows.stop_.isnull().cast("int32").sum(),
        last_=rows.stop_at_.max(),
    )
    customers = customers.filter(customers.running_ == 0)
    clock, last = scope.clock("subscriptions"), customers.last_
    stop = day_of(clock.local(last))
    # What ends with the first instant of a day ran through the day before, as in the churn rate.
    return _leaving(scope, customers, at=clock.local(just_before(last)), there=stop, stop=stop)


def _lapsed(scope: Scope, lapse_days: int) -> "ir.Table":
    """Customers silent for longer than the lapse window: keys, customer_id, ``there_``, ``stop_``, ``left_``."""
    import ibis

    sales = scope.sold(scope.facts("orders", "ordered_at", cut=(), in_window=False))
    sales = sales.filter(sales.customer_id.notnull())
    order = [ibis.desc("ordered_at"), ibis.desc("order_id")]
    customers = gathered(scope, sales, "orders", ["customer_id"], order, last_=sales.local.max())
    customers = customers.filter(day_number(scope.as_of) - day_of(customers.last_) > lapse_days)
    lapse = customers.last_ + ibis.interval(days=lapse_days)
    return _leaving(scope, customers, at=lapse, there=day_of(customers.last_), stop=day_of(lapse))


def _leaving(
    scope: Scope, customers: "ir.Table", *, at: "ir.TimestampValue", there: "ir.IntegerValue", stop: "ir.IntegerValue"
) -> "ir.Table":
    period = {"period": scope.grain.index(at)} if scope.grain else {}
    return customers.select(*scope.question.cut, "customer_id", left_=day_of(at), there_=there, stop_=stop, **period)


def _words(scope: Scope, base: str) -> "ir.Table":
    """What customers said, whatever the window: ``who_``, ``day_``."""
    import ibis

    said = []
    for table, at in VOICES.items():
        if scope.has(table):
            rows = scope.facts(table, at, cut=(), in_window=False)
            said.append(rows.select(who_=rows.customer_id, day_=day_of(rows.local)).filter(lambda t: t.who_.notnull()))
    reasons = [name for name in REASONS if base == "subscriptions" and scope.has(base, name)]
    if reasons:
        rows = contracts(scope, cut=())
        rows = rows.filter(rows.stop_.notnull())
        rows = rows.filter(ibis.or_(*(rows[name].strip().length() > 0 for name in reasons)))
        said.append(rows.select(who_=rows.customer_id, day_=rows.stop_))
    if not said:
        raise MissingFacts(scope.measure, "the table tickets, answers or reviews, or subscriptions.cancel_reason")
    return said[0].union(*said[1:]) if len(said) > 1 else said[0]
