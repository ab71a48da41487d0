"""Working segments out after each load, and when their rules change."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from vernost_web.jobs.kinds import Run, job
from vernost_web.segments.working import refresh


@job("segments.refresh", title=_("Work segments out"), permission="edit_segments")
def work_out(run: Run) -> dict[str, Any]:
    """Work out all segments that are not of the newest load and their newest rule."""
    return refresh(run)
