"""What is chosen on the list of customers."""

from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from vernost_web.accounts.queries import people
from vernost_web.customers.columns import DEFAULT, TITLES
from vernost_web.customers.directory import FILTERED, stand
from vernost_web.customers.listing import SPANS, Choice
from vernost_web.customers.models import Customer
from vernost_web.customers.models.directory import SORTS
from vernost_web.ui.forms import DayField, Form
from vernost_web.ui.words import storable

_MOST, _MOST_ORDERS = 1e15, 2_000_000_000
_LONGEST = 200
_KINDS = {"True": _("companies"), "False": _("persons")}
FALLING = "falling"
_BESIDE = frozenset({"q", "sort", "order", "columns"})
"""What is asked of a list and does not narrow it, or stands in a field of its own."""

_SORT_TITLES = {"sort_name": _("Name")}


def _span(name: str) -> list[tuple[str, forms.Field]]:
    """The two ends of a span."""
    ends = {"from": _("%(column)s, from"), "to": _("%(column)s, to")}
    title = _("Risk, %") if name == "risk" else TITLES[name]
    return [(f"{name}_{end}", _end(name, _Gap(words, title))) for end, words in ends.items()]


class _Gap:
    """A sentence whose gap is filled when it is said."""

    def __init__(self, words: Any, column: Any) -> None:
        self._words, self._column = words, column

    def __str__(self) -> str:
        return str(self._words) % {"column": self._column}


def _end(name: str, label: Any) -> forms.Field:
    if name.endswith("_at"):
        return DayField(label=label, required=False)
    if name == "orders":
        return forms.IntegerField(label=label, required=False, min_value=0, max_value=_MOST_ORDERS)
    most = 100.0 if name == "risk" else _MOST
    return forms.FloatField(label=label, required=False, min_value=-most, max_value=most)


class ListForm(Form):
    """Which customers, in which order, with which columns; all of it is in the address."""

    q = forms.CharField(required=False, max_length=_LONGEST)
    sort = forms.ChoiceField(label=_("Order by"), required=False)
    order = forms.ChoiceField(
        label=_("Direction"), required=False, choices=[(FALLING, _("the most first")), ("rising", _("the least first"))]
    )
    columns = forms.MultipleChoiceField(
        label=_("Columns"), required=False, choices=list(TITLES.items()), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= {name: forms.CharField(label=TITLES[name], required=False) for name in FILTERED}
        for name in SPANS:
            self.fields |= dict(_span(name))
        self.fields["owner"] = forms.ModelChoiceField(people(), label=_("Owner"), required=False)
        self.fields["tag"] = forms.CharField(label=_("Tag"), required=False, max_length=60)
        self.fields["sort"].choices = [(name, _SORT_TITLES.get(name) or TITLES[name]) for name in SORTS]  # type: ignore[attr-defined]

    def with_choices(self) -> "ListForm":
        """The same with all that may be chosen, for who wants to see it."""
        everything, known = [("", pgettext("filter", "all"))], stand().values
        for name in FILTERED:
            values = [(value, self._told(name, value)) for value in known.get(name, {})]
            self.fields[name] = forms.ChoiceField(
                label=TITLES[name], required=False, choices=everything + sorted(values, key=lambda pair: str(pair[1]))
            )
        self.fields["owner"].queryset = people().filter(is_active=True)  # type: ignore[attr-defined]
        self.dress()
        return self

    def choice(self, *, is_personal: bool) -> Choice:
        """Which customers, in which order; what makes no sense is left out."""
        given = self.given
        spans = {name: (self._low(given, name), self._high(given, name)) for name in SPANS}
        return Choice(
            text=storable(given.get("q", "")),
            values={name: _typed(name, given[name]) for name in FILTERED if name in given},
            spans={name: pair for name, pair in spans.items() if pair != (None, None)},
            owner=given["owner"].pk if "owner" in given else None,
            tag=given.get("tag", ""),
            sort=given.get("sort", "revenue"),
            is_falling=given.get("order", FALLING) == FALLING,
            is_personal=is_personal,
        )

    @property
    def shown(self) -> list[str]:
        """Columns that are wanted, in the order of all."""
        wanted = self.given.get("columns") or DEFAULT
        return [name for name in TITLES if name in wanted]

    @property
    def given(self) -> dict[str, Any]:
        """What was asked and makes sense."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "", [])}

    @property
    def asked(self) -> dict[str, Any]:
        """The same as an address says it."""
        return {name: self.data.getlist(name) for name in self.given}  # type: ignore[attr-defined]

    @property
    def conditions(self) -> list[tuple[str, str, str]]:
        """What narrows the list beside the search: title, value in words, the address of the list without it."""
        given, asked = self.given, self.asked
        return [
            (str(self.fields[name].label), self._told(name, given[name]), _address(asked, without=name))
            for name in self.fields
            if name in given and name not in _BESIDE
        ]

    def _told(self, name: str, value: Any) -> str:
        if name == "is_business":
            return str(_KINDS.get(str(value), value))
        if name == "band":
            return str(dict(Customer.field("band").flatchoices).get(value, value))
        return str(value)

    def _low(self, given: dict[str, Any], name: str) -> Any:
        value = given.get(f"{name}_from")
        return _at(value) if isinstance(value, date) else _share(name, value)

    def _high(self, given: dict[str, Any], name: str) -> Any:
        value = given.get(f"{name}_to")
        if isinstance(value, date):
            return _at(value + timedelta(days=1)) - timedelta(microseconds=1)
        return _share(name, value)


def _address(asked: dict[str, Any], *, without: str) -> str:
    return urlencode({name: values for name, values in asked.items() if name != without}, doseq=True)


def _typed(name: str, value: str) -> Any:
    return value == "True" if name == "is_business" else storable(value)


def _share(name: str, value: Any) -> Any:
    return value / 100 if name == "risk" and value is not None else value


def _at(day: date) -> datetime:
    """The beginning of a day by the company's clock."""
    return timezone.make_aware(datetime.combine(day, time.min))
