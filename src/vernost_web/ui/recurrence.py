"""What is done again every week or month, at an hour of the company's clock."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.core.validators import MaxValueValidator
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

HOURS = 24
R = TypeVar("R", bound="Recurring")


class Every(models.TextChoices):
    """How often."""

    NEVER = "", _("never by itself")
    WEEK = "week", _("every week, on Monday")
    MONTH = "month", _("every month, on the first")
    QUARTER = "quarter", _("every quarter, on its first day")


class Recurring(models.Model):
    """Something that is due again and again.

    Attributes:
        every: how often.
        hour: of the day, by the company's clock.
        next_at: when it is due next; None when never.
    """

    every = models.CharField(_("how often"), max_length=8, choices=Every.choices, default=Every.NEVER, blank=True)
    hour = models.PositiveSmallIntegerField(_("at what hour"), default=7, validators=[MaxValueValidator(HOURS - 1)])
    next_at = models.DateTimeField(_("next time"), null=True, editable=False)

    class Meta:
        abstract = True

    def set_next(self, *, after: datetime, zone: str) -> None:
        """Know when it is due next.

        Args:
            after: the first instant that is too early.
            zone: the company's clock.
        """
        self.next_at = next_time(self.every, self.hour, after=after, zone=zone)


def is_any_due(kind: type[Recurring]) -> bool:
    """Whether something of a kind is due."""
    return kind._default_manager.filter(next_at__lte=timezone.now()).exists()  # noqa: SLF001 - a model's own manager


@transaction.atomic
def do_due(kind: type[R], do: Callable[[R], object], *, zone: str) -> int:
    """Do each of a kind that is due, once for each time, however late that is noticed; how many they were.

    Args:
        kind: the model.
        do: does one; ``next_at`` still says the time that it is done for.
        zone: the company's clock.
    """
    now = timezone.now()
    due = list(kind._default_manager.select_for_update().filter(next_at__lte=now))  # noqa: SLF001 - its own manager
    for each in due:
        do(each)
        each.set_next(after=now, zone=zone)
        each.save(update_fields=["next_at"])
    return len(due)


def next_time(every: str, hour: int, *, after: datetime, zone: str) -> datetime | None:
    """The first time after an instant.

    >>> from datetime import UTC
    >>> wednesday = datetime(2026, 11, 25, 12, tzinfo=UTC)
    >>> for every in ("week", "month", "quarter"):
    ...     print(next_time(every, 7, after=wednesday, zone="Europe/Moscow"))
    2026-11-30 07:00:00+03:00
    2026-12-01 07:00:00+03:00
    2027-01-01 07:00:00+03:00
    """
    if every == Every.NEVER:
        return None
    local = after.astimezone(ZoneInfo(zone))
    days: Any = (local.date() + timedelta(days=number) for number in range(2 * 92))
    times = (datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo(zone)) for day in days if _is_day(every, day))
    return next(time for time in times if time > after)


def _is_day(every: str, day: Any) -> bool:
    if every == Every.WEEK:
        return bool(day.weekday() == 0)
    return bool(day.day == 1 and (every == Every.MONTH or day.month % 3 == 1))
