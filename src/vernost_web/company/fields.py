"""Fields of the settings: shares as percentages, days as lines, hours of a day, a list that can be typed."""

from collections.abc import Sequence
from datetime import date, time
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

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
        day = forms.DateField()
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


class HoursWidget(forms.MultiWidget):
    """From when and until when, side by side."""

    template_name = "company/hours.html"
    use_fieldset = True

    def __init__(self) -> None:
        clock = {"type": "time", "class": "form-control"}
        super().__init__(
            {
                "from": forms.TimeInput(attrs={**clock, "aria-label": pgettext_lazy("hours", "from")}, format="%H:%M"),
                "to": forms.TimeInput(attrs={**clock, "aria-label": pgettext_lazy("hours", "to")}, format="%H:%M"),
            }
        )

    def decompress(self, value: Sequence[str] | None) -> list[str | None]:
        """Both ends of the working day."""
        return list(value) if value else [None, None]


class HoursField(forms.MultiValueField):
    """The working hours of a day; both ends empty for a day off."""

    widget = HoursWidget

    def __init__(self, **kwargs: Any) -> None:
        super().__init__((forms.TimeField(), forms.TimeField()), required=False, require_all_fields=False, **kwargs)

    def compress(self, data_list: Sequence[time | None]) -> list[str] | None:
        """From and to, or nothing for a day off."""
        if not any(data_list):
            return None
        start, end = data_list
        if start is None or end is None:
            raise forms.ValidationError(_("Say from when and until when, or leave both empty for a day off."))
        if start >= end:
            raise forms.ValidationError(_("The day must end after it begins."))
        return [f"{start:%H:%M}", f"{end:%H:%M}"]


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
