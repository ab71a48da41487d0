"""Looking at jobs."""

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from vernost_web.jobs.kinds import KINDS
from vernost_web.jobs.models import Job, State


def visible_jobs(user: Any) -> QuerySet[Job]:
    """The jobs that a user may see: their own, and those of kinds that their role allows."""
    kinds = [each.name for each in KINDS.values() if user.may(each.permission)]
    return Job.objects.filter(Q(asked_by=user) | Q(kind__in=kinds))


def filtered_jobs(user: Any, *, state: str = "", kind: str = "") -> QuerySet[Job]:
    """The jobs that a user may see, of a state and a kind where these are named."""
    wanted = {name: value for name, value in {"state": state, "kind": kind}.items() if value}
    return visible_jobs(user).filter(**wanted).select_related("asked_by")


def job_of(pk: UUID | str) -> Job | None:
    """A job by its id."""
    return Job.objects.filter(pk=pk).first()


def is_under_way(kind: str, **arguments: Any) -> bool:
    """Whether a job of a kind, with such arguments, waits or runs."""
    running = Job.objects.filter(kind=kind, state__in=[State.WAITING, State.RUNNING])
    return any(_has(job, arguments) for job in running)


def last_of(kind: str) -> Job | None:
    """The last job of a kind that was done."""
    return Job.objects.filter(kind=kind, state=State.DONE).order_by("-ended_at").first()


def last_asked(kind: str, **arguments: Any) -> Job | None:
    """The last job of a kind that was asked for, with such arguments."""
    asked = Job.objects.filter(kind=kind).order_by("-asked_at")
    return next((job for job in asked if _has(job, arguments)), None)


def _has(job: Job, arguments: dict[str, Any]) -> bool:
    return all(job.arguments.get(name) == value for name, value in arguments.items())
