"""Names of segments, and lists of customers from files."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vernost_web.segments.models import Segment
from vernost_web.ui.forms import Form, ModelForm


class NameForm(ModelForm):
    """What a segment is called and what it is for."""

    class Meta:
        model = Segment
        fields = ("name", "note")
        labels = {"name": _("Name of the segment"), "note": _("What it is for")}  # noqa: RUF012 - Django reads it so

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_ready = bool(self.instance.pk) and self.instance.is_ready
        self.fields["name"].required = not is_ready
        if is_ready:
            # Left empty, it keeps its name in each language.
            self.fields["name"].widget.attrs["placeholder"] = self.instance.title


class ListForm(Form):
    """A fixed list of customers."""

    name = forms.CharField(label=_("Name of the segment"), max_length=120)
    note = forms.CharField(label=_("What it is for"), max_length=400, required=False)
    ids = forms.CharField(
        label=_("Ids of customers, one a line"),
        required=False,
        max_length=400_000,
        widget=forms.Textarea({"rows": 6}),
        help_text=_("Or choose a file: CSV or text, the ids in its first column or in one called customer_id."),
    )
    file = forms.FileField(label=_("File"), required=False, widget=forms.FileInput({"accept": ".csv,.txt,.tsv"}))


class PairForm(Form):
    """Two segments to be compared."""

    one = forms.ChoiceField(label=_("Segment"))
    other = forms.ChoiceField(label=_("Compared with"))

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("one", "other"):
            self.fields[name].choices = choices  # type: ignore[attr-defined]  # they are choices
