"""The audit trail for programs."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Query, Router, Schema

from vernost_web.audit import queries
from vernost_web.audit.models import Record
from vernost_web.audit.telling import deed
from vernost_web.ui.access import requires
from vernost_web.ui.endpoints import Listing, Span, page

router = Router()


class RecordOut(Schema):
    """Something that was done."""

    id: int
    at: datetime
    actor: str
    action: str
    told: str
    thing: str
    before: Any = None
    after: Any = None
    address: str | None

    @staticmethod
    def resolve_actor(record: Record) -> str:
        return record.actor_name

    @staticmethod
    def resolve_told(record: Record) -> str:
        return deed(record.action)


class Wanted(Schema):
    """Which records."""

    who: str = ""
    action: str = ""
    thing: str = ""
    text: str = ""
    since: date | None = None
    until: date | None = None


@router.get("/audit", response=Listing[RecordOut], summary=_("Who did what, the newest first"))
@requires("see_audit")
def list_audit(request: HttpRequest, span: Query[Span], wanted: Query[Wanted]) -> Any:
    return page(request, queries.records(**wanted.dict()), span, ("-at", "-pk"))
