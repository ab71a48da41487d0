"""What is chosen on the pages of predictions."""

import json
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from vernost_web.predictions.models import Policy
from vernost_web.predictions.scores import Choice
from vernost_web.ui.forms import Form, ModelForm

BANDS = {
    "at_risk": _("at more risk than usual"), "high": _("at high risk"), "medium": _("at medium risk"),
    "low": _("at low risk"), "left": _("gone already"),
    "present": _("not gone yet"), "all": _("all"),
}  # fmt: skip
SORTS = {
    "revenue_at_risk": _("the most revenue at risk first"), "risk": _("the highest risk first"),
    "revenue": _("the most expected revenue first"),
}  # fmt: skip
_MOST = 1e15


def _number(label: Any, *, most: float) -> forms.FloatField:
    return forms.FloatField(label=label, required=False, min_value=0, max_value=most)


class FilterForm(Form):
    """Which customers, in which order."""

    band = forms.ChoiceField(label=_("Customers"), choices=list(BANDS.items()), required=False)
    sort = forms.ChoiceField(label=_("Order"), choices=list(SORTS.items()), required=False)
    risk_from = _number(_("Risk, %, from"), most=100)
    risk_to = _number(_("Risk, %, below"), most=_MOST)
    revenue_from = _number(_("Expected revenue from"), most=_MOST)
    revenue_to = _number(_("Expected revenue below"), most=_MOST)

    @property
    def asked(self) -> dict[str, str]:
        """What was asked, as an address says it."""
        spans = {name: f"{value:.15g}" for name, value in self._given.items() if isinstance(value, float)}
        return {"band": self.choice.band, "sort": self.choice.sort} | spans

    @property
    def choice(self) -> Choice:
        """Which customers; those at risk and their money where nothing, or nothing that there is, was asked."""
        shares = {name: self._given[name] / 100 for name in ("risk_from", "risk_to") if name in self._given}
        return Choice(**self._given | shares)

    @property
    def rule(self) -> str:
        """The same customers as a rule of segments, which follows later scorings."""
        return json.dumps(self.choice.rule, ensure_ascii=False)

    @property
    def _given(self) -> dict[str, Any]:
        values = self.cleaned_data if self.is_valid() else {}
        return {name: value for name, value in values.items() if value not in (None, "")}


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
