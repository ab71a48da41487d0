"""Messages of the company: how many came, whether they are opened, whether they are still wanted."""

from typing import TYPE_CHECKING

from vernost.predict.features.known import Known
from vernost.predict.features.quantities import ratio

if TYPE_CHECKING:
    import ibis.expr.types as ir

SPAN = 90


def facts(known: Known) -> "ir.Table":
    """Messages assigned, with ``is_sent_``, ``is_opened_`` and ``is_unsubscribed_``."""
    rows = known.facts("contacts")
    return rows.mutate(
        is_sent_=rows.sent_at.notnull(),
        is_opened_=rows.sent_at.notnull() & (rows.opened_at.notnull() | rows.clicked_at.notnull()),
        is_unsubscribed_=rows.unsubscribed_at.notnull(),
    )


def summary(known: Known) -> "ir.Table":
    """One row a customer whom a message was meant for."""
    rows = facts(known)
    is_recent = known.recent(rows, SPAN)
    customers = rows.group_by("customer_id").agg(
        contacts_90d=rows.count(where=rows.is_sent_ & is_recent),
        opened_=rows.count(where=rows.is_opened_ & is_recent),
        is_unsubscribed=rows.is_unsubscribed_.ifelse(1, 0).max(),
    )
    return customers.mutate(opened_share_90d=ratio(customers.opened_, customers.contacts_90d))
