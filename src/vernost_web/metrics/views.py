"""The catalogue of measures, and the page of each: its number, its course, its meaning, its query, its customers."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from vernost.errors import UnusableLog, VernostError
from vernost.explain.segments.rule import Side
from vernost.glossary import heading, terms
from vernost.measure import find_measure
from vernost.measure.measure import Measure, chapters
from vernost.report import charts
from vernost.report.voice import Voice
from vernost_web.company.queries import voice_of
from vernost_web.metrics import actions, behind, files, showing
from vernost_web.metrics.answers import Told, ask, wrong_filter
from vernost_web.metrics.industry import industry_figures
from vernost_web.metrics.leads import customers_of
from vernost_web.metrics.paging import FIRST, Place
from vernost_web.metrics.secrecy import refusal
from vernost_web.metrics.spans import natural_period
from vernost_web.ui.access import requires
from vernost_web.ui.language import spoken
from vernost_web.ui.question import QuestionForm
from vernost_web.ui.requests import user_of
from vernost_web.ui.slice import Words
from vernost_web.ui.words import storable

MOST_EXPORTED = 1_000_000
CHAPTERS = {
    "retention": _("Who stays"), "customers": _("Customers"), "orders": _("Orders"), "value": _("Value"),
    "subscriptions": _("Subscriptions"), "satisfaction": _("Satisfaction"), "service": _("Service and delivery"),
    "economics": _("Economics"),
}  # fmt: skip
"""Titles of the glossary's chapters."""


def voice() -> Voice:
    """The report's voice in the reader's language."""
    return voice_of(spoken())


@requires("see_numbers")
def catalogue(request: HttpRequest) -> HttpResponse:
    """All measures with their meanings, by chapter."""
    language = spoken()
    found: dict[str, list[dict[str, str]]] = {}
    for each in chapters():
        entry = {"name": each.name, "title": each.term.title(language), "meaning": each.term.meaning(language)}
        found.setdefault(str(CHAPTERS[each.term.chapter]), []).append(entry)
    return render(request, "metrics/catalogue.html", {"chapters": found})


@requires("see_numbers")
def measure(request: HttpRequest, name: str) -> HttpResponse:
    """One measure: what it means and what can be asked; the answer comes as a part."""
    found = _found(name)
    form = _asked(found, request, {"by": natural_period(found)})
    context = {
        "term": terms()[name],
        "name": name,
        "form": form,
        "language": spoken(),
        "title": found.term.title(spoken()),
    }
    return render(request, "metrics/measure.html", context)


@requires("see_numbers")
def answer(request: HttpRequest, name: str) -> HttpResponse:
    """The answer to the question in the address: number, course, rows."""
    found = _found(name)
    form = _asked(found, request, {"by": natural_period(found)})
    context: dict[str, Any] = {"name": name, "form": form}
    if not form.is_valid():
        return render(request, "metrics/answer.html", context)
    asked = form.question
    try:
        told = ask(name, **asked)
    except UnusableLog as error:
        return render(request, "metrics/answer.html", context | {"missing": error.told(spoken())})
    except VernostError as error:
        return render(request, "metrics/answer.html", context | {"error": error.told(spoken())})
    if told.is_missing:
        return render(request, "metrics/answer.html", context | {"missing": told.why_missing(spoken())})
    why = _secret_rows(request, told)
    if why:
        return render(request, "metrics/answer.html", context | {"error": why})
    by, cut = asked.get("by", ""), asked.get("cut", [])
    lead = _lead(request, name, asked)
    number, newest = showing.value_of(told, voice(), by), showing.latest(told)
    context |= {
        "told": told,
        "number": number,
        "label": number.get("value") or voice().name(name),
        "spec": showing.course(told, voice(), by, cut, lead),
        "table": showing.lines(told, voice(), by, lead),
        "notes": [note[spoken()] if spoken() in note else note.get("text", "") for note in told.notes],
        "question": urlencode(asked, doseq=True),
        "industry": industry_figures(name, voice()),
        "who": lead(newest) if newest else "",
    }
    return render(request, "metrics/answer.html", context)


@requires("see_numbers")
def query(request: HttpRequest, name: str) -> HttpResponse:
    """The SQL behind the number."""
    form = _asked(_found(name), request)
    try:
        text = behind.query_of(name, form.question) if form.is_valid() else ""
    except VernostError as error:
        text = f"-- {error.told(spoken())}"
    return render(request, "metrics/query.html", {"query": text})


@requires("see_customers")
def customers(request: HttpRequest, name: str) -> HttpResponse:
    """The customers behind a number, page by page."""
    form = _asked(_found(name), request)
    context: dict[str, Any] = {"title": _found(name).term.title(spoken()), "name": name, "form": form}
    try:
        found = _behind(request, name, form, Place.of(request.GET), most=behind.PAGE)
    except VernostError as error:
        return render(request, "metrics/customers.html", context | {"error": error.told(spoken())}, status=400)
    if found is None:
        return render(request, "metrics/customers.html", context, status=400)
    context |= {
        "found": found, "leaf": found.leaf, "side": _side(request),
        "keys": {heading(key, spoken()): _key_shown(key, value) for key, value in _keys(request).items()},
        "headings": [behind.PERSONAL.get(key) or heading(key, spoken()) for key in (found.leaf.rows or [{}])[0]],
    }  # fmt: skip
    return render(request, "metrics/customers.html", context)


@requires("export", "see_customers")
def customers_file(request: HttpRequest, name: str, kind: str) -> HttpResponse:
    """The customers behind a number, as a file."""
    form = _asked(_found(name), request)
    found = _or_missing(lambda: _behind(request, name, form, FIRST, most=MOST_EXPORTED))
    if found is None:
        raise Http404
    return _file(request, f"{name}-customers", kind, found.leaf.rows, behind.PERSONAL)


@requires("export")
def rows_file(request: HttpRequest, name: str, kind: str) -> HttpResponse:
    """The rows of an answer, as a file."""
    form = _asked(_found(name), request)
    if not form.is_valid():
        raise Http404
    told = _or_missing(lambda: ask(name, **form.question))
    if _secret_rows(request, told):
        raise PermissionDenied
    return _file(request, name, kind, told.rows)


def _file(
    request: HttpRequest, name: str, kind: str, rows: list[Any], titles: Mapping[str, Words] | None = None
) -> HttpResponse:
    if kind not in files.KINDS:
        raise Http404
    actions.note_export(request, name, kind, dict(request.GET.items()))
    content = files.file_of(kind, files.table_of(name, rows, spoken(), titles))
    return HttpResponse(
        content,
        content_type=files.KINDS[kind],
        headers={"Content-Disposition": f'attachment; filename="{name}.{kind}"'},
    )


def _or_missing(make: Callable[[], Any]) -> Any:
    try:
        return make()
    except VernostError as error:
        raise Http404(error.told(spoken())) from error


def _found(name: str) -> Measure:
    if name not in {each.name for each in chapters()}:
        raise Http404
    return find_measure(name)


def _asked(found: Measure, request: HttpRequest, default: Mapping[str, str] | None = None) -> QuestionForm:
    secret = partial(refusal, user=user_of(request))
    return QuestionForm(found, request.GET or default or request.GET, wrong=wrong_filter, secret=secret)


def _secret_rows(request: HttpRequest, told: Told) -> str:
    """Why the reader may not see the rows of an answer, one for each customer; empty when they may."""
    return refusal({"customer_id"} & set(told.rows[0] if told.rows else ()), user_of(request))


def _keys(request: HttpRequest) -> dict[str, str]:
    """Which rows are meant: parameters of the address that begin with ``row.``."""
    given = request.GET.items()
    return {name.removeprefix("row."): storable(str(value)) for name, value in given if name.startswith("row.")}


def _key_shown(key: str, value: str) -> str:
    """A key of rows as people read it: a state by its name, the rest as it is."""
    return voice().say(f"state.{value}") if key == "state" and value in dict(charts.STATES) else value


def _side(request: HttpRequest) -> Side:
    return "denominator" if request.GET.get("side") == "denominator" else "numerator"


def _behind(request: HttpRequest, name: str, form: QuestionForm, place: Place, *, most: int) -> behind.Behind | None:
    """Some of the customers behind a number; None when the question is wrong, which the form says."""
    if not form.is_valid():
        return None
    also = behind.PERSONAL if user_of(request).may("see_personal_data") else ()
    return behind.customers_behind(
        name, form.question, _keys(request), _side(request), place=place, most=most, also=also
    )


def _lead(request: HttpRequest, name: str, asked: dict[str, Any]) -> showing.Lead:
    """Where rows lead: to the customers behind them, for those who may see them."""
    if not user_of(request).may("see_customers"):
        return lambda _row: ""
    return lambda row: customers_of(name, asked, row)
