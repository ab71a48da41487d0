"""The company's settings for programs."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Field, Router, Schema

from vernost_web.company.actions import change_company
from vernost_web.company.forms import CompanyForm
from vernost_web.company.models import Company, spans_shown
from vernost_web.company.queries import WEEK, company
from vernost_web.ui.access import requires
from vernost_web.ui.endpoints import checked

router = Router()
_SHARES = ("margin", "discount_rate")


class SettingsOut(Schema):
    """The company, and by what its numbers are made."""

    name: str
    industry: str
    currency: str
    timezone: str
    language: str
    margin: float | None
    discount_rate: float
    lapse_days: int | None
    working_hours: dict[str, str]
    counts_working_hours: bool
    holidays: list[date]
    two_factor: str

    @staticmethod
    def resolve_working_hours(found: Company) -> dict[str, str]:
        return {name: spans_shown(found.working_hours.get(str(day), [])) for day, name in enumerate(WEEK)}


class SettingsIn(Schema):
    """What is to be changed; the rest stays as it is."""

    name: str | None = None
    industry: str | None = None
    currency: str | None = None
    timezone: str | None = None
    language: str | None = None
    margin: Decimal | None = Field(None, ge=0, le=1)
    discount_rate: Decimal | None = Field(None, ge=0, le=1)
    lapse_days: int | None = None
    working_hours: dict[str, str] | None = None
    counts_working_hours: bool | None = None
    holidays: list[date] | None = None
    two_factor: str | None = None


@router.get("/settings", response=SettingsOut, summary=_("The company's settings"))
@requires("manage_settings")
def show_settings(request: HttpRequest) -> Any:
    return company()


@router.patch("/settings", response=SettingsOut, summary=_("Change the company's settings"))
@requires("manage_settings")
def change_settings(request: HttpRequest, given: SettingsIn) -> Any:
    form = CompanyForm(instance=company())
    data = {name: form[name].value() for name in form.fields} | _typed(given.dict(exclude_unset=True))
    form = CompanyForm(data, instance=company())
    checked(form)
    return change_company(by=request.user, **form.values())


def _typed(given: dict[str, Any]) -> dict[str, Any]:
    """What was given as people would type it."""
    hours = given.pop("working_hours", None) or {}
    days = {name: text for name, text in hours.items() if name in WEEK}
    shares = {name: given[name] * 100 for name in _SHARES if given.get(name) is not None}
    holidays = {"holidays": "\n".join(map(str, given["holidays"] or []))} if "holidays" in given else {}
    return given | days | shares | holidays
