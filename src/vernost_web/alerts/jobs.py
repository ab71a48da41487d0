"""Looking at the watches after each load, and sending what rang."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vernost_web.alerts import delivering, watching
from vernost_web.alerts.models import Watch
from vernost_web.alerts.queries import CHECK
from vernost_web.data.queries import load_number
from vernost_web.jobs.kinds import Run, job


@job(CHECK, title=_("Look at the watches"))
def check(run: Run) -> dict[str, Any]:
    """Look at each; gives back the state of the log that was looked at."""
    load = load_number()
    watching.standard_watches()
    watches = list(Watch.objects.filter(is_on=True))
    found: list[watching.Seen] = []
    for place, watch in enumerate(watches):
        run.tell(place / len(watches), watch.measure)
        found += watching.seen(watch)
    opened = watching.settle(found, max((each.period for each in found), default=timezone.localdate()))
    return {"load": load, "watches": len(watches), "opened": len(opened)}


@job("alerts.deliver", title=_("Send alarms"))
def deliver(run: Run) -> dict[str, Any]:
    """Send those that are due."""
    return delivering.deliver_due()
