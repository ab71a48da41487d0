"""Looking at what was done."""

from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from vernost_web.audit.models import Record


def records(
    *,
    who: str = "",
    action: str = "",
    thing: str = "",
    text: str = "",
    since: date | None = None,
    until: date | None = None,
) -> QuerySet[Record]:
    """The records that were asked for, the newest first.

    Args:
        who: name of who did it, as called then.
        action: its code name.
        thing: part of what it was done to.
        text: part of anything in it, in any case of letters.
        since: first day.
        until: last day.
    """
    found = Record.objects.select_related("actor")
    if who:
        found = found.filter(actor_name=who)
    if action:
        found = found.filter(action=action)
    if thing:
        found = found.filter(thing__icontains=thing)
    if since:
        found = found.filter(at__gte=_start(since))
    if until:
        found = found.filter(at__lt=_start(until + timedelta(days=1)))
    for word in text.casefold().split():
        found = found.filter(text__contains=word)
    return found


def records_before(limit: datetime) -> QuerySet[Record]:
    """The records of what was done before an instant."""
    return Record.objects.filter(at__lt=limit)


def actors() -> list[str]:
    """Names of all who did something."""
    return _distinct("actor_name")


def deeds() -> list[str]:
    """Code names of all that was done."""
    return _distinct("action")


def _distinct(column: str) -> list[str]:
    found = Record.objects.exclude(**{column: ""}).order_by(column).values_list(column, flat=True).distinct()
    return list(found)


def _start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
