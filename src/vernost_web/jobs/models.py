import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vernost_web.jobs.kinds import KINDS
from vernost_web.ui.slice import Words


class State(models.TextChoices):
    """What has become of a job."""

    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


class Job(models.Model):
    """Slow work that a worker does.

    A worker holds a job by a lease that it renews while it works. When the worker dies, the lease runs out and another
    worker takes the job up again; so a job must be safe to repeat.

    Attributes:
        kind: which function does it, such as 'data.load'.
        arguments: what the function is given.
        key: at most one job has it, ever; empty for jobs that may be asked for any number of times.
        asked_by: the user; None for the schedule.
        state: what has become of it.
        share: how much is done, from 0 to 1.
        step: what is being done, in the words of the library: sentence and values, so that each reader reads their own
            language.
        result: what the function gave back.
        error: why it failed: sentence and values.
        not_before: when it may start.
        lease_until: until when its worker holds it.
        holder: the worker.
        attempts: how often it was started.
        is_cancel_asked: whether somebody wants it stopped.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=64, db_index=True)
    arguments = models.JSONField(default=dict)
    key = models.CharField(max_length=200, null=True, unique=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    share = models.FloatField(default=0.0)
    step = models.JSONField(null=True)
    result = models.JSONField(null=True)
    error = models.JSONField(null=True)
    not_before = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    holder = models.CharField(max_length=80, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    is_cancel_asked = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["-asked_at"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["state", "not_before"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"

    @property
    def title(self) -> Words:
        """What it does, in words."""
        return KINDS[self.kind].title if self.kind in KINDS else self.kind

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in {State.DONE, State.FAILED, State.CANCELLED}
