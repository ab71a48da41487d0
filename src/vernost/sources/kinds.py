"""What a source must have to be a table of the log, and what tells it from the others."""

from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Kind:
    """How one table of the log is known in a source.

    Attributes:
        needs: groups of columns of which one each must be found; what else is required can be derived.
        marks: columns that speak for this table and hardly for another.
        companions: tables that the same rows may fill too.
    """

    needs: tuple[tuple[str, ...], ...]
    marks: frozenset[str]
    companions: tuple[str, ...] = ("customers",)


def _kind(needs: str, marks: str, companions: str = "customers") -> Kind:
    groups = tuple(tuple(group.split("|")) for group in needs.split())
    return Kind(groups, frozenset(marks.split()), tuple(companions.split()))


KINDS = MappingProxyType(
    {
        "customers": _kind("customer_id|email|phone", "name email phone created_at birthday_on", ""),
        "orders": _kind(
            "ordered_at customer_id|order_id|amount|unit_price|line_amount", "order_id amount", "order_lines customers"
        ),
        "order_lines": _kind("order_id product_id|product quantity|unit_price|line_amount", "line product_id", ""),
        "subscriptions": _kind("customer_id started_at", "subscription_id plan monthly_price ended_at interval"),
        "events": _kind("customer_id occurred_at name", "event_id session_id properties"),
        "tickets": _kind("customer_id opened_at", "ticket_id first_reply_at resolved_at agent"),
        "answers": _kind("answered_at score|choice|text|nps|csat|ces", "response_id survey question nps csat ces"),
        "reviews": _kind("posted_at rating|text", "review_id platform rating reply"),
        "contacts": _kind(
            "customer_id campaign assigned_at|sent_at", "contact_id variant sent_at opened_at clicked_at"
        ),
        "points": _kind("customer_id booked_at points", "entry_id points expires_at reward"),
        "spend": _kind("period_on channel amount", "spend_id purpose campaign", ""),
        "scores": _kind("customer_id scored_on risk band", "scored_on risk band alarming_on next_order_days", ""),
        "merges": _kind("absorbed_id surviving_id merged_at", "absorbed_id surviving_id merged_at", ""),
        "competitors": _kind("name aliases|website|price_index|notes|competitor_id", "aliases website price_index", ""),
    }
)
"""All kinds by the table that they fill."""

STANDS_FOR_CUSTOMER = ("email", "phone", "name")
"""What names a customer where a source has no id of its own, best first."""

KEPT_OUT_OF_COMPANIONS = MappingProxyType(
    {
        # Beside an order or a ticket these words speak of the order or the ticket.
        "customers": frozenset({"customer_id", "created_at", "account_manager", "acquisition_cost"}),
        "order_lines": frozenset({"order_id"}),
    }
)
"""Columns of a companion table that are not looked for in another table's rows."""
