from typing import Any, ClassVar
from urllib.parse import urlencode

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SavedView(models.Model):
    """A list of customers that somebody keeps: search, filters, sort and columns.

    Attributes:
        by: whose it is.
        is_shared: whether all others see it too.
        question: what the address of the list holds, by name.
    """

    name = models.CharField(_("name"), max_length=80)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    is_shared = models.BooleanField(_("for everybody"), default=False)
    question: Any = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["name", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["by", "name"], name="a_view_once_a_person")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def address(self) -> str:
        """What the address of the list holds."""
        return urlencode(self.question, doseq=True)
