"""Use: how much customers do, and whether it grows or fades."""

from typing import TYPE_CHECKING

from vernost.predict.features.known import Known
from vernost.predict.features.quantities import ratio

if TYPE_CHECKING:
    import ibis.expr.types as ir

SPANS = (30, 90)


def facts(known: Known) -> "ir.Table":
    """Events."""
    return known.facts("events")


def summary(known: Known) -> "ir.Table":
    """One row a customer with an event."""
    rows = facts(known)
    counts = {}
    for span in SPANS:
        counts[f"events_{span}d"] = rows.count(where=known.recent(rows, span))
        counts[f"before_{span}d"] = rows.count(where=known.before(rows, span))
    customers = rows.group_by("customer_id").agg(events=rows.count(), last_=rows.day_.max(), **counts)
    return customers.mutate(
        event_silence=known.today - customers.last_,
        **{
            f"events_trend_{span}d": ratio(customers[f"events_{span}d"], customers[f"before_{span}d"]) for span in SPANS
        },
    )
