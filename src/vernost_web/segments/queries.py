"""Who is in which segment: for pages and for the slices that ask."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from vernost.explain.segments import Comparison, Difference, Rule, compare, members, mentioned
from vernost_web.company.queries import company
from vernost_web.data.queries import load_number, loads, reading
from vernost_web.metrics.queries import PERSONAL, kept, told_of
from vernost_web.segments.models import Day, Kind, Membership, Segment
from vernost_web.segments.rulebook import Rulebook, check, narrowed, standpoint, written
from vernost_web.segments.working import lagging, stale

__all__ = [
    "Kind", "Rulebook", "Segment", "check", "choices", "comparison", "count_of", "days", "lagging", "late",
    "members_of", "narrowed", "segment_of", "segments", "segments_of", "stale", "state_of", "written",
]  # fmt: skip

PATIENCE = timedelta(minutes=15)
"""How long after a load segments may be as they were before it."""

PREVIEWED = 8
"""Customers shown beside the count of a rule that is being made."""


def segments(*, archived: bool = False) -> QuerySet[Segment]:
    """The segments that are in use, or those that are not."""
    return Segment.objects.filter(is_archived=archived).select_related("made_by")


def segment_of(key: str) -> Segment | None:
    """A segment by its key."""
    return Segment.objects.filter(key=key).first()


def late() -> list[Segment]:
    """Segments that should have been worked out by now: those that cannot be, and all that wait for too long."""
    waiting = list(lagging())
    newest = loads()[:1]
    is_due = bool(newest) and timezone.now() - newest[0].at > PATIENCE
    return [each for each in waiting if each.error or (is_due and each.load != newest[0].record.load_id)]


def choices() -> list[tuple[str, str]]:
    """The segments that numbers can be narrowed to, by key, with their names."""
    found = [(each.key, each.title) for each in segments().exclude(count=None)]
    return sorted(found, key=lambda pair: pair[1].casefold())


def state_of(key: str) -> str:
    """What names who is in a segment, beside the state of the log, so that answers can be kept by it."""
    return Rulebook().state(key)


def days(segment: Segment) -> QuerySet[Day]:
    """How a segment stood from day to day."""
    return Day.objects.filter(segment=segment)


def members_of(segment: Segment, *, after: str = "", most: int = 100) -> list[dict[str, Any]]:
    """Customers of a segment by their ids: customer_id, entered_on.

    Args:
        segment: which.
        after: id of the customer after whom the page begins.
        most: how many are given.
    """
    rows = Membership.objects.filter(segment=segment, left_on=None, customer_id__gt=after)
    return [dict(row) for row in rows.order_by("customer_id").values("customer_id", "entered_on")[:most]]


def segments_of(ids: Sequence[str]) -> list[Membership]:
    """In which segments a customer (of these ids) is and was, the present ones first."""
    rows = Membership.objects.filter(customer_id__in=list(ids), segment__is_archived=False).select_related("segment")
    return sorted(rows, key=lambda each: (each.left_on is not None, each.segment.title.casefold(), each.entered_on))


def count_of(rule: Rule, *, preview: bool, personal: bool) -> dict[str, Any]:
    """How many customers a rule means in the newest state of the log, and some of them.

    Args:
        rule: as it was read.
        preview: whether some are shown.
        personal: whether it is shown who they are, beside their ids.

    Returns:
        count, as_of, rows: what is known of each, the id first.
    """
    book = Rulebook()
    question = {"segments": "count", "rule": repr(rule), "preview": preview, "personal": personal,
                "states": {key: book.state(key) for key in sorted(mentioned(rule))}} | company().basis  # fmt: skip
    return dict(kept(question, load_number(), lambda: _counted(rule, book, preview=preview, personal=personal)))


def _counted(rule: Rule, book: Rulebook, *, preview: bool, personal: bool) -> dict[str, Any]:
    with reading() as log:
        at = standpoint(log)
        people = members(at, rule, book)
        count = log.fetch(people.agg(count=people.count()))["count"][0].as_py()
        rows: list[Any] = []
        if preview:
            few = people.order_by("customer_id").limit(PREVIEWED)
            found = told_of(log, few, PERSONAL if personal else ())
            rows = log.fetch(found.order_by("customer_id")).to_pylist()
        return {"count": count, "as_of": at.day, "rows": [_known(row) for row in rows]}


def _known(row: dict[str, Any]) -> list[str]:
    return [row.pop("customer_id"), *(value for value in row.values() if value)]


def comparison(one: Segment, other: Segment) -> Comparison:
    """Two segments on every measure, worked out once for a state of the log and of both."""
    question = {"segments": "compare", "one": state_of(one.key), "other": state_of(other.key),
                "keys": [one.key, other.key]} | company().basis  # fmt: skip
    found = kept(question, load_number(), lambda: _compared(one, other))
    told = [Difference(**each) for each in found.pop("differences")]
    return Comparison(**found, differences=tuple(told))


def _compared(one: Segment, other: Segment) -> dict[str, Any]:
    book = Rulebook()
    with reading() as log:
        found = compare(standpoint(log), book[one.key], book[other.key], book)
    return asdict(found) | {"differences": [asdict(each) for each in found.differences]}
