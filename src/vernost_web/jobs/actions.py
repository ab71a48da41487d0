"""Asking for jobs, stopping them."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from vernost_web.jobs.kinds import kind_of
from vernost_web.jobs.models import Job, State


def ask_for(
    kind: str, *, by: Any = None, key: str | None = None, not_before: datetime | None = None, **arguments: Any
) -> Job:
    """Have a job done by a worker; asked again with the same key, the job that is already there.

    Args:
        kind: which.
        by: the user.
        key: makes repeats harmless.
        not_before: when it may start; now by default.
        **arguments: what its function is given; plain data.
    """
    kind_of(kind)
    values = {"kind": kind, "arguments": arguments, "asked_by": by, "not_before": not_before or timezone.now()}
    if key is None:
        return Job.objects.create(**values)
    return Job.objects.get_or_create(key=key, defaults=values)[0]


@transaction.atomic
def cancel(job: Job) -> Job:
    """Stop a job: at once when no worker has it, else as soon as its worker hears of it."""
    found = Job.objects.select_for_update().get(pk=job.pk)
    if found.state == State.WAITING:
        found.state, found.ended_at = State.CANCELLED, timezone.now()
    found.is_cancel_asked = True
    found.save(update_fields=["state", "ended_at", "is_cancel_asked"])
    return found
