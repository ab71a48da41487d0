"""Reports for programs: asked for, looked up, taken away, put on schedule."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.http import FileResponse, HttpRequest
from django.utils.translation import gettext as _told
from django.utils.translation import gettext_noop as _
from ninja import Field, Query, Router, Schema

from vernost_web.reports import actions, queries
from vernost_web.reports.forms import ReportForm, ScheduleForm
from vernost_web.reports.models import Report
from vernost_web.reports.reportfiles import KINDS, path_of
from vernost_web.ui.access import requires
from vernost_web.ui.endpoints import Listing, Problem, Span, checked, found, page
from vernost_web.ui.requests import user_of

router = Router()


class ContentIn(Schema):
    """What a report is to hold."""

    language: Literal["ru", "en"] = "ru"
    where: str = ""
    has_forecast: bool = False


class ReportIn(ContentIn):
    """A report now."""

    as_of: date | None = None


class ScheduleIn(ContentIn):
    """A report again and again."""

    every: str
    hour: int = 6
    recipients: list[str] = Field(default_factory=list)


class ReportOut(Schema):
    """A report. It can be fetched once `made_at` is there."""

    id: UUID
    language: str
    where: str
    has_forecast: bool
    asked_at: datetime
    job: UUID | None
    made_at: datetime | None
    day: date | None
    load: int | None


class ScheduleOut(Schema):
    """When a report is made."""

    id: int
    every: str
    hour: int
    language: str
    where: str
    has_forecast: bool
    recipients: list[str]
    next_at: datetime | None


@router.get("/reports", response=Listing[ReportOut], summary=_("Reports, the newest first"))
@requires("see_numbers")
def list_reports(request: HttpRequest, span: Query[Span]) -> Any:
    return page(request, queries.reports(user_of(request)), span, ("-asked_at", "-pk"))


@router.post("/reports", response={202: ReportOut}, summary=_("Have a report made"))
@requires("see_numbers")
def make_report(request: HttpRequest, given: ReportIn) -> Any:
    form = ReportForm(given.dict(), may_forecast=_may_forecast(request))
    checked(form)
    return actions.ask_for_report(by=request.user, **form.content())


@router.get("/reports/{uuid:report_id}", response=ReportOut, summary=_("Whether a report is made"))
@requires("see_numbers")
def show_report(request: HttpRequest, report_id: UUID) -> Any:
    return _report(request, report_id)


@router.get(
    "/reports/{uuid:report_id}/file/{kind}",
    summary=_("A report as a page, for print or as a workbook"),
    openapi_extra={"responses": {200: {"content": {media.partition(";")[0]: {} for media in KINDS.values()}}}},
)
@requires("see_numbers", "export")
def fetch_report(request: HttpRequest, report_id: UUID, kind: Literal["html", "pdf", "xlsx"]) -> Any:
    report = _report(request, report_id)
    if report.made_at is None:
        raise Problem(409, _told("The report is not made yet. Ask for its job until that is done."))
    actions.note_reading(request, report, f"file {kind}")
    name = f"retention-{report.day}.{kind}"
    content = path_of(report.pk, kind).open("rb")
    return FileResponse(content, as_attachment=True, filename=name, content_type=KINDS[kind])


@router.delete("/reports/{uuid:report_id}", response={204: None}, summary=_("Throw a report away"))
@requires("schedule_reports")
def remove_report(request: HttpRequest, report_id: UUID) -> None:
    actions.remove_report(_report(request, report_id), by=request.user)


@router.get("/report-schedules", response=Listing[ScheduleOut], summary=_("When reports are made"))
@requires("schedule_reports")
def list_report_schedules(request: HttpRequest, span: Query[Span]) -> Any:
    return page(request, queries.schedules(), span, ("pk",))


@router.post("/report-schedules", response={201: ScheduleOut}, summary=_("Have a report made again and again"))
@requires("schedule_reports")
def add_report_schedule(request: HttpRequest, given: ScheduleIn) -> Any:
    form = ScheduleForm(given.dict() | {"recipients": "\n".join(given.recipients)}, may_forecast=_may_forecast(request))
    checked(form)
    return actions.add_schedule(by=request.user, **form.content())


@router.delete("/report-schedules/{schedule_id}", response={204: None}, summary=_("Make a report no more"))
@requires("schedule_reports")
def remove_report_schedule(request: HttpRequest, schedule_id: int) -> None:
    actions.remove_schedule(found(queries.schedules().filter(pk=schedule_id).first()), by=request.user)


def _report(request: HttpRequest, report_id: UUID) -> Report:
    return found(queries.report_of(report_id, user_of(request)))


def _may_forecast(request: HttpRequest) -> bool:
    return queries.may_read_forecasts(user_of(request))
