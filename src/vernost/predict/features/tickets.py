"""Requests: how many, how long customers wait for a reply, what is still open."""

from typing import TYPE_CHECKING

from vernost.predict.features.known import Known
from vernost.predict.features.quantities import hours

if TYPE_CHECKING:
    import ibis.expr.types as ir

REPLY_HOURS = 24
"""Within how many hours a reply is due."""

WAITING_DAYS = 180
"""Over how many days waits are remembered."""


def facts(known: Known) -> "ir.Table":
    """Tickets, with ``wait_`` (hours to the reply), ``is_open_`` and ``is_unanswered_``: no reply within a day."""
    import ibis

    rows = known.facts("tickets")
    wait = hours(rows.opened_at, rows.first_reply_at)
    age = hours(rows.opened_at, ibis.timestamp(known.scope.end.isoformat(sep=" ")))
    return rows.mutate(
        wait_=wait, is_open_=rows.resolved_at.isnull(), is_unanswered_=ibis.coalesce(wait, age) > REPLY_HOURS
    )


def summary(known: Known) -> "ir.Table":
    """One row a customer with a ticket."""
    rows = facts(known)
    is_remembered = known.recent(rows, WAITING_DAYS)
    customers = rows.group_by("customer_id").agg(
        tickets=rows.count(),
        tickets_30d=rows.count(where=known.recent(rows, 30)),
        tickets_90d=rows.count(where=known.recent(rows, 90)),
        open_tickets=rows.count(where=rows.is_open_),
        unanswered_24h=rows.count(where=rows.is_unanswered_ & is_remembered),
        reply_hours_mean=rows.wait_.mean(where=is_remembered),
        last_=rows.day_.max(),
    )
    return customers.mutate(ticket_silence=known.today - customers.last_)
