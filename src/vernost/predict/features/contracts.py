"""Contracts: what runs, since when, at which price, and what came before it."""

from typing import TYPE_CHECKING

from vernost.predict.features.known import Known
from vernost.predict.features.quantities import ratio

if TYPE_CHECKING:
    import ibis.expr.types as ir

YEAR = 365
"""Days after which a contract has its anniversary."""


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
    return customers.mutate(
        contract_tenure=known.today - customers.first_,
        contract_age=known.today - customers.last_,
        # Whoever is bound for a year leaves about its end, in the second year as in the first.
        anniversary_in=(YEAR - (known.today - customers.first_) % YEAR) % YEAR,
        price_change=ratio(customers.price_, customers.was_) - 1.0,
    )
