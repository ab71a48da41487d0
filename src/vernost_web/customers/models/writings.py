from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Written(models.Model):
    """Something that a user wrote down about a customer.

    Attributes:
        customer_id: of the customer, as in the log.
        by: who wrote it; None for the system, and when their account is gone.
        at: when.
    """

    customer_id = models.CharField(_("customer"), max_length=500, db_index=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        abstract = True
        ordering: ClassVar[list[str]] = ["-at", "-pk"]


class Note(Written):
    """A note."""

    text = models.TextField(_("note"), max_length=10_000)

    def __str__(self) -> str:
        return self.text[:60]


class Tagging(Written):
    """A tag of a customer."""

    tag = models.CharField(_("tag"), max_length=60, db_index=True)

    class Meta(Written.Meta):
        ordering: ClassVar[list[str]] = ["tag"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["customer_id", "tag"], name="a_tag_once_a_customer")
        ]

    def __str__(self) -> str:
        return self.tag


class Occasion(Written):
    """A date that matters to a customer."""

    title = models.CharField(_("what it is"), max_length=120)
    on = models.DateField(_("date"))
    is_yearly = models.BooleanField(_("every year"), default=True)

    class Meta(Written.Meta):
        ordering: ClassVar[list[str]] = ["on", "pk"]

    def __str__(self) -> str:
        return self.title


class Care(models.Model):
    """Who looks after a customer, and how they like to be treated.

    Attributes:
        owner: the user who is responsible for them.
        channel: by which they like to be spoken to.
        hours: when they like it.
        language: in which.
        wishes: what else is to be heeded.
    """

    customer_id = models.CharField(_("customer"), max_length=500, unique=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+",
        verbose_name=_("owner"),
    )  # fmt: skip
    channel = models.CharField(_("likes to be reached by"), max_length=60, blank=True)
    hours = models.CharField(_("at what time"), max_length=120, blank=True)
    language = models.CharField(_("in which language"), max_length=60, blank=True)
    wishes = models.TextField(_("wishes"), max_length=2_000, blank=True)

    def __str__(self) -> str:
        return self.customer_id


class Membership(Written):
    """A person who works for a company, both customers; `customer_id` is the person.

    Attributes:
        company_id: customer id of the company.
        position: what they are there.
    """

    company_id = models.CharField(_("company"), max_length=500, db_index=True)
    position = models.CharField(_("position"), max_length=120, blank=True)

    class Meta(Written.Meta):
        ordering: ClassVar[list[str]] = ["customer_id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["customer_id", "company_id"], name="a_person_once_a_company")
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.company_id}"
