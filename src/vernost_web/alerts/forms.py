"""What people set: targets, watches, receivers, and what becomes of an alarm."""

from typing import Any

from django import forms
from django.core.validators import EmailValidator, URLValidator
from django.utils.translation import gettext_lazy as _

from vernost.errors import VernostError
from vernost.expressions import columns_of
from vernost.measure.measure import chapters
from vernost.measure.periods import Grain
from vernost_web.accounts.queries import people
from vernost_web.alerts.models import PERIODS, TARGET_PERIODS, Receiver
from vernost_web.metrics.queries import ask, is_course, refusal
from vernost_web.ui.forms import DayField, Form
from vernost_web.ui.language import spoken
from vernost_web.webhooks.queries import NotSent, check_named

NEVER_BELOW_ZERO = frozenset({"count", "hours", "money", "rating", "share"})
"""Units whose values cannot be less than nothing."""


def measures() -> list[tuple[str, str]]:
    """Measures with a value in each period, by name in the reader's language."""
    return [(each.name, each.term.title(spoken())) for each in chapters() if is_course(each)]


class MeasureForm(Form):
    """Anything that is said of a measure."""

    measure = forms.ChoiceField(label=_("Measure"), choices=measures)


class TargetForm(MeasureForm):
    """A target; shares are written in percent."""

    by = forms.ChoiceField(label=_("Period"), choices=TARGET_PERIODS)
    period = DayField(
        label=_("A day of the period"),
        required=False,
        help_text=_("Empty: for every period that has no target of its own."),
    )
    value = forms.FloatField(label=_("Target"), help_text=_("Shares in percent, such as 85."))

    def clean(self) -> dict[str, Any]:
        """A share of 1, and the first day of the period."""
        found: dict[str, Any] = super().clean() or {}
        if found.get("period") and found.get("by"):
            grain = Grain(found["by"])
            found["period"] = grain.first_day(grain.index_of(found["period"]))
        unit = {each.name: each.unit for each in chapters()}.get(found.get("measure", ""), "")
        if found.get("value") is None:
            return found
        if found["value"] < 0 and unit in NEVER_BELOW_ZERO:
            self.add_error("value", _("This measure is never below 0."))
        elif unit == "share":
            found["value"] /= 100
        return found


class WatchForm(MeasureForm):
    """A watch."""

    by = forms.ChoiceField(label=_("Period"), choices=PERIODS, help_text=_("Days are judged by their last seven."))
    cut = forms.CharField(label=_("Each value of"), required=False, max_length=64, help_text=_("Such as city."))
    where = forms.CharField(
        label=_("Only where"), required=False, max_length=400, help_text=_("Such as channel = 'web'.")
    )

    def clean(self) -> dict[str, Any]:
        """Only what the log can answer is watched."""
        found: dict[str, Any] = super().clean() or {}
        if self.errors:
            return found
        try:
            names = columns_of(found["where"]) if found["where"] else frozenset()
            secret = refusal(names, cut=[found["cut"]])
            if secret:
                raise forms.ValidationError(secret)
            told = ask(found["measure"], by=found["by"], cut=[found["cut"]] if found["cut"] else [],
                       where=found["where"])  # fmt: skip
        except VernostError as error:
            raise forms.ValidationError(error.told(spoken())) from error
        if told.is_missing:
            raise forms.ValidationError(told.why_missing(spoken()))
        return found


class ReceiverForm(Form):
    """Where alarms are sent."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Receiver.Kind.choices)
    address = forms.CharField(label=_("Address"), max_length=400, help_text=_("An e-mail address, or an https:// URL."))

    def clean(self) -> dict[str, Any]:
        """An address of its kind."""
        found: dict[str, Any] = super().clean() or {}
        if "address" in found and "kind" in found:
            is_mail = found["kind"] == Receiver.Kind.MAIL
            check = EmailValidator() if is_mail else URLValidator(schemes=["http", "https"])
            try:
                check(found["address"])
                if not is_mail:
                    check_named(found["address"])
            except forms.ValidationError as error:
                self.add_error("address", error)
            except NotSent as error:
                self.add_error("address", str(error))
        return found


class MuteForm(Form):
    """Until when an alarm keeps quiet."""

    until = DayField(label=_("Mute until"), required=False)


class AssignForm(Form):
    """Who looks after an alarm."""

    to = forms.ModelChoiceField(label=_("Assigned to"), queryset=people(), required=False, empty_label=_("nobody"))
