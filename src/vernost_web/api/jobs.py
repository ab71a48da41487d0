"""Forgetting answers that nobody may ask for any more."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from vernost_web.api.repeats import forget_old
from vernost_web.jobs.kinds import Run, job


@job("api.sweep", title=_("Forget old answers of the API"), permission="manage_api")
def sweep(run: Run) -> dict[str, Any]:
    """Forget them."""
    return {"count": forget_old()}
