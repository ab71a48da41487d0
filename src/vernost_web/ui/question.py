"""What can be asked of a measure on its page: the question, and the measure's own options as controls."""

import inspect
from collections.abc import Callable
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from django import forms
from django.utils.translation import gettext_lazy as _

from vernost.expressions import columns_of
from vernost.measure.measure import Measure, explained
from vernost.measure.working_hours import WorkingHours
from vernost.messages import Message, told
from vernost_web.ui.forms import DayField, Form, dress
from vernost_web.ui.language import spoken
from vernost_web.ui.slice import narrowing

BY = {
    "": _("all time"), "day": _("days"), "week": _("weeks"), "month": _("months"), "quarter": _("quarters"),
    "year": _("years"),
}  # fmt: skip
CHOICES = {
    "exact": _("in that very period"), "on_or_after": _("in it or later"), "rolling": _("at least once up to it"),
    "first": _("the first period"), "recurring": _("each active period"), "previous": _("the period before"),
    "customers": _("customers"), "revenue": _("revenue"), "orders": _("orders"),
}  # fmt: skip
TITLES = {
    "mode": _("Active"), "start": _("Cohort by"), "relative_to": _("Share of"), "of": _("Counted"),
    "min_orders": _("Orders at least"), "min_amount": _("Money at least"), "horizon": _("Periods shown at most"),
    "base": _("Active by"), "activity": _("Event"), "days": _("Days"), "lapse_days": _("Lapse window, days"),
    "returning_share": _("Share that may still return"), "margin_rate": _("Margin"),
    "discount_rate": _("Discount rate"),
    "survey": _("Survey"), "scale": _("Highest score"), "hours": _("Hours"), "unit": _("Lives of"),
    "by_order": _("By number of the order"), "min_gaps": _("Gaps at least"), "purpose": _("Purpose"),
    "points": _("Percentage points"), "industry": _("Industry"), "working_hours": _("Waits counted in"),
}  # fmt: skip
ALL, WORKING = "all", "working"
WAITS = {"": _("as the settings say"), ALL: _("all hours"), WORKING: _("working hours only")}
"""In which hours waits are counted; which are the working ones, the company's settings say."""

MOST = 1_000_000_000
"""Greatest whole number that can be asked for: engines count no further than twice that."""


class QuestionForm(Form):
    """The question: by which period, cut by what, over which rows, as of when."""

    by = forms.ChoiceField(label=_("Periods"), choices=list(BY.items()), required=False)
    cut = forms.CharField(
        label=_("Cut by"), required=False, help_text=_("An attribute, such as city; several by commas.")
    )
    where = forms.CharField(
        label=_("Only where"), required=False, help_text=_("An expression, such as city = 'Perm' and amount > 100.")
    )
    since = DayField(label=_("From"), required=False)
    until = DayField(label=_("To"), required=False)
    as_of = DayField(label=_("As of"), required=False)

    def __init__(
        self,
        measure: Measure,
        *args: Any,
        wrong: Callable[[str], Message | None],
        secret: Callable[..., str],
        **kwargs: Any,
    ) -> None:
        """Make the form.

        Args:
            measure: whose options are asked for.
            *args: as for any form.
            wrong: says what is wrong with a filter.
            secret: says why attributes may not be filtered by, or ``cut`` by; empty when they may.
            **kwargs: as for any form.
        """
        super().__init__(*args, **kwargs)
        self._wrong, self._secret = wrong, secret
        self._add_groups()
        parameters = inspect.signature(measure.function).parameters
        meanings = explained(measure)
        for name, default in measure.options.items():
            field = _field(parameters[name].annotation, default)
            field.label = TITLES.get(name, name)
            if name in meanings and not field.help_text:
                field.help_text = told(meanings[name], spoken()).replace("``", "")
            dress(field)
            self.fields[name] = field
        self._defaults = dict(measure.options)

    def _add_groups(self) -> None:
        """Let a group of customers be chosen, where there are any."""
        found = narrowing()
        groups = found.choices() if found else []
        if groups:
            choices = [("", _("all customers")), *groups]
            self.fields["among"] = forms.ChoiceField(label=_("Segment"), choices=choices, required=False)
            dress(self.fields["among"])

    def clean_where(self) -> str:
        """The filter, refused with the library's sentence when it cannot be asked."""
        text = str(self.cleaned_data["where"])
        problem = self._wrong(text) if text else None
        if problem:
            raise forms.ValidationError(problem.told(spoken()))
        self._check(self._secret(columns_of(text) if text else ()))
        return text

    def clean_cut(self) -> str:
        """The attributes, refused when the reader may not see them."""
        text = str(self.cleaned_data["cut"])
        self._check(self._secret((), cut=_listed(text)))
        return text

    def _check(self, why: str) -> None:
        if why:
            raise forms.ValidationError(why)

    @property
    def question(self) -> dict[str, Any]:
        """What was asked, without what is as by default; of a form that is valid."""
        values = {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}
        if "cut" in values:
            values["cut"] = _listed(values["cut"])
        return {name: value for name, value in values.items() if self._defaults.get(name, self) != value}


def _listed(text: str) -> list[str]:
    """Names that stand between commas."""
    return [name.strip() for name in text.split(",") if name.strip()]


def _field(annotation: Any, default: Any) -> forms.Field:
    """The control for an option, by its type."""
    kinds = [each for each in _parts(annotation) if each is not NoneType]
    if WorkingHours in kinds:
        settings = _("The company's settings say which hours are working ones.")
        return forms.ChoiceField(choices=list(WAITS.items()), required=False, help_text=settings)
    choices = [value for kind in kinds if get_origin(kind) is Literal for value in get_args(kind)]
    if choices:
        labels = [(value, CHOICES.get(str(value), value)) for value in choices]
        return forms.ChoiceField(choices=labels if default is not None else [("", "–"), *labels], required=False)
    if bool in kinds:
        return forms.BooleanField(required=False)
    if int in kinds and float not in kinds:
        shown = forms.NumberInput({"placeholder": _shown(default)})
        return forms.IntegerField(required=False, max_value=MOST, widget=shown)
    if float in kinds:
        return forms.FloatField(
            required=False, widget=forms.NumberInput({"placeholder": _shown(default), "step": "any"})
        )
    return forms.CharField(required=False)


def _parts(annotation: Any) -> tuple[Any, ...]:
    return get_args(annotation) if get_origin(annotation) in {UnionType, Union} else (annotation,)


def _shown(default: Any) -> str:
    return "" if default is None else str(default)
