import uuid
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vernost_web.ui.sealing import unseal

SEALED_AS = "webhooks"


class Webhook(models.Model):
    """An address of another program that is told what happens here.

    Attributes:
        url: where it is told.
        kinds: of happenings that are told; all when empty.
        sealed: the secret that signs messages, encrypted.
        sealed_before: the secret before it was changed, encrypted; signs too while it is in force.
        before_until: until when that is in force.
        is_on: whether anything is sent.
        failing_since: since when nothing has arrived; None while it does.
        made_by: who added it.
        made_at: when.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    url = models.CharField(_("address"), max_length=400)
    kinds: Any = models.JSONField(_("told of"), default=list, blank=True)
    sealed = models.TextField(editable=False)
    sealed_before = models.TextField(blank=True, editable=False)
    before_until = models.DateTimeField(null=True, editable=False)
    is_on = models.BooleanField(_("switched on"), default=True)
    failing_since = models.DateTimeField(null=True, editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["-made_at", "pk"]

    def __str__(self) -> str:
        return self.url

    @property
    def secret(self) -> str:
        """The secret that signs messages."""
        return unseal(self.sealed, of=SEALED_AS)

    def secrets(self, now: datetime) -> list[str]:
        """All secrets in force, the newest first."""
        has_before = self.before_until is not None and self.before_until > now
        return [self.secret, *([unseal(self.sealed_before, of=SEALED_AS)] if has_before else [])]

    def hears(self, kind: str) -> bool:
        """Whether it is told of a kind of happenings."""
        return not self.kinds or kind in self.kinds


class Happening(models.Model):
    """Something that happened here and that other programs are told.

    Attributes:
        kind: slice and verb, such as 'data.loaded'.
        content: plain data of it, without what tells who customers are.
        key: at most one happening has it, ever; empty for those that may come again.
        at: when.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=64)
    content: Any = models.JSONField()
    key = models.CharField(max_length=200, null=True, unique=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-at"]

    def __str__(self) -> str:
        return self.kind


class State(models.TextChoices):
    """What has become of a delivery."""

    WAITING = "waiting", _("waiting")
    SENT = "sent", _("sent")
    FAILED = "failed", _("given up")


class Delivery(models.Model):
    """One happening on its way to one webhook.

    Attributes:
        webhook: who is told.
        happening: what.
        state: what has become of it.
        attempts: how often it was tried.
        due_at: when it is tried next.
        status: HTTP status of the last answer; None when there was none.
        answer: what the other side said last.
        ended_at: when it was sent or given up.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    happening = models.ForeignKey(Happening, on_delete=models.CASCADE, related_name="deliveries")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.CharField(max_length=400, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-made_at", "-pk"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "due_at"]), models.Index(fields=["webhook", "-made_at"])
        ]  # fmt: skip
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["webhook", "happening"], name="each_webhook_told_once")
        ]

    def __str__(self) -> str:
        return f"{self.webhook_id} {self.happening_id}"
