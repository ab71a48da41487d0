"""What is known of a person, and who was erased."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from vernost_web.data.queries import load_number
from vernost_web.jobs.queries import job_of
from vernost_web.privacy.models import Erasure
from vernost_web.privacy.person import found_by, person_of
from vernost_web.privacy.places import places
from vernost_web.privacy.terms import expiring, terms

__all__ = [
    "erased",
    "erasure_of",
    "erasures",
    "expiring",
    "found_by",
    "is_unfinished",
    "job_for",
    "person_of",
    "places",
    "terms",
    "unfinished",
]


def erasures() -> QuerySet[Erasure]:
    """All erasures, the newest first."""
    return Erasure.objects.select_related("asked_by")


def erased() -> dict[str, Any] | None:
    """Whom the log knows as erased, by marks that tell nobody who they were; None when nobody was."""
    from vernost.store.recognizing import erased_from

    found = erased_from(settings.CONFIGURATION.log_url) if load_number() else None
    return found.as_json() if found else None


def unfinished() -> list[Erasure]:
    """Erasures that are not done, and that no job is about any more."""
    return [each for each in Erasure.objects.filter(ended_at=None) if (job := job_for(each)) is None or job.is_over]


def is_unfinished() -> bool:
    """Whether an erasure waits to be gone on with."""
    return bool(unfinished())


def job_for(erasure: Erasure) -> Any:
    """The last job about an erasure."""
    return job_of(erasure.job) if erasure.job else None


def erasure_of(pk: UUID) -> Erasure | None:
    """An erasure by its id."""
    return erasures().filter(pk=pk).first()
