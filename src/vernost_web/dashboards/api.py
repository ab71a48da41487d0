"""The overview for programs."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _told
from django.utils.translation import gettext_noop as _
from ninja import Router, Schema

from vernost_web.alerts.queries import against_targets
from vernost_web.dashboards import queries
from vernost_web.ui.access import requires
from vernost_web.ui.endpoints import Problem
from vernost_web.ui.language import spoken

router = Router()


class ChangeOut(Schema):
    """How a number changed, in words."""

    text: str
    sure: str | None


class AimOut(Schema):
    """A target, and whether it is met."""

    text: str
    is_met: bool


class HeadlineOut(Schema):
    """A number of the overview."""

    name: str
    title: str
    value: str
    interval: str
    number: float | None
    unit: str
    note: str
    industry: str
    changes: list[ChangeOut]
    target: AimOut | None


class OverviewOut(Schema):
    """The overview of a state of the log."""

    load: int
    as_of: date
    by: str
    period: date
    cards: list[HeadlineOut]
    findings: list[ChangeOut]


@router.get("/overview", response=OverviewOut, summary=_("The numbers of the overview, and what changed most"))
@requires("see_numbers")
def show_overview(request: HttpRequest) -> Any:
    state = queries.state()
    if not state["load"]:
        raise Problem(409, _told("Nothing is loaded yet."))
    told = queries.told(spoken(), state)
    cards = against_targets(told["cards"], told["by"], told["period"], spoken())
    return told | {"load": state["load"], "cards": cards}
