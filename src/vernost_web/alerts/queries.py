"""Looking at alarms, watches and targets."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from vernost.glossary import Language
from vernost.measure.band import bands
from vernost_web.alerts import targets, watching
from vernost_web.alerts.models import Alarm, Delivery, Receiver, Signal, Target, Watch
from vernost_web.alerts.targets import holds
from vernost_web.company.queries import voice_of
from vernost_web.data.queries import load_number
from vernost_web.jobs.queries import last_of

__all__ = ["holds"]

CHECK = "alerts.check"


def against_targets(
    cards: Sequence[Mapping[str, Any]], by: str, period: date, language: Language
) -> list[dict[str, Any]]:
    """Numbers (name, number, unit) with their targets (text, is_met) beside them; None without one."""
    found = targets.in_force(by, period)
    formats = voice_of(language).formats
    return [
        dict(card)
        | {
            "target": {
                "text": formats.value(found[card["name"]].value, card["unit"]),
                "is_met": targets.is_met(found[card["name"]], card["number"]),
            }
            if card["name"] in found and card["number"] is not None
            else None
        }
        for card in cards
    ]


def target_values() -> tuple[tuple[Any, ...], ...]:
    """All targets as plain values, by which what shows them can be kept."""
    return tuple(Target.objects.values_list("measure", "by", "period", "value"))


def targets_of(measure: str) -> QuerySet[Target]:
    """The targets of one measure."""
    return Target.objects.filter(measure=measure)


def all_targets() -> QuerySet[Target]:
    """All of them."""
    return Target.objects.select_related("set_by")


def alarms(*, are_open: bool) -> QuerySet[Alarm]:
    """Alarms that are open, or that are over."""
    signals = Prefetch("signals", Signal.objects.select_related("watch"))
    found = Alarm.objects.filter(closed_on__isnull=are_open).select_related("assigned_to", "acknowledged_by")
    return found.prefetch_related(signals)


def ringing() -> QuerySet[Alarm]:
    """Open alarms that nobody muted."""
    return alarms(are_open=True).exclude(muted_until__gte=timezone.localdate())


def alarm_of(pk: UUID) -> Alarm | None:
    """An alarm by its id."""
    return next(
        iter(
            Alarm.objects.filter(pk=pk)
            .select_related("assigned_to", "acknowledged_by")
            .prefetch_related(
                Prefetch("signals", Signal.objects.select_related("watch")),
                Prefetch("deliveries", Delivery.objects.select_related("receiver")),
            )
        ),
        None,
    )


def course_of(signal: Signal) -> list[tuple[Any, Any]]:
    """The rows of what moved, each with its band by what came before it."""
    groups, unit = watching.rows_of(signal.watch)
    return bands(groups.get(signal.segment, []), unit, signal.watch.by)


def watches() -> QuerySet[Watch]:
    """All of them."""
    return Watch.objects.select_related("added_by")


def receivers() -> QuerySet[Receiver]:
    """Where alarms are sent."""
    return Receiver.objects.select_related("added_by")


def is_check_due() -> bool:
    """Whether data came in that no watch has seen."""
    load, job = load_number(), last_of(CHECK)
    return bool(load) and (job is None or (job.result or {}).get("load") != load)


def is_delivery_due() -> bool:
    """Whether an alarm waits to be sent."""
    return Delivery.objects.filter(state=Delivery.State.WAITING, due_at__lte=timezone.now()).exists()
