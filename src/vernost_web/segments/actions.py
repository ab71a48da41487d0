"""Making segments, changing their rules, keeping lists, and writing down what was done."""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from vernost.errors import InvalidValue
from vernost.explain.segments import mentioned, read_rule
from vernost_web.audit import actions as audit
from vernost_web.data.queries import load_number, reading
from vernost_web.jobs.actions import ask_for
from vernost_web.segments import working
from vernost_web.segments.models import Kind, Membership, Segment, Version
from vernost_web.segments.rulebook import Rulebook, check, standpoint, written

MOST_LISTED = 1_000_000
"""Customers on a fixed list."""


@transaction.atomic
def make(*, by: Any, name: str, rule: object, note: str = "") -> Segment:
    """Make a segment of a rule.

    Args:
        by: the user.
        name: how people call it.
        rule: as plain data.
        note: what it is for.

    Raises:
        VernostError: when it is not a rule, or mentions what is not there.
    """
    check(rule)
    segment = Segment.objects.create(name=name, note=note, made_by=by)
    Version.objects.create(segment=segment, number=1, rule=rule, made_by=by)
    audit.record("segments.make", by=by, thing=segment, after={"rule": _told(rule)})
    _have_worked_out()
    return segment


@transaction.atomic
def change(segment: Segment, *, by: Any, name: str, rule: object | None, note: str = "") -> Segment:
    """Give a segment another name or rule; the rules before stay known.

    Args:
        segment: which.
        by: the user.
        name: how people call it.
        rule: as plain data; None leaves the rule as it is.
        note: what it is for.
    """
    found = Segment.objects.select_for_update().get(pk=segment.pk)
    before = {"name": found.name, "note": found.note}
    found.name, found.note = name, note
    old, new = audit.changes(before, {"name": name, "note": note})
    if rule is not None and rule != written(found):
        check(rule, found.key)
        old["rule"], new["rule"] = _told(written(found)), _told(rule)
        _keep_version(found, rule, by)
    found.save()
    if new:
        audit.record("segments.change", by=by, thing=found, before=old, after=new)
        _have_worked_out()
    return found


def _keep_version(segment: Segment, rule: object, by: Any) -> None:
    if not segment.versions.exists():
        # A ready segment has its first rule in the library; it is kept as it was.
        Version.objects.create(segment=segment, number=segment.version, rule=written(segment))
    segment.version += 1
    Version.objects.create(segment=segment, number=segment.version, rule=rule, made_by=by)


@transaction.atomic
def archive(segment: Segment, *, by: Any, is_archived: bool) -> None:
    """Take a segment out of use, or back into it."""
    if is_archived:
        users = [each for each in _users(segment) if not each.is_archived]
        if users:
            raise InvalidValue("Other segments mention this one: {names}.", names=[each.title for each in users])
    Segment.objects.filter(pk=segment.pk).update(is_archived=is_archived, load=0)
    audit.record("segments.archive" if is_archived else "segments.restore", by=by, thing=segment)
    if not is_archived:
        _have_worked_out()


def _users(segment: Segment) -> list[Segment]:
    """Segments that mention one."""
    rules = Segment.objects.filter(kind=Kind.RULE).exclude(pk=segment.pk)
    return [each for each in rules if segment.key in mentioned(read_rule(written(each)))]


def keep_list(*, by: Any, name: str, ids: Collection[str], note: str = "") -> Segment:
    """Make a fixed list of customers.

    Args:
        by: the user.
        name: how people call it.
        ids: of the customers.
        note: what it is for.
    """
    if not ids or len(ids) > MOST_LISTED:
        raise InvalidValue(
            "A list holds 1 to {most} customers; this one holds {count}.", most=MOST_LISTED, count=len(ids)
        )
    with transaction.atomic():
        segment = Segment.objects.create(name=name, note=note, kind=Kind.LIST, made_by=by)
        audit.record("segments.keep_list", by=by, thing=segment, after={"customers": len(set(ids))})
    with reading() as log:
        day, load = standpoint(log).day, log.load_count
    working.write(segment, set(ids), on=day, load=load)
    segment.refresh_from_db()
    return segment


def note_export(request: HttpRequest, segment: Segment, kind: str, count: int) -> None:
    """Write down that the customers of a segment were taken away."""
    audit.record(f"export.segment_{kind}", request=request, thing=segment, after={"customers": count})


@transaction.atomic
def forget(ids: Collection[str], pseudonym: str) -> int:
    """Take persons out of all segments and rules for good; how many records that were. Counts of the past stay."""
    gone = frozenset(ids)
    found = [each for each in Version.objects.all() if _without(each.rule, gone, pseudonym) != each.rule]
    for each in found:
        each.rule = _without(each.rule, gone, pseudonym)
        each.save(update_fields=["rule"])
    return len(found) + int(Membership.objects.filter(customer_id__in=gone).delete()[0])


def _without(rule: Any, ids: Collection[str], pseudonym: str) -> Any:
    """A rule in which the ids of persons are replaced by a pseudonym."""
    if isinstance(rule, dict):
        return {name: _without(part, ids, pseudonym) for name, part in rule.items()}
    if isinstance(rule, list):
        return [_without(part, ids, pseudonym) for part in rule]
    return pseudonym if isinstance(rule, str) and rule in ids else rule


def _told(rule: object) -> str:
    return Rulebook().told(read_rule(rule))


def _have_worked_out() -> None:
    if load_number():
        stamp = timezone.now().isoformat()
        transaction.on_commit(lambda: ask_for("segments.refresh", key=f"segments.refresh {stamp}"))
