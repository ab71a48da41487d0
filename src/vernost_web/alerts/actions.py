"""Setting targets, adding watches and receivers, handling alarms."""

import secrets
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from vernost_web.alerts.models import Alarm, Receiver, Target, Watch
from vernost_web.alerts.targets import counts_working_hours
from vernost_web.audit import actions as audit


@transaction.atomic
def set_target(*, by_user: Any, measure: str, by: str, period: date | None, value: float) -> Target:
    """Set the target of a measure for a period, or for every period; an earlier one is replaced."""
    old = Target.objects.filter(measure=measure, by=by, period=period).first()
    target, _ = Target.objects.update_or_create(
        measure=measure,
        by=by,
        period=period,
        defaults={
            "value": value,
            "in_working_hours": counts_working_hours(measure),
            "set_by": by_user,
            "set_at": timezone.now(),
        },
    )
    before = {"value": old.value} if old else None
    audit.record("targets.set", by=by_user, thing=target, before=before, after={"value": value})
    return target


@transaction.atomic
def remove_target(target: Target, *, by_user: Any) -> None:
    """Take a target away."""
    audit.record("targets.remove", by=by_user, thing=target, before={"value": target.value})
    target.delete()


@transaction.atomic
def add_watch(*, by_user: Any, measure: str, by: str, cut: str, where: str) -> Watch:
    """Watch a measure; one that was switched off is switched on again."""
    watch, is_new = Watch.objects.get_or_create(
        measure=measure, by=by, cut=cut, where=where, defaults={"added_by": by_user}
    )
    if is_new:
        audit.record("watches.add", by=by_user, thing=watch)
    elif not watch.is_on:
        switch_watch(watch, by_user=by_user)
    return watch


@transaction.atomic
def switch_watch(watch: Watch, *, by_user: Any) -> None:
    """Switch a watch off, or on again."""
    watch.is_on = not watch.is_on
    watch.save(update_fields=["is_on"])
    audit.record(
        "watches.switch", by=by_user, thing=watch, before={"is_on": not watch.is_on}, after={"is_on": watch.is_on}
    )


@transaction.atomic
def add_receiver(*, by_user: Any, kind: str, address: str) -> Receiver:
    """Have alarms sent to an address; a webhook gets a secret of its own."""
    secret = secrets.token_hex(32) if kind == Receiver.Kind.WEBHOOK else ""
    receiver, is_new = Receiver.objects.get_or_create(
        kind=kind, address=address, defaults={"secret": secret, "added_by": by_user}
    )
    if is_new:
        audit.record("receivers.add", by=by_user, thing=address, after={"kind": kind})
    return receiver


@transaction.atomic
def remove_receiver(receiver: Receiver, *, by_user: Any) -> None:
    """Send nothing there any more."""
    audit.record("receivers.remove", by=by_user, thing=receiver.address, before={"kind": receiver.kind})
    receiver.delete()


@transaction.atomic
def acknowledge(alarm: Alarm, *, by_user: Any) -> None:
    """Say that somebody has seen an alarm."""
    if alarm.acknowledged_by is None:
        alarm.acknowledged_by, alarm.acknowledged_at = by_user, timezone.now()
        alarm.save(update_fields=["acknowledged_by", "acknowledged_at"])
        audit.record("alarms.acknowledge", by=by_user, thing=alarm.pk)


@transaction.atomic
def mute(alarm: Alarm, until: date | None, *, by_user: Any) -> None:
    """Have an alarm keep quiet until a day; None lets it speak again."""
    before, alarm.muted_until = alarm.muted_until, until
    alarm.save(update_fields=["muted_until"])
    told = {"muted_until": str(before or "")}, {"muted_until": str(until or "")}
    audit.record("alarms.mute", by=by_user, thing=alarm.pk, before=told[0], after=told[1])


@transaction.atomic
def assign(alarm: Alarm, to: Any, *, by_user: Any) -> None:
    """Give an alarm to somebody, or to nobody."""
    before, alarm.assigned_to = alarm.assigned_to, to
    alarm.save(update_fields=["assigned_to"])
    told = {"assigned_to": str(before or "")}, {"assigned_to": str(to or "")}
    audit.record("alarms.assign", by=by_user, thing=alarm.pk, before=told[0], after=told[1])
