"""What a program says of the tables of an intake, checked as the page checks what a person says."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from vernost_web.data.forms import MappingForm
from vernost_web.data.models import Intake
from vernost_web.ui.endpoints import Problem, checked

PREFIX = "t"


def mapped(intake: Intake, given: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The mapping of the tables that are named: columns that nothing is said of stay as they were guessed.

    Args:
        intake: whose tables.
        given: name of a table of the sources -> ``table``, ``columns`` and ``is_left_out``.

    Raises:
        Problem: where there is no such table, or it cannot be filled so.
    """
    looks = {each["source"]: each for each in (intake.looked or {}).get("looks", ())}
    unknown = sorted(set(given) - set(looks))
    if unknown:
        told = {"known": ", ".join(looks) or "–"}
        errors = {name: [_("There is no such table. Those that there are: %(known)s.") % told] for name in unknown}
        raise Problem(422, _("Some of what was sent cannot be used; “errors” names it."), errors=errors)
    return {source: _said(intake, looks[source], one) for source, one in given.items()}


def _said(intake: Intake, look: Mapping[str, Any], one: Mapping[str, Any]) -> dict[str, Any]:
    before = intake.mapping.get(look["source"])
    guessed = MappingForm(look, before, prefix=PREFIX)
    columns = {name: field.initial or "" for name, field in guessed.fields.items() if "." in name} | one["columns"]
    data = {f"{PREFIX}-{name}": text for name, text in columns.items()}
    data |= {f"{PREFIX}-table": one["table"] or look["table"], f"{PREFIX}-is_left_out": one["is_left_out"]}
    said = {"table": look["table"], "columns": dict.fromkeys(one["columns"], "")}
    form = MappingForm(look, before or said, data, prefix=PREFIX)
    checked(form)
    return form.values()
