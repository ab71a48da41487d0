"""Who did what."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from vernost_web.audit import queries
from vernost_web.ui.access import requires

PAGE = 50


@requires("see_audit")
def trail(request: HttpRequest) -> HttpResponse:
    """All that was done, the newest first."""
    page = Paginator(queries.records(), PAGE).get_page(request.GET.get("page"))
    return render(request, "audit/trail.html", {"page": page})
