"""The overview: where people begin."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from vernost.errors import VernostError
from vernost_web.alerts.queries import against_targets
from vernost_web.dashboards import queries, roles
from vernost_web.data.queries import load_number
from vernost_web.ui.access import requires
from vernost_web.ui.language import spoken


@requires("see_numbers")
def overview(request: HttpRequest) -> HttpResponse:
    """My numbers first, then the others, what changed, and the panels of the rooms."""
    if not load_number():
        return render(request, "dashboards/empty.html")
    context: dict[str, Any] = {"panels": roles.panels_of(request.user), "is_ready": queries.is_ready()}
    if context["is_ready"]:
        context |= _numbers(request)
    return render(request, "dashboards/overview.html", context)


@requires("see_numbers")
def numbers(request: HttpRequest) -> HttpResponse:
    """The numbers as a part, for a page that did not wait for them."""
    return render(request, "dashboards/numbers.html", _numbers(request) if load_number() else {})


def _numbers(request: HttpRequest) -> dict[str, Any]:
    user: Any = request.user
    try:
        told = queries.told(spoken())
    except VernostError as error:
        return {"error": error.told(spoken())}
    cards = against_targets(told["cards"], told["by"], told["period"], spoken())
    mine, others = roles.split(cards, user.role)
    return {"told": told, "mine": mine, "others": others}
