"""Working out who is in each segment, after each load and each change of a rule, and writing down who came and went."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from vernost.errors import VernostError
from vernost.explain.segments import (
    Narrowed,
    Rule,
    Standpoint,
    changed_since,
    has_clock,
    is_relative,
    judged,
    members,
    ready_made,
    resolved,
)
from vernost_web.data.queries import load_number, reading, store
from vernost_web.jobs.kinds import Run
from vernost_web.metrics.queries import kept
from vernost_web.segments.models import Day, Kind, Membership, Segment
from vernost_web.segments.rulebook import Rulebook, standpoint
from vernost_web.ui.words import packed
from vernost_web.webhooks.actions import tell

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa


_AT_ONCE = 5_000
"""Customers written in one transaction, so that others need not wait long for the database."""

MOST_TOLD = 1_000
"""Ids that other programs are told of those who came, and of those who went."""


@dataclass(frozen=True, slots=True)
class Task:
    """A segment to be worked out.

    Attributes:
        segment: which.
        rule: with the rules that it mentions in the place of their names.
    """

    segment: Segment
    rule: Rule


def stale() -> Any:
    """Segments of rules that are not worked out by the newest state of the log and their newest rule."""
    load = load_number()
    rules = Segment.objects.filter(kind=Kind.RULE, is_archived=False)
    return rules.exclude(load=load, worked_out=F("version")) if load else rules.none()


def is_stale() -> bool:
    """Whether any is to be worked out, or the ready ones are not there yet."""
    return bool(load_number()) and (stale().exists() or (not Segment.objects.exists() and _is_any_ready()))


def _is_any_ready() -> bool:
    """Whether the log can fill any of the ready segments."""
    tables = kept({"segments": "tables"}, load_number(), _tables)
    return any(each.suits(tables) for each in ready_made().values())


def _tables() -> list[str]:
    with reading() as log:
        return sorted(log.tables)


def refresh(run: Run) -> dict[str, Any]:
    """Work out all segments that are stale: of changed customers alone where their rules allow it."""
    if not is_stale():
        return {"segments": 0}
    with reading() as log:
        at = standpoint(log)
        _add_ready(log.tables)
        tasks = list(_tasks(stale(), at))
        few, changed = _of_few(tasks, at)
        whole = [task for task in tasks if task not in few]
        done = _work_out(whole, at, None, run)
        if few and changed is not None:
            with Narrowed(log, changed) as part:
                done += _work_out(few, Standpoint(part, at.as_of, at.timezone, at.chosen), changed, run)
    return {"segments": len(tasks), "of_changed_alone": len(few), "written": done}


def _add_ready(tables: Collection[str]) -> None:
    """Put those of the ready segments there that this log can fill."""
    known = set(Segment.objects.values_list("key", flat=True))
    missing = [each for name, each in ready_made().items() if name not in known and each.suits(tables)]
    Segment.objects.bulk_create([Segment(key=each.name) for each in missing], ignore_conflicts=True)


def _tasks(segments: Iterable[Segment], at: Standpoint) -> Iterator[Task]:
    """Segments with their rules; of those that cannot be asked it is kept why."""
    book = Rulebook()
    for segment in segments:
        try:
            rule = resolved(book[segment.key], book)
            members(at, rule)
        except VernostError as error:
            Segment.objects.filter(pk=segment.pk).update(
                error=packed(error.message), load=at.log.load_count, worked_out=segment.version
            )
        else:
            yield Task(segment, rule)


def _of_few(tasks: Sequence[Task], at: Standpoint) -> "tuple[list[Task], ir.Table | None]":
    """Segments of which only customers who changed since they were worked out can have come or gone, and who did."""
    found = [
        task
        for task in tasks
        if task.segment.worked_out == task.segment.version
        and task.segment.error is None
        and not is_relative(task.rule)
        and (task.segment.as_of == at.day or not has_clock(task.rule))
    ]
    if not found:
        return [], None
    changed = changed_since(at.log, store().loads(), min(task.segment.load for task in found))
    return (found, changed) if changed is not None else ([], None)


def _work_out(tasks: Sequence[Task], at: Standpoint, changed: "ir.Table | None", run: Run) -> int:
    """Work out segments together, so that each table of the log is read once; how many customers came or went."""
    if not tasks:
        return 0
    names = {f"s{task.segment.pk}": task.rule for task in tasks}
    found = at.log.fetch(judged(at, names))
    only = None if changed is None else at.log.fetch(changed)["customer_id"].to_pylist()
    count = 0
    for place, task in enumerate(tasks):
        run.tell(place / len(tasks))
        now = _ids(found, f"s{task.segment.pk}")
        count += write(task.segment, now, on=at.day, load=at.log.load_count, only=only)
    return count


def _ids(found: "pa.Table", name: str) -> set[str]:
    return set(found.filter(found[name])["customer_id"].to_pylist())


def write(segment: Segment, now: set[str], *, on: date, load: int, only: Sequence[str] | None = None) -> int:
    """Write down who is in a segment; how many came or went.

    Args:
        segment: which, as it was read before its customers were worked out.
        now: who is in it.
        on: the day of the log.
        load: the state of the log.
        only: the customers who were looked at; None for all.
    """
    turn = segment.turn + 1
    if not Segment.objects.filter(pk=segment.pk, turn=segment.turn).update(turn=turn):
        return 0  # another was quicker, and knows no less
    before = set(_present(segment, only))
    came, went = sorted(now - before), sorted(before - now)
    for few in pieces(came, _AT_ONCE):
        rows = [Membership(segment=segment, customer_id=each, entered_on=on) for each in few]
        Membership.objects.bulk_create(rows, ignore_conflicts=True)
    for few in pieces(went, 500):
        Membership.objects.filter(segment=segment, left_on=None, customer_id__in=few).update(left_on=on)
    _finish(segment, turn, on, load, came=len(came), went=len(went))
    if segment.worked_out and (came or went):
        _tell(segment, turn, on, came, went)
    return len(came) + len(went)


def _tell(segment: Segment, turn: int, on: date, came: list[str], went: list[str]) -> None:
    """Tell other programs who came and went, by the first of their ids and their numbers."""
    told = {
        "segment": segment.key, "on": on.isoformat(), "entered_count": len(came), "left_count": len(went),
        "entered": came[:MOST_TOLD], "left": went[:MOST_TOLD],
    }  # fmt: skip
    tell("segments.changed", told, key=f"segments.changed {segment.pk} {turn}")


def _present(segment: Segment, only: Sequence[str] | None) -> Iterator[str]:
    rows = Membership.objects.filter(segment=segment, left_on=None).values_list("customer_id", flat=True)
    if only is None:
        yield from rows.iterator()
    else:
        for few in pieces(only, 500):
            yield from rows.filter(customer_id__in=few)


@transaction.atomic
def _finish(segment: Segment, turn: int, on: date, load: int, *, came: int, went: int) -> None:
    count = Membership.objects.filter(segment=segment, left_on=None).count()
    values = {"count": count, "as_of": on, "load": load, "worked_out": segment.version, "error": None}
    if not Segment.objects.filter(pk=segment.pk, turn=turn).update(**values, worked_out_at=timezone.now()):
        return
    # Who is in it when it is first worked out did not come on that day.
    is_first = segment.worked_out == 0
    day, _ = Day.objects.get_or_create(segment=segment, on=on, defaults={"count": count})
    day.count = count
    day.entered += 0 if is_first else came
    day.left += went
    day.save()


def pieces(rows: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """Rows in turn, so many at once."""
    return (rows[place : place + size] for place in range(0, len(rows), size))


def lagging() -> Any:
    """Segments that are not of the newest state of the log, or could not be worked out."""
    return Segment.objects.filter(Q(pk__in=stale()) | Q(error__isnull=False), is_archived=False)
