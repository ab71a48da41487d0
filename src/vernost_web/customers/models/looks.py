from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class What(models.TextChoices):
    """What was looked at."""

    LIST = "list", _("a list")
    CARD = "card", _("the customer's page")
    FILE = "file", _("a file")


class Look(models.Model):
    """That somebody saw the personal data of a customer; looks of one hour are one.

    Attributes:
        customer_id: of whom, as in the log.
        actor_name: who, as called then; stays when the account goes.
        what: where they were seen.
        hour: number of the hour since 1970.
        at: when, first in that hour.
    """

    customer_id = models.CharField(_("customer"), max_length=500, db_index=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    actor_name = models.CharField(max_length=254)
    what = models.CharField(max_length=4, choices=What.choices)
    hour = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["actor", "customer_id", "what", "hour"], name="a_look_once_an_hour")
        ]

    def __str__(self) -> str:
        return f"{self.actor_name} {self.customer_id}"
