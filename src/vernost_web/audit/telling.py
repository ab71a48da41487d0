"""Audit records in words: each slice names its actions, and its models name and choose the values in them."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import Field
from django.utils.translation import gettext as _

from vernost_web.audit.models import Record
from vernost_web.ui.slice import SliceConfig, slices

NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Change:
    """A value of a record in words.

    Attributes:
        name: of the value.
        before: what it was.
        after: what it became.
    """

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Told:
    """A record in words.

    Attributes:
        record: it.
        action: what was done.
        who: by whom.
        changes: the values that changed.
    """

    record: Record
    action: str
    who: str
    changes: tuple[Change, ...]


def told(record: Record) -> Told:
    """A record in words of the reader's language."""
    return Told(record, deed(record.action), _who(record), tuple(_changes(record)))


def deed(action: str) -> str:
    """What an action does, in words; its code name where its slice says nothing."""
    home = _home(action)
    return str(home.trail[action]) if home else action


def _who(record: Record) -> str:
    if record.actor_name:
        return record.actor_name
    return _("somebody not signed in") if record.address else _("the system")


def _changes(record: Record) -> Iterator[Change]:
    before, after = record.before or {}, record.after or {}
    for name in {**before, **after}:
        field = _field(record.action, name)
        yield Change(_name(record.action, name, field), _value(before.get(name), field), _value(after.get(name), field))


def _name(action: str, name: str, field: "Field[Any, Any] | None") -> str:
    home = _home(action)
    if home and name in home.trail:
        return str(home.trail[name])
    words = str(field.verbose_name) if field else name.replace("_", " ")
    return words[:1].upper() + words[1:]


def _value(value: Any, field: "Field[Any, Any] | None") -> str:
    if value is None or value in ("", [], {}):
        return NOTHING
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(_value(each, field) for each in value)
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_value(each, None)}" for name, each in value.items())
    return str(dict(field.flatchoices).get(value, value) if field else value)


@cache
def _home(action: str) -> SliceConfig | None:
    """The slice that names an action."""
    return next((each for each in slices() if action in each.trail), None)


@cache
def _field(action: str, name: str) -> "Field[Any, Any] | None":
    """The field that a value of a record comes from: of the slice that did it, else of any."""
    home = _home(action)
    for each in [*([home] if home else []), *slices()]:
        for model in each.get_models():
            for field in model._meta.concrete_fields:  # noqa: SLF001 - Django's documented way to a model's fields
                if field.name == name:
                    return field
    return None
