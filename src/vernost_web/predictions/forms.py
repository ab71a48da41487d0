"""What is chosen on the pages of predictions."""

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from vernost_web.predictions.models import Policy
from vernost_web.ui.forms import Form, ModelForm

BANDS = {
    "at_risk": _("at more risk than usual"), "high": _("at high risk"), "medium": _("at medium risk"),
    "low": _("at low risk"), "left": _("gone already"), "all": _("all"),
}  # fmt: skip
SORTS = {
    "revenue_at_risk": _("the most revenue at risk first"), "risk": _("the highest risk first"),
    "revenue": _("the most expected revenue first"),
}  # fmt: skip


class FilterForm(Form):
    """Which customers, in which order."""

    band = forms.ChoiceField(label=_("Customers"), choices=list(BANDS.items()), required=False)
    sort = forms.ChoiceField(label=_("Order"), choices=list(SORTS.items()), required=False)

    @property
    def asked(self) -> tuple[str, str]:
        """Band and order; those at risk and their money where nothing, or nothing that there is, was asked."""
        values = self.cleaned_data if self.is_valid() else {}
        return values.get("band") or "at_risk", values.get("sort") or "revenue_at_risk"


class PolicyForm(ModelForm):
    """When models are trained and when they take over."""

    class Meta:
        model = Policy
        fields: ClassVar[list[str]] = ["every", "hour", "rule"]
        labels: ClassVar[dict[str, object]] = {
            "every": _("Train a model"),
            "hour": _("At this hour, by the company's clock"),
            "rule": _("A new model takes over"),
        }
