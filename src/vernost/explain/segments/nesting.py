"""Segments that mention others: put in the place of their names, without circles; and what a rule depends on."""

from vernost.errors import InvalidValue, UnknownName
from vernost.explain.segments.conditions import RELATIVE
from vernost.explain.segments.figures import FIGURES, RFM
from vernost.explain.segments.rule import (
    AllOf,
    AnyOf,
    Attribute,
    Behind,
    Did,
    Measured,
    Member,
    Not,
    Rule,
    Rules,
    Scored,
    leaves,
    parts_of,
)  # fmt: skip
from vernost.messages import Message

MOST_PARTS, MOST_DEPTH = 2_000, 20
"""Parts of a rule and levels of it, with all that it mentions."""


def resolved(rule: Rule, rules: Rules) -> Rule:
    """A rule with those that it mentions in the place of their names.

    Args:
        rule: the rule.
        rules: others by their names.

    Raises:
        UnknownName: when it mentions one that is not there.
        InvalidValue: when segments mention each other in a circle, or come to too much together.
    """
    found = _Nest(rules).whole(rule, ())
    _check_size(found)
    return found


class _Nest:
    """Segments being put in the place of their names, each once however often it is mentioned."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._done: dict[str, Rule] = {}

    def whole(self, rule: Rule, path: tuple[str, ...]) -> Rule:
        """A rule without names, on the way through the segments of a path."""
        match rule:
            case AllOf(parts):
                return AllOf(tuple(self.whole(part, path) for part in parts))
            case AnyOf(parts):
                return AnyOf(tuple(self.whole(part, path) for part in parts))
            case Not(part):
                return Not(self.whole(part, path))
            case Member(name):
                return self._named(name, path)
            case _:
                return rule

    def _named(self, name: str, path: tuple[str, ...]) -> Rule:
        if name in path:
            raise InvalidValue("Segments mention each other in a circle: {path}.", path=[*path, name])
        if name not in self._rules:
            raise UnknownName(Message("segment"), name, self._rules)
        if len(path) >= MOST_DEPTH:
            raise _too_large()
        if name not in self._done:
            self._done[name] = self.whole(self._rules[name], (*path, name))
        return self._done[name]


def _check_size(rule: Rule) -> None:
    count, level = 0, [rule]
    while level:
        count += len(level)
        if count > MOST_PARTS:
            raise _too_large()
        level = [part for each in level for part in parts_of(each)]


def _too_large() -> InvalidValue:
    return InvalidValue(
        "The segment is too large with all that it mentions: at most {most} parts are allowed.", most=MOST_PARTS
    )


def mentioned(rule: Rule) -> frozenset[str]:
    """Names of the segments that a rule mentions itself."""
    return frozenset(leaf.segment for leaf in leaves(rule) if isinstance(leaf, Member))


def has_clock(rule: Rule) -> bool:
    """Whether who is in a segment changes from day to day though nothing happens; of a rule that mentions no other."""
    return any(_has_clock(leaf) for leaf in leaves(rule))


def _has_clock(leaf: Rule) -> bool:
    match leaf:
        case Attribute(_, condition) | Scored(_, condition):
            return condition.word in RELATIVE
        case Measured(name, _):
            return FIGURES[name].has_clock
        case Did(span=span, where=where):
            return span.days is not None or any(condition.word in RELATIVE for _, condition in where)
        case _:
            return isinstance(leaf, Behind)


def is_relative(rule: Rule) -> bool:
    """Whether it hangs on other customers whether one is in a segment; of a rule that mentions no other."""
    return any(
        isinstance(leaf, Behind | Scored) or (isinstance(leaf, Measured) and FIGURES[leaf.name].holder == RFM)
        for leaf in leaves(rule)
    )
