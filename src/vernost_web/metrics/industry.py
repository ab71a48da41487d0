"""What is published about a measure in the company's industry."""

from dataclasses import dataclass
from typing import Any

from vernost.report.voice import Voice
from vernost_web.company.queries import company
from vernost_web.metrics.answers import ask


@dataclass(frozen=True, slots=True)
class IndustryFigure:
    """A published figure beside which ours can be put.

    Attributes:
        value: as shown.
        span: its bounds as shown; empty when none are published.
        industry: code name of the industry.
        population: of whom it is, in the reader's language.
        source: who published it, what and when.
    """

    value: str
    span: str
    industry: str
    population: str
    source: str


def industry_figures(measure: str, voice: Voice) -> list[IndustryFigure]:
    """Published figures of a measure, of the company's industry where it named one."""
    told = ask("benchmarks", industry=company().industry or None)
    return [_figure(row, voice) for row in told.rows if row["measure"] == measure]


def _figure(row: dict[str, Any], voice: Voice) -> IndustryFigure:
    return IndustryFigure(
        value=voice.formats.value(row["figure"], row["unit"]),
        span=voice.formats.interval(row["figure_low"], row["figure_high"], row["unit"]),
        industry=row["industry"],
        population=row[f"population_{voice.language}"],
        source=", ".join(str(part) for part in (row["publisher"], row["title"], row["date"]) if part),
    )
