from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from vernost_web.accounts.models import User
else:
    User = get_user_model()

PER_MINUTE = 600
"""Requests that a key may make in a minute unless it says otherwise."""


class KeySet(models.QuerySet["Key"]):
    """Keys, and those of them that open anything."""

    def valid(self) -> "KeySet":
        """Those that work now."""
        is_running = Q(until=None) | Q(until__gt=timezone.now())
        return self.filter(is_running, revoked_at=None, made_by__is_active=True)


class Key(models.Model):
    """A key by which another program comes in on behalf of who made it.

    Attributes:
        name: what people call it.
        prefix: the beginning of it, by which it is found and told apart.
        digest: of its secret part, which is shown only once.
        scopes: permissions that it has, as far as who made it has them.
        per_minute: requests that it may make in a minute.
        free_at: seconds since 1970 at which it will have waited off all its requests.
        made_by: on whose behalf it acts.
        made_at: since when.
        until: when it ends; never when empty.
        used_at: when it was last used.
        revoked_at: when somebody took it back.
    """

    name = models.CharField(_("name"), max_length=80)
    prefix = models.CharField(max_length=12, unique=True, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    scopes: Any = models.JSONField(_("scopes"), default=list)
    per_minute = models.PositiveIntegerField(_("requests a minute"), default=PER_MINUTE)
    free_at = models.FloatField(default=0.0, editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(_("valid until"), null=True, blank=True)
    used_at = models.DateTimeField(null=True, editable=False)
    revoked_at = models.DateTimeField(null=True, editable=False)

    objects = KeySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @property
    def is_valid(self) -> bool:
        """Whether it opens anything now."""
        is_over = self.until is not None and self.until <= timezone.now()
        return not is_over and self.revoked_at is None and self.made_by.is_active


class Holder(User):
    """Whoever made a key, as a program that has it: may what both may, and is called by both names."""

    key: Key

    class Meta:
        proxy = True

    def __str__(self) -> str:
        return f"{super().__str__()} / {self.key.name}"

    def may(self, permission: str) -> bool:
        """Whether the key has a permission, and its maker's role still has it too."""
        return permission in self.key.scopes and super().may(permission)


class Repeat(models.Model):
    """A write that a key may ask for again without its being done again.

    Attributes:
        key: whose.
        token: the name that the program gave this write.
        digest: of what was asked.
        status: of the answer; None while there is none.
        sealed: the answer, encrypted, for secrets that are told once and persons may stand in it.
        media: its media type.
        at: when it was first asked for.
    """

    key = models.ForeignKey(Key, on_delete=models.CASCADE, related_name="+")
    token = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    sealed = models.TextField(blank=True)
    media = models.CharField(max_length=100, blank=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["key", "token"], name="asked_once_by_a_key")
        ]

    def __str__(self) -> str:
        return self.token
