"""What the overview tells, in one language: the headlines with their course, what changed and where, the industry."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from vernost.glossary import Language
from vernost.report.chapters.headlines import PLACES, headlines, most_changed
from vernost.report.chapters.industry import published, trade
from vernost.report.chapters.segments import segments
from vernost.report.document import Finding, Headline
from vernost.report.inquiry import Inquiry, Row
from vernost.report.voice import Voice
from vernost_web.company.queries import voice_of
from vernost_web.dashboards.roles import all_measures
from vernost_web.metrics.queries import inquiring

WIDTH, HEIGHT, EDGE = 120, 32, 2
"""Of a spark line, in its own pixels."""

MOST_POINTS = 26
_FEWEST = 2


def digest(language: Language) -> dict[str, Any]:
    """All of it as plain data.

    Returns:
        as_of, by, period, lead, cards, findings.
    """
    voice = voice_of(language)
    with inquiring() as inquiry:
        industry = _industry(inquiry, voice)
        cards = [_card(inquiry, each, industry) for each in headlines(inquiry, voice, all_measures())]
        findings = [*most_changed(inquiry, voice), *segments(inquiry, voice).findings]
        return {
            "as_of": inquiry.day,
            "by": inquiry.by,
            "period": inquiry.period,
            "when": voice.formats.period(inquiry.period, inquiry.by),
            "cards": cards,
            "findings": [_finding(each, inquiry.by) for each in findings],
        }


def _card(inquiry: Inquiry, headline: Headline, industry: Mapping[str, str]) -> dict[str, Any]:
    is_all_time = bool(headline.note)
    rows = [row for row in inquiry.course(headline.name) if row.get("value") is not None and row["complete"]]
    by = "" if is_all_time else inquiry.by
    answer = inquiry.ask(headline.name, by=inquiry.by)
    row = inquiry.rows(headline.name)[0] if is_all_time else inquiry.current(rows)
    return {
        "name": headline.name,
        "title": headline.title,
        "value": headline.value,
        "interval": headline.interval,
        "changes": [{"text": text, "sure": sure} for text, sure in headline.changes],
        "note": headline.note,
        "number": float(row["value"]) if row else None,
        "unit": answer.unit if answer else "",
        "industry": industry.get(headline.name, ""),
        "spark": spark([float(each["value"]) for each in rows[-MOST_POINTS:]]),
        "url": f"{reverse('metrics:measure', args=[headline.name])}?{urlencode({'by': by})}",
    }


def spark(values: Sequence[float]) -> str:
    """The points of a line through values, from the left to the right.

    >>> spark([1.0, 3.0])
    '2.0,30.0 118.0,2.0'
    """
    if len(values) < _FEWEST:
        return ""
    low, high = min(values), max(values)
    across, down = (WIDTH - 2 * EDGE) / (len(values) - 1), (HEIGHT - 2 * EDGE) / ((high - low) or 1.0)
    points = ((EDGE + place * across, HEIGHT - EDGE - (value - low) * down) for place, value in enumerate(values))
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _industry(inquiry: Inquiry, voice: Voice) -> dict[str, str]:
    """The published figure of the company's industry for each measure that has one; none while it is not named."""
    if not inquiry.industry:
        return {}
    rows: list[Row] = inquiry.rows("benchmarks", industry=inquiry.industry)
    place = trade(voice, inquiry.industry)
    return {
        row["measure"]: f"{place}: {published(voice, row)} ({row['publisher']})"
        for row in reversed(rows)
        if row["value"] is not None
    }


def _finding(finding: Finding, by: str) -> dict[str, Any]:
    """A sentence, and the measure that shows it."""
    attribute = finding.anchor.removeprefix("by-") if finding.anchor.startswith("by-") else ""
    name = next((name for name, anchor in PLACES.items() if anchor == finding.anchor), "retention_rate")
    asked: dict[str, str | date] = {"by": by}
    if attribute and attribute != "others":
        asked["cut"] = attribute.replace("-", "_")
    url = f"{reverse('metrics:measure', args=[name])}?{urlencode(asked)}"
    return {"text": finding.text, "sure": finding.sure, "url": url}
