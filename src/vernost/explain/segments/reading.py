"""Rules as people and programs write them, JSON, read strictly: what is not understood is refused by name."""

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from vernost.errors import InvalidValue, UnknownName
from vernost.explain.segments.conditions import MOST_DAYS, MOST_VALUES, read_condition, read_count, read_day
from vernost.explain.segments.conditions import read_text as text_of
from vernost.explain.segments.facts import ATTRIBUTES, FACTS, SCORES, Fact
from vernost.explain.segments.figures import FIGURES
from vernost.explain.segments.rule import (
    AllOf,
    AnyOf,
    Attribute,
    Behind,
    Condition,
    Did,
    Listed,
    Measured,
    Member,
    Not,
    Rule,
    Scored,
    Span,
)
from vernost.measure import find_measure
from vernost.measure.measure import QUESTION
from vernost.messages import Message

MOST_LETTERS, MOST_PARTS, MOST_DEPTH, MOST_TIMES = 200_000, 200, 12, 1_000_000_000
Data = Mapping[str, Any]


def read_rule(written: object) -> Rule:
    """A rule, checked.

    Args:
        written: JSON text, or the plain data that it stands for.

    Raises:
        InvalidValue, UnknownName: when it is not a rule, says what nobody knows, or is too large.

    >>> read_rule('{"did": "orders", "at_least": 3, "within_days": 365}').counted
    Condition(word='at_least', value=3)
    """
    data = _parsed(written) if isinstance(written, str | bytes) else written
    _check_size(data)
    return _read(data)


def _parsed(text: str | bytes) -> Any:
    if len(text) > MOST_LETTERS:
        raise InvalidValue("The rule has {count} letters; write at most {most}.", count=len(text), most=MOST_LETTERS)
    try:
        return json.loads(text, parse_constant=_refused)
    except (ValueError, RecursionError) as error:
        raise InvalidValue(
            "The rule is not JSON. Write it such as {example}.", example='{"did": "orders", "at_least": 3}'
        ) from error


def _refused(name: str) -> Any:
    raise ValueError(name)


def _check_size(data: object) -> None:
    """Refuse what is nested too deep or has too many parts, before anything reads it."""
    count, depth, level = 0, 0, [data]
    while level:
        level = [part for each in level if isinstance(each, Mapping) for part in _inner(each)]
        count, depth = count + len(level), depth + 1
        if depth > MOST_DEPTH or count > MOST_PARTS:
            raise InvalidValue(
                "The rule is too large: at most {parts} parts and {depth} levels are allowed.",
                parts=MOST_PARTS, depth=MOST_DEPTH,
            )  # fmt: skip


def _inner(data: Data) -> list[object]:
    found: list[object] = []
    for name in ("all", "any", "not", "where"):
        part = data.get(name, ())
        found += part if isinstance(part, list | tuple) else [part]
    return found


def _read(data: object) -> Rule:
    if not isinstance(data, Mapping):
        raise InvalidValue(
            "{part!r} is no part of a rule. Write it such as {example}.",
            part=str(data)[:100], example='{"attribute": "city", "is": "equals", "value": "Omsk"}',
        )  # fmt: skip
    kinds = [name for name in data if name in _READERS]
    if len(kinds) != 1:
        raise InvalidValue(
            "A part of a rule says exactly one of {known}; this one says {found}.",
            known=list(_READERS), found=[str(name)[:40] for name in data][:10] or Message("nothing"),
        )  # fmt: skip
    return _READERS[kinds[0]](data)


def _only(data: Data, *allowed: str) -> None:
    for name in data:
        if name not in allowed:
            raise UnknownName(Message("word of a rule about {kind}", kind=allowed[0]), str(name)[:100], allowed)


def _parts(data: Data, name: str) -> tuple[Rule, ...]:
    _only(data, name)
    if not isinstance(data[name], list | tuple):
        raise InvalidValue("{name} takes a list of rules in brackets.", name=name)
    return tuple(_read(part) for part in data[name])


def _not(data: Data) -> Rule:
    _only(data, "not")
    return Not(_read(data["not"]))


def _attribute(data: Data) -> Rule:
    _only(data, "attribute", "is", "value")
    name = _named(data["attribute"], Message("attribute"), ATTRIBUTES)
    return Attribute(name, read_condition(data.get("is"), data.get("value"), ATTRIBUTES[name], name))


def _measured(data: Data) -> Rule:
    _only(data, "measure", "is", "value")
    name = _named(data["measure"], Message("measure of one customer"), FIGURES)
    return Measured(name, read_condition(data.get("is"), data.get("value"), FIGURES[name].kind, name))


def _scored(data: Data) -> Rule:
    _only(data, "score", "is", "value")
    name = _named(data["score"], Message("score"), SCORES)
    return Scored(name, read_condition(data.get("is"), data.get("value"), SCORES[name], name))


def _did(data: Data) -> Rule:
    _only(data, "did", "at_least", "at_most", "within_days", "since", "until", "where", "total", "turn")
    fact = FACTS[_named(data["did"], Message("fact"), FACTS)]
    total = data.get("total")
    if total is not None:
        _named(
            total, Message("number of {fact}", fact=fact.name), [n for n, k in fact.attributes.items() if k == "number"]
        )
    turn = data.get("turn")
    if turn is not None:
        _named(turn, Message("turn"), ("first", "last"))
    return Did(fact.name, _counted(data, total), _span(data), _where(data, fact), total, turn)


def _counted(data: Data, total: str | None) -> Condition:
    given = [name for name in ("at_least", "at_most") if data.get(name) is not None]
    if total is not None:
        ends = [read_condition(name, data[name], "number", name).value for name in given]
        if not ends:
            raise InvalidValue("A total needs at_least or at_most beside it.")
    else:
        ends = [read_count(data[name], name, least=0, most=MOST_TIMES) for name in given] or [1]
        given = given or ["at_least"]
    if len(given) < 2:
        return Condition(given[0], ends[0])
    if ends[0] > ends[1]:
        raise InvalidValue("at_least is {least}, above at_most, which is {most}.", least=ends[0], most=ends[1])
    return Condition("between", tuple(ends))


def _span(data: Data) -> Span:
    days, since, until = (data.get(name) for name in ("within_days", "since", "until"))
    if days is not None and (since is not None or until is not None):
        raise InvalidValue("A rule says within_days or since and until, not both.")
    span = Span(
        None if days is None else read_count(days, "within_days", least=1, most=MOST_DAYS),
        None if since is None else read_day(since, "since"),
        None if until is None else read_day(until, "until"),
    )
    if span.since and span.until and span.since > span.until:
        raise InvalidValue(
            "The window begins on {first} and ends on {last}; its first day must not be after its last.",
            first=span.since, last=span.until,
        )  # fmt: skip
    return span


def _where(data: Data, fact: Fact) -> tuple[tuple[str, Condition], ...]:
    written = data.get("where", ())
    if not isinstance(written, list | tuple):
        raise InvalidValue("{name} takes a list of rules in brackets.", name="where")
    found = []
    for part in written:
        if not isinstance(part, Mapping):
            raise InvalidValue("{name} takes a list of rules in brackets.", name="where")
        _only(part, "attribute", "is", "value")
        name = _named(part.get("attribute"), Message("attribute of {fact}", fact=fact.name), fact.attributes)
        found.append((name, read_condition(part.get("is"), part.get("value"), fact.attributes[name], name)))
    return tuple(found)


def _member(data: Data) -> Rule:
    _only(data, "segment")
    return Member(text_of(data["segment"], "segment"))


def _listed(data: Data) -> Rule:
    _only(data, "customers")
    ids = data["customers"]
    if not isinstance(ids, list | tuple) or len(ids) > MOST_VALUES:
        raise InvalidValue("{name} takes a list of at most {most} ids.", name="customers", most=MOST_VALUES)
    return Listed(tuple(text_of(each, "customers") for each in ids))


def _behind(data: Data) -> Rule:
    _only(data, "behind", "asked", "row", "side")
    measure = find_measure(text_of(data["behind"], "behind"))
    asked, row = _object(data, "asked"), _object(data, "row")
    for name in asked:
        _named(name, Message("option of {measure}", measure=measure.name), [*QUESTION, *measure.options])
    side = _named(data.get("side", "numerator"), Message("side"), ("numerator", "denominator"))
    return Behind(
        measure.name,
        tuple((name, _frozen(value, name)) for name, value in asked.items()),
        tuple(
            (text_of(name, "row"), "" if value in (None, "") else text_of(value, name)) for name, value in row.items()
        ),
        "denominator" if side == "denominator" else "numerator",
    )


def _object(data: Data, name: str) -> Data:
    found = data.get(name, {})
    if not isinstance(found, Mapping) or len(found) > MOST_VALUES:
        raise InvalidValue("{name} takes names with values in braces.", name=name)
    return found


def _frozen(value: object, name: str) -> Any:
    if isinstance(value, list | tuple):
        return tuple(_frozen(each, name) for each in value)
    if value is None or isinstance(value, bool | int | float):
        return value
    return text_of(value, name)


def _named(name: object, kind: Message, known: Any) -> str:
    if not isinstance(name, str) or name not in known:
        raise UnknownName(kind, str(name)[:100], known)
    return name


_READERS: Mapping[str, Callable[[Data], Rule]] = MappingProxyType(
    {
        "all": lambda data: AllOf(_parts(data, "all")),
        "any": lambda data: AnyOf(_parts(data, "any")),
        "not": _not,
        "attribute": _attribute,
        "did": _did,
        "measure": _measured,
        "score": _scored,
        "segment": _member,
        "customers": _listed,
        "behind": _behind,
    }
)
"""How each kind of part is read; the keys are the words that name the kinds."""
