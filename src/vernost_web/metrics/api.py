"""Measures for programs: the catalogue, answers with all options, the customers behind them, the query."""

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _told
from django.utils.translation import gettext_noop as _
from ninja import Field, Query, Router, Schema

from vernost.errors import UnknownName
from vernost.measure import find_measure
from vernost.measure.measure import Measure, chapters, explained
from vernost.messages import told as told_in
from vernost_web.data.queries import load_number
from vernost_web.metrics import actions, behind
from vernost_web.metrics.answers import Told, ask, wrong_filter
from vernost_web.metrics.paging import FIRST, Place
from vernost_web.metrics.secrecy import refusal
from vernost_web.ui.access import requires
from vernost_web.ui.endpoints import Problem, Span, checked, missing, sealed, unsealed
from vernost_web.ui.language import spoken
from vernost_web.ui.question import QuestionForm
from vernost_web.ui.requests import user_of

router = Router()
_BESIDE = ("cursor", "limit", "row", "side")


class OptionOut(Schema):
    """An option of a measure."""

    name: str
    default: Any = None
    meaning: str


class MeasureOut(Schema):
    """A measure."""

    name: str
    title: str
    meaning: str
    chapter: str
    unit: str
    reads: list[str]
    options: list[OptionOut]


class QuestionIn(Schema):
    """The question, as the page of a measure asks it."""

    by: str | None = Field(None, description=_("Period: day, week, month, quarter or year; all time without it."))
    cut: str | None = Field(None, description=_("Attributes by which the answer is cut, with commas between them."))
    where: str | None = Field(None, description=_("An expression over attributes, such as city = 'Perm'."))
    since: date | None = Field(None, description=_("First day."))
    until: date | None = Field(None, description=_("Last day."))
    as_of: date | None = Field(None, description=_("The day from which one looks; that of the last fact without it."))


def _with_options(question: type[QuestionIn]) -> type[QuestionIn]:
    """The question with the options of all measures; those that a measure does not have are refused."""
    meanings: dict[str, str] = {}
    for each in chapters():
        told = explained(each)
        meanings = {name: str(told.get(name, "")) for name in each.options} | meanings
    fields = {name: Field(None, description=text) for name, text in meanings.items()}
    return type("AskedIn", (question,), {"__annotations__": dict.fromkeys(meanings, str | None), **fields})


if TYPE_CHECKING:
    AskedIn = QuestionIn
else:
    AskedIn = _with_options(QuestionIn)


class AnswerOut(Schema):
    """An answer, or what the log lacks for it."""

    measure: str
    unit: str
    load: int = Field(description=_("Number of the state of the log that was asked."))
    as_of: date | None
    rows: list[dict[str, Any]]
    summary: dict[str, Any]
    notes: list[str]
    interval: str | None
    missing: str | None = Field(description=_("What the log lacks for this measure; then there are no rows."))
    next: str | None = None


class BehindOut(Schema):
    """Some of the customers behind a number."""

    load: int
    as_of: date
    count: int
    items: list[dict[str, Any]]
    next: str | None = None


class QueryOut(Schema):
    """The SQL behind a number."""

    load: int
    sql: str


@router.get("/measures", response=list[MeasureOut], summary=_("All measures with their meanings and options"))
@requires("see_numbers")
def list_measures(request: HttpRequest) -> Any:
    return [_described(each) for each in chapters()]


@router.get("/measures/{name}", response=MeasureOut, summary=_("What a measure means"))
@requires("see_numbers")
def show_measure(request: HttpRequest, name: str) -> Any:
    return _described(_found(name))


@router.get("/measures/{name}/answer", response=AnswerOut, summary=_("The answer of a measure"))
@requires("see_numbers")
def ask_measure(request: HttpRequest, name: str, asked: Query[AskedIn], span: Query[Span]) -> Any:
    load = load_number()
    told = ask(name, **_question(request, name))
    _keep_secret(request, told)
    start = _start(request, span, load)
    end = start + span.limit
    return {
        "measure": name, "unit": told.unit, "load": load, "as_of": told.as_of, "rows": told.rows[start:end],
        "summary": told.summary, "notes": [note.get(spoken()) or note.get("text", "") for note in told.notes],
        "interval": told.interval, "missing": told.why_missing(spoken()) if told.is_missing else None,
        "next": sealed(request, [load, end]) if end < len(told.rows) else None,
    }  # fmt: skip


@router.get(
    "/measures/{name}/customers", response=BehindOut, summary=_("The customers behind a number, in the order of ids")
)
@requires("see_customers", "export")
def list_customers_behind(
    request: HttpRequest, name: str, asked: Query[AskedIn], span: Query[Span], row: Query[list[str]] = [],  # noqa: B006
    side: Literal["numerator", "denominator"] = "numerator",
) -> Any:  # fmt: skip
    load, question = load_number(), _question(request, name)
    place = Place(after=unsealed(request, span.cursor)) if span.cursor else FIRST
    also = behind.PERSONAL if user_of(request).may("see_personal_data") else ()
    found = behind.customers_behind(name, question, _keys(row), side, place=place, most=span.limit, also=also)
    if not span.cursor:
        actions.note_export(request, name, "api", dict(request.GET.items()))
    after = found.leaf.after
    return {
        "load": load, "as_of": found.as_of, "count": found.leaf.count, "items": found.leaf.rows,
        "next": sealed(request, after) if after else None,
    }  # fmt: skip


@router.get("/measures/{name}/query", response=QueryOut, summary=_("The SQL behind a number"))
@requires("see_numbers")
def show_query(request: HttpRequest, name: str, asked: Query[AskedIn]) -> Any:
    return {"load": load_number(), "sql": behind.query_of(name, _question(request, name))}


def _found(name: str) -> Measure:
    if name not in {each.name for each in chapters()}:
        raise missing()
    return find_measure(name)


def _described(measure: Measure) -> dict[str, Any]:
    language, meanings = spoken(), explained(measure)
    return {
        "name": measure.name, "title": measure.term.title(language), "meaning": measure.term.meaning(language),
        "chapter": measure.term.chapter, "unit": measure.unit, "reads": list(measure.reads),
        "options": [
            {"name": name, "default": default, "meaning": told_in(meanings.get(name, ""), language)}
            for name, default in measure.options.items()
        ],
    }  # fmt: skip


def _question(request: HttpRequest, name: str) -> dict[str, Any]:
    """What is asked, checked as on the page: nothing that is unknown, and no attribute that the key may not see."""
    form = QuestionForm(_found(name), request.GET, wrong=wrong_filter, secret=partial(refusal, user=user_of(request)))
    for each in request.GET:
        if each not in (*form.fields, *_BESIDE):
            raise UnknownName("parameter", each, list(form.fields))
    checked(form)
    return form.question


def _keep_secret(request: HttpRequest, told: Told) -> None:
    why = refusal({"customer_id"} & set(told.rows[0] if told.rows else ()), user_of(request))
    if why:
        raise Problem(403, why)


def _keys(rows: list[str]) -> Mapping[str, str]:
    """Which rows are meant: their columns with the value of each, such as period=2026-01-01."""
    return {name: value for name, _equals, value in (each.partition("=") for each in rows)}


def _start(request: HttpRequest, span: Span, load: int) -> int:
    """Where a page of rows begins; an answer that has changed since its first page is asked anew."""
    if not span.cursor:
        return 0
    at, start = unsealed(request, span.cursor)
    if at != load:
        raise Problem(409, _told("Data were loaded since the first page. Ask for it again, without a cursor."))
    return int(start)
