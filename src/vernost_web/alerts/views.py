"""Alarms and what becomes of them; targets; watches; where alarms are sent."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from vernost.measure.hindsight import RIPENING
from vernost.measure.measure import CATALOGUE
from vernost.report.voice import Voice
from vernost_web.alerts import actions, queries, telling
from vernost_web.alerts.forms import AssignForm, MuteForm, ReceiverForm, TargetForm, WatchForm
from vernost_web.alerts.models import Alarm
from vernost_web.company.queries import voice_of
from vernost_web.ui.access import requires
from vernost_web.ui.language import spoken
from vernost_web.ui.mail import is_mail_sent

PAGE = 50


def _voice() -> Voice:
    return voice_of(spoken())


def _told(alarm: Alarm) -> dict[str, Any]:
    voice = _voice()
    return {"alarm": alarm, "title": telling.headline(alarm, voice), "lines": telling.lines(alarm, voice)}


@requires("see_numbers")
def alarms(request: HttpRequest) -> HttpResponse:
    """Those that are open, and those that are over."""
    page = Paginator(queries.alarms(are_open=False), PAGE).get_page(request.GET.get("page"))
    context = {
        "opened": [_told(each) for each in queries.alarms(are_open=True)],
        "page": page,
        "closed": [_told(each) for each in page],
        "count": queries.watches().filter(is_on=True).count(),
        "is_check_due": queries.is_check_due(),
    }
    return render(request, "alerts/alarms.html", context)


@requires("see_numbers")
def open_panel(request: HttpRequest) -> HttpResponse:
    """Open alarms, as a part of the overview."""
    return render(request, "alerts/open.html", {"opened": [_told(each) for each in queries.ringing()]})


@requires("see_numbers")
def alarm(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One alarm: what moved, over its usual band, and what was done about it."""
    found = _found(pk)
    first = next(iter(found.signals.all()), None)
    measure = first.watch.measure if first else ""
    told = _told(found)
    context = told | {
        "spec": telling.chart(first, queries.course_of(first), _voice()) if first else None,
        "is_young": measure in RIPENING,
        "is_overdue": measure == "late_delivery_rate",
        "is_check_due": queries.is_check_due(),
        "mute": MuteForm(initial={"until": found.muted_until}),
        "assign": AssignForm(initial={"to": found.assigned_to_id}),
    }
    return render(request, "alerts/alarm.html", context)


@requires("handle_alerts")
@require_POST
def acknowledge(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say that one has seen it."""
    actions.acknowledge(_found(pk), by_user=request.user)
    return redirect("alerts:alarm", pk)


@requires("handle_alerts")
@require_POST
def mute(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Have it keep quiet until a day."""
    form = MuteForm(request.POST)
    if form.is_valid():
        actions.mute(_found(pk), form.cleaned_data["until"], by_user=request.user)
    return redirect("alerts:alarm", pk)


@requires("handle_alerts")
@require_POST
def assign(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give it to somebody."""
    form = AssignForm(request.POST)
    if form.is_valid():
        actions.assign(_found(pk), form.cleaned_data["to"], by_user=request.user)
    return redirect("alerts:alarm", pk)


@requires("see_numbers")
def targets(request: HttpRequest) -> HttpResponse:
    """All targets; those who may, set them."""
    initial = {"measure": request.GET.get("measure", ""), "by": "month"}
    form = TargetForm(request.POST or None, initial=initial)
    if request.method == "POST" and _must("set_targets", request) and form.is_valid():
        actions.set_target(by_user=request.user, **form.cleaned_data)
        return redirect("alerts:targets")
    rows = [_target(each) for each in queries.all_targets()]
    return render(request, "alerts/targets.html", {"form": form, "rows": rows})


@requires("see_numbers")
def target_panel(request: HttpRequest) -> HttpResponse:
    """The targets of the measure in the address, as a part of its page."""
    name = request.GET.get("measure", "")
    rows = [_target(each) for each in queries.targets_of(name)]
    return render(request, "alerts/target_panel.html", {"rows": rows, "measure": name})


@requires("set_targets")
@require_POST
def remove_target(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one away."""
    actions.remove_target(get_object_or_404(queries.all_targets(), pk=pk), by_user=request.user)
    return redirect("alerts:targets")


@requires("see_numbers")
def watches(request: HttpRequest) -> HttpResponse:
    """What is watched; those who handle alarms add to it."""
    form = WatchForm(request.POST or None)
    if request.method == "POST" and _must("handle_alerts", request) and form.is_valid():
        actions.add_watch(by_user=request.user, **form.cleaned_data)
        return redirect("alerts:watches")
    voice = _voice()
    rows = [{"watch": each, "title": voice.name(each.measure)} for each in queries.watches()]
    return render(request, "alerts/watches.html", {"form": form, "rows": rows})


@requires("handle_alerts")
@require_POST
def switch_watch(request: HttpRequest, pk: int) -> HttpResponse:
    """Switch one off, or on again."""
    actions.switch_watch(get_object_or_404(queries.watches(), pk=pk), by_user=request.user)
    return redirect("alerts:watches")


@requires("manage_settings")
def receivers(request: HttpRequest) -> HttpResponse:
    """Where alarms are sent."""
    form = ReceiverForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.add_receiver(by_user=request.user, **form.cleaned_data)
        return redirect("alerts:receivers")
    context = {"form": form, "receivers": queries.receivers(), "is_mail_sent": is_mail_sent()}
    return render(request, "alerts/receivers.html", context)


@requires("manage_settings")
@require_POST
def remove_receiver(request: HttpRequest, pk: int) -> HttpResponse:
    """Send nothing there any more."""
    actions.remove_receiver(get_object_or_404(queries.receivers(), pk=pk), by_user=request.user)
    return redirect("alerts:receivers")


def _found(pk: UUID) -> Alarm:
    found = queries.alarm_of(pk)
    if found is None:
        raise Http404
    return found


def _must(permission: str, request: HttpRequest) -> bool:
    user: Any = request.user
    if not user.may(permission):
        raise PermissionDenied
    return True


def _target(target: Any) -> dict[str, Any]:
    voice = _voice()
    formats = voice.formats
    return {
        "target": target,
        "title": voice.name(target.measure),
        "value": formats.value(target.value, CATALOGUE[target.measure].unit),
        "period": formats.period(target.period, target.by) if target.period else "",
        "holds": queries.holds(target),
    }
