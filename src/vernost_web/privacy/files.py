"""All that is known of a person as files to hand out: for programs as JSON, for people as a page."""

import json
from collections.abc import Mapping
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone

from vernost.glossary import heading
from vernost_web.company.queries import company
from vernost_web.privacy.person import Person
from vernost_web.privacy.places import Place
from vernost_web.ui.language import spoken

KINDS = {"json": "application/json; charset=utf-8", "html": "text/html; charset=utf-8"}
POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"
"""With which the page is sent: it runs nothing and fetches nothing."""

Fact = tuple[str, Any]


def file_of(kind: str, person: Person, found: list[Place]) -> str:
    """What is known of a person, as a file of a kind."""
    return _json(person, found) if kind == "json" else _page(person, found)


def _json(person: Person, found: list[Place]) -> str:
    told = {
        "customer": list(person.ids),
        "company": company().name,
        "made_at": timezone.now().isoformat(),
        "places": [{"name": each.name, "title": each.title, "records": each.records} for each in found],
    }
    return json.dumps(told, ensure_ascii=False, indent=2, default=str)


def _page(person: Person, found: list[Place]) -> str:
    sections = [(each, [facts(record) for record in each.records]) for each in found]
    context = {"person": person, "sections": sections, "company": company(), "now": timezone.now()}
    return render_to_string("privacy/told.html", context)


def facts(record: Mapping[str, Any]) -> list[Fact]:
    """A record as names with values, for people: names of columns in their language, values of JSON as such."""
    return [(_title(name), _value(value)) for name, value in record.items() if value not in (None, "", [], {})]


def _title(name: str) -> str:
    found = heading(name, spoken())
    return found if found != name else name.replace("_", " ")


def _value(value: Any) -> str:
    if isinstance(value, str | int | float):
        return str(value)
    return json.dumps(value, ensure_ascii=False, default=str)
