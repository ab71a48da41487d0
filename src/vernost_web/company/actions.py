"""Changing what is known of the company."""

from typing import Any

from django.db import transaction
from django.forms.models import model_to_dict

from vernost_web.audit import actions as audit
from vernost_web.company.models import Company
from vernost_web.company.queries import company


@transaction.atomic
def change_company(*, by: Any = None, **values: Any) -> Company:
    """Set some of its values, and write down which were changed."""
    found = company()
    before = _shown(found)
    for name, value in values.items():
        setattr(found, name, value)
    found.full_clean()
    found.save()
    changed = audit.changes(before, _shown(found))
    if changed[1]:
        audit.record("company.change", by=by, thing=found.name, before=changed[0], after=changed[1])
    return found


def _shown(company: Company) -> dict[str, Any]:
    values = model_to_dict(company)
    return {
        name: value if isinstance(value, (dict, list)) or value is None else str(value)
        for name, value in values.items()
    }
