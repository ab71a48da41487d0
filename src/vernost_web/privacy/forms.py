"""Whom to look for, whom to erase, how long data are kept."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vernost_web.privacy.kinds import KINDS
from vernost_web.ui.forms import Form

LONGEST_DAYS = 36_500


class WhoForm(Form):
    """Whom to look for."""

    who = forms.CharField(
        label=_("Customer"),
        max_length=500,
        help_text=_("The id, the e-mail address or the telephone, as it is written."),
    )


class EraseForm(Form):
    """Somebody to be erased, named once more, for it cannot be undone."""

    typed = forms.CharField(label=_("Id of the customer, typed again"), max_length=500, strip=False)

    def __init__(self, *args: Any, customer_id: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.customer_id = customer_id
        self.fields["typed"].widget.attrs["autocomplete"] = "off"

    def clean_typed(self) -> str:
        """The id of this very customer."""
        typed = str(self.cleaned_data["typed"])
        if typed != self.customer_id:
            raise forms.ValidationError(_("This is not the id of this customer. Nobody was erased."))
        return typed


class TermsForm(Form):
    """How many days data of each kind are kept; for ever when empty."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind, title in KINDS:
            self.fields[kind] = forms.IntegerField(label=title, required=False, min_value=1, max_value=LONGEST_DAYS)
        self.dress()
