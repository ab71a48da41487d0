"""What can be told of the company."""

from typing import ClassVar

from vernost_web.company.models import Company
from vernost_web.ui.forms import ModelForm


class CompanyForm(ModelForm):
    """The company's settings."""

    class Meta:
        model = Company
        fields: ClassVar[list[str]] = [
            "name",
            "industry",
            "currency",
            "timezone",
            "language",
            "margin",
            "discount_rate",
        ]
