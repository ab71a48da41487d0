"""Who is in a segment: a rule, or many at once, as one expression over the tables of a log."""

from collections.abc import Iterable, Mapping
from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING

from vernost.explain.segments.figures import FIGURES
from vernost.explain.segments.holders import Holder, everybody, held, holder_of, holds_of
from vernost.explain.segments.nesting import resolved
from vernost.explain.segments.rule import (
    AllOf,
    AnyOf,
    Attribute,
    Condition,
    Did,
    Measured,
    Not,
    Rule,
    Rules,
    Scored,
    leaves,
)  # fmt: skip

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from vernost.explain.segments.standpoint import Standpoint


def members(at: "Standpoint", rule: Rule, rules: Rules | None = None) -> "ir.Table":
    """Who is in a segment, each once: customer_id.

    Args:
        at: from where the log is looked at.
        rule: of the segment.
        rules: those of other segments, by the names under which the rule may mention them.
    """
    whole = resolved(rule, rules or {})
    names = _named([whole])
    table = _joined(at, names, _anchors(whole))
    return table.filter(_holds(whole, table, names, at)).select("customer_id")


def judged(at: "Standpoint", wanted: Rules, rules: Rules | None = None) -> "ir.Table":
    """Of every customer, whether they are in each of some segments: customer_id and a boolean for each, by its name.

    Args:
        at: from where the log is looked at.
        wanted: their rules by name.
        rules: those of all segments that they may mention.
    """
    whole = {name: resolved(rule, rules or wanted) for name, rule in wanted.items()}
    names = _named(whole.values())
    table = _joined(at, names, frozenset())
    return table.select("customer_id", **{name: _holds(rule, table, names, at) for name, rule in whole.items()})


def _named(rules: Iterable[Rule]) -> dict[Rule, str]:
    """Each part once, with the name of its column."""
    found = dict.fromkeys(leaf for rule in rules for leaf in leaves(rule))
    return {leaf: f"v{place}_" for place, leaf in enumerate(found)}


def _joined(at: "Standpoint", names: Mapping[Rule, str], anchors: frozenset[Holder]) -> "ir.Table":
    """One row a customer, with the columns of all parts.

    Args:
        at: from where the log is looked at.
        names: part -> its column.
        anchors: holders in which all who matter have a row; without one, all customers that the log knows are there.
    """
    parts: dict[Holder, dict[Rule, str]] = {}
    for leaf, name in names.items():
        parts.setdefault(holder_of(leaf), {})[leaf] = name
    firm = [holder for holder in parts if holder in anchors]
    loose = [holder for holder in parts if holder not in anchors]
    table = held(at, firm[0], parts[firm[0]]) if firm else everybody(at)
    for how, holder in [("inner", each) for each in firm[1:]] + [("left", each) for each in loose]:
        beside = held(at, holder, parts[holder]).rename(beside_="customer_id")
        table = table.join(beside, table.customer_id == beside.beside_, how=how).drop("beside_")
    return table


def _holds(rule: Rule, table: "ir.Table", names: Mapping[Rule, str], at: "Standpoint") -> "ir.BooleanValue":
    import ibis

    match rule:
        case AllOf(parts):
            return reduce(and_, (_holds(part, table, names, at) for part in parts), ibis.literal(value=True))
        case AnyOf(parts):
            return reduce(or_, (_holds(part, table, names, at) for part in parts), ibis.literal(value=False))
        case Not(part):
            return ~_holds(part, table, names, at)
        case _:
            return holds_of(rule, table[names[rule]], at)


def _anchors(rule: Rule) -> frozenset[Holder]:
    """Holders in which everybody in a segment has a row."""
    match rule:
        case AllOf(parts):
            return frozenset[Holder]().union(*map(_anchors, parts))
        case AnyOf(parts):
            return frozenset.intersection(*map(_anchors, parts)) if parts else frozenset()
        case Not():
            return frozenset()
        case _:
            return frozenset([holder_of(rule)]) if _needs_a_row(rule) else frozenset()


def _needs_a_row(leaf: Rule) -> bool:
    """Whether a part cannot hold of whom its holder knows nothing."""
    match leaf:
        case Did(counted=condition):
            return not _holds_of_nothing(condition)
        case Measured(name, condition) if FIGURES[name].empty is not None:
            return not _holds_of_nothing(condition)
        case Attribute(_, condition) | Scored(_, condition) | Measured(_, condition):
            return condition.word != "unknown"
        case _:
            return True


def _holds_of_nothing(condition: Condition) -> bool:
    """Whether a condition about a number holds of 0."""
    value = condition.value
    match condition.word:
        case "at_least":
            return bool(value <= 0)
        case "above":
            return bool(value < 0)
        case "at_most":
            return bool(value >= 0)
        case "below":
            return bool(value > 0)
        case "between":
            return bool(value[0] <= 0 <= value[1])
        case word:
            return word == "known" or (word in {"equals", "differs"} and (word == "equals") == (value == 0))
