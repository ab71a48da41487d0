"""Two segments on every measure: how much they differ, how surely, with as many questions in mind as were asked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from vernost.errors import InvalidValue, VernostError
from vernost.explain.segments.members import judged
from vernost.explain.segments.narrowing import Narrowed
from vernost.explain.segments.rule import Rule, Rules
from vernost.measure import find_measure
from vernost.measure.measure import Measure, chapters
from vernost.statistics import Z, benjamini_hochberg, difference, normal_p

if TYPE_CHECKING:
    from vernost.explain.segments.standpoint import Standpoint
    from vernost.store.log import Log

SURE = 0.05
"""Corrected p-values below this are called sure: of all that are, one in twenty is chance."""

_AGAINST_OTHERS = frozenset({"vip", "regular", "rfm", "concentration", "benchmarks", "lapse_window"})
"""Measures that place customers against each other, or learn from all of them: they say nothing of two groups apart."""

_ONE, _OTHER = "one", "other"


@dataclass(frozen=True, slots=True)
class Difference:
    """Two segments on one measure.

    Attributes:
        measure: its name.
        unit: of the values.
        one: value, low and high of the first segment.
        other: the same of the second.
        above: how much the first is above the second, with the ends of the interval; None without intervals.
        p_value: two-sided, corrected for all measures that were compared; None without intervals.
    """

    measure: str
    unit: str
    one: tuple[float, float | None, float | None]
    other: tuple[float, float | None, float | None]
    above: tuple[float, float, float] | None = None
    p_value: float | None = None

    @property
    def is_sure(self) -> bool:
        """Whether it is more than chance, all measures considered."""
        return self.p_value is not None and self.p_value < SURE


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two segments on every measure.

    Attributes:
        one: customers of the first segment.
        other: customers of the second who are not in the first.
        both: customers who are in both, and count in the first alone: only groups apart can be compared.
        as_of: the day that is looked at.
        differences: measure by measure, in the order of the glossary.
    """

    one: int
    other: int
    both: int
    as_of: date
    differences: tuple[Difference, ...]

    @property
    def tests(self) -> int:
        """For how many questions the p-values are corrected."""
        return sum(each.p_value is not None for each in self.differences)


def compare(
    at: "Standpoint", one: Rule, other: Rule, rules: Rules | None = None, *, measures: Sequence[str] | None = None
) -> Comparison:
    """Compare two segments on every measure that has one value with what the log holds.

    Args:
        at: from where the log is looked at.
        one: rule of the first.
        other: rule of the second.
        rules: those of other segments, by the names under which these may mention them.
        measures: those that are compared; all by default.

    Raises:
        InvalidValue: when nobody is left in one of them.
    """
    table = judged(at, {_ONE: one, _OTHER: other}, rules or {})
    counts = table.agg(
        one=table[_ONE].cast("int64").sum(),
        other=(table[_OTHER] & ~table[_ONE]).cast("int64").sum(),
        both=(table[_OTHER] & table[_ONE]).cast("int64").sum(),
    )
    found = {name: int(value or 0) for name, value in at.log.fetch(counts).to_pylist()[0].items()}
    if not found["one"] or not found["other"]:
        raise InvalidValue("There is nobody to compare: customers in the first segment: {one}, in the second alone: "
                           "{other}.", one=found["one"], other=found["other"])  # fmt: skip
    wanted = [find_measure(name) for name in measures] if measures is not None else chapters()
    asked = _options(at)
    with (
        Narrowed(at.log, table.filter(table[_ONE]).select("customer_id")) as first,
        Narrowed(at.log, table.filter(table[_OTHER] & ~table[_ONE]).select("customer_id")) as second,
    ):
        drafts = list(_drafts(first, second, wanted, asked))
    return Comparison(**found, as_of=at.day, differences=_corrected(drafts))


def _options(at: "Standpoint") -> dict[str, Any]:
    """The question, and what the whole log says of silence: a segment must not be measured by a window of its own."""
    asked = {"as_of": at.day, "timezone": at.scope.zone} | dict(at.chosen)
    if asked.get("lapse_days") is None:
        try:
            rows = find_measure("lapse_window")(at.log, as_of=at.day, timezone=at.scope.zone).rows
        except VernostError:
            rows = []
        asked["lapse_days"] = rows[0]["value"] if rows else None
    return {name: value for name, value in asked.items() if value is not None}


def _drafts(first: "Log", second: "Log", wanted: Sequence[Measure], asked: Mapping[str, Any]) -> Iterator[Difference]:
    for measure in wanted:
        if measure.name in _AGAINST_OTHERS:
            continue
        known = {name: value for name, value in asked.items() if name in (*measure.options, "as_of", "timezone")}
        one, other = (_value(log, measure, known) for log in (first, second))
        if one is None or other is None:
            continue
        unit, values = one
        yield _draft(Difference(measure.name, unit, values, other[1]))


def _value(log: "Log", measure: Measure, asked: Mapping[str, Any]) -> tuple[str, tuple[Any, Any, Any]] | None:
    """The unit, value and interval of a measure; None where it has not one value, or the log cannot say it."""
    try:
        answer = measure(log, **asked)
        if not {"value", "low", "high"} <= set(answer.columns) or answer.finding.axis:
            return None
        rows = answer.rows
    except VernostError:
        return None
    if len(rows) != 1 or rows[0]["value"] is None:
        return None
    return answer.unit, (rows[0]["value"], rows[0]["low"], rows[0]["high"])


def _whole(side: tuple[float, float | None, float | None]) -> tuple[float, float, float] | None:
    """A value with its interval; None without one."""
    value, low, high = side
    return None if low is None or high is None else (value, low, high)


def _draft(found: Difference) -> Difference:
    """A difference with its interval and its own p-value, as far as both sides have intervals."""
    one, other = _whole(found.one), _whole(found.other)
    if one is None or other is None:
        return found
    above = difference(one, other)
    value, low, high = above
    towards_none = value - low if value > 0 else high - value
    if not towards_none:
        return replace(found, above=above, p_value=1.0 if value == 0 else 0.0)
    return replace(found, above=above, p_value=normal_p(Z * value / towards_none))


def _corrected(drafts: Sequence[Difference]) -> tuple[Difference, ...]:
    adjusted = iter(benjamini_hochberg([each.p_value for each in drafts if each.p_value is not None]))
    return tuple(each if each.p_value is None else replace(each, p_value=next(adjusted)) for each in drafts)
