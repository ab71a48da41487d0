from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone


class Record(models.Model):
    """What somebody did: never changed, never removed.

    Attributes:
        at: when.
        actor: who; None for the system itself.
        actor_name: who, as called then; stays when the account goes.
        action: verb and thing, such as 'targets.set'.
        thing: what it was done to, in words.
        before: values before; None for something new.
        after: values after; None for something removed.
        address: from where, as the server sees it.
    """

    at = models.DateTimeField(default=timezone.now, db_index=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    actor_name = models.CharField(max_length=254, blank=True)
    action = models.CharField(max_length=64, db_index=True)
    thing = models.CharField(max_length=254, blank=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    address = models.GenericIPAddressField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_name} {self.action} {self.thing}"
