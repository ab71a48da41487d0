"""Events as they come, their sources and write keys, for programs."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from ninja import Field, Query, Router, Schema

from vernost_web.tracking import actions, looking, queries
from vernost_web.tracking.forms import KeyForm, SourceForm, WantedForm
from vernost_web.tracking.models import Key, Source
from vernost_web.tracking.place import inbox
from vernost_web.ui import words
from vernost_web.ui.access import requires
from vernost_web.ui.endpoints import Listing, Span, checked, found, page, sealed, unsealed
from vernost_web.ui.language import spoken
from vernost_web.ui.requests import user_of

router = Router()
_MOST = 1 << 63
"""Above the greatest number that a database counts to."""


class EventLine(Schema):
    """An event as it came, and what has become of it."""

    number: int
    source: int
    kind: str
    name: str
    user_id: str | None
    anonymous_id: str | None
    received_at: datetime
    occurred_at: datetime
    state: str
    why: str


class EventOut(EventLine):
    """An event with all that it says; of a person only for who may see that."""

    body: str


class FlowOut(Schema):
    """How much comes, and how far behind the log is."""

    waiting: int
    held: int
    since: datetime | None
    hours: list[dict[str, Any]]


class WantedIn(Schema):
    """Which events are looked for."""

    source: str | None = None
    kind: str | None = None
    state: str | None = None
    name: str | None = None
    who: str | None = Field(None, description=_("The whole id of a customer or a visitor."))


class WriteKeyOut(Schema):
    """A write key of a source."""

    id: int
    hint: str
    origins: list[str]
    until: datetime | None
    withdrawn_at: datetime | None


class SourceOut(Schema):
    """A site, an app or a program that sends events."""

    id: int
    name: str
    most_a_minute: int
    made_at: datetime
    keys: list[WriteKeyOut]

    @staticmethod
    def resolve_keys(source: Source) -> list[Key]:
        return list(source.keys.all())


class SourceIn(Schema):
    """A source."""

    name: str
    most_a_minute: int = 0


class WriteKeyIn(Schema):
    """A write key: which sites may use it, and until the end of which day."""

    origins: list[str] = Field(default_factory=list)
    until: date | None = None


class NewWriteKeyOut(Schema):
    """A new write key, which is told this once."""

    write_key: str


@router.get("/tracking/events", response=Listing[EventLine], summary=_("Events as they came, the newest first"))
@requires("see_tracking")
def list_events(request: HttpRequest, asked: Query[WantedIn], span: Query[Span]) -> Any:
    form = WantedForm({name: value or "" for name, value in asked.dict().items()})
    checked(form)
    before = int(unsealed(request, span.cursor)) if span.cursor else None
    rows = looking.newest(inbox(), form.wanted(), before=before, most=span.limit)
    last = rows[-1]["number"] if len(rows) == span.limit else None
    return {"items": [_told(each) for each in rows], "next": sealed(request, last) if last else None}


@router.get("/tracking/events/{number}", response=EventOut, summary=_("One event with all that it says"))
@requires("see_tracking")
def show_event(request: HttpRequest, number: int) -> Any:
    event = found(looking.event(inbox(), number) if 0 <= number < _MOST else None)
    body = queries.told_body(event["body"], is_personal=user_of(request).may("see_personal_data"))
    return _told(event) | {"body": body}


@router.get("/tracking/flow", response=FlowOut, summary=_("How much comes, and how far behind the log is"))
@requires("see_tracking")
def show_flow(request: HttpRequest) -> Any:
    return looking.flow(inbox(), now=timezone.now())


@router.get("/tracking/sources", response=Listing[SourceOut], summary=_("Sources of events"))
@requires("see_tracking")
def list_sources(request: HttpRequest, span: Query[Span]) -> Any:
    return page(request, queries.sources(), span, ("name",))


@router.post("/tracking/sources", response={201: SourceOut}, summary=_("Add a source of events"))
@requires("manage_api")
def add_source(request: HttpRequest, given: SourceIn) -> Any:
    return actions.add_source(by=request.user, **checked(SourceForm(given.dict())))


@router.put("/tracking/sources/{source_id}", response=SourceOut, summary=_("Change a source of events"))
@requires("manage_api")
def change_source(request: HttpRequest, source_id: int, given: SourceIn) -> Any:
    values = checked(SourceForm(given.dict(), instance=_source(source_id)))
    return actions.change_source(_source(source_id), by=request.user, **values)


@router.post("/tracking/sources/{source_id}/keys", response={201: NewWriteKeyOut}, summary=_("Make a write key"))
@requires("manage_api")
def make_write_key(request: HttpRequest, source_id: int, given: WriteKeyIn) -> Any:
    values = checked(KeyForm({"origins": "\n".join(given.origins), "until": given.until}))
    return {"write_key": actions.make_key(_source(source_id), by=request.user, **values)}


@router.delete("/tracking/keys/{key_id}", response={204: None}, summary=_("Let a write key work no more"))
@requires("manage_api")
def withdraw_write_key(request: HttpRequest, key_id: int) -> None:
    actions.withdraw_key(found(queries.keys().filter(pk=key_id).first()), by=request.user)


def _source(source_id: int) -> Source:
    return found(queries.sources().filter(pk=source_id).first())


def _told(event: dict[str, Any]) -> dict[str, Any]:
    return event | {"why": words.told(event["why"], spoken())}
