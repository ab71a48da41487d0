"""Sending what waits, and forgetting what was sent long ago."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vernost_web.jobs.kinds import Run, job
from vernost_web.webhooks import delivering
from vernost_web.webhooks.models import Happening, State

KEPT = timedelta(days=30)
"""How long what was sent stays in the log of deliveries."""


@job("webhooks.deliver", title=_("Send to webhooks"), permission="manage_api")
def deliver(run: Run) -> dict[str, Any]:
    """Send what is due."""
    return delivering.deliver_due()


@job("webhooks.sweep", title=_("Forget old deliveries"), permission="manage_api")
def sweep(run: Run) -> dict[str, Any]:
    """Forget what happened long ago and is on no way any more."""
    old = Happening.objects.filter(at__lt=timezone.now() - KEPT)
    return {"count": old.exclude(deliveries__state=State.WAITING).delete()[0]}
