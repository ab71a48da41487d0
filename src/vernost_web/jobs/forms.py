"""Which jobs are looked for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vernost_web.jobs.kinds import KINDS
from vernost_web.jobs.models import State
from vernost_web.ui.forms import Form


class JobsForm(Form):
    """What became of them, and what they do; a choice that is none counts as none."""

    state = forms.ChoiceField(label=_("State"), required=False)
    kind = forms.ChoiceField(label=_("What"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = sorted(((kind.name, str(kind.title)) for kind in KINDS.values()), key=lambda pair: pair[1])
        for name, choices in (("state", State.choices), ("kind", kinds)):
            self.fields[name].choices = [("", _("all")), *choices]  # type: ignore[attr-defined]
            self.fields[name].widget.attrs["data-submit"] = ""

    def wanted(self) -> dict[str, str]:
        """What is asked for, as far as it can be."""
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}
