from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    """By which road."""

    EMAIL = "email", _("e-mail")
    SMS = "sms", _("text message")
    PHONE = "phone", _("call")
    PUSH = "push", _("push message")
    MESSENGER = "messenger", _("messenger")
    POST = "post", _("letter")
    ANY = "any", _("any road")


class Purpose(models.TextChoices):
    """What for."""

    MARKETING = "marketing", _("offers and news")
    SERVICE = "service", _("messages about orders")
    SURVEYS = "surveys", _("surveys")
    PROFILING = "profiling", _("forecasts and segments")
    PROCESSING = "processing", _("keeping personal data")


class ConsentSet(models.QuerySet["Consent"]):
    """Consents, which are read and added to; only the erasure of a person takes them away."""

    def update(self, **values: Any) -> NoReturn:
        """Refuse: what was said stays said."""
        raise TypeError("Consents are never changed; another one is added.")


class Consent(models.Model):
    """What a customer allowed or forbade, once: a log that only grows; the last line of a channel and purpose holds.

    Attributes:
        customer_id: of the customer, as in the log.
        is_given: given, or withdrawn.
        text: the words that they agreed to.
        at: when they said so.
        source: where: a form, a call, a paper.
        by: who wrote it down; None for the system.
        noted_at: when it was written down.
    """

    customer_id = models.CharField(_("customer"), max_length=500, db_index=True)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose.choices)
    is_given = models.BooleanField(_("given"))
    text = models.TextField(_("text of the consent"), max_length=5_000, blank=True)
    at = models.DateTimeField(_("when"), default=timezone.now)
    source = models.CharField(_("where from"), max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    noted_at = models.DateTimeField(default=timezone.now)

    objects = ConsentSet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.channel} {self.purpose} {self.is_given}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add it; a second time is refused."""
        if self.pk is not None:
            raise TypeError("Consents are never changed; another one is added.")
        super().save(*args, **kwargs)
