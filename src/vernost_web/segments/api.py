"""Segments for programs: their rules, who is in them, how they stood, two of them compared."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Field, Query, Router, Schema

from vernost.explain.segments import read_rule
from vernost_web.data.queries import ids_of, load_number
from vernost_web.segments import actions, queries
from vernost_web.segments.forms import NameForm, PairForm
from vernost_web.segments.models import Kind, Membership, Segment
from vernost_web.ui import words
from vernost_web.ui.access import requires
from vernost_web.ui.endpoints import Listing, Span, checked, found, page, sealed, unsealed
from vernost_web.ui.language import spoken
from vernost_web.ui.requests import user_of

router = Router()


class SegmentLine(Schema):
    """A segment of the list."""

    key: str
    title: str
    meaning: str
    kind: str
    version: int
    is_ready: bool
    is_archived: bool
    count: int | None
    as_of: date | None
    load: int
    worked_out_at: datetime | None
    error: str

    @staticmethod
    def resolve_error(segment: Segment) -> str:
        return words.told(segment.error, spoken())


class SegmentOut(SegmentLine):
    """A segment with its rule, as data and in words; a fixed list has none."""

    rule: Any = None
    told: str

    @staticmethod
    def resolve_rule(segment: Segment) -> Any:
        return queries.written(segment) if segment.kind == Kind.RULE else None

    @staticmethod
    def resolve_told(segment: Segment) -> str:
        book = queries.Rulebook()
        return book.told(book[segment.key]) if segment.kind == Kind.RULE else ""


class SegmentIn(Schema):
    """A segment by a rule."""

    name: str
    note: str = ""
    rule: Any = Field(description=_("The rule as data; that of any segment shows how it is written."))


class ChangeIn(Schema):
    """Another name or rule; a rule that is not given stays."""

    name: str
    note: str = ""
    rule: Any = None


class FixedIn(Schema):
    """A fixed list of customers."""

    name: str
    note: str = ""
    ids: list[str]


class ArchiveIn(Schema):
    """Whether it is out of use."""

    is_archived: bool


class RuleIn(Schema):
    """A rule to be tried out."""

    rule: Any


class CountOut(Schema):
    """How many customers a rule means now, and some of them."""

    load: int
    as_of: date
    count: int
    items: list[dict[str, Any]]


class MemberOut(Schema):
    """A customer in a segment."""

    customer_id: str
    entered_on: date


class StandingOut(Schema):
    """How a segment stood on a day of the log."""

    on: date
    count: int
    entered: int
    left: int


class MembershipOut(Schema):
    """The time of a customer in a segment."""

    key: str
    title: str
    entered_on: date
    left_on: date | None

    @staticmethod
    def resolve_key(membership: Membership) -> str:
        return membership.segment.key

    @staticmethod
    def resolve_title(membership: Membership) -> str:
        return membership.segment.title


@router.get("/segments", response=Listing[SegmentLine], summary=_("All segments"))
@requires("see_numbers")
def list_segments(request: HttpRequest, span: Query[Span], archived: bool = False) -> Any:  # noqa: FBT001, FBT002
    return page(request, queries.segments(archived=archived), span, ("pk",))


@router.post("/segments", response={201: SegmentOut}, summary=_("Make a segment of a rule"))
@requires("edit_segments")
def make_segment(request: HttpRequest, given: SegmentIn) -> Any:
    named = checked(NameForm({"name": given.name, "note": given.note}))
    return actions.make(by=user_of(request), rule=given.rule, **named)


@router.post("/segments/lists", response={201: SegmentOut}, summary=_("Keep a fixed list of customers"))
@requires("edit_segments", "see_customers")
def keep_segment_list(request: HttpRequest, given: FixedIn) -> Any:
    named = checked(NameForm({"name": given.name, "note": given.note}))
    return actions.keep_list(by=user_of(request), ids=given.ids, **named)


@router.post("/segments/count", response=CountOut, summary=_("How many customers a rule means"))
@requires("edit_segments")
def count_segment(request: HttpRequest, given: RuleIn) -> Any:
    queries.check(given.rule)
    user = user_of(request)
    may_see, may_know = (user.may(name) for name in ("see_customers", "see_personal_data"))
    counted = queries.count_of(read_rule(given.rule), preview=may_see, personal=may_see and may_know)
    return {"load": load_number(), "as_of": counted["as_of"], "count": counted["count"], "items": counted["rows"]}


@router.get("/segments/compared", response=dict[str, Any], summary=_("Two segments on every measure"))
@requires("see_numbers")
def compare_segments(request: HttpRequest, one: str, other: str) -> Any:
    given = checked(PairForm({"one": one, "other": other}, choices=queries.choices()))
    pair = [_segment(given[name]) for name in ("one", "other")]
    return {"load": load_number()} | asdict(queries.comparison(*pair))


@router.get("/segments/of-customer", response=list[MembershipOut], summary=_("In which segments a customer is and was"))
@requires("see_customers")
def list_segments_of_customer(request: HttpRequest, customer_id: str) -> Any:
    return queries.segments_of(ids_of(customer_id))


@router.get("/segments/{key}", response=SegmentOut, summary=_("One segment with its rule"))
@requires("see_numbers")
def show_segment(request: HttpRequest, key: str) -> Any:
    return _segment(key)


@router.put("/segments/{key}", response=SegmentOut, summary=_("Give a segment another name or rule"))
@requires("edit_segments")
def change_segment(request: HttpRequest, key: str, given: ChangeIn) -> Any:
    segment = _segment(key)
    named = checked(NameForm({"name": given.name, "note": given.note}, instance=_segment(key)))
    return actions.change(segment, by=user_of(request), rule=given.rule, **named)


@router.post("/segments/{key}/archive", response=SegmentOut, summary=_("Take a segment out of use, or back into it"))
@requires("edit_segments")
def archive_segment(request: HttpRequest, key: str, given: ArchiveIn) -> Any:
    actions.archive(_segment(key), by=user_of(request), is_archived=given.is_archived)
    return _segment(key)


@router.get("/segments/{key}/customers", response=Listing[MemberOut], summary=_("The customers of a segment"))
@requires("see_customers", "export")
def list_segment_customers(request: HttpRequest, key: str, span: Query[Span]) -> Any:
    segment = _segment(key)
    after = str(unsealed(request, span.cursor)) if span.cursor else ""
    rows = queries.members_of(segment, after=after, most=span.limit + 1)
    few = rows[: span.limit]
    if not span.cursor:
        actions.note_export(request, segment, "api", segment.count or 0)
    return {"items": few, "next": sealed(request, few[-1]["customer_id"]) if len(rows) > span.limit else None}


@router.get("/segments/{key}/days", response=Listing[StandingOut], summary=_("How a segment stood from day to day"))
@requires("see_numbers")
def list_segment_days(request: HttpRequest, key: str, span: Query[Span]) -> Any:
    return page(request, queries.days(_segment(key)), span, ("on", "pk"))


def _segment(key: str) -> Segment:
    return found(queries.segment_of(key))
