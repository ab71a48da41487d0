"""Forms in the look of the kit."""

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.forms.renderers import TemplatesSetting

CLASSES = {
    forms.CheckboxInput: "form-check-input",
    forms.RadioSelect: "form-check-input",
    forms.CheckboxSelectMultiple: "form-check-input",
    forms.Select: "form-select",
}

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)


class Renderer(TemplatesSetting):
    """Finds the templates of fields among the application's own, and Django's behind them."""

    field_template_name = "ui/field.html"
    form_template_name = "ui/form.html"


class LookMixin:
    """Gives each control the class of the kit."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dress()

    def dress(self) -> None:
        """Give all controls their class; again when there are new ones."""
        for field in self.fields.values():
            dress(field)


class Form(LookMixin, forms.Form):
    """A form in the look of the kit."""


class ModelForm(LookMixin, forms.ModelForm):  # type: ignore[type-arg]  # a mixin cannot name the model
    """A form of a model in the look of the kit."""


class DayField(forms.DateField):
    """A day, chosen in the browser's calendar; so far from both ends of it that days can be counted from there."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(validators=[MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)], **kwargs)


def dress(field: forms.Field) -> None:
    """Give a field's control the class of the kit; twice is as once."""
    widget = field.widget
    kind = next((name for kind, name in CLASSES.items() if isinstance(widget, kind)), "form-control")
    classes = widget.attrs.get("class", "").split()
    widget.attrs["class"] = " ".join(dict.fromkeys([kind, *classes]))
