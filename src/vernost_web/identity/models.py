import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Rank(models.IntegerChoices):
    """How sure it is that two customers are one, as people say it."""

    STRONG = 3, _("almost sure")
    FAIR = 2, _("likely")
    WEAK = 1, _("possible")


def customer() -> "models.CharField[Any, Any]":
    """Id of a customer, as the log has it."""
    return models.CharField(max_length=500)


def person() -> "models.ForeignKey[Any, Any]":
    """A user who may be gone one day."""
    return models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")


class Pair(models.Model):
    """Two customers who may be one person.

    Attributes:
        first_id: the one whose id comes first.
        second_id: the other.
        rank: how sure it is.
        agree: what says that they are one: 'phone', 'email', 'name', 'birthday_on'.
        differ: what says that they are two.
        is_suggested: whether a program said so, which met one person under both ids; else it was found.
        found_at: when it was found first.
        refused_by: who said that they are two.
        refused_at: when; None while it is open.
    """

    first_id = customer()
    second_id = customer()
    rank = models.PositiveSmallIntegerField(_("how sure"), choices=Rank)
    agree: Any = models.JSONField(default=list)
    differ: Any = models.JSONField(default=list)
    is_suggested = models.BooleanField(default=False)
    found_at = models.DateTimeField(default=timezone.now)
    refused_by = person()
    refused_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-rank", "pk"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["refused_at", "-rank", "id"], name="identity_pair_list"),
            models.Index(fields=["second_id"], name="identity_pair_second"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["first_id", "second_id"], name="one_pair_of_two")
        ]

    def __str__(self) -> str:
        return f"{self.first_id} = {self.second_id}"

    @property
    def ids(self) -> tuple[str, str]:
        """Both customers."""
        return self.first_id, self.second_id


class Search(models.Model):
    """A search of doubles that is done.

    Attributes:
        load: number of the load after which it was.
        count: pairs that it found.
        seconds: how long it took.
        at: when it ended.
    """

    load = models.PositiveIntegerField()
    count = models.PositiveIntegerField(default=0)
    seconds = models.FloatField(default=0)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]

    def __str__(self) -> str:
        return f"{self.load}"


class Wish(models.Model):
    """That customers are to be one, or apart again; the log has what came of it.

    Attributes:
        kind: which of both.
        surviving_id: the customer to whom they are, or were, to belong.
        absorbed_ids: who gives way.
        by: who wished it.
        at: when.
        job: does it.
    """

    class Kind(models.TextChoices):
        MERGE = "merge", _("merged")
        PART = "part", _("parted")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=8, choices=Kind)
    surviving_id = customer()
    absorbed_ids: Any = models.JSONField()
    by = person()
    at = models.DateTimeField(default=timezone.now)
    job = models.ForeignKey("jobs.Job", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["-at"]

    def __str__(self) -> str:
        return f"{self.kind} {self.surviving_id}"
