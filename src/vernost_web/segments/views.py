"""Segments: the list of them, the page of each, their customers as a file, two of them compared."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from vernost.errors import VernostError
from vernost.explain.segments import read_rule, ready_made
from vernost_web.company.queries import voice_of
from vernost_web.data.queries import ids_of, load_number
from vernost_web.metrics.queries import KINDS, file_of, table_of
from vernost_web.segments import actions, queries, showing
from vernost_web.segments.forms import PairForm
from vernost_web.segments.models import Kind, Segment
from vernost_web.ui.access import requires
from vernost_web.ui.language import spoken
from vernost_web.ui.requests import user_of
from vernost_web.ui.words import storable

PAGE, MOST_EXPORTED = 100, 1_000_000


@requires("see_numbers")
def room(request: HttpRequest) -> HttpResponse:
    """All segments with how many are in them and as of when."""
    archived = request.GET.get("show") == "archived"
    found = sorted(queries.segments(archived=archived), key=_order)
    context = {
        "segments": found, "archived": archived, "lagging": set(queries.lagging().values_list("pk", flat=True)),
        "has_data": load_number() > 0, "several": len(found) > 1,
    }  # fmt: skip
    return render(request, "segments/room.html", context)


def _order(segment: Segment) -> tuple[int, str]:
    """People's own by name, then the ready ones as the library lists them."""
    places = {name: place for place, name in enumerate(ready_made(), start=1)}
    return places.get(segment.key, 0), segment.title.casefold()


@requires("see_numbers")
def segment(request: HttpRequest, key: str) -> HttpResponse:
    """One segment: its rule in words, its course, its customers, its versions."""
    found, user = _found(key), user_of(request)
    book, after = queries.Rulebook(), storable(request.GET.get("after", ""))
    days = list(queries.days(found))
    context: dict[str, Any] = {
        "segment": found, "is_list": found.kind == Kind.LIST, "days": days[::-1][:14],
        "spec": showing.course(days, voice_of(spoken()), found.title),
        "is_lagging": queries.lagging().filter(pk=found.pk).exists(),
        "versions": [(each, book.told(read_rule(each.rule))) for each in found.versions.all()],
    }  # fmt: skip
    if found.kind == Kind.RULE:
        context["rule"] = book.told(book[found.key])
    if user.may("see_customers"):
        rows = queries.members_of(found, after=after, most=PAGE + 1)
        context |= {"rows": rows[:PAGE], "next": rows[PAGE - 1]["customer_id"] if len(rows) > PAGE else ""}
    return render(request, "segments/segment.html", context)


@requires("see_customers", "export")
def segment_file(request: HttpRequest, key: str, kind: str) -> HttpResponse:
    """The customers of a segment as a file."""
    found = _found(key)
    if kind not in KINDS:
        raise Http404
    rows = queries.members_of(found, most=MOST_EXPORTED)
    actions.note_export(request, found, kind, len(rows))
    titles = {"customer_id": _("Customer"), "entered_on": _("In it since")}
    content = file_of(kind, table_of(found.key, rows, spoken(), titles))
    name = f'attachment; filename="segment-{found.key}.{kind}"'
    return HttpResponse(content, content_type=KINDS[kind], headers={"Content-Disposition": name})


@requires("see_numbers")
def compare(request: HttpRequest) -> HttpResponse:
    """Two segments on every measure."""
    form = PairForm(request.GET or None, choices=queries.choices())
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        one, other = (_found(form.cleaned_data[name]) for name in ("one", "other"))
        context |= {"one": one, "other": other}
        try:
            found = queries.comparison(one, other)
            context |= {"found": found, "rows": showing.compared(found, voice_of(spoken()))}
        except VernostError as error:
            context["error"] = error.told(spoken())
    return render(request, "segments/compare.html", context)


@requires("edit_segments")
@require_POST
def archive(request: HttpRequest, key: str) -> HttpResponse:
    """Take a segment out of use, or back into it."""
    found = _found(key)
    try:
        actions.archive(found, by=user_of(request), is_archived=not found.is_archived)
    except VernostError as error:
        messages.error(request, error.told(spoken()))
    return redirect("segments:segment", found.key)


@requires("see_numbers")
def lag(request: HttpRequest) -> HttpResponse:
    """What lags, a part of the overview."""
    return render(request, "segments/lag.html", {"segments": queries.late()})


@requires("see_customers")
def of_customer(request: HttpRequest) -> HttpResponse:
    """In which segments a customer is and was, a part of the customer's page."""
    ids = ids_of(storable(request.GET.get("customer", "")))
    return render(request, "segments/of_customer.html", {"memberships": queries.segments_of(ids)})


def _found(key: str) -> Segment:
    found = queries.segment_of(key)
    if found is None:
        raise Http404
    return found
