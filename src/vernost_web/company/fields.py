"""Fields of the settings: shares as percentages, days as lines, hours of a day, a list that can be typed."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vernost.errors import InvalidValue
from vernost.measure.working_hours import WorkingHours, clock, spans_in
from vernost_web.company.models import spans_shown
from vernost_web.ui.forms import DayField

MOST_DAYS = 1_000


class PercentField(forms.DecimalField):
    """A share of 1, shown and typed as a percentage."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            min_value=0, max_value=100, max_digits=5, decimal_places=2, localize=True,
            widget=forms.TextInput(attrs={"inputmode": "decimal"}), **kwargs,
        )  # fmt: skip

    def prepare_value(self, value: Any) -> Any:
        """The percentage of a share; what was typed stays as it is."""
        return (value * 100).normalize() + 0 if isinstance(value, Decimal) else value

    def clean(self, value: Any) -> Decimal | None:
        """The share of a percentage."""
        percent = super().clean(value)
        return None if percent is None else percent / 100


class DaysField(forms.CharField):
    """Days, one a line."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 4}), required=False, max_length=20 * MOST_DAYS, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """The lines of a list of days; what was typed stays as it is."""
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        """Each day once, in order."""
        day = DayField()
        found: set[date] = set()
        for line in super().clean(value).split("\n"):
            if line.strip():
                try:
                    found.add(day.clean(line))
                except forms.ValidationError:
                    raise forms.ValidationError(
                        _("“%(line)s” is not a day. Write it as 2026-12-31, one a line."), params={"line": line.strip()}
                    ) from None
        return [each.isoformat() for each in sorted(found)]


class HoursField(forms.CharField):
    """The working hours of a day, with breaks; empty for a day off."""

    def __init__(self, **kwargs: Any) -> None:
        example = forms.TextInput(attrs={"placeholder": _("day off"), "autocomplete": "off"})
        super().__init__(widget=example, required=False, max_length=200, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """The spans of a day; what was typed stays as it is."""
        return spans_shown(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str] | None:
        """From, to, from, to and so forth; nothing for a day off."""
        text = super().clean(value)
        if not text:
            return None
        try:
            day = WorkingHours((tuple(spans_in(text)),) * 7).week[0]
        except InvalidValue:
            raise forms.ValidationError(
                _("Write hours as 09:00–18:00, with a break as 09:00–13:00, 14:00–18:00; empty is a day off.")
            ) from None
        return [clock(minutes) for span in day for minutes in span]


class ListedInput(forms.TextInput):
    """A text with a list of what it may be, which the browser searches while one types."""

    template_name = "company/listed.html"

    def __init__(self, choices: Sequence[tuple[str, str]]) -> None:
        super().__init__(attrs={"autocomplete": "off"})
        self.choices = choices

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """What its template shows."""
        context = super().get_context(name, value, attrs)
        identity = f"{context['widget']['attrs'].get('id', name)}_list"
        context["widget"]["attrs"]["list"] = identity
        return {**context, "identity": identity, "choices": self.choices}
