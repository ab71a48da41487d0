"""Which events are looked for; sources and their keys."""

from datetime import UTC, datetime, time, timedelta
from typing import Any, ClassVar
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from vernost_web.tracking.inbox import State
from vernost_web.tracking.looking import Wanted
from vernost_web.tracking.message import KINDS, LONGEST_NAME
from vernost_web.tracking.models import Source
from vernost_web.tracking.states import STATES
from vernost_web.ui.forms import DayField, Form, ModelForm
from vernost_web.ui.words import storable

MOST_ORIGINS = 20


class WantedForm(Form):
    """Which events are shown; what is no choice counts as none."""

    source = forms.TypedChoiceField(label=_("Source"), required=False, coerce=int, empty_value=None)
    kind = forms.ChoiceField(label=_("Call"), required=False)
    state = forms.TypedChoiceField(label=_("State"), required=False, coerce=int, empty_value=None)
    name = forms.CharField(label=_("Event"), required=False, max_length=LONGEST_NAME)
    who = forms.CharField(label=_("Customer or visitor"), required=False, max_length=500)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sources: list[tuple[Any, Any]] = [(each.pk, each.name) for each in Source.objects.all()]
        choices: dict[str, list[tuple[Any, Any]]] = {
            "source": sources,
            "kind": [(each, each) for each in KINDS],
            "state": [(int(each), STATES[each.name.lower()]) for each in State],
        }
        for name, found in choices.items():
            self.fields[name].choices = [("", _("all")), *found]  # type: ignore[attr-defined]
            self.fields[name].widget.attrs["data-submit"] = ""

    def wanted(self) -> Wanted:
        """What is asked for, as far as it can be."""
        self.is_valid()
        found = {name: self.cleaned_data.get(name) for name in self.fields}
        texts = {name: storable(found[name] or "").strip() for name in ("kind", "name", "who")}
        return Wanted(source=found["source"], state=found["state"], **texts)


class SourceForm(ModelForm):
    """A source: its name, and how much it may send."""

    class Meta:
        model = Source
        fields = ("name", "most_a_minute")
        labels: ClassVar[dict[str, Any]] = {
            "name": _("Name of the source"),
            "most_a_minute": _("Most events a minute"),
        }
        help_texts: ClassVar[dict[str, Any]] = {
            "name": _("Such as the address of the site, or the name of the app. Its rows in the log bear it."),
            "most_a_minute": _("0: as many as it sends. What is above is told to come again later."),
        }


class KeyForm(Form):
    """A write key: which sites may use it, and until when."""

    origins = forms.CharField(
        label=_("Sites whose pages may use it"), required=False, max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false", "placeholder": "https://shop.example.com"}),
        help_text=_("One address a line. Empty: any sender, as programs on servers and apps need it."),
    )  # fmt: skip
    until = DayField(label=_("Works until the end of"), required=False, help_text=_("Empty: until it is taken back."))

    def clean_origins(self) -> list[str]:
        """The addresses, as browsers name them."""
        found = [origin_of(line) for line in str(self.cleaned_data["origins"]).split()]
        if len(found) > MOST_ORIGINS:
            raise ValidationError(_("A key is for %(most)s sites at most.") % {"most": MOST_ORIGINS})
        return list(dict.fromkeys(found))

    def clean_until(self) -> datetime | None:
        """The instant at which it ends."""
        day = self.cleaned_data["until"]
        return datetime.combine(day + timedelta(days=1), time(), UTC) if day else None


def origin_of(text: str) -> str:
    """A site as browsers name it: scheme, host and port.

    >>> origin_of("HTTPS://Shop.example.com/cart")
    'https://shop.example.com'
    """
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        parts, host, port = urlsplit(""), None, None
    if parts.scheme not in {"http", "https"} or not host:
        raise ValidationError(
            _("%(text)s is no address of a site such as https://shop.example.com.") % {"text": text[:80]}
        )
    return f"{parts.scheme}://{host}" + (f":{port}" if port else "")
