"""What a report is made of, before it becomes a page, a print or a workbook."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from vernost.report.voice import Voice

Sure = Literal["clear", "likely", "noise"]
Kind = Literal[
    "text", "prose", "count", "share", "money", "number", "loss", "days", "hours", "points", "ratio",
    "day", "week", "month", "quarter", "year",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """A column of numbers or words: its title and how its cells look; prose is words of a whole sentence."""

    title: str
    kind: Kind = "text"


@dataclass(frozen=True, slots=True)
class Table:
    """The numbers behind a chart.

    Attributes:
        name: short name in the report's language, also that of the workbook's sheet.
        columns: titles and kinds.
        rows: cells as values, one tuple a row.
        marks: indexes of rows whose period is still running.
        first: how many rows are shown where rows are read from the first on; 0 where they are a course, of which every
            n-th is shown.
    """

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    marks: frozenset[int] = frozenset()
    first: int = 0


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart with its sentence and its numbers.

    Attributes:
        anchor: name of its place in the page.
        title: what is shown.
        text: whole sentences that say what is to be seen.
        spec: Vega-Lite specification, or None when a table says it all.
        table: the numbers.
        notes: what to bear in mind: what is not drawn, how intervals are made.
        min_width: pixels below which the chart scrolls instead of shrinking.
    """

    anchor: str
    title: str
    text: str
    table: Table
    spec: Mapping[str, Any] | None = None
    notes: tuple[str, ...] = ()
    min_width: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """A sentence for the summary.

    Attributes:
        text: the sentence.
        anchor: the figure that shows it.
        sure: how sure it is; None where nothing is compared.
        weight: place in the summary, the heaviest first.
    """

    text: str
    anchor: str
    weight: float
    sure: Sure | None = None


Part = tuple[Figure, list[Finding]]
"""A figure and what it offers to the summary."""


@dataclass(frozen=True, slots=True)
class Headline:
    """A number at the top.

    Attributes:
        name: code name of the measure.
        title: its name.
        value: as shown.
        interval: as shown, or empty.
        changes: lines such as '+3.1 pp to October 2011', each with how sure it is.
        anchor: the figure that shows it, or empty.
        note: a line below, or empty.
    """

    name: str
    title: str
    value: str
    interval: str
    changes: tuple[tuple[str, Sure | None], ...] = ()
    anchor: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of the report: figures that belong together and what they say.

    Attributes:
        anchor: name of its place in the page.
        title: its heading.
        figures: charts with their numbers.
        findings: sentences offered to the summary.
        lead: an opening paragraph, or empty.
        items: term and explanation, for lists of words rather than of numbers.
    """

    anchor: str
    title: str
    figures: tuple[Figure, ...] = ()
    findings: tuple[Finding, ...] = ()
    lead: str = ""
    items: tuple[tuple[str, str], ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to read in it."""
        return not (self.figures or self.items)


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report in one language.

    Attributes:
        language: 'en' or 'ru'.
        title: its heading.
        subtitle: what the data covers.
        made: when and over what it was made.
        headlines: numbers at the top.
        headlines_lead: which period they are of, and against which they are compared.
        findings: the summary.
        chapters: the body.
        voice: its language and formats, for cells and fixed words.
        anchors: places of all figures.
    """

    language: str
    title: str
    subtitle: str
    made: str
    headlines: tuple[Headline, ...]
    headlines_lead: str
    findings: tuple[Finding, ...]
    chapters: tuple[Chapter, ...]
    voice: Voice
    anchors: frozenset[str] = frozenset()

    @property
    def figures(self) -> tuple[Figure, ...]:
        """All figures in order."""
        return tuple(figure for chapter in self.chapters for figure in chapter.figures)
