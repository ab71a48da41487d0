"""What is being done in the background."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from vernost_web.jobs import actions, queries
from vernost_web.jobs.forms import JobsForm
from vernost_web.ui.access import requires, signed_in

PAGE = 50


@requires("see_data")
def jobs(request: HttpRequest) -> HttpResponse:
    """All jobs that the user may see, the newest first."""
    form = JobsForm(request.GET)
    page = Paginator(queries.filtered_jobs(request.user, **form.wanted()), PAGE).get_page(request.GET.get("page"))
    return render(request, "jobs/jobs.html", {"form": form, "page": page})


@signed_in
def progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How far a job is: a part of other pages that renews itself until the job is over."""
    job = get_object_or_404(queries.visible_jobs(request.user), pk=pk)
    then = _then(request)
    response = render(request, "jobs/progress.html", {"job": job, "then": then})
    if job.is_over and then:
        response["HX-Refresh"] = "true"
    return response


@signed_in
@require_POST
def stop(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Stop a job."""
    job: Any = actions.cancel(get_object_or_404(queries.visible_jobs(request.user), pk=pk))
    if getattr(request, "htmx", False):
        return render(request, "jobs/progress.html", {"job": job, "then": _then(request)})
    return redirect("jobs:jobs")


def _then(request: HttpRequest) -> str:
    """What the page wants when the job is over: to be loaded anew, or nothing."""
    return "reload" if request.GET.get("then") == "reload" else ""
