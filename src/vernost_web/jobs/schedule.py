"""What is done again and again: each slice names its own, and whichever worker looks first asks for it."""

from datetime import UTC, datetime, timedelta

from django.utils import timezone

from vernost_web.jobs.actions import ask_for
from vernost_web.jobs.models import Job
from vernost_web.ui.slice import Periodic, slices

KEPT = timedelta(days=90)
"""How long jobs that are over are kept."""

_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)


def ask_for_due() -> None:
    """Ask for each periodic job once in its span of time, whatever the number of workers."""
    now = timezone.now()
    for each in (periodic for one in slices() for periodic in one.periodic):
        key = f"{each.kind}@{_slot(each, now)}"
        if not Job.objects.filter(key=key).exists() and (each.is_due is None or each.is_due()):
            ask_for(each.kind, key=key)


def _slot(each: Periodic, now: datetime) -> int:
    return int((now - _EPOCH).total_seconds() // (60 * each.every_minutes))
