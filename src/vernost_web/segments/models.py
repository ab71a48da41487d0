from typing import Any, ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vernost.explain.segments import ready_made
from vernost_web.ui.language import spoken


def new_key() -> str:
    """A name by which rules mention a segment."""
    return f"s{uuid4().hex[:12]}"


class Kind(models.TextChoices):
    """How it is known who is in a segment."""

    RULE = "rule", _("by a rule")
    LIST = "list", _("a fixed list")


class Segment(models.Model):
    """A group of customers with a name.

    Attributes:
        key: by which rules and addresses mention it; that of a ready segment is its name.
        name: how people call it; empty for a ready segment, which has its own name in each language.
        note: what it is for.
        kind: by a rule, or a fixed list.
        version: number of the rule that counts.
        is_archived: whether it is out of use.
        made_by: who made it.
        made_at: when.
        count: customers in it; None until it was worked out.
        as_of: the day that was looked at.
        load: the state of the log by which it was worked out; 0 before.
        worked_out: number of the rule that was worked out; 0 before.
        worked_out_at: when.
        turn: how often its customers were written; who works them out finds out by it that another was quicker.
        error: why it could not be worked out: sentence and values.
    """

    key = models.CharField(max_length=40, unique=True, default=new_key, editable=False)
    name = models.CharField(_("name"), max_length=120, blank=True)
    note = models.CharField(_("what it is for"), max_length=400, blank=True)
    kind = models.CharField(_("kind"), max_length=4, choices=Kind.choices, default=Kind.RULE)
    version = models.PositiveIntegerField(_("version"), default=1)
    is_archived = models.BooleanField(_("out of use"), default=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    count = models.PositiveIntegerField(null=True)
    as_of = models.DateField(null=True)
    load = models.PositiveBigIntegerField(default=0)
    worked_out = models.PositiveIntegerField(default=0)
    worked_out_at = models.DateTimeField(null=True)
    turn = models.PositiveIntegerField(default=0)
    error: Any = models.JSONField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["name", "pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """Its name in the reader's language."""
        return self.name or (ready_made()[self.key].title(spoken()) if self.is_ready else self.key)

    @property
    def meaning(self) -> str:
        """What it is for, in the reader's language where it was there from the start."""
        return self.note or (ready_made()[self.key].meaning(spoken()) if self.is_ready else "")

    @property
    def is_ready(self) -> bool:
        """Whether it was there from the start."""
        return self.key in ready_made()


class Version(models.Model):
    """A rule that a segment had or has.

    Attributes:
        segment: whose.
        number: from 1.
        rule: the rule as plain data.
        made_by: who wrote it.
        made_at: when.
    """

    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    rule: Any = models.JSONField(_("rule"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["-number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["segment", "number"], name="one_rule_a_version")
        ]

    def __str__(self) -> str:
        return f"{self.segment_id} {self.number}"


class Membership(models.Model):
    """A customer's time in a segment.

    Attributes:
        segment: which.
        customer_id: who.
        entered_on: the day of the log on which they were first in it.
        left_on: the day of the log on which they were in it no more; None while they are.
    """

    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="memberships")
    customer_id = models.TextField()
    entered_on = models.DateField()
    left_on = models.DateField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["customer_id"])]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["segment", "customer_id"], condition=Q(left_on__isnull=True), name="in_a_segment_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.segment_id} {self.customer_id}"


class Day(models.Model):
    """How a segment stood on a day of the log.

    Attributes:
        segment: which.
        on: the day.
        count: customers in it at last.
        entered: customers who came into it.
        left: customers who went out of it.
    """

    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="days")
    on = models.DateField()
    count = models.PositiveIntegerField()
    entered = models.PositiveIntegerField(default=0)
    left = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar[list[str]] = ["on"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["segment", "on"], name="one_standing_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.segment_id} {self.on}"
