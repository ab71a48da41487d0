"""Where retention differs: a search over the cuts that exist, held honest against chance."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from vernost.report.comparison import Change, proportions_p
from vernost.report.inquiry import LEAST_CUSTOMERS, Inquiry, Row
from vernost.statistics import benjamini_hochberg

ATTRIBUTES = {
    "customers": "country city acquisition_channel segment language account_manager is_business".split(),
    "orders": "channel store".split(),
    "subscriptions": "plan".split(),
    "events": ["name"],
}
"""Attributes worth cutting by, by the table that carries them."""

MOST_GROUPS = 500
"""Attributes with more values than this name single customers rather than groups of them."""

_WINDOW_DAYS = 90


@dataclass(frozen=True, slots=True)
class Segment:
    """A group of customers against all others over the last window.

    Attributes:
        attribute: what is cut by.
        value: its value; None where it is not given.
        row: the group's retention, with counts and interval.
        rest: share kept by the others, with counts.
        p_value: of the difference to the others, corrected for all comparisons.
        before: the group's retention over the window before, or None.
        change_p: of the change since then, corrected for all comparisons; None without it.
    """

    attribute: str
    value: Any
    row: Row
    rest: Row
    p_value: float
    before: Row | None
    change_p: float | None

    @property
    def difference(self) -> Change:
        """Against the others."""
        return Change(self.row, self.rest, "share", self.p_value)

    @property
    def change(self) -> Change | None:
        """Against its own past."""
        return (
            Change(self.row, self.before, "share", self.change_p) if self.before and self.change_p is not None else None
        )

    @property
    def excess(self) -> float:
        """Customers that would be here, had the group kept like the others."""
        return float(self.rest["value"] - self.row["value"]) * float(self.row["denominator"])


@dataclass(frozen=True, slots=True)
class Search:
    """All groups that were compared.

    Attributes:
        days: length of the window.
        least: customers that a group needs.
        segments: groups in the order of their attributes, the largest first.
        tests: comparisons made, for which all p-values are corrected.
    """

    days: int
    least: int
    segments: tuple[Segment, ...]
    tests: int

    def worst(self) -> Segment | None:
        """The group that loses most customers beyond what the others would, where that is no chance."""
        found = [segment for segment in self.segments if segment.excess > 0 and segment.difference.sure != "noise"]
        return max(found, key=lambda segment: segment.excess, default=None)

    def best(self) -> Segment | None:
        """The group that keeps most customers beyond what the others would, where that is no chance."""
        found = [segment for segment in self.segments if segment.excess < 0 and segment.difference.sure != "noise"]
        return min(found, key=lambda segment: segment.excess, default=None)

    def most_changed(self) -> Segment | None:
        """The group whose retention changed most, where that is no chance."""
        found = [(abs(s.change.difference), s) for s in self.segments if s.change and s.change.sure != "noise"]
        return max(found, key=lambda pair: pair[0])[1] if found else None

    def by_attribute(self) -> dict[str, list[Segment]]:
        """Groups of each attribute."""
        groups: dict[str, list[Segment]] = {}
        for segment in self.segments:
            groups.setdefault(segment.attribute, []).append(segment)
        return groups


def find_segments(inquiry: Inquiry) -> Search:
    """Compare each group of each cut with all others, and with itself one window earlier.

    A window instead of periods makes each customer count once, so that the tests' units are independent.
    """
    span = (inquiry.day - inquiry.first_day).days
    days = min(_WINDOW_DAYS, max(span // 2, 1))
    earlier = inquiry.day - timedelta(days=days)
    drafts: list[tuple[str, Row, Row, Row | None]] = []
    for attribute in attributes_of(inquiry):
        rows = inquiry.rows("retention_rate", cut=attribute, days=days)
        if not 1 < len(rows) <= MOST_GROUPS:
            continue
        past = inquiry.rows("retention_rate", cut=attribute, days=days, as_of=earlier) if span >= 3 * days else []
        drafts += _drafts(attribute, rows, {row[attribute]: row for row in past})
    return Search(days, LEAST_CUSTOMERS, *_judged(drafts))


def attributes_of(inquiry: Inquiry) -> list[str]:
    """Attributes that this log fills and that can be cut by."""
    found = []
    for table, names in ATTRIBUTES.items():
        is_known = table == "customers" or table == _base(inquiry)
        found += [name for name in names if is_known and inquiry.scope.has(table, name)]
    return list(dict.fromkeys(found))


def _base(inquiry: Inquiry) -> str | None:
    answer = inquiry.ask("retention_rate", by=inquiry.by)
    return answer.finding.base if answer else None


def _drafts(attribute: str, rows: Sequence[Row], past: dict[Any, Row]) -> list[tuple[str, Row, Row, Row | None]]:
    kept, base = (sum(row[key] for row in rows) for key in ("numerator", "denominator"))
    drafts: list[tuple[str, Row, Row, Row | None]] = []
    for row in sorted(rows, key=lambda row: -row["denominator"]):
        others = base - row["denominator"]
        # Who gives no value is shown, but 'not given' is no segment that one can act on.
        if row["denominator"] < LEAST_CUSTOMERS or others < LEAST_CUSTOMERS or row[attribute] in (None, ""):
            continue
        rest = {"numerator": kept - row["numerator"], "denominator": others}
        before = past.get(row[attribute])
        before = before if before and before["denominator"] >= LEAST_CUSTOMERS else None
        drafts.append((attribute, row, rest | {"value": rest["numerator"] / others}, before))
    return drafts


def _judged(drafts: Sequence[tuple[str, Row, Row, Row | None]]) -> tuple[tuple[Segment, ...], int]:
    levels = [_p(row, rest) for _, row, rest, _ in drafts]
    changes = [None if before is None else _p(row, before) for _, row, _, before in drafts]
    family = levels + [p for p in changes if p is not None]
    adjusted = iter(benjamini_hochberg(family))
    level_p = [next(adjusted) for _ in levels]
    change_p = [None if p is None else next(adjusted) for p in changes]
    segments = tuple(
        Segment(attribute, row[attribute], row, rest, level, before, change)
        for (attribute, row, rest, before), level, change in zip(drafts, level_p, change_p, strict=True)
    )
    return segments, len(family)


def _p(row: Row, other: Row) -> float:
    return proportions_p(row["numerator"], row["denominator"], other["numerator"], other["denominator"])
