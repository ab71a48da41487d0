"""What can be asked in the room: period, group, filter, and all options of cohorts."""

from functools import partial
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vernost.glossary import heading
from vernost.measure import find_measure
from vernost_web.metrics.queries import refusal, wrong_filter
from vernost_web.retention.queries import OF_ALL, groups
from vernost_web.ui.forms import Form, dress
from vernost_web.ui.language import spoken
from vernost_web.ui.question import BY, QuestionForm

MOST_DAYS = 3_650


class RoomForm(QuestionForm):
    """The question of the whole room; its state is the address."""

    field_order = ("by", "group", "among", "where", "since", "until", "as_of", "cut")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        secret = partial(refusal, user=user)
        super().__init__(find_measure("cohort_retention"), *args, wrong=wrong_filter, secret=secret, **kwargs)
        self.fields["by"] = forms.ChoiceField(
            label=_("Periods"), required=False, choices=[("", _("what fits the data")), *list(BY.items())[1:]]
        )
        self.fields["group"] = forms.ChoiceField(label=_("Group"), required=False, choices=_choices())
        for name in ("by", "group"):
            dress(self.fields[name])
        self.order_fields(self.field_order)

    @property
    def shared(self) -> list[forms.BoundField]:
        """Fields that every section has."""
        return [field for field in self if field.name in OF_ALL | {"group"}]

    @property
    def own(self) -> list[forms.BoundField]:
        """Fields of cohorts alone."""
        return [field for field in self if field.name not in OF_ALL | {"group"}]

    @property
    def is_special(self) -> bool:
        """Whether cohorts are asked for in another way than by default, or wrongly."""
        own = {field.name for field in self.own}
        return bool(own & set(self.errors)) or bool(self.is_valid() and own & set(super().question))

    @property
    def question(self) -> dict[str, Any]:
        """What was asked; the group is a part of the filter."""
        asked = super().question
        group = asked.pop("group", "")
        parts = [part for part in (asked.pop("where", ""), _condition(group)) if part]
        return asked | ({"where": " AND ".join(f"({part})" for part in parts)} if parts else {})


def _choices() -> list[Any]:
    """Groups by attribute, the commonest first."""
    return [
        ("", _("all customers")),
        *(
            (heading(name, spoken()), [(f"{name}={value}", value) for value in values])
            for name, values in groups().items()
        ),
    ]


def _condition(group: str) -> str:
    """A chosen group as an expression."""
    name, _equals, value = group.partition("=")
    quoted = value.replace("'", "''")
    return f"\"{name}\" = '{quoted}'" if name else ""


class LapseForm(Form):
    """Another lapse window."""

    days = forms.IntegerField(label=_("Days of silence"), min_value=1, max_value=MOST_DAYS)
