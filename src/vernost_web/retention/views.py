"""The room where retention is read: sections of figures, each fetched by itself, all about one question."""

from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST
from django_htmx.http import replace_url

from vernost.errors import VernostError
from vernost.report.gallery import GALLERY
from vernost_web.company.actions import change_company
from vernost_web.company.queries import voice_of
from vernost_web.data.queries import load_number, warnings
from vernost_web.metrics.actions import note_export
from vernost_web.metrics.queries import drawn
from vernost_web.retention import files, queries
from vernost_web.retention.forms import LapseForm, RoomForm
from vernost_web.retention.sections import COHORTS, RETURNS, SECTIONS
from vernost_web.ui.access import requires
from vernost_web.ui.language import spoken


@requires("see_numbers")
def room(request: HttpRequest) -> HttpResponse:
    """A section of the room: what is asked, and places for its figures."""
    if not load_number():
        return render(request, "retention/empty.html")
    form, name = RoomForm(request.GET, user=request.user), request.GET.get("section", COHORTS)
    section = SECTIONS.get(name)
    if section is None:
        raise Http404
    locked = queries.locked(section.anchors, spoken())
    hidden = {anchor for anchors in locked.values() for anchor in anchors}
    context: dict[str, Any] = {
        "form": form, "section": name, "sections": SECTIONS, "has_lapse": name == RETURNS and not hidden,
        "is_cohorts": name == COHORTS, "anchors": [each for each in section.anchors if each not in hidden],
        "warnings": warnings(),
        "locked": {needs: [_title(anchor) for anchor in anchors] for needs, anchors in locked.items()},
    }  # fmt: skip
    if form.is_valid():
        context["as_of"] = queries.as_of(form.cleaned_data["as_of"])
    return render(request, "retention/room.html", context)


def _title(anchor: str) -> str:
    return voice_of(spoken()).name(GALLERY[anchor].measure)


@requires("see_numbers")
def figure(request: HttpRequest, anchor: str) -> HttpResponse:
    """A figure as a part of the page."""
    return _part(request, anchor, "retention/figure.html")


@requires("see_numbers")
def panel(request: HttpRequest) -> HttpResponse:
    """Cohorts on the overview."""
    return _part(request, COHORTS, "retention/panel.html")


def _part(request: HttpRequest, anchor: str, template: str) -> HttpResponse:
    shown, form = _shown(request, anchor)
    context: dict[str, Any] = {"anchor": anchor, "shown": shown, "form": form}
    if shown and shown.figure:
        context["figure"] = drawn(shown.figure, voice_of(spoken()))
    return render(request, template, context)


def _shown(request: HttpRequest, anchor: str) -> tuple[queries.Shown | None, RoomForm]:
    """What stands in a figure's place, and what was asked; nothing when the question is wrong."""
    if anchor not in GALLERY or not load_number():
        raise Http404
    form = RoomForm(request.GET, user=request.user)
    if not form.is_valid():
        return None, form
    leads = request.user.may("see_customers")  # type: ignore[union-attr]
    return queries.shown(anchor, form.question, spoken(), leads=leads), form


@requires("export")
def figure_file(request: HttpRequest, anchor: str, kind: str) -> HttpResponse:
    """A figure as a file: its numbers as CSV or Excel, its chart as PNG or SVG."""
    shown, form = _shown(request, anchor)
    if shown is None or shown.figure is None:
        raise Http404
    made = files.file_of(kind, shown.figure, voice_of(spoken()))
    if made is None:
        raise Http404
    note_export(request, f"retention/{anchor}", kind, form.question)
    return HttpResponse(
        made,
        content_type=files.KINDS[kind],
        headers={"Content-Disposition": f'attachment; filename="{anchor}.{kind}"'},
    )


@requires("see_numbers")
def lapse(request: HttpRequest) -> HttpResponse:
    """The lapse window, and what another one would do."""
    if not load_number():
        raise Http404
    form = LapseForm(request.GET if "days" in request.GET else None)
    tried = form.cleaned_data["days"] if form.is_bound and form.is_valid() else None
    try:
        context = {"lapse": queries.lapse(tried), "form": form, "tried": tried}
    except VernostError as error:
        context = {"wrong": error.told(spoken()), "form": form}
    answer = render(request, "retention/lapse.html", context)
    return answer if tried is None else replace_url(answer, _with_days(request, tried))


def _with_days(request: HttpRequest, days: int) -> str:
    """The address of the room as it is looked at, with the days that are tried, so that a link shows them too."""
    asked = QueryDict(urlsplit(request.htmx.current_url or "").query).copy()  # type: ignore[attr-defined]
    asked["section"], asked["days"] = RETURNS, str(days)
    return f"{reverse('retention:room')}?{asked.urlencode()}"


@requires("manage_settings")
@require_POST
def set_lapse(request: HttpRequest) -> HttpResponse:
    """Choose the lapse window, or learn it from the log again when no days are named."""
    form = LapseForm(request.POST)
    if request.POST.get("days") and not form.is_valid():
        messages.error(request, " ".join(str(each) for each in form.errors["days"]))
    else:
        change_company(by=request.user, lapse_days=form.cleaned_data["days"] if form.is_valid() else None)
        messages.success(request, gettext("From now on everybody sees the numbers with this lapse window."))
    return HttpResponseRedirect(f"{reverse('retention:room')}?section={RETURNS}")
