"""What a report is to hold, and when it is made."""

from typing import Any, ClassVar

from django import forms
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from vernost.expressions import columns_of
from vernost_web.metrics.queries import refusal, wrong_filter
from vernost_web.reports.models import Report, Schedule
from vernost_web.ui.forms import DayField, ModelForm
from vernost_web.ui.language import spoken
from vernost_web.ui.recurrence import Every

MOST_RECIPIENTS = 50
LABELS = {"language": _("Language"), "where": _("Only where"), "has_forecast": _("With the forecast")}
HELP = {
    "where": _("An expression, such as city = 'Perm'. Everybody when empty."),
    "has_forecast": _("Who is leaving and what customers are worth; learning it takes most of the time."),
}


class ContentForm(ModelForm):
    """What a report is to hold; without a forecast for those who may not see it."""

    def __init__(self, *args: Any, may_forecast: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_forecast:
            del self.fields["has_forecast"]

    def clean_where(self) -> str:
        """A filter that can be asked."""
        text = str(self.cleaned_data["where"])
        wrong = wrong_filter(text) if text else None
        if wrong is not None:
            raise forms.ValidationError(wrong.told(spoken()))
        secret = refusal(columns_of(text)) if text else ""
        if secret:
            raise forms.ValidationError(secret)
        return text

    def content(self) -> dict[str, Any]:
        """What was asked for; of a form that is valid."""
        return {"has_forecast": False} | self.cleaned_data


class ReportForm(ContentForm):
    """A report now."""

    as_of = DayField(label=_("As of"), required=False, help_text=_("The day of the last fact when empty."))

    class Meta:
        model = Report
        fields: ClassVar[list[str]] = ["language", "as_of", "where", "has_forecast"]
        labels, help_texts = LABELS, HELP


class Addresses(forms.CharField):
    """E-mail addresses, by commas or one a line."""

    widget = forms.Textarea(attrs={"rows": 2})

    def to_python(self, value: Any) -> Any:
        """The addresses, each once."""
        text = str(super().to_python(value) or "").replace(",", " ").replace(";", " ")
        addresses = list(dict.fromkeys(text.lower().split()))
        for address in addresses:
            validate_email(address)
        if len(addresses) > MOST_RECIPIENTS:
            raise forms.ValidationError(
                _("There are more than %(most)s addresses. Use a mailing list."), params={"most": MOST_RECIPIENTS}
            )
        return addresses


class ScheduleForm(ContentForm):
    """A report again and again."""

    every = forms.ChoiceField(label=_("How often"), choices=[each for each in Every.choices if each[0]])
    recipients = Addresses(
        label=_("Send it to"), required=False, help_text=_("E-mail addresses, by commas. It is kept here in any case.")
    )

    class Meta:
        model = Schedule
        fields: ClassVar[list[str]] = ["every", "hour", "language", "where", "has_forecast", "recipients"]
        labels: ClassVar[dict[str, Any]] = LABELS | {"hour": _("At this hour, by the company's clock")}
        help_texts = HELP
