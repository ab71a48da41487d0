"""What comes from sites and apps, as it comes, and who may send it."""

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from vernost_web.tracking import actions, looking, queries
from vernost_web.tracking.drawing import hours
from vernost_web.tracking.forms import KeyForm, SourceForm, WantedForm
from vernost_web.tracking.looking import PAGE
from vernost_web.tracking.place import inbox
from vernost_web.tracking.snippets import snippets
from vernost_web.tracking.states import STATES
from vernost_web.ui.access import requires
from vernost_web.ui.requests import user_of


@requires("see_tracking")
@never_cache
def live(request: HttpRequest) -> HttpResponse:
    """Events as they come, the newest first, and how much comes."""
    form = WantedForm(request.GET)
    flow = looking.flow(inbox(), now=timezone.now(), source=form.wanted().source)
    context = {"form": form, "flow": flow, "spec": hours(flow.hours), **_events(request, form)}
    return render(request, "tracking/live.html", context | {"has_sources": queries.sources().exists()})


@requires("see_tracking")
@never_cache
def newest(request: HttpRequest) -> HttpResponse:
    """What came since: a part of the page, or nothing to be changed."""
    if request.GET.get("top") == str(looking.newest_number(inbox())):
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return render(request, "tracking/live.html#events", _events(request, WantedForm(request.GET)))


@requires("see_tracking")
@never_cache
def event(request: HttpRequest, number: int) -> HttpResponse:
    """All that one event says; what it says of a person only for who may see that."""
    found = looking.event(inbox(), number)
    if found is None:
        raise Http404
    body = queries.told_body(found["body"], is_personal=user_of(request).may("see_personal_data"))
    context = {"event": dressed(found, _names()), "body": body}
    return render(request, "tracking/event.html", context)


@requires("see_tracking")
def sources(request: HttpRequest) -> HttpResponse:
    """All sources."""
    if request.method == "POST":
        return _add(request)
    return render(request, "tracking/sources.html", {"form": SourceForm(), "sources": queries.told_sources()})


@requires("see_tracking")
def source(request: HttpRequest, pk: int) -> HttpResponse:
    """One source: its keys, and how to send as it."""
    found = get_object_or_404(queries.sources(), pk=pk)
    if request.method == "POST" and user_of(request).may("manage_api"):
        form = SourceForm(request.POST, instance=found)
        if form.is_valid():
            actions.change_source(found, by=request.user, **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect("tracking:source", pk)
        found = get_object_or_404(queries.sources(), pk=pk)
    else:
        form = SourceForm(instance=found)
    return _source(request, found, form=form)


@requires("manage_api")
@require_POST
@never_cache
def make_key(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a key, and show it this once."""
    found = get_object_or_404(queries.sources(), pk=pk)
    form = KeyForm(request.POST)
    if not form.is_valid():
        return _source(request, found, key_form=form)
    key = actions.make_key(found, by=request.user, **form.cleaned_data)
    return _source(request, get_object_or_404(queries.sources(), pk=pk), key=key)


@requires("manage_api")
@require_POST
def withdraw_key(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a key work no more."""
    key = get_object_or_404(queries.keys(), pk=pk)
    actions.withdraw_key(key, by=request.user)
    messages.success(request, _("The key is taken back; within seconds it works nowhere."))
    return redirect("tracking:source", key.source_id)


def _add(request: HttpRequest) -> HttpResponse:
    form = SourceForm(request.POST)
    if user_of(request).may("manage_api") and form.is_valid():
        return redirect("tracking:source", actions.add_source(by=request.user, **form.cleaned_data).pk)
    return render(request, "tracking/sources.html", {"form": form, "sources": queries.told_sources()})


def _source(request: HttpRequest, found: Any, **more: Any) -> HttpResponse:
    key = more.get("key", "")
    flow = looking.flow(inbox(), now=timezone.now(), source=found.pk)
    context = {
        "source": found, "key": key, "form": more.get("form") or SourceForm(instance=found),
        "key_form": more.get("key_form") or KeyForm(), "flow": flow, "spec": hours(flow.hours),
        "snippets": snippets(settings.CONFIGURATION.address, key or _("YOUR_WRITE_KEY")),
    }  # fmt: skip
    return render(request, "tracking/source.html", context)


def _events(request: HttpRequest, form: WantedForm) -> dict[str, Any]:
    given = request.GET.get("before", "")
    before = int(given) if given.isdecimal() and len(given) < 19 else None
    top = looking.newest_number(inbox())
    names = _names()
    rows = [dressed(each, names) for each in looking.newest(inbox(), form.wanted(), before=before)]
    asked = request.GET.copy()
    asked.pop("before", None)
    asked.pop("top", None)
    return {
        "rows": rows, "top": top, "before": before, "asked": asked.urlencode(),
        "older": rows[-1]["number"] if len(rows) == PAGE else None, "is_filtered": form.wanted() != looking.Wanted(),
    }  # fmt: skip


def dressed(row: dict[str, Any], names: dict[int, str]) -> dict[str, Any]:
    """An event with the words for it."""
    return row | {"source_name": names.get(row["source"], "–"), "state_words": STATES[row["state"]]}


def _names() -> dict[int, str]:
    return {each.pk: each.name for each in queries.sources()}
