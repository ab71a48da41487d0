"""The report as a print: pages set by Typst, charts as vector drawings."""

import json
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any

from vernost.report.document import Chapter, Figure, Report
from vernost.report.drawing import drawing
from vernost.report.inquiry import LEAST_CUSTOMERS
from vernost.report.tables import NUMBERS, readable, shown
from vernost.report.voice import Voice

_PRINTED_ROWS = 40


def print_(report: Report, generated_at: datetime) -> bytes:
    """The PDF."""
    import typst

    sources: dict[str, bytes] = {"main.typ": _template()}
    for figure in report.figures:
        if figure.spec:
            sources[f"{figure.anchor}.svg"] = drawing(report.voice, figure.spec).encode()
    sources["report.json"] = json.dumps(_content(report), ensure_ascii=False).encode()
    # Only Typst's own fonts: the print looks alike on every machine.
    stamp = generated_at.astimezone(UTC)
    made: bytes = typst.compile(
        sources,  # type: ignore[call-overload]  # its stub knows no dict of sources
        format="pdf",
        ignore_system_fonts=True,
        timestamp=stamp,
    )
    return made


@cache
def _template() -> bytes:
    return files("vernost.report").joinpath("templates", "report.typ").read_bytes()


def _content(report: Report) -> dict[str, Any]:
    say = report.voice.say
    return {
        "language": report.language,
        "title": report.title,
        "subtitle": report.subtitle,
        "made": report.made,
        "summary": say("label.summary"),
        "legend": say("label.legend_sure") if report.findings else say("label.data_too_few", least=LEAST_CUSTOMERS),
        "contents": say("label.contents"),
        "headlines": say("label.headlines"),
        "headlines_lead": report.headlines_lead,
        "page": say("label.page"),
        "findings": [
            {"text": finding.text, "sure": _sure(report.voice, finding.sure), "kind": finding.sure or ""}
            | {"anchor": finding.anchor}
            for finding in report.findings
        ],
        "cards": [
            {
                "title": card.title,
                "value": card.value,
                "interval": card.interval,
                "note": card.note,
                "changes": [
                    {"text": text, "sure": _sure(report.voice, sure), "kind": sure or ""} for text, sure in card.changes
                ],
            }
            for card in report.headlines
        ],
        "chapters": [_chapter(report.voice, chapter) for chapter in report.chapters],
    }


def _sure(voice: Voice, sure: str | None) -> str:
    return voice.say(f"sure.{sure}") if sure else ""


def _chapter(voice: Voice, chapter: Chapter) -> dict[str, Any]:
    return {
        "title": chapter.title,
        "lead": chapter.lead,
        "figures": [_figure(voice, figure) for figure in chapter.figures],
        "items": [{"term": term, "meaning": meaning} for term, meaning in chapter.items],
    }


def _figure(voice: Voice, figure: Figure) -> dict[str, Any]:
    """A figure; its numbers are printed only where no chart shows them."""
    found: dict[str, Any] = {
        "anchor": figure.anchor,
        "title": figure.title,
        "text": figure.text,
        "notes": [note for note in figure.notes if note],
        "chart": f"{figure.anchor}.svg" if figure.spec else "",
        "head": [],
        "rows": [],
        "right": [],
        "prose": [],
    }
    if figure.spec or not figure.table.rows:
        return found
    table, note = readable(voice, figure.table, _PRINTED_ROWS)
    if note:
        found["notes"].append(note)
    kinds = [column.kind for column in table.columns]
    rows = [[shown(voice, kind, value) for kind, value in zip(kinds, row, strict=True)] for row in table.rows]
    return found | {
        "head": [column.title for column in table.columns],
        "rows": rows,
        "right": [kind in NUMBERS for kind in kinds],
        "prose": [kind == "prose" for kind in kinds],
    }
