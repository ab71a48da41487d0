"""Changing what is known of the company."""

from decimal import Decimal
from typing import Any

from django.db import transaction
from django.forms.models import model_to_dict

from vernost_web.audit import actions as audit
from vernost_web.company.models import Company, spans_shown
from vernost_web.company.queries import WEEK, company


@transaction.atomic
def change_company(*, by: Any = None, **values: Any) -> Company:
    """Set some of its values, and write down which were changed."""
    found = company()
    before = _shown(found)
    for name, value in values.items():
        setattr(found, name, value)
    found.full_clean()
    found.save()
    old, new = audit.changes(before, _shown(found))
    if new:
        audit.record("company.change", by=by, thing=found.name, before=old, after=new)
    return found


def _shown(company: Company) -> dict[str, Any]:
    """Its values as the audit trail keeps them: each day of the week by itself."""
    values = model_to_dict(company)
    hours = values.pop("working_hours")
    week = {name: spans_shown(hours.get(str(day), [])) for day, name in enumerate(WEEK)}
    return {name: _plain(value) for name, value in values.items()} | week


def _plain(value: Any) -> Any:
    """A value as it reads in the audit trail: shares are percentages there."""
    if isinstance(value, Decimal):
        return f"{(value * 100).normalize():f} %"
    return value if isinstance(value, list) or value is None else str(value)
