"""What the overview tells, worked out once for a state of the log."""

from typing import Any

from vernost.glossary import Language
from vernost_web.company.queries import company
from vernost_web.dashboards.digest import digest
from vernost_web.data.queries import load_number
from vernost_web.jobs.queries import last_of
from vernost_web.metrics.queries import kept

WARM = "dashboards.warm"
LANGUAGES: tuple[Language, ...] = ("ru", "en")


def state() -> dict[str, Any]:
    """All that the overview depends on: the state of the log, and what the company says of itself."""
    return {"load": load_number()} | company().basis


def told(language: Language, now: dict[str, Any]) -> dict[str, Any]:
    """The overview of a state in a language; worked out here when nobody has done so."""
    found: dict[str, Any] = kept({"overview": language, **now}, now["load"], lambda: digest(language))
    return found


def is_ready(now: dict[str, Any]) -> bool:
    """Whether the overview of a state is worked out, so that a page only reads it."""
    job = last_of(WARM)
    return job is not None and job.result == now


def is_due() -> bool:
    """Whether there is something to work out."""
    now = state()
    return bool(now["load"]) and not is_ready(now)
