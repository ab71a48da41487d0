"""How the company stands beside its industry, each figure with its source, date and population."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from vernost import expressions
from vernost.errors import InvalidValue, MissingFacts, UnknownName
from vernost.measure.activity import BASES
from vernost.measure.finding import Finding, Row
from vernost.measure.measure import find_measure, measure
from vernost.measure.scope import Scope

READS = ("subscriptions", "orders", "events", "tickets", "answers", "reviews")
WINDOWED = ("retention_rate", "churn_rate", "nrr", "grr", "revenue_churn")
"""Measures that compare a window with what was before it, and so need a log that reaches back so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure of an industry as a source publishes it.

    Attributes:
        measure: the measure that it is a figure of.
        industry: of which industry; a colon sets a part of one apart, as in ``e-commerce: beauty``.
        unit: of the figure: share, points, hours, months, rating, or a currency.
        date: of the data, or of the source, as far as known.
        publisher: who measured.
        title: where it is published.
        population_en: over whom, in English.
        population_ru: over whom, in Russian.
        value: the figure; None where only bounds are published.
        low: lower bound.
        high: upper bound.
        ask: options with which our measure is like theirs.
    """

    measure: str
    industry: str
    unit: str
    date: str
    publisher: str
    title: str
    population_en: str
    population_ru: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    ask: Mapping[str, Any] = field(default_factory=dict)

    def is_of(self, industry: str) -> bool:
        """Whether it speaks of an industry or of a part of it; those of any industry speak of all.

        >>> figures()[1].industry, figures()[1].is_of("e-commerce"), figures()[1].is_of("banking")
        ('e-commerce: beauty', True, False)
        """
        return industry in (self.industry, self.industry.partition(":")[0]) or self.industry == "any"


@cache
def figures() -> tuple[Figure, ...]:
    """All figures known."""
    text = files("vernost.measure").joinpath("benchmarks.toml").read_text(encoding="utf-8")
    return tuple(Figure(**entry) for entry in tomllib.loads(text)["figure"])


def industries() -> list[str]:
    """Names of the industries that there are figures of."""
    return sorted(
        {figure.industry for figure in figures()} | {figure.industry.partition(":")[0] for figure in figures()}
    )


@measure(unit="mixed", reads=READS)
def benchmarks(scope: Scope, *, industry: str | None = None) -> Finding:
    """Our measures beside published figures of the industry: ``value`` is ours, ``figure`` theirs.

    Without an industry those figures are shown that the log has a value of its own for; with one all of it. Money is in
    the currency that ``unit`` names and is not converted. A figure is as good as its source: see ``population``.

    Args:
        scope: the log seen through the question.
        industry: name of an industry, as in `industries`.
    """
    import ibis

    if scope.question.by or scope.question.cut:
        raise InvalidValue("benchmarks compares the company as a whole as of one day. Leave --by and --cut out.")
    if industry is not None and industry not in industries():
        raise UnknownName("industry", industry, industries())
    _check_where(scope)
    chosen = [figure for figure in figures() if industry is None or figure.is_of(industry)]
    places = ibis.range(0, len(chosen)).unnest().name("place_").as_table()

    def finished(rows: list[Row]) -> list[Row]:
        found = [_row(scope, chosen[row["place_"]]) for row in sorted(rows, key=lambda row: row["place_"])]
        return [row for row in found if industry is not None or row["value"] is not None]

    return Finding(
        table=places,
        columns=("value", "low", "high", "figure", "figure_low", "figure_high", "unit", *_ABOUT),
        axis=("measure", "industry"),
        finish=finished,
    )


def _check_where(scope: Scope) -> None:
    """Refuse a filter by what no table has; a table that lacks the attribute only leaves its own measures open."""
    names = expressions.columns_of(scope.question.where) if scope.question.where else frozenset()
    known = {column for table in scope.log.tables.values() for column in table.columns}
    for name in sorted(names):
        if name not in known:
            raise UnknownName("attribute", name, known)


_ABOUT = ("date", "publisher", "title", "population_en", "population_ru")


def _row(scope: Scope, figure: Figure) -> Row:
    ours = _ours(scope, figure)
    return {
        "measure": figure.measure,
        "industry": figure.industry,
        **{name: ours.get(name) for name in ("value", "low", "high")},
        "figure": figure.value,
        "figure_low": figure.low,
        "figure_high": figure.high,
        "unit": figure.unit,
        **{name: getattr(figure, name) for name in _ABOUT},
    }


def _ours(scope: Scope, figure: Figure) -> Row:
    """The one row of our measure, empty where the log does not have it."""
    question = scope.question
    asked = {
        "where": question.where,
        "since": None if "days" in figure.ask else question.since,
        "until": question.until,
        "as_of": question.as_of,
        "timezone": question.timezone,
        **figure.ask,
    }

    def make() -> Row:
        try:
            return dict(find_measure(figure.measure)(scope.log, **asked).rows[0]) if _reaches(scope, figure) else {}
        except (MissingFacts, UnknownName, InvalidValue):
            # What the log lacks, or a filter by an attribute that those tables lack, leaves ours open, not the others.
            return {}

    return scope.log.cached(("ours", figure.measure, tuple(sorted(asked.items(), key=str))), make)


def _reaches(scope: Scope, figure: Figure) -> bool:
    """Whether the log reaches back to the start of what the measure compares."""
    days = figure.ask.get("days")
    if days is None or figure.measure not in WINDOWED:
        return True
    is_contract = figure.measure not in ("retention_rate", "churn_rate")
    base = figure.ask.get("base") or ("subscriptions" if is_contract else None)
    name = next((table for table in ([base] if base else BASES) if scope.has(table)), None)
    span = scope.span(name) if name else None
    if name is None or span is None:
        return False
    seen = (scope.as_of - scope.clock(name).day_of(span[0])).days + 1
    return seen >= days * (1 if name == "subscriptions" else 2)
