"""What can be told of the company."""

from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vernost_web.company import choices
from vernost_web.company.fields import DaysField, HoursField, ListedInput, PercentField
from vernost_web.company.models import Company
from vernost_web.company.queries import WEEK
from vernost_web.ui.forms import ModelForm
from vernost_web.ui.language import spoken

UNSAID = ("", _("not said"))


class CompanyForm(ModelForm):
    """The company's settings."""

    monday = HoursField(label=_("Monday"))
    tuesday = HoursField(label=_("Tuesday"))
    wednesday = HoursField(label=_("Wednesday"))
    thursday = HoursField(label=_("Thursday"))
    friday = HoursField(label=_("Friday"))
    saturday = HoursField(label=_("Saturday"))
    sunday = HoursField(label=_("Sunday"))

    class Meta:
        model = Company
        fields: ClassVar[list[str]] = [
            "name", "industry", "currency", "timezone", "language", "margin", "discount_rate", "lapse_days",
            "counts_working_hours", "holidays", "two_factor",
        ]  # fmt: skip

    def __init__(self, *args: Any, instance: Company, **kwargs: Any) -> None:
        hours = {name: instance.working_hours.get(str(day)) for day, name in enumerate(WEEK)}
        super().__init__(*args, instance=instance, initial=hours, **kwargs)
        language = spoken()
        self._offer("industry", choices.industries())
        self._offer("currency", choices.currencies(language))
        self.fields["timezone"].widget = ListedInput(choices.timezones(language, timezone.now().year))
        self._ask("margin", PercentField, label=_("Margin, %"), required=False)
        self._ask("discount_rate", PercentField, label=_("Yearly discount rate, %"))
        self._ask("holidays", DaysField)
        self.dress()

    def clean(self) -> dict[str, Any]:
        """Waits can be counted in working hours when there are some."""
        given = super().clean() or {}
        is_off = not any(given.get(name) or name in self.errors for name in WEEK)
        if given.get("counts_working_hours") and is_off:
            self.add_error("counts_working_hours", _("Say when people work, or do not count in working hours."))
        return given

    def values(self) -> dict[str, Any]:
        """What the company is, as its model keeps it."""
        given = dict(self.cleaned_data)
        hours = {str(day): given.pop(name) for day, name in enumerate(WEEK)}
        return {**given, "working_hours": {day: both for day, both in hours.items() if both}}

    def company(self) -> list[forms.BoundField]:
        """What it is."""
        return [self[name] for name in ("name", "industry", "timezone", "language")]

    def numbers(self) -> list[forms.BoundField]:
        """By what its numbers are made."""
        return [self[name] for name in ("currency", "margin", "discount_rate", "lapse_days")]

    def week(self) -> list[forms.BoundField]:
        """When people work there."""
        return [self[name] for name in WEEK]

    def _offer(self, name: str, offered: Any) -> None:
        """Let one of a list be chosen, or none; what is chosen already stays among them."""
        codes = [code for code, _title in offered]
        chosen = getattr(self.instance, name)
        kept = [] if chosen in ("", *codes) else [(chosen, chosen)]
        self._ask(name, forms.ChoiceField, choices=[UNSAID, *kept, *offered], required=False)

    def _ask(self, name: str, kind: type[forms.Field], **options: Any) -> None:
        """Ask for a value of the model by another field, with the same words."""
        old = self.fields[name]
        self.fields[name] = kind(**{"label": old.label, "help_text": old.help_text, **options})
