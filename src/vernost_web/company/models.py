from decimal import Decimal
from typing import Any
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vernost import options
from vernost.measure.working_hours import DAYS, WorkingHours
from vernost_web.accounts.permissions import Role

LONGEST_LAPSE = 3_650


class TwoFactor(models.TextChoices):
    """Of whom a second factor is required at sign-in."""

    NOBODY = "", pgettext_lazy("required of", "nobody")
    ADMINISTRATORS = "administrators", pgettext_lazy("required of", "administrators")
    EVERYBODY = "everybody", pgettext_lazy("required of", "everybody")


DISCOUNT_RATE = Decimal(str(options.DISCOUNT_RATE))
"""The library's own, until the company names another."""


def working_week() -> dict[str, list[str]]:
    """Monday to Friday, nine to six: weekday (0 is Monday) -> from, to, from, to and so forth."""
    return {str(day): ["09:00", "18:00"] for day in range(5)}


def spans_shown(day: list[str]) -> str:
    """The hours of a day as people read and write them.

    >>> spans_shown(["09:00", "13:00", "14:00", "18:00"])
    '09:00–13:00, 14:00–18:00'
    """
    return ", ".join(f"{start}–{end}" for start, end in zip(day[::2], day[1::2], strict=True))


def check_timezone(name: str) -> None:
    """Refuse what is not the name of a time zone."""
    if name not in available_timezones():
        raise ValidationError(_("There is no time zone “%(name)s”. Choose one of the list."), params={"name": name})


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
        working_hours: weekday (0 is Monday) -> from and to, once or several times.
        counts_working_hours: whether waits for replies are counted in them alone.
        holidays: days (ISO) on which nobody works.
        lapse_days: days of silence after which a customer counts as gone; learnt from the log when empty.
        two_factor: of whom a second factor is required at sign-in.
    """

    name = models.CharField(
        _("company name"), max_length=120, blank=True, help_text=_("How reports and mail call the company.")
    )
    industry = models.CharField(
        _("industry"), max_length=40, blank=True,
        help_text=_("Published figures of this industry stand beside yours."),
    )  # fmt: skip
    currency = models.CharField(
        _("currency"), max_length=3, blank=True, help_text=_("The sign beside amounts. Nothing is converted.")
    )
    timezone = models.CharField(
        _("time zone"), max_length=64, default="UTC", validators=[check_timezone],
        help_text=_("By this clock days and months begin, in all numbers, and times are shown."),
    )  # fmt: skip
    language = models.CharField(
        _("language of reports"), max_length=2, default="ru", choices=[("ru", "Русский"), ("en", "English")],
        help_text=_("Of reports and messages that are sent by themselves. Everybody chooses that of their own pages."),
    )  # fmt: skip
    margin = models.DecimalField(
        _("margin"), max_digits=5, decimal_places=4, null=True, blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
        help_text=_("What stays of revenue after costs. With it, value of customers is margin and not turnover."),
    )  # fmt: skip
    discount_rate = models.DecimalField(
        _("yearly discount rate"), max_digits=5, decimal_places=4, default=DISCOUNT_RATE,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
        help_text=_("By it money of later years counts less in the value of customers."),
    )  # fmt: skip
    working_hours: Any = models.JSONField(_("working hours"), default=working_week, blank=True)
    counts_working_hours = models.BooleanField(
        _("count waits in working hours"), default=False,
        help_text=_("Times to a reply and to a solution are then those of these hours. Else all hours count."),
    )  # fmt: skip
    holidays: Any = models.JSONField(
        _("holidays"), default=list, blank=True,
        help_text=_("Days on which nobody works, one a line, such as 2026-12-31."),
    )  # fmt: skip
    lapse_days = models.PositiveIntegerField(
        _("lapse window, days"), null=True, blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_LAPSE)],
        help_text=_("After so many days without an order a customer counts as gone. Empty: learnt from your data."),
    )  # fmt: skip
    two_factor = models.CharField(
        _("two-factor sign-in is required of"), max_length=15, blank=True, choices=TwoFactor.choices,
        help_text=_("Who must have it and has not is led to set it up at the next page."),
    )  # fmt: skip

    class Meta:
        verbose_name = _("company")

    def __str__(self) -> str:
        return self.name

    @property
    def hours(self) -> WorkingHours | None:
        """When people work there; None when nobody ever does."""
        days = {DAYS["en"][int(day)]: spans_shown(spans) for day, spans in self.working_hours.items()}
        week = "; ".join(f"{name} {spans}" for name, spans in days.items())
        return WorkingHours.parse(week, holidays=self.holidays) if week else None

    @property
    def chosen(self) -> dict[str, Any]:
        """What it chose of the options by which measures count; the library keeps to its own in all the others."""
        values = {
            "lapse_days": self.lapse_days,
            "margin_rate": None if self.margin is None else float(self.margin),
            "discount_rate": float(self.discount_rate),
            "working_hours": str(self.hours) if self.counts_working_hours and self.hours else None,
        }
        return {name: value for name, value in values.items() if value is not None}

    @property
    def basis(self) -> dict[str, Any]:
        """All that numbers depend on beside the log and the question, as plain data by which they are kept."""
        return {"timezone": self.timezone, "industry": self.industry, "currency": self.currency} | self.chosen

    def requires_second_factor(self, user: Any) -> bool:
        """Whether a user must sign in with a second factor."""
        if self.two_factor == TwoFactor.ADMINISTRATORS:
            return bool(user.role == Role.ADMINISTRATOR)
        return self.two_factor == TwoFactor.EVERYBODY
