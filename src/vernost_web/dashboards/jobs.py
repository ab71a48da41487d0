"""Working the overview out before anybody looks."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from vernost_web.dashboards.queries import LANGUAGES, WARM, state, told
from vernost_web.jobs.kinds import Run, job


@job(WARM, title=_("Work out the overview"))
def warm(run: Run) -> dict[str, Any]:
    """Work it out in both languages; gives back what it depends on."""
    found = state()
    for place, language in enumerate(LANGUAGES):
        run.tell(place / len(LANGUAGES))
        told(language, found)
    return found
