from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

MOST_A_MINUTE = 10_000_000


class Source(models.Model):
    """A site, an app or a program that sends what customers do.

    Attributes:
        name: what people call it, and the source of its rows in the log.
        most_a_minute: events that it may send in a minute; 0 as many as it likes.
    """

    name = models.CharField(_("name"), max_length=80, unique=True)
    most_a_minute = models.PositiveIntegerField(
        _("most events a minute"), default=0, validators=[MaxValueValidator(MOST_A_MINUTE)]
    )
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name


class OpenKeys(models.QuerySet["Key"]):
    """Keys, and those of them that work."""

    def open(self) -> "OpenKeys":
        """Those that are neither taken back nor over."""
        return self.filter(Q(until=None) | Q(until__gt=timezone.now()), withdrawn_at=None)


class Key(models.Model):
    """A write key: whoever has it may send as a source, and read nothing.

    Attributes:
        digest: of the key; the key itself is not kept.
        hint: its last signs, by which people know it.
        origins: addresses of the sites whose pages may use it, such as https://shop.example.com; empty: any sender.
        until: when it ends; None when it does not.
        withdrawn_at: when it was taken back.
    """

    source = models.ForeignKey("tracking.Source", on_delete=models.CASCADE, related_name="keys")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    hint = models.CharField(max_length=8, editable=False)
    origins = models.JSONField(_("sites that may use it"), default=list)
    until = models.DateTimeField(_("works until"), null=True)
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )

    objects = OpenKeys.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-made_at"]

    def __str__(self) -> str:
        return f"{self.source} …{self.hint}"

    @property
    def is_open(self) -> bool:
        """Whether it works."""
        return self.withdrawn_at is None and (self.until is None or self.until > timezone.now())
