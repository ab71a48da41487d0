"""What can be asked of the audit trail."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from vernost_web.audit import queries
from vernost_web.audit.telling import deed
from vernost_web.ui.forms import DayField, Form

_LONGEST = 100


class TrailForm(Form):
    """Which records are wanted; all of it is in the address."""

    text = forms.CharField(
        label=_("Any words"), required=False, max_length=_LONGEST, widget=forms.TextInput(attrs={"type": "search"})
    )
    who = forms.ChoiceField(label=_("Who"), required=False)
    action = forms.ChoiceField(label=_("What was done"), required=False)
    thing = forms.CharField(label=_("To what"), required=False, max_length=_LONGEST)
    since = DayField(label=_("From"), required=False)
    until = DayField(label=_("To"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = [("", pgettext("filter", "all"))]
        self.fields["who"].choices = everything + [(name, name) for name in queries.actors()]  # type: ignore[attr-defined]
        told = sorted(((code, deed(code)) for code in queries.deeds()), key=lambda pair: pair[1])
        self.fields["action"].choices = everything + told  # type: ignore[attr-defined]

    def wanted(self) -> dict[str, Any]:
        """The answers that make sense; wrong ones are left out and told beside their field."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
