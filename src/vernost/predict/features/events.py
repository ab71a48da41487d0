"""Use: how much customers do, and whether it grows or fades."""

from typing import TYPE_CHECKING

from vernost.predict.features.known import Known
from vernost.predict.features.quantities import ratio

if TYPE_CHECKING:
    import ibis.expr.types as ir

SPANS = (30, 90)
STEPS = (
    "cancel|unsubscrib|auto_?renew|renewal_(off|stop)|(close|delete)_?account|payment_?(failed|declined)"
    "|card_?(declined|expired)|отмен|отпис|отключ"
)
"""Names of events by which customers prepare to leave: what billing and product analytics call them."""
FAULTS = "error|crash|outage|time_?out|(connection|signal|call)_?(lost|drop|fail)|disconnect|ошибк|сбой|обрыв"
"""Names of events that say that something did not work."""
CHARGES = (
    "(extra|hidden|additional|(^|_)late)_?(fee|charge)(_|$)|(fee|penalty|surcharge)_?charged|overage|paid_service"
    "|комисси|доплат"
)
"""Names of events that say that more was charged than the usual price."""


def facts(known: Known) -> "ir.Table":
    """Events, and whether each is a step towards leaving, a fault or an extra charge."""
    rows = known.facts("events")
    name = rows.name.fill_null("").lower().replace(" ", "_")
    kinds = {"is_step_": STEPS, "is_fault_": FAULTS, "is_charge_": CHARGES}
    return rows.mutate(**{mark: name.re_search(names) for mark, names in kinds.items()})


def steps(known: Known) -> "ir.Table":
    """The number of the last day with a step towards leaving, of each customer who took one: ``who_, step_``."""
    rows = facts(known)
    return rows.filter(rows.is_step_).group_by(who_=rows.customer_id).agg(step_=rows.day_.max())


def summary(known: Known) -> "ir.Table":
    """One row a customer with an event."""
    rows = facts(known)
    counts = {}
    for span in SPANS:
        counts[f"events_{span}d"] = rows.count(where=known.recent(rows, span))
        counts[f"before_{span}d"] = rows.count(where=known.before(rows, span))
        counts[f"faults_{span}d"] = rows.count(where=rows.is_fault_ & known.recent(rows, span))
        counts[f"charges_{span}d"] = rows.count(where=rows.is_charge_ & known.recent(rows, span))
    customers = rows.group_by("customer_id").agg(
        events=rows.count(), last_=rows.day_.max(), step_=rows.day_.max(where=rows.is_step_), **counts
    )
    return customers.mutate(
        event_silence=known.today - customers.last_,
        leaving_step_age=known.today - customers.step_,
        **{
            f"events_trend_{span}d": ratio(customers[f"events_{span}d"], customers[f"before_{span}d"]) for span in SPANS
        },
    )
