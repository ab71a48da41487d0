"""A rule: which customers are in a segment, as plain immutable data."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

Side = Literal["numerator", "denominator"]
Turn = Literal["first", "last"]


@dataclass(frozen=True, slots=True)
class Condition:
    """What must hold of a value.

    Attributes:
        word: of `conditions.WORDS`, such as 'at_least'.
        value: what it is held against; a tuple for the words that take several, None for those that take none.
    """

    word: str
    value: Any = None


@dataclass(frozen=True, slots=True)
class AllOf:
    """Who is in every part; with no part, everybody."""

    parts: tuple["Rule", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Who is in at least one part; with no part, nobody."""

    parts: tuple["Rule", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Who is not in a part."""

    part: "Rule"


@dataclass(frozen=True, slots=True)
class Attribute:
    """Whose attribute is so."""

    name: str
    condition: Condition


@dataclass(frozen=True, slots=True)
class Span:
    """When it happened; without any end, ever up to the day that is looked at.

    Attributes:
        days: within so many days up to that day; it counts as one.
        since: the first day.
        until: the last day.
    """

    days: int | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Did:
    """Who did something so often, or to so much in all.

    Attributes:
        fact: what, of `facts.FACTS`.
        counted: how often, or how much of ``total``.
        span: when.
        where: attribute of the fact -> what must hold of it, in pairs.
        total: the attribute that is added up; None where facts are counted.
        turn: the one fact of each customer that is meant, the first or the last ever; None for all.
    """

    fact: str
    counted: Condition
    span: Span = Span()
    where: tuple[tuple[str, Condition], ...] = ()
    total: str | None = None
    turn: Turn | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """Of whom a measure of one customer, of `figures.FIGURES`, is so."""

    name: str
    condition: Condition


@dataclass(frozen=True, slots=True)
class Scored:
    """Whose last score is so."""

    name: str
    condition: Condition


@dataclass(frozen=True, slots=True)
class Member:
    """Who is in another segment."""

    segment: str


@dataclass(frozen=True, slots=True)
class Listed:
    """Who is on a fixed list, by id."""

    customers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Behind:
    """Who stands behind a number of a measure.

    Attributes:
        measure: its name.
        asked: the question and the measure's options, in pairs; lists as tuples.
        row: columns that name the row of the answer, with what stands in them as text, in pairs.
        side: those counted above or below the line of a share.
    """

    measure: str
    asked: tuple[tuple[str, Any], ...] = ()
    row: tuple[tuple[str, str], ...] = ()
    side: Side = "numerator"


Rule = AllOf | AnyOf | Not | Attribute | Did | Measured | Scored | Member | Listed | Behind
Rules = Mapping[str, Rule]
"""Rules by the name under which others may mention them."""


def parts_of(rule: Rule) -> tuple[Rule, ...]:
    """What a rule is put together of; nothing for one that stands by itself."""
    if isinstance(rule, AllOf | AnyOf):
        return rule.parts
    return (rule.part,) if isinstance(rule, Not) else ()


def leaves(rule: Rule) -> Iterator[Rule]:
    """The parts of a rule that stand by themselves, from left to right."""
    waiting = [rule]
    while waiting:
        found = waiting.pop()
        parts = parts_of(found)
        if not parts and not isinstance(found, AllOf | AnyOf):
            yield found
        waiting += reversed(parts)
