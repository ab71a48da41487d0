"""Nested tables of a TOML file become frozen records, each value of the type that its record states."""

import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Literal, TypeVar, cast, get_args, get_origin, get_type_hints

from vernost.errors import InvalidValue, UnknownName
from vernost.messages import Message

Record = TypeVar("Record")


def shaped(record: type[Record], told: Any, *, where: str) -> Record:
    """A record filled by a table; each name must be one of the record's, each of the record's must be told."""
    if not isinstance(told, Mapping):
        raise InvalidValue("{name} is {value!r}, must be {kind}.", name=where, value=told, kind=Message("a table"))
    hints = get_type_hints(record)
    names = [field.name for field in fields(cast("Any", record))]
    for name in told:
        if name not in names:
            raise UnknownName(Message("setting in {where}", where=where), str(name), names)
    missing = [name for name in names if name not in told]
    if missing:
        raise InvalidValue(
            '{where} lacks {missing}. Add it, or begin with extends = "shop".', where=where, missing=missing
        )
    return record(**{name: _value(hints[name], told[name], f"{where}.{name}") for name in names})


def _value(kind: Any, told: Any, where: str) -> Any:
    if is_dataclass(kind):
        return shaped(cast("type[Any]", kind), told, where=where)
    origin, parts = get_origin(kind), get_args(kind)
    if origin is tuple:
        return _several(parts, told, where)
    if origin is Literal:
        if told not in parts:
            raise UnknownName(Message("choice of {where}", where=where), str(told), parts)
        return told
    if origin is not None and issubclass(origin, Mapping):
        if not isinstance(told, Mapping):
            raise InvalidValue("{name} is {value!r}, must be {kind}.", name=where, value=told, kind=Message("a table"))
        return {str(name): _value(parts[1], value, f"{where}.{name}") for name, value in told.items()}
    return _scalar(kind, told, where)


def _several(parts: tuple[Any, ...], told: Any, where: str) -> tuple[Any, ...]:
    if not isinstance(told, list):
        raise InvalidValue("{name} is {value!r}, must be {kind}.", name=where, value=told, kind=Message("a list"))
    if parts[-1] is not ... and len(told) != len(parts):
        raise InvalidValue(
            "{where} has {given} values, must have {wanted}.", where=where, given=len(told), wanted=len(parts)
        )
    return tuple(_value(parts[0], value, f"{where}[{place}]") for place, value in enumerate(told))


def _scalar(kind: type, told: Any, where: str) -> Any:
    if kind is float and isinstance(told, int | float) and not isinstance(told, bool):
        if not math.isfinite(told) or told < 0:
            raise InvalidValue("{name} is {value}, must be a number, not below 0.", name=where, value=told)
        return float(told)
    if not isinstance(told, kind) or isinstance(told, bool) is not (kind is bool):
        raise InvalidValue(
            "{name} is {value!r}, must be of the kind {kind}.", name=where, value=told, kind=kind.__name__
        )
    return told
