import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

PERIODS = [("day", _("day")), ("week", _("week")), ("month", _("month"))]
TARGET_PERIODS = [*PERIODS[1:], ("quarter", _("quarter")), ("year", _("year"))]


def person() -> "models.ForeignKey[Any, Any]":
    """A user who may be gone one day."""
    return models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")


class Target(models.Model):
    """The wished value of a measure.

    Attributes:
        measure: code name.
        by: length of the period.
        period: its first day; None for every period that has no target of its own.
        value: what is wished.
        in_working_hours: whether waits were counted in working hours alone when it was set; None for what is no wait.
        set_by: who set it.
        set_at: when.
    """

    measure = models.CharField(_("measure"), max_length=40)
    by = models.CharField(_("period"), max_length=8, choices=TARGET_PERIODS, default="month")
    period = models.DateField(_("first day"), null=True, blank=True)
    value = models.FloatField(_("target"))
    in_working_hours = models.BooleanField(null=True)
    set_by = person()
    set_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["measure", "by", "-period"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["measure", "by", "period"], name="one_target_a_period"),
            models.UniqueConstraint(
                fields=["measure", "by"], condition=Q(period__isnull=True), name="one_target_for_every_period"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.by} {self.period or ''}".strip()


class Watch(models.Model):
    """A measure that is watched.

    Attributes:
        measure: code name.
        by: length of the periods; days are judged by their last seven.
        cut: an attribute whose every value is watched by itself; empty for none.
        where: a filter; empty for all.
        is_standard: whether it is of the standard list.
        is_on: whether it is watched now.
        added_by: who added it; None for the standard list.
    """

    measure = models.CharField(_("measure"), max_length=40)
    by = models.CharField(_("period"), max_length=8, choices=PERIODS, default="day")
    cut = models.CharField(_("each value of"), max_length=64, blank=True)
    where = models.CharField(_("only where"), max_length=400, blank=True)
    is_standard = models.BooleanField(default=False)
    is_on = models.BooleanField(default=True)
    added_by = person()

    class Meta:
        ordering: ClassVar[list[str]] = ["-is_standard", "by", "measure"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["measure", "by", "cut", "where"], name="watched_once")
        ]

    def __str__(self) -> str:
        return " ".join(part for part in (self.measure, self.by, self.cut, self.where) if part)


class Alarm(models.Model):
    """Something happened, told once: the measures that moved by one cause.

    Attributes:
        opened_on: the day of the log on which it was found.
        opened_at: when that was.
        closed_on: the day of the log on which all was back.
        acknowledged_by: who has seen it.
        assigned_to: who looks after it.
        muted_until: the day until which it neither rings nor closes.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    opened_on = models.DateField()
    opened_at = models.DateTimeField(default=timezone.now)
    closed_on = models.DateField(null=True)
    acknowledged_by = person()
    acknowledged_at = models.DateTimeField(null=True)
    assigned_to = person()
    muted_until = models.DateField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-opened_on", "-opened_at"]

    def __str__(self) -> str:
        return f"{self.opened_on}"


class Signal(models.Model):
    """A measure that moved, within an alarm; as it is now.

    Attributes:
        alarm: what it belongs to.
        watch: which found it.
        segment: the value of the watch's cut, in words; empty without one.
        place: within the alarm; 0 is the one that the others follow from.
        unit: of the values.
        period: the last day or period that was judged.
        value: what came.
        expected: the middle of the band.
        low: its lower edge.
        high: its upper edge.
        score: spreads from what was expected.
        is_out: whether it has not come back yet.
        is_judged: whether the last look found something to judge; else the values are those of the look before it.
    """

    alarm = models.ForeignKey(Alarm, on_delete=models.CASCADE, related_name="signals")
    watch = models.ForeignKey(Watch, on_delete=models.CASCADE, related_name="signals")
    segment = models.CharField(max_length=200, blank=True)
    place = models.PositiveSmallIntegerField(default=0)
    unit = models.CharField(max_length=16)
    period = models.DateField()
    value = models.FloatField()
    expected = models.FloatField()
    low = models.FloatField()
    high = models.FloatField()
    score = models.FloatField()
    is_out = models.BooleanField(default=True)
    is_judged = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["place", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["alarm", "watch", "segment"], name="once_in_an_alarm")
        ]

    def __str__(self) -> str:
        return f"{self.watch} {self.segment}".strip()


class Receiver(models.Model):
    """Where alarms are sent.

    Attributes:
        kind: mail or webhook.
        address: e-mail address or URL.
        secret: signs what a webhook gets; shown to administrators alone.
        is_on: whether anything is sent.
    """

    class Kind(models.TextChoices):
        MAIL = "mail", _("e-mail")
        WEBHOOK = "webhook", _("webhook")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    address = models.CharField(_("address"), max_length=400)
    secret = models.CharField(max_length=64, blank=True)
    is_on = models.BooleanField(default=True)
    added_by = person()

    class Meta:
        ordering: ClassVar[list[str]] = ["kind", "address"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["kind", "address"], name="received_once")
        ]

    def __str__(self) -> str:
        return self.address


class Delivery(models.Model):
    """One alarm on its way to one receiver.

    Attributes:
        alarm: what is told.
        receiver: whom.
        state: what has become of it.
        attempts: how often it was tried.
        due_at: when it is tried next.
        answer: what the other side said last.
        ended_at: when it was sent or given up.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENT = "sent", _("sent")
        FAILED = "failed", _("given up")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    alarm = models.ForeignKey(Alarm, on_delete=models.CASCADE, related_name="deliveries")
    receiver = models.ForeignKey(Receiver, on_delete=models.CASCADE, related_name="deliveries")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    answer = models.CharField(max_length=400, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-due_at"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["state", "due_at"])]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["alarm", "receiver"], name="told_once")
        ]

    def __str__(self) -> str:
        return f"{self.alarm_id} {self.receiver_id}"
