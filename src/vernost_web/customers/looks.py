"""Writing down who saw the personal data of whom."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from vernost_web.customers.models import Look

_HOUR = 3600


def note_looks(user: Any, customers: Iterable[str], what: str, *, at: datetime) -> None:
    """Write down that somebody saw the personal data of customers; once an hour for the same way of seeing them.

    Args:
        user: who.
        customers: their ids.
        what: of `What`.
        at: when.
    """
    hour = int(at.timestamp()) // _HOUR
    Look.objects.bulk_create(
        [
            Look(customer_id=each, actor=user, actor_name=str(user)[:254], what=what, hour=hour, at=at)
            for each in customers
        ],
        ignore_conflicts=True,
        batch_size=500,
    )
