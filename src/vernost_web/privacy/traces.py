"""Traces of a person in the application's own tables, wherever they are: in texts and in values of JSON.

What slices know that they keep they tell and erase themselves. This finds what got elsewhere: in the audit trail, in
arguments and mistakes of jobs, in filters, in sessions.
"""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.db import models

from vernost_web.audit import actions as audit
from vernost_web.privacy.person import Person
from vernost_web.ui.slice import slices

_SPARED = frozenset(
    {"accounts", "account", "mfa", "usersessions", "auth", "contenttypes", "sessions", "company", "privacy"}
)
"""Apps whose rows are about people who work here, or about no persons; sessions have a way of their own."""

_TRAIL = "audit"
"""The app whose rows are erased by itself, for what hangs together in them."""

_PIECE = 500
Row = dict[str, Any]


def traces(person: Person) -> list[Row]:
    """Rows with a trace, each with its table and the fields that tell, of tables whose slices tell nothing of them."""
    telling = {each.label for each in slices() if each.keeps}
    return [
        {"table": model._meta.label_lower} | row  # noqa: SLF001
        for model, names in _searched()
        if model._meta.app_label not in telling  # noqa: SLF001
        for row in _rows(model, names, person)
    ]


def erase(person: Person, pseudonym: str) -> int:
    """Put the pseudonym, or that something is erased, in the place of each trace; how many rows had one."""
    count = audit.forget_person(person.is_within, lambda value: person.without(value, pseudonym))
    for model, names in _searched():
        if model._meta.app_label == _TRAIL:  # noqa: SLF001
            continue
        for row in _rows(model, names, person):
            values = {
                name: _fitting(model, name, person.without(row[name], pseudonym)) for name in names if name in row
            }
            models.QuerySet(model).filter(pk=row["pk"]).update(**values)
            count += 1
    return count + _end_sessions(person)


def _searched() -> Iterator[tuple[type[models.Model], tuple[str, ...]]]:
    """Each model with the fields in which words may stand."""
    for model in apps.get_models():
        meta = model._meta  # noqa: SLF001 - Django's documented way to a model's fields
        if meta.app_label in _SPARED or not meta.managed or meta.proxy:
            continue
        names = tuple(
            field.name
            for field in meta.concrete_fields
            if isinstance(field, models.CharField | models.TextField | models.JSONField) and not field.choices
        )
        if names:
            yield model, names


def _rows(model: type[models.Model], names: tuple[str, ...], person: Person) -> Iterator[Row]:
    """Rows with a trace: their key, and the fields that have one."""
    for row in models.QuerySet(model).values("pk", *names).order_by("pk").iterator(_PIECE):
        told = {name: row[name] for name in names if person.is_within(row[name])}
        if told:
            yield {"pk": row["pk"]} | told


def _fitting(model: type[models.Model], name: str, value: Any) -> Any:
    field = model._meta.get_field(name)  # noqa: SLF001
    most = getattr(field, "max_length", None)
    return value[:most] if most and isinstance(value, str) else value


def _end_sessions(person: Person) -> int:
    """End sessions that remember the person, and forget whatever is only kept to be quicker."""
    for each in caches.all(initialized_only=False):
        each.clear()
    ended = [each.pk for each in Session.objects.iterator() if person.is_within(each.get_decoded())]
    return Session.objects.filter(pk__in=ended).delete()[0]
