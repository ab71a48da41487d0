"""Alarms, targets and watches for programs."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Query, Router, Schema

from vernost_web.alerts import actions, queries, telling
from vernost_web.alerts.forms import AssignForm, MuteForm, TargetForm, WatchForm
from vernost_web.alerts.models import Alarm, Watch
from vernost_web.company.queries import voice_of
from vernost_web.ui.access import requires
from vernost_web.ui.endpoints import Listing, Span, checked, found, page
from vernost_web.ui.language import spoken

router = Router()


class SignalOut(Schema):
    """A measure that moved."""

    measure: str
    by: str
    cut: str
    segment: str
    where: str
    period: date
    unit: str
    value: float
    expected: float
    low: float
    high: float
    score: float
    is_out: bool


class AlarmOut(Schema):
    """An alarm: the measures that moved by one cause."""

    id: UUID
    title: str
    opened_on: date
    opened_at: datetime
    closed_on: date | None
    acknowledged_by: str | None
    acknowledged_at: datetime | None
    assigned_to: str | None
    muted_until: date | None
    signals: list[SignalOut]

    @staticmethod
    def resolve_title(alarm: Alarm) -> str:
        return telling.headline(alarm, voice_of(spoken()))

    @staticmethod
    def resolve_acknowledged_by(alarm: Alarm) -> str | None:
        return str(alarm.acknowledged_by) if alarm.acknowledged_by else None

    @staticmethod
    def resolve_assigned_to(alarm: Alarm) -> str | None:
        return str(alarm.assigned_to) if alarm.assigned_to else None

    @staticmethod
    def resolve_signals(alarm: Alarm) -> list[dict[str, Any]]:
        watched = ("measure", "by", "cut", "where")
        own = ("segment", "period", "unit", "value", "expected", "low", "high", "score", "is_out")
        return [
            {name: getattr(each.watch, name) for name in watched} | {name: getattr(each, name) for name in own}
            for each in alarm.signals.all()
        ]


class MuteIn(Schema):
    """Until when an alarm keeps quiet; without a day it speaks again."""

    until: date | None = None


class AssignIn(Schema):
    """Who looks after an alarm, by the id of a person; nobody without one."""

    to: int | None = None


class TargetOut(Schema):
    """A target."""

    id: int
    measure: str
    by: str
    period: date | None
    value: float
    set_at: datetime


class TargetIn(Schema):
    """A target; shares are written in percent, and any day names its period."""

    measure: str
    by: str
    period: date | None = None
    value: float


class WatchOut(Schema):
    """A measure that is watched."""

    id: int
    measure: str
    by: str
    cut: str
    where: str
    is_standard: bool
    is_on: bool


class WatchIn(Schema):
    """A measure to be watched."""

    measure: str
    by: str
    cut: str = ""
    where: str = ""


@router.get("/alarms", response=Listing[AlarmOut], summary=_("Alarms that are open, or over"))
@requires("see_numbers")
def list_alarms(request: HttpRequest, span: Query[Span], is_open: bool = True) -> Any:  # noqa: FBT001, FBT002
    return page(request, queries.alarms(are_open=is_open), span, ("-opened_on", "-pk"))


@router.get("/alarms/{uuid:alarm_id}", response=AlarmOut, summary=_("One alarm"))
@requires("see_numbers")
def show_alarm(request: HttpRequest, alarm_id: UUID) -> Any:
    return _alarm(alarm_id)


@router.post("/alarms/{uuid:alarm_id}/acknowledge", response=AlarmOut, summary=_("Say that somebody has seen an alarm"))
@requires("handle_alerts")
def acknowledge_alarm(request: HttpRequest, alarm_id: UUID) -> Any:
    actions.acknowledge(_alarm(alarm_id), by_user=request.user)
    return _alarm(alarm_id)


@router.post("/alarms/{uuid:alarm_id}/mute", response=AlarmOut, summary=_("Have an alarm keep quiet until a day"))
@requires("handle_alerts")
def mute_alarm(request: HttpRequest, alarm_id: UUID, given: MuteIn) -> Any:
    actions.mute(_alarm(alarm_id), checked(MuteForm(given.dict()))["until"], by_user=request.user)
    return _alarm(alarm_id)


@router.post("/alarms/{uuid:alarm_id}/assign", response=AlarmOut, summary=_("Give an alarm to somebody"))
@requires("handle_alerts")
def assign_alarm(request: HttpRequest, alarm_id: UUID, given: AssignIn) -> Any:
    actions.assign(_alarm(alarm_id), checked(AssignForm(given.dict()))["to"], by_user=request.user)
    return _alarm(alarm_id)


@router.get("/targets", response=Listing[TargetOut], summary=_("All targets"))
@requires("see_numbers")
def list_targets(request: HttpRequest, span: Query[Span]) -> Any:
    return page(request, queries.all_targets(), span, ("pk",))


@router.put("/targets", response=TargetOut, summary=_("Set the target of a measure, instead of an earlier one"))
@requires("set_targets")
def set_target(request: HttpRequest, given: TargetIn) -> Any:
    return actions.set_target(by_user=request.user, **checked(TargetForm(given.dict())))


@router.delete("/targets/{target_id}", response={204: None}, summary=_("Take a target away"))
@requires("set_targets")
def remove_target(request: HttpRequest, target_id: int) -> None:
    actions.remove_target(found(queries.all_targets().filter(pk=target_id).first()), by_user=request.user)


@router.get("/watches", response=Listing[WatchOut], summary=_("What is watched"))
@requires("see_numbers")
def list_watches(request: HttpRequest, span: Query[Span]) -> Any:
    return page(request, queries.watches(), span, ("pk",))


@router.post("/watches", response={201: WatchOut}, summary=_("Watch a measure"))
@requires("handle_alerts")
def add_watch(request: HttpRequest, given: WatchIn) -> Any:
    return actions.add_watch(by_user=request.user, **checked(WatchForm(given.dict())))


@router.post("/watches/{watch_id}/switch", response=WatchOut, summary=_("Switch a watch off, or on again"))
@requires("handle_alerts")
def switch_watch(request: HttpRequest, watch_id: int) -> Any:
    watch: Watch = found(queries.watches().filter(pk=watch_id).first())
    actions.switch_watch(watch, by_user=request.user)
    return watch


def _alarm(alarm_id: UUID) -> Alarm:
    return found(queries.alarm_of(alarm_id))
