"""Attributes that tell who a customer is, or single facts out: who may cut and filter by them."""

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _

from vernost.schema import TABLES

PERSONAL = frozenset({"name", "email", "phone", "birthday_on", "extra", "properties"})
"""What tells who a customer is, or may: what else a source had is kept as it came, names and telephones among it."""

SINGLE = frozenset(
    "customer_id order_id line ticket_id answer_id response_id review_id contact_id entry_id event_id session_id "
    "subscription_id text cancel_text url reply".split()
)
"""What tells single customers or facts, and what customers wrote: cut by it, an answer is a list of them."""

FINE = frozenset(
    column.name for table in TABLES.values() for column in table.columns if column.type in {"date", "instant", "money"}
)
"""What hardly two facts have alike: cut by it, an answer has nearly a row for each of them."""

_NEEDED = {"see_personal_data": PERSONAL, "see_customers": PERSONAL | SINGLE}


def refusal(names: Collection[str], user: Any = None, *, cut: Collection[str] = ()) -> str:
    """Why somebody may not cut or filter by attributes; empty when they may.

    Args:
        names: of the attributes that it is filtered by.
        user: who asks; None for what everybody will read.
        cut: of those that it is cut by.
    """

    def lacks(permission: str) -> bool:
        return user is None or not user.may(permission)

    secret = {
        name
        for permission, those in _NEEDED.items()
        if lacks(permission)
        for name in (*names, *cut)
        if name.strip().casefold() in those
    }
    if lacks("see_customers"):
        secret |= {name for name in cut if name.strip().casefold() in FINE}
    if not secret:
        return ""
    told = ", ".join(sorted(secret))
    if user is None:
        return _("%(names)s: that tells single customers, and this is read by all.") % {"names": told}
    return _("%(names)s: that tells single customers, which your role may not see.") % {"names": told}
