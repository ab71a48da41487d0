"""Segments: which customers are meant, by rule; who they are, and how they differ."""

from vernost.explain.segments.behind import customers_behind
from vernost.explain.segments.changes import changed_since
from vernost.explain.segments.comparing import Comparison, Difference, compare
from vernost.explain.segments.members import judged, members
from vernost.explain.segments.narrowing import Narrowed
from vernost.explain.segments.nesting import has_clock, is_relative, mentioned, resolved
from vernost.explain.segments.reading import read_rule
from vernost.explain.segments.ready import Ready, ready_made
from vernost.explain.segments.rule import Listed, Rule, Rules
from vernost.explain.segments.standpoint import Standpoint
from vernost.explain.segments.words import choice, codes, told, word

__all__ = [
    "Comparison",
    "Difference",
    "Listed",
    "Narrowed",
    "Ready",
    "Rule",
    "Rules",
    "Standpoint", "changed_since", "choice",
    "codes",
    "compare",
    "customers_behind",
    "has_clock",
    "is_relative",
    "judged",
    "members",
    "mentioned",
    "read_rule",
    "ready_made",
    "resolved",
    "told",
    "word",
]  # fmt: skip
