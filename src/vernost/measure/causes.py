"""Which of the measures that moved together moved first: one cause is told once, not on every chart that shows it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

PARTS: Mapping[str, tuple[str, ...]] = {
    "revenue": ("orders", "aov"),
    "revenue_per_customer": ("purchase_frequency", "aov"),
    "orders": ("active_customers", "purchase_frequency"),
    "active_customers": ("new_customers", "retention_rate"),
    "retention_rate": ("churn_rate",),
    "mrr": ("new_customers", "nrr"),
    "nrr": ("grr",),
    "grr": ("revenue_churn",),
    "revenue_churn": ("churn_rate",),
    "resolution_time": ("first_reply_time",),
    "unanswered_24h_rate": ("first_reply_time",),
    "first_reply_time": ("backlog",),
    "rating": ("negative_review_rate",),
}
"""What each measure is made of, or follows from."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A measure that moved, of all customers or of some.

    Attributes:
        measure: its code name.
        score: how far, in spreads.
        where: what narrows it, each condition by itself; empty for all customers.
    """

    measure: str
    score: float
    where: frozenset[str] = frozenset()


def follows_from(measure: str) -> frozenset[str]:
    """The measures that a measure is made of, and those that these are made of.

    >>> sorted(follows_from("mrr"))
    ['churn_rate', 'grr', 'new_customers', 'nrr', 'revenue_churn']
    """
    parts = PARTS.get(measure, ())
    return frozenset(parts).union(*(follows_from(part) for part in parts))


def is_related(one: Moved, other: Moved) -> bool:
    """Whether two moves may be one: of one measure or of a part of it, and of customers some of whom are in both.

    >>> is_related(Moved("revenue", 5.0), Moved("new_customers", -4.5, frozenset({"city = 'Perm'"})))
    True
    >>> is_related(Moved("revenue", 5.0), Moved("backlog", 5.0))
    False
    """
    is_one_branch = (
        one.measure == other.measure
        or one.measure in follows_from(other.measure)
        or other.measure in follows_from(one.measure)
    )
    return is_one_branch and (one.where <= other.where or other.where <= one.where)


def causes(moves: Iterable[Moved]) -> list[list[Moved]]:
    """Moves that belong together, each group beginning with the one that the others follow from.

    >>> [[each.measure for each in group] for group in causes([Moved("revenue", 5.0), Moved("aov", 6.0)])]
    [['aov', 'revenue']]
    """
    groups: list[list[Moved]] = []
    for move in moves:
        near = [group for group in groups if any(is_related(move, each) for each in group)]
        groups = [group for group in groups if group not in near]
        groups.append([each for group in near for each in group] + [move])
    return [_ordered(group) for group in groups]


def _ordered(group: Sequence[Moved]) -> list[Moved]:
    """From the part to the whole; of all customers before some of them; the farthest first."""
    return sorted(group, key=lambda each: (len(follows_from(each.measure)), len(each.where), -abs(each.score)))
