"""Bringing events into the log, and forgetting those that nobody needs here any more."""

import time
from typing import Any

from django.utils.translation import gettext_lazy as _

from vernost_web.jobs.kinds import Run, job
from vernost_web.jobs.queries import is_under_way
from vernost_web.tracking import bringing, sweeping
from vernost_web.tracking.place import inbox
from vernost_web.tracking.rhythm import Rhythm

_rhythm = Rhythm()


@job("tracking.bring", title=_("Bring events into the log"), permission="see_tracking")
def bring(run: Run) -> dict[str, Any]:
    """Bring what waits in the inbox into the log."""
    return {"count": bringing.bring(inbox(), run)}


@job("tracking.sweep", title=_("Forget old events of the inbox"), permission="see_tracking")
def sweep(run: Run) -> dict[str, Any]:
    """Forget events that are in the log for long, and visitors whom nobody named."""
    return {"count": sweeping.sweep(inbox(), now=time.time_ns() // 1_000)}


def is_due() -> bool:
    """Whether something waits, nobody is at it, and the last time is long enough ago."""
    return _rhythm.is_time(inbox(), now=time.time_ns() // 1_000) and not is_under_way("tracking.bring")
