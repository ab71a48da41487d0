from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


def working_week() -> dict[str, list[str]]:
    """Monday to Friday, nine to six: weekday (0 is Monday) -> from, to."""
    return {str(day): ["09:00", "18:00"] for day in range(5)}


class Company(models.Model):
    """What the application must know of the one company that it serves.

    Attributes:
        name: as reports call it.
        industry: what it is compared with; code name of the library's industry figures.
        currency: ISO code of its money.
        timezone: its clock, by which periods are cut.
        language: of reports and messages that are sent by themselves.
        margin: share of revenue that stays after costs.
        discount_rate: yearly, by which future money counts less.
        working_hours: weekday (0 is Monday) -> from and to.
        holidays: days (ISO) on which nobody works.
        lapse_days: days of silence after which a customer counts as gone; learnt from the log when empty.
    """

    name = models.CharField(_("company name"), max_length=120, blank=True)
    industry = models.CharField(_("industry"), max_length=40, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    timezone = models.CharField(_("time zone"), max_length=64, default="UTC")
    language = models.CharField(_("language of reports"), max_length=2, default="ru")
    margin = models.DecimalField(
        _("margin"), max_digits=5, decimal_places=4, null=True, blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
    )  # fmt: skip
    discount_rate = models.DecimalField(
        _("yearly discount rate"), max_digits=5, decimal_places=4, default=0,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
    )  # fmt: skip
    working_hours: Any = models.JSONField(default=working_week)
    holidays: Any = models.JSONField(default=list, blank=True)
    lapse_days = models.PositiveIntegerField(_("lapse window, days"), null=True, blank=True)

    class Meta:
        verbose_name = _("company")

    def __str__(self) -> str:
        return self.name
