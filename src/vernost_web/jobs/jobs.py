"""Keeping the list of jobs short."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vernost_web.jobs.kinds import Run, job
from vernost_web.jobs.models import Job
from vernost_web.jobs.schedule import KEPT


@job("jobs.sweep", title=_("Forget old jobs"))
def sweep(run: Run) -> dict[str, Any]:
    """Forget jobs that ended long ago."""
    count, _each = Job.objects.filter(ended_at__lt=timezone.now() - KEPT).delete()
    return {"count": count}
