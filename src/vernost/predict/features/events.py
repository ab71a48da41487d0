"""Use: how much customers do, and whether it grows or fades."""

from typing import TYPE_CHECKING

from vernost.predict.features.known import Known
from vernost.predict.features.quantities import ratio

if TYPE_CHECKING:
    import ibis.expr.types as ir

SPANS = (30, 90)
STEPS_DAYS = 90
STEPS = "cancel|unsubscrib|auto_?renew|renewal_(off|stop)|(close|delete)_?account|отмен|отпис|отключ"
"""Names of events by which customers prepare to leave: what billing and product analytics call them."""


def facts(known: Known) -> "ir.Table":
    """Events, and whether each is a step towards leaving."""
    rows = known.facts("events")
    return rows.mutate(is_step_=rows.name.fill_null("").lower().re_search(STEPS))


def summary(known: Known) -> "ir.Table":
    """One row a customer with an event."""
    rows = facts(known)
    counts = {}
    for span in SPANS:
        counts[f"events_{span}d"] = rows.count(where=known.recent(rows, span))
        counts[f"before_{span}d"] = rows.count(where=known.before(rows, span))
    counts[f"leaving_steps_{STEPS_DAYS}d"] = rows.count(where=rows.is_step_ & known.recent(rows, STEPS_DAYS))
    customers = rows.group_by("customer_id").agg(events=rows.count(), last_=rows.day_.max(), **counts)
    return customers.mutate(
        event_silence=known.today - customers.last_,
        **{
            f"events_trend_{span}d": ratio(customers[f"events_{span}d"], customers[f"before_{span}d"]) for span in SPANS
        },
    )
