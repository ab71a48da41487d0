"""The room of data: what is loaded, bringing more in, databases, quality."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from vernost_web.audit import actions as audit
from vernost_web.data import actions, queries
from vernost_web.data.arriving import refusal_of
from vernost_web.data.columns import called
from vernost_web.data.forms import DatabaseForm, MappingForm
from vernost_web.data.models import Database, Intake
from vernost_web.data.uploading import Arrival
from vernost_web.ui.access import requires
from vernost_web.ui.language import spoken
from vernost_web.ui.requests import user_of
from vernost_web.ui.spreadsheet import csv_lines

PAGE = 20


@requires("see_data")
def home(request: HttpRequest) -> HttpResponse:
    """What is in the log, and how it came there."""
    every = queries.loads()
    shown = every if "all" in request.GET else [each for each in every if not each.is_of_events]
    context = {
        "page": Paginator(shown, PAGE).get_page(request.GET.get("page")),
        "folded": len(every) - len(shown),
        "extents": queries.extents(),
        "intakes": queries.open_intakes(request.user),
        "warnings": queries.warnings(),
        "most": settings.CONFIGURATION.most_upload,
    }
    return render(request, "data/home.html", context)


@requires("load_data")
@csrf_exempt
@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Take files in; only what comes with the page's own token, which stands before the files, is read."""
    arrival = Arrival()
    # Before anything looks into the request, for by then it would be read into a temporary file.
    request.upload_handlers = [arrival]
    answer = _uploaded(request, arrival)
    if not Intake.objects.filter(pk=arrival.intake).exists():
        arrival.discard()
    return answer


@csrf_protect
def _uploaded(request: HttpRequest, arrival: Arrival) -> HttpResponse:
    error = refusal_of(arrival, request.FILES)  # all of them are read here
    if error:
        return render(request, "data/refused.html", {"error": error}, status=200 if _is_part(request) else 400)
    return _to(request, actions.take_in(arrival, by=request.user))


@requires("load_data")
def intake(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What was brought in, as it would be read; correct it, try it out, load it."""
    found = _intake(request, pk)
    if found.load is not None:
        return redirect("data:receipt", found.load)
    return render(request, "data/intake.html", {"intake": found, "forms": _forms(found), **_state(found)})


@requires("load_data")
@require_POST
def columns(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say what fills the log."""
    found = _intake(request, pk)
    forms = _forms(found, request.POST)
    if not all([form.is_valid() for form in forms]):  # noqa: C419 - each is to say what is wrong in it
        return render(request, "data/intake.html", {"intake": found, "forms": forms, **_state(found)}, status=400)
    actions.say_mapping(found, {form.look["source"]: form.values() for form in forms}, by=request.user)
    return redirect("data:intake", pk)


@requires("load_data")
@require_POST
def look_again(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Look once more."""
    actions.look_again(_intake(request, pk), by=request.user)
    return redirect("data:intake", pk)


@requires("load_data")
@require_POST
def try_out(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Tell what a load would do."""
    actions.try_out(_intake(request, pk), by=request.user)
    return redirect("data:intake", pk)


@requires("load_data")
@require_POST
def load(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Load."""
    actions.load(_intake(request, pk), by=request.user)
    return redirect("data:intake", pk)


@requires("load_data")
@require_POST
def discard(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Forget what was brought in."""
    found = _intake(request, pk)
    if found.load is None:
        actions.discard(found, by=request.user)
        messages.success(request, _("It is discarded; nothing of it was loaded."))
    return redirect("data:home")


@requires("see_data")
def receipt(request: HttpRequest, number: int) -> HttpResponse:
    """What a load did, and the rows that it rejected."""
    found = _load(number)
    parcels = queries.parcels(number)
    context = {
        "load": found,
        "parcels": parcels,
        # A reason holds the cell, which may be a telephone in a wrong column: only for who brings data in.
        "rows": queries.first_rejected(number) if user_of(request).may("load_data") else [],
        "count": sum(each.count for each in parcels),
        "undoing": queries.undoing(number),
    }
    return render(request, "data/receipt.html", context)


@requires("load_data", "export")
def rejected(request: HttpRequest, number: int, place: int) -> StreamingHttpResponse:
    """Rejected rows in the columns of their source, to be mended and loaded again."""
    from vernost.store.rejected import opened

    _load(number)
    parcel = dict(enumerate(queries.parcels(number))).get(place)
    if parcel is None:
        raise Http404
    names, lines = opened(lambda: queries.rejected(number), parcel, spoken())
    audit.record(
        "export.rejected", request=request, thing=number, after={"source": parcel.source, "rows": parcel.count}
    )
    return StreamingHttpResponse(
        csv_lines(names, lines),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="rejected-{number}-{place}.csv"'},
    )


@requires("load_data")
def undo(request: HttpRequest, number: int) -> HttpResponse:
    """Take a load back, once it is confirmed."""
    found = _load(number)
    if request.method == "POST":
        actions.undo(number, by=request.user)
        return redirect("data:receipt", number)
    return render(request, "data/undo.html", {"load": found})


@requires("load_data")
def databases(request: HttpRequest) -> HttpResponse:
    """All databases that are loaded from."""
    return render(request, "data/databases.html", {"databases": queries.databases()})


@requires("load_data")
def new_database(request: HttpRequest) -> HttpResponse:
    """Add a database; then it is looked at."""
    form = DatabaseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        found = actions.add_database(by=request.user, **form.values())
        return _to(request, actions.take_from(found, by=request.user))
    return render(request, "data/database.html", {"form": form, "database": None})


@requires("load_data")
def database(request: HttpRequest, pk: UUID) -> HttpResponse:
    """See and change a database."""
    found = get_object_or_404(Database, pk=pk)
    form = DatabaseForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        actions.change_database(found, by=request.user, **form.values())
        messages.success(request, _("The database is changed."))
        return redirect("data:databases")
    return render(request, "data/database.html", {"form": form, "database": Database.objects.get(pk=pk)})


@requires("load_data")
@require_POST
def look_into(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Look into a database, to say what fills the log."""
    return _to(request, actions.take_from(get_object_or_404(Database, pk=pk), by=request.user))


@requires("load_data")
@require_POST
def fetch(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Load a database now."""
    actions.fetch(get_object_or_404(Database, pk=pk), by=request.user)
    return redirect("data:databases")


@requires("load_data")
def remove_database(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Forget a database, once that is confirmed."""
    found = get_object_or_404(Database, pk=pk)
    if request.method == "POST":
        actions.remove_database(found, by=request.user)
        messages.success(request, _("The database is forgotten; what was loaded from it stays."))
        return redirect("data:databases")
    return render(request, "data/remove.html", {"database": found})


@requires("see_data")
def quality(request: HttpRequest) -> HttpResponse:
    """What is odd about the data."""
    context = {
        "checked": queries.checked(),
        "newest": queries.load_number(),
        "findings": queries.warnings(("error", "warning", "info")),
        "calendars": queries.calendars(),
    }
    return render(request, "data/quality.html", context)


@requires("see_numbers")
def warnings(request: HttpRequest) -> HttpResponse:
    """What is to be known of the data before its numbers are read: a part of other pages."""
    return render(request, "data/warnings.html", {"warnings": queries.warnings()})


def _intake(request: HttpRequest, pk: UUID) -> Intake:
    return get_object_or_404(queries.intakes(request.user), pk=pk)


def _load(number: int) -> queries.Load:
    found = queries.load(number)
    if found is None:
        raise Http404
    return found


def _forms(intake: Intake, data: Any = None) -> list[MappingForm]:
    looks = intake.looked["looks"] if intake.looked else []
    return [
        MappingForm(look, intake.mapping.get(look["source"]), data, prefix=f"t{number}")
        for number, look in enumerate(looks)
    ]


def _state(intake: Intake) -> dict[str, Any]:
    """The job about an intake, as far as it is to be told, and what its first rows become."""
    job, tables = intake.job, intake.looked["tables"] if intake.looked else []
    return {
        "job": job if job and (not job.is_over or job.error) else None,
        "then": "reload",
        "tables": [table | {"headings": [called(name) for name in table["columns"]]} for table in tables],
    }


def _to(request: HttpRequest, intake: Intake) -> HttpResponse:
    """To the page of an intake; a part of a page is told to go there."""
    answer = redirect("data:intake", intake.pk)
    return HttpResponse(headers={"HX-Redirect": answer.url}) if _is_part(request) else answer


def _is_part(request: HttpRequest) -> bool:
    return bool(getattr(request, "htmx", False))
