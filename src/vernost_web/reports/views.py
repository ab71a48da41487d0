"""Reports: made by a button or a schedule, opened in the browser, taken away as files."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from vernost_web.company.queries import company
from vernost_web.data.queries import load_number
from vernost_web.reports import actions, queries
from vernost_web.reports.forms import ReportForm, ScheduleForm
from vernost_web.reports.models import Report
from vernost_web.reports.reportfiles import KINDS, path_of, policy_of
from vernost_web.ui.access import requires
from vernost_web.ui.mail import is_mail_sent
from vernost_web.ui.requests import user_of

PAGE = 20


@requires("see_numbers")
def reports(request: HttpRequest) -> HttpResponse:
    """The reports that were made; a form asks for another."""
    may_forecast = queries.may_read_forecasts(user_of(request))
    form = ReportForm(request.POST or None, may_forecast=may_forecast, initial={"language": company().language})
    if request.method == "POST" and form.is_valid():
        actions.ask_for_report(by=user_of(request), **form.content())
        return redirect("reports:reports")
    page = Paginator(queries.reports(user_of(request)), PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "rows": queries.with_jobs(page), "has_data": load_number() > 0}
    return render(request, "reports/reports.html", context)


@requires("see_numbers")
def read(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A report in the browser, apart from the session of who reads it."""
    found = _made(request, pk)
    page = path_of(found.pk, "html").read_text(encoding="utf-8")
    actions.note_reading(request, found, "html")
    return HttpResponse(page, headers={"Content-Security-Policy": policy_of(page)})


@requires("export")
def report_file(request: HttpRequest, pk: UUID, kind: str) -> HttpResponseBase:
    """A report as a file."""
    if kind not in KINDS:
        raise Http404
    found = _made(request, pk)
    actions.note_reading(request, found, f"file {kind}")
    name = f"retention-{found.day}.{kind}"
    content = path_of(found.pk, kind).open("rb")
    return FileResponse(content, as_attachment=True, filename=name, content_type=KINDS[kind])


@requires("schedule_reports")
@require_POST
def remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Throw a report away."""
    found = queries.report_of(pk, user_of(request))
    if found is None:
        raise Http404
    actions.remove_report(found, by=user_of(request))
    return redirect("reports:reports")


@requires("schedule_reports")
def schedules(request: HttpRequest) -> HttpResponse:
    """When reports are made and to whom they are sent; a form adds another."""
    may_forecast = queries.may_read_forecasts(user_of(request))
    form = ScheduleForm(request.POST or None, may_forecast=may_forecast, initial=_usual())
    if request.method == "POST" and form.is_valid():
        actions.add_schedule(by=user_of(request), **form.content())
        messages.success(request, _("The report will be made by itself."))
        return redirect("reports:schedules")
    context = {"form": form, "schedules": queries.schedules(), "is_mail_sent": is_mail_sent()}
    return render(request, "reports/schedules.html", context)


@requires("schedule_reports")
@require_POST
def unschedule(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a report no more."""
    actions.remove_schedule(get_object_or_404(queries.schedules(), pk=pk), by=user_of(request))
    return redirect("reports:schedules")


def _usual() -> dict[str, Any]:
    return {"language": company().language, "every": "month"}


def _made(request: HttpRequest, pk: UUID) -> Report:
    found = queries.report_of(pk, user_of(request))
    if found is None or found.made_at is None:
        raise Http404
    return found
