"""Jobs for programs: what is being done, how far it is, stopping it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Query, Router, Schema

from vernost_web.jobs import actions, queries
from vernost_web.jobs.models import Job
from vernost_web.ui import words
from vernost_web.ui.access import requires, signed_in
from vernost_web.ui.endpoints import Listing, Span, found, page
from vernost_web.ui.language import spoken

router = Router()


class JobOut(Schema):
    """A job. Ask for it again until `state` is done, failed or cancelled."""

    id: UUID
    kind: str
    title: str
    state: str
    share: float
    step: str
    result: Any = None
    error: str
    asked_at: datetime
    started_at: datetime | None
    ended_at: datetime | None

    @staticmethod
    def resolve_title(job: Job) -> str:
        return str(job.title)

    @staticmethod
    def resolve_step(job: Job) -> str:
        return words.told(job.step, spoken())

    @staticmethod
    def resolve_error(job: Job) -> str:
        return words.told(job.error, spoken())


@router.get("/jobs", response=Listing[JobOut], summary=_("Jobs, the newest first"))
@requires("see_data")
def list_jobs(request: HttpRequest, span: Query[Span], state: str = "", kind: str = "") -> Any:
    return page(request, queries.filtered_jobs(request.user, state=state, kind=kind), span, ("-asked_at", "-pk"))


@router.get("/jobs/{uuid:job_id}", response=JobOut, summary=_("How far a job is"))
@signed_in
def show_job(request: HttpRequest, job_id: UUID) -> Any:
    return _job(request, job_id)


@router.post("/jobs/{uuid:job_id}/cancel", response=JobOut, summary=_("Stop a job"))
@signed_in
def cancel_job(request: HttpRequest, job_id: UUID) -> Any:
    return actions.cancel(_job(request, job_id))


def _job(request: HttpRequest, job_id: UUID) -> Job:
    return found(queries.visible_jobs(request.user).filter(pk=job_id).first())
