"""Who did what."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render

from vernost_web.audit import actions, queries
from vernost_web.audit.export import lines
from vernost_web.audit.forms import TrailForm
from vernost_web.audit.telling import told
from vernost_web.ui.access import requires

PAGE = 50


@requires("see_audit")
def trail(request: HttpRequest) -> HttpResponse:
    """What was done, the newest first, as far as it was asked for."""
    form = TrailForm(request.GET)
    page = Paginator(queries.records(**form.wanted()), PAGE).get_page(request.GET.get("page"))
    return render(request, "audit/trail.html", {"form": form, "page": page, "rows": [told(each) for each in page]})


@requires("see_audit", "export")
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The same as a file; who takes it is written down too."""
    wanted = TrailForm(request.GET).wanted()
    actions.record("export.audit", request=request, after={name: str(value) for name, value in wanted.items()})
    return StreamingHttpResponse(
        lines(queries.records(**wanted)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="audit.csv"'},
    )
