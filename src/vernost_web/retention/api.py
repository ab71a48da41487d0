"""Figures of the retention room for programs: their numbers and their sentences."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _told
from django.utils.translation import gettext_noop as _
from ninja import Field, Query, Router, Schema

from vernost.report.gallery import GALLERY
from vernost_web.company.queries import voice_of
from vernost_web.data.queries import load_number
from vernost_web.retention import queries
from vernost_web.retention.forms import MOST_DAYS, RoomForm
from vernost_web.retention.sections import SECTIONS
from vernost_web.ui.access import requires
from vernost_web.ui.endpoints import Problem, checked, missing
from vernost_web.ui.language import spoken

router = Router()


class FigureLine(Schema):
    """A figure that can be asked for."""

    name: str
    section: str
    measure: str


class TriedIn(Schema):
    """Another lapse window."""

    days: int | None = Field(None, ge=1, le=MOST_DAYS)


class RoomIn(Schema):
    """The question of the room; its last options are for cohorts alone."""

    by: str | None = Field(None, description=_("Period; one that fits the data without it."))
    group: str | None = Field(None, description=_("An attribute and its value, such as city=Perm."))
    where: str | None = Field(None, description=_("An expression over attributes, such as city = 'Perm'."))
    since: date | None = None
    until: date | None = None
    as_of: date | None = None
    cut: str | None = None
    mode: str | None = None
    start: str | None = None
    relative_to: str | None = None
    of: str | None = None
    min_orders: str | None = None
    min_amount: str | None = None
    horizon: str | None = None
    base: str | None = None
    activity: str | None = None


class FigureOut(Schema):
    """A figure: columns and rows of its numbers, and what it says in words."""

    name: str
    load: int
    measure: str
    title: str
    text: str
    notes: list[str]
    columns: list[str]
    rows: list[list[Any]]
    needs: str = Field(description=_("Tables that would unlock it, where it cannot be made."))


class LapseOut(Schema):
    """The silence that makes a customer lost, and the share who are lost by it."""

    load: int
    learned: int | None
    current: int | None
    is_chosen: bool
    lost: float | None
    tried: int | None
    lost_when_tried: float | None


@router.get("/figures", response=list[FigureLine], summary=_("Figures of the retention room"))
@requires("see_numbers")
def list_figures(request: HttpRequest) -> Any:
    voice = voice_of(spoken())
    return [
        {"name": anchor, "section": str(section.title), "measure": voice.name(GALLERY[anchor].measure)}
        for section in SECTIONS.values()
        for anchor in section.anchors
    ]


@router.get("/figures/{name}", response=FigureOut, summary=_("A figure: its numbers and its sentences"))
@requires("see_numbers")
def show_figure(request: HttpRequest, name: str, asked: Query[RoomIn]) -> Any:
    if name not in GALLERY:
        raise missing()
    load = _load()
    form = RoomForm(request.GET, user=request.user)
    checked(form)
    shown = queries.shown(name, form.question, spoken(), leads=False)
    if shown.wrong:
        raise Problem(422, shown.wrong)
    found = {"name": name, "load": load, "measure": shown.measure, "needs": shown.needs}
    figure = shown.figure
    if figure is None:
        return found | {"title": "", "text": "", "notes": [], "columns": [], "rows": []}
    return found | {
        "title": figure.title, "text": figure.text, "notes": list(figure.notes),
        "columns": [column.title for column in figure.table.columns], "rows": [list(row) for row in figure.table.rows],
    }  # fmt: skip


@router.get("/lapse-window", response=LapseOut, summary=_("After how many silent days a customer counts as gone"))
@requires("see_numbers")
def show_lapse_window(request: HttpRequest, tried: Query[TriedIn]) -> Any:
    load, found = _load(), queries.lapse(tried.days)
    return {
        "load": load, "learned": found.learned, "current": found.current, "is_chosen": found.is_chosen,
        "lost": _value(found.before), "tried": tried.days, "lost_when_tried": _value(found.after),
    }  # fmt: skip


def _value(told: Any) -> float | None:
    return told.rows[0]["value"] if told and told.rows else None


def _load() -> int:
    load = load_number()
    if not load:
        raise Problem(409, _told("Nothing is loaded yet."))
    return load
