from typing import Any, ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vernost_web.ui.recurrence import Recurring


class Content(models.Model):
    """What a report is to hold.

    Attributes:
        language: in which it is written.
        where: only rows for which this expression holds; all when empty.
        has_forecast: whether it tells who is leaving and what customers are worth.
    """

    language = models.CharField(
        _("language"), max_length=2, default="ru", choices=[("ru", "Русский"), ("en", "English")]
    )
    where = models.CharField(_("only where"), max_length=2_000, blank=True)
    has_forecast = models.BooleanField(_("with the forecast"), default=True)

    class Meta:
        abstract = True


class Schedule(Content, Recurring):
    """A report that is made again and again, and sent to people.

    Attributes:
        recipients: e-mail addresses it is sent to.
        made_by: who said so.
    """

    recipients: Any = models.JSONField(_("recipients"), default=list, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["next_at"]

    def __str__(self) -> str:
        return self.get_every_display()


class Report(Content):
    """A report that was asked for.

    Attributes:
        as_of: the day it looks from; that of the last fact when empty.
        asked_by: the user; None for the schedule.
        schedule: by which it is made; None for a button.
        job: that makes it.
        made_at: when it was made; None while it is not.
        day: the day it really looks from.
        load: number of the load it was made of.
        recipients: e-mail addresses it is to be sent to.
        sent_to: those it was sent to.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    as_of = models.DateField(_("as of"), null=True, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    schedule = models.ForeignKey(Schedule, null=True, on_delete=models.SET_NULL, related_name="+")
    job = models.UUIDField(null=True)
    made_at = models.DateTimeField(null=True)
    day = models.DateField(null=True)
    load = models.PositiveBigIntegerField(null=True)
    recipients: Any = models.JSONField(_("recipients"), default=list)
    sent_to: Any = models.JSONField(_("sent to"), default=list)

    class Meta:
        ordering: ClassVar[list[str]] = ["-asked_at"]

    def __str__(self) -> str:
        return str(self.day or self.as_of or self.asked_at.date())

    @property
    def is_ready(self) -> bool:
        """Whether it was made, and sent to all it is to be sent to."""
        return self.made_at is not None and set(self.recipients) <= set(self.sent_to)
