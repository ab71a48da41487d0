"""Forgetting answers about states of the log that nobody looks at any more."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from vernost_web.data.queries import load_number
from vernost_web.jobs.kinds import Run, job
from vernost_web.metrics.keeping import forget_before


@job("metrics.forget", title=_("Forget answers about older states of the log"))
def forget(run: Run) -> dict[str, Any]:
    """Forget them."""
    return {"count": forget_before(load_number())}
