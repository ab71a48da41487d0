from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.db import models
from django.utils import timezone


class RecordSet(models.QuerySet["Record"]):
    """Records, which may be read and added to only."""

    def update(self, **values: Any) -> NoReturn:
        """Refuse: what was done stays as it was."""
        raise TypeError("Audit records are never changed.")

    def delete(self) -> NoReturn:
        """Refuse: what was done stays known."""
        raise TypeError("Audit records are never removed.")


class Record(models.Model):
    """What somebody did: never changed, never removed.

    Attributes:
        at: when.
        actor: who; None for the system itself, and for somebody who was not signed in.
        actor_name: who, as called then; stays when the account goes.
        action: verb and thing, such as 'targets.set'.
        thing: what it was done to, in words.
        before: values before; None for something new.
        after: values after; None for something removed.
        address: from where, as the server sees it; None for the system itself.
        text: all of it in small letters, to be searched.
    """

    at = models.DateTimeField(default=timezone.now, db_index=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    actor_name = models.CharField(max_length=254, blank=True, db_index=True)
    action = models.CharField(max_length=64, db_index=True)
    thing = models.CharField(max_length=254, blank=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    address = models.GenericIPAddressField(null=True)
    text = models.TextField(blank=True)

    objects = RecordSet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_name} {self.action} {self.thing}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add it; a second time is refused."""
        if self.pk is not None:
            raise TypeError("Audit records are never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse: what was done stays known."""
        raise TypeError("Audit records are never removed.")
