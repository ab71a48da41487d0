from typing import Any, ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vernost_web.ui.recurrence import Recurring


class Standing(models.TextChoices):
    """What has become of a model."""

    WAITING = "waiting", _("waits to take over")
    SERVING = "serving", _("at work")
    RETIRED = "retired", _("replaced")
    PASSED = "passed", _("passed over for a newer one")


class TrainedModel(models.Model):
    """A model that was trained, and what is to be known of it before it is believed.

    Attributes:
        id: of the training; a training that is repeated finds what it made before.
        name: code name of the candidate that was chosen.
        version: short name of what was learnt.
        as_of: the day it predicts from.
        days: within how many days customers may leave.
        load: number of the load that it learnt from.
        card: all that the library's model card says.
        sentences: the card in words, by language.
        figures: the back-test and what else shows how far it can be trusted, by language.
        counts: customers by band of risk.
        rival: the model that was at work when it was trained.
        comparison: how both foretold the same days; None without a rival, or when they cannot be compared.
        why_not_compared: the reason, when they cannot.
        standing: what has become of it.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    name = models.CharField(_("model"), max_length=40)
    version = models.CharField(_("version"), max_length=12)
    as_of = models.DateField(_("as of"))
    days = models.PositiveIntegerField(_("days ahead"))
    load = models.PositiveBigIntegerField(_("load"))
    card: Any = models.JSONField()
    sentences: Any = models.JSONField()
    figures: Any = models.JSONField()
    counts: Any = models.JSONField()
    rival = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+")
    comparison: Any = models.JSONField(null=True)
    why_not_compared: Any = models.JSONField(null=True)
    standing = models.CharField(_("standing"), max_length=8, choices=Standing.choices, default=Standing.WAITING)
    trained_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    trained_at = models.DateTimeField(default=timezone.now)
    taken_over_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    taken_over_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-trained_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["standing"], condition=models.Q(standing=Standing.SERVING), name="one_model_at_work"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class Rule(models.TextChoices):
    """When a new model takes over from the one at work."""

    PERSON = "person", _("when a person says so")
    NOT_WORSE = "not_worse", _("by itself, when it is not clearly worse")
    BETTER = "better", _("by itself, when it is clearly better")


class Policy(Recurring):
    """How models are trained and put to work.

    Attributes:
        rule: when a new model takes over.
    """

    rule = models.CharField(_("a new model takes over"), max_length=9, choices=Rule.choices, default=Rule.PERSON)

    def __str__(self) -> str:
        return self.rule
