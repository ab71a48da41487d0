"""The overview: where people begin."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from vernost_web.dashboards import part, queries, roles
from vernost_web.ui.access import requires
from vernost_web.ui.language import spoken


@requires("see_numbers")
def overview(request: HttpRequest) -> HttpResponse:
    """My numbers first, then the others, what changed, and the panels of the rooms."""
    user: Any = request.user
    state = queries.state()
    if not state["load"]:
        return render(request, "dashboards/empty.html")
    found = part.numbers(user.role, spoken(), state) if queries.is_ready(state) else None
    return render(request, "dashboards/overview.html", {"part": found, "panels": roles.panels_of(user)})


@requires("see_numbers")
def numbers(request: HttpRequest) -> HttpResponse:
    """The numbers as a part, for a page that did not wait for them."""
    user: Any = request.user
    state = queries.state()
    return HttpResponse(part.numbers(user.role, spoken(), state).html if state["load"] else "")
