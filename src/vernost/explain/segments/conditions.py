"""What can be asked of a value: words for each kind of it, how they are read, and what they mean as an expression."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import isfinite
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from vernost.errors import InvalidValue, UnknownName
from vernost.explain.segments.rule import Condition
from vernost.messages import Message
from vernost.schema import YEARS

if TYPE_CHECKING:
    import ibis.expr.types as ir

Kind = Literal["text", "number", "day", "flag"]
Takes = Literal["nothing", "one", "several", "two", "days"]

MOST_VALUES, MOST_LETTERS, MOST_DAYS, MOST_NUMBER = 1_000, 256, 36_500, 1e15

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "string": "text", "instant": "day", "date": "day", "money": "number", "number": "number",
        "integer": "number", "boolean": "flag",
    }
)  # fmt: skip
"""Kind of each type of column; others cannot be asked."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of conditions.

    Attributes:
        takes: what stands beside it: nothing, one value, several, two ends, or a number of days.
        holds: the expression that it means, from a column, what it takes, and the day that is looked at.
    """

    takes: Takes
    holds: "Callable[[Any, Any, date], ir.BooleanValue]"


def _within(value: Any, days: int, today: date) -> Any:
    return (value > today - timedelta(days=days)) & (value <= today)


_KNOWN = {
    "known": Word("nothing", lambda value, _, __: value.notnull()),
    "unknown": Word("nothing", lambda value, _, __: value.isnull()),
}
_SAME = {
    "equals": Word("one", lambda value, given, _: value == given),
    "differs": Word("one", lambda value, given, _: value != given),
}
WORDS: Mapping[Kind, Mapping[str, Word]] = MappingProxyType(
    {
        "text": _SAME
        | {
            "one_of": Word("several", lambda value, given, _: value.isin(list(given))),
            "none_of": Word("several", lambda value, given, _: value.notin(list(given))),
            "contains": Word("one", lambda value, given, _: value.contains(given)),
            "starts_with": Word("one", lambda value, given, _: value.startswith(given)),
        }
        | _KNOWN,
        "number": {
            "at_least": Word("one", lambda value, given, _: value >= given),
            "at_most": Word("one", lambda value, given, _: value <= given),
            "between": Word("two", lambda value, given, _: value.between(*given)),
            "above": Word("one", lambda value, given, _: value > given),
            "below": Word("one", lambda value, given, _: value < given),
        }
        | _SAME
        | _KNOWN,
        "day": {
            "within_days": Word("days", _within),
            "before_days": Word("days", lambda value, days, today: value <= today - timedelta(days=days)),
            "since": Word("one", lambda value, given, _: value >= given),
            "before": Word("one", lambda value, given, _: value < given),
            "between": Word("two", lambda value, given, _: value.between(*given)),
        }
        | _KNOWN,
        "flag": {
            "yes": Word("nothing", lambda value, _, __: value),
            "no": Word("nothing", lambda value, _, __: ~value),
        }
        | _KNOWN,
    }
)
"""The words for each kind of value."""

RELATIVE = frozenset({"within_days", "before_days"})
"""Words whose meaning moves with the day that is looked at."""


def holds(value: "ir.Value", kind: Kind, condition: Condition, today: date) -> "ir.BooleanValue":
    """Whether a condition holds of a column; what is not known satisfies none but 'unknown'.

    Args:
        value: a column; text, float64, date or boolean by its kind.
        kind: of the value.
        condition: what must hold.
        today: the day that is looked at.
    """
    import ibis

    found = WORDS[kind][condition.word].holds(value, condition.value, today)
    return found if condition.word in _KNOWN else ibis.coalesce(found, ibis.literal(value=False))


def read_condition(word: object, value: object, kind: Kind, name: str) -> Condition:
    """A condition as a person wrote it, checked.

    Args:
        word: what is asked.
        value: what stands beside it.
        kind: of the value that is asked.
        name: of what is asked, for messages.
    """
    if not isinstance(word, str) or word not in WORDS[kind]:
        raise UnknownName(Message("condition for {name}", name=name), str(word)[:MOST_LETTERS], WORDS[kind])
    takes = WORDS[kind][word].takes
    if takes == "nothing":
        if value is not None:
            raise InvalidValue("{name}: the condition {word} takes no value. Leave it out.", name=name, word=word)
        return Condition(word)
    if takes == "days":
        return Condition(word, read_count(value, name, least=1, most=MOST_DAYS))
    if takes == "one":
        return Condition(word, _plain(value, kind, name))
    if not isinstance(value, list | tuple) or not value or len(value) > MOST_VALUES:
        raise InvalidValue(
            "{name}: the condition {word} takes a list of 1 to {most} values.", name=name, word=word, most=MOST_VALUES
        )
    values = tuple(_plain(each, kind, name) for each in value)
    if takes == "two" and (len(values) != 2 or values[0] > values[1]):
        raise InvalidValue(
            "{name}: the condition {word} takes two values, the smaller one first.", name=name, word=word
        )
    return Condition(word, values)


def read_count(value: object, name: str, *, least: int, most: int) -> int:
    """A whole number, checked."""
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise InvalidValue(
            "{name} is {value!r}, must be a whole number from {least} to {most}.",
            name=name, value=_short(value), least=least, most=most,
        )  # fmt: skip
    return value


def read_day(value: object, name: str) -> date:
    """A day, checked."""
    try:
        found = value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError:
        raise InvalidValue(
            "{name} is {value!r}, must be a date such as 2024-12-31.", name=name, value=_short(value)
        ) from None
    if not YEARS[0] < found.year < YEARS[1]:
        raise InvalidValue(
            "{name} is {value}, must be in the years {first} to {last}.",
            name=name, value=found, first=YEARS[0] + 1, last=YEARS[1] - 1,
        )  # fmt: skip
    return found


def read_text(value: object, name: str) -> str:
    """A text of one to so many letters, checked."""
    if not isinstance(value, str) or not 0 < len(value) <= MOST_LETTERS or "\0" in value:
        raise InvalidValue(
            "{name} is {value!r}, must be a text of 1 to {most} letters.",
            name=name, value=_short(value), most=MOST_LETTERS,
        )  # fmt: skip
    return value


def _plain(value: object, kind: Kind, name: str) -> Any:
    if kind == "text":
        return read_text(value, name)
    if kind == "day":
        return read_day(value, name)
    if isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value) and abs(value) <= MOST_NUMBER:
        return float(value)
    raise InvalidValue("{name} is {value!r}, must be a number.", name=name, value=_short(value))


def _short(value: object) -> str:
    return str(value)[:MOST_LETTERS]
