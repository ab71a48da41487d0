"""Which address is told of what."""

from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from vernost_web.ui.forms import Form
from vernost_web.webhooks.telling import kinds
from vernost_web.webhooks.transport import NotSent, check_named


def _choices() -> list[Any]:
    return list(kinds().items())


class WebhookForm(Form):
    """A webhook; without a kind it is told of all."""

    url = forms.CharField(label=_("Address"), max_length=400, help_text=_("An https:// URL of the other program."))
    kinds = forms.MultipleChoiceField(
        label=_("Told of"), required=False, choices=_choices, widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing chosen: all that happens, and whatever will be told one day."),
    )  # fmt: skip

    def clean_url(self) -> str:
        """An address outside of the network."""
        url = str(self.cleaned_data["url"])
        URLValidator(schemes=["http", "https"])(url)
        try:
            check_named(url)
        except NotSent as error:
            raise forms.ValidationError(str(error)) from error
        return url
