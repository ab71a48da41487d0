from django import forms
from django.utils.translation import gettext_lazy as _

from vernost_web.ui.forms import Form


class MergeForm(Form):
    """Two customers who are one."""

    surviving = forms.CharField(label=_("Customer who stays"), max_length=500)
    absorbed = forms.CharField(label=_("The same person"), max_length=500)
