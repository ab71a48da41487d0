"""Contracts: what runs, since when, at which price, and what came before it."""

from typing import TYPE_CHECKING, Any

from vernost.predict.contracts.durations import contract_lives
from vernost.predict.features import events
from vernost.predict.features.known import Known
from vernost.predict.features.quantities import ratio

if TYPE_CHECKING:
    import ibis.expr.types as ir

TERMS = (365.25, 365.25 / 2, 365.25 / 4, 365.25 / 12)
"""Days between renewals that contracts are made for, the longest first."""
SLACK_DAYS = 3
"""An end so near to a multiple of a term counts as one at it: months are not of one length."""
LEAST_ENDS, LEAST_AT_TERM = 5, 0.7
"""A plan has the longest term at which this share of its contracts ended; of fewer ends nothing is told.

By chance a quarter of ends lie so near to a multiple of a month.
"""


def facts(known: Known) -> "ir.Table":
    """Contracts begun, with ``is_running_``: an end that had not come was not known, be it planned or not."""
    rows = known.facts("subscriptions")
    return rows.mutate(is_running_=rows.ended_at.isnull(), is_over_=rows.ended_at.notnull())


def summary(known: Known) -> "ir.Table":
    """One row a customer who ever had a contract; ``contracts_running`` says whether one runs."""
    import ibis

    rows = facts(known)
    order = [ibis.desc(name) for name in ("is_running_", "started_at", "subscription_id")]
    turn = ibis.window(group_by="customer_id", order_by=order)
    price = rows.monthly_price.cast("float64")
    rows = rows.mutate(turn_=ibis.row_number().over(turn), price_=price, was_=price.lead().over(turn))
    is_last = (rows.turn_ == 0) & rows.is_running_
    customers = rows.group_by("customer_id").agg(
        contracts_running=rows.count(where=rows.is_running_),
        contracts_over=rows.count(where=rows.is_over_),
        monthly_price=rows.price_.sum(where=rows.is_running_),
        plan=rows["plan"].max(where=is_last),
        price_=rows.price_.max(where=is_last),
        was_=rows.was_.max(where=is_last),
        first_=rows.day_.min(),
        last_=rows.day_.max(where=is_last),
    )
    ahead = _renewals(known)
    customers = customers.left_join(ahead, customers.customer_id == ahead.who_).drop("who_")
    return customers.mutate(
        contract_tenure=known.today - customers.first_,
        contract_age=known.today - customers.last_,
        price_change=ratio(customers.price_, customers.was_) - 1.0,
    )


def _renewals(known: Known) -> "ir.Table":
    """When the contract of each customer who has one comes up for renewal: ``who_, renewal_in``.

    How long the term is, those who left say. It is that of the plan which the contract began with: a change of plan
    does not move the renewal. With events also ``leaving_in``: the same, where a step towards leaving was taken since
    the last renewal.
    """
    lives = contract_lives(known.scope.log, known.scope.as_of, runs_of="all", covariates=["plan"])
    running, terms = lives.filter(lives.event == 0), _terms(lives.filter(lives.event == 1))
    running = running.join(terms, running["plan"] == terms.of_, how="left")
    beyond = _beyond(running.duration, running.term_)
    ahead = running.group_by(who_=running.customer_id).agg(
        renewal_in=(running.term_ - beyond).min(), beyond_=beyond.max()
    )
    return _with_leaving(known, ahead) if known.has("events") else ahead


def _with_leaving(known: Known, ahead: "ir.Table") -> "ir.Table":
    steps = events.steps(known)
    ahead = ahead.join(steps, ahead.who_ == steps.who_, how="left").select(ahead, steps.step_)
    is_leaving = known.today - ahead.step_ <= ahead.beyond_
    return ahead.mutate(leaving_in=is_leaving.ifelse(ahead.renewal_in, None)).drop("step_")


def _terms(ended: "ir.Table") -> "ir.Table":
    """Days between the renewals of each plan: ``of_, term_`` (null where ends come at any time)."""
    import ibis

    hits = {f"hits{place}_": (_distance(ended.duration, term) <= SLACK_DAYS).sum() for place, term in enumerate(TERMS)}
    plans = ended.group_by(of_=ended["plan"]).agg(ends_=ended.count(), **hits)
    plans = plans.filter(plans.ends_ >= LEAST_ENDS)
    # Told as text, for a number with a point is an exact decimal to PostgreSQL.
    days = [ibis.literal(str(term)).cast("float64") for term in TERMS]
    cases = [(plans[hit] >= LEAST_AT_TERM * plans.ends_, term) for hit, term in zip(hits, days, strict=True)]
    return plans.select("of_", term_=ibis.cases(*cases))


def _beyond(days: "ir.NumericValue", term: Any) -> "ir.NumericValue":
    """Days since the last renewal."""
    return days - term * (days / term).floor()


def _distance(days: "ir.NumericValue", term: float) -> "ir.NumericValue":
    """Days to the nearest renewal, the first being at the end of the first term."""
    import ibis

    turns = ibis.greatest((days / term).round(), 1)
    return (days - term * turns).abs()
