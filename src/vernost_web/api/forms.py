"""What a new key may do, how often, and until when."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vernost_web.accounts.permissions import permissions
from vernost_web.api.models import PER_MINUTE
from vernost_web.ui.forms import DayField, Form
from vernost_web.ui.language import spoken

MOST_PER_MINUTE = 60_000


def _scopes() -> list[tuple[str, str]]:
    return [(each.name, each.title(spoken())) for each in permissions().values()]


class KeyForm(Form):
    """A key."""

    name = forms.CharField(label=_("What it is for"), max_length=80, help_text=_("Such as: nightly load of the shop."))
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"), choices=_scopes, widget=forms.CheckboxSelectMultiple,
        help_text=_("Names, phones and addresses come only with their own permission."),
    )  # fmt: skip
    until = DayField(label=_("Valid until the end of"), required=False, help_text=_("Empty: until it is revoked."))
    per_minute = forms.IntegerField(
        label=_("Requests a minute"), min_value=1, max_value=MOST_PER_MINUTE, initial=PER_MINUTE
    )

    def clean_until(self) -> datetime | None:
        """The end of a day that is not over yet, by the company's clock."""
        day = self.cleaned_data["until"]
        if day is None:
            return None
        if day < timezone.localdate():
            raise forms.ValidationError(_("That day is over."))
        return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))

    def values(self) -> dict[str, Any]:
        """What was said."""
        return dict(self.cleaned_data)
