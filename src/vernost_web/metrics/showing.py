"""An answer as a page shows it: the number, its course, its rows, and where each of them leads."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from math import isfinite
from typing import Any

from vernost.glossary import heading
from vernost.report import charts
from vernost.report.theme import SERIES
from vernost.report.voice import Voice
from vernost_web.metrics.answers import Told

Row = Mapping[str, Any]
MOST_ROWS = 400
PERIODS = ("day", "week", "month", "quarter", "year")
Lead = Callable[[Row], str]
"""Where a row leads when it is pressed; empty when nowhere."""


def latest(told: Told) -> Row | None:
    """The row of the last finished period, or the only row there is; None where several stand beside each other."""
    rows = [row for row in told.rows if row.get("value") is not None]
    done = [row for row in rows if row.get("complete", True)] or rows
    newest = [row for row in done if row.get("period") == done[-1].get("period")]
    return newest[0] if len(newest) == 1 else None


def course(told: Told, voice: Voice, by: str, cut: Sequence[str], lead: Lead) -> dict[str, Any] | None:
    """A chart of the answer over periods, a line for each of the greatest groups; None when there is no course."""
    rows = [row for row in told.rows if isinstance(row.get("period"), date) and row.get("value") is not None]
    if len({row["period"] for row in rows}) < 2:
        return None
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(row[name] for name in cut), []).append(dict(row) | {"href": lead(row)})
    largest = sorted(groups, key=lambda key: -sum(row.get("denominator") or row["value"] for row in groups[key]))
    lines = [
        charts.Course(", ".join(_text(part) for part in key) or voice.name(told.measure), groups[key], color)
        for key, color in zip(largest, SERIES, strict=False)
    ]
    return charts.course(voice, lines, told.unit, by)


def lines(told: Told, voice: Voice, by: str, lead: Lead) -> dict[str, Any]:
    """The rows as people read them.

    Returns:
        columns (title, look), rows (cells, href, is_running), more (rows that are not shown).
    """
    names = [name for name in (told.rows[0] if told.rows else {}) if name not in {"complete", "low", "high"}]
    if all(row.get("period") is None for row in told.rows):
        names = [name for name in names if name != "period"]
    looks = {name: _look(name, told) for name in names}
    known = [row for row in told.rows if "age" not in row or row["value"] is not None]
    shown = known[-MOST_ROWS:] if by else known[:MOST_ROWS]
    return {
        "columns": [{"title": heading(name, voice.language), "look": looks[name]} for name in names],
        "rows": [
            {
                "cells": [{"text": _cell(voice, told, row, name, by), "look": looks[name]} for name in names],
                "href": lead(row),
                "is_running": not row.get("complete", True),
            }
            for row in (_newest_first(shown) if by else shown)
        ],
        "more": len(known) - len(shown),
    }


def _newest_first(rows: Sequence[Row]) -> list[Row]:
    """Rows by period, those of one in their order; of several in a period, the period that is not over comes last."""
    has_groups = len({row.get("period") for row in rows}) < len(rows)

    def place(row: Row) -> tuple[bool, int]:
        period = row.get("period")
        is_late = has_groups and not row.get("complete", True)
        return is_late, -period.toordinal() if isinstance(period, date) else 0

    return sorted(rows, key=place)


def _look(name: str, told: Told) -> str:
    sample = next((row[name] for row in told.rows if row.get(name) is not None), None)
    return "number" if isinstance(sample, (int, float)) and not isinstance(sample, bool) else "words"


def _cell(voice: Voice, told: Told, row: Row, name: str, by: str) -> str:
    value = row[name]
    if name == "value":
        bounds = voice.formats.interval(row.get("low"), row.get("high"), told.unit)
        text = voice.formats.value(value, told.unit)
        return f"{text} ({bounds})" if bounds else text
    if value is None:
        return "–"
    if isinstance(value, date):
        return voice.formats.period(value, by if by in PERIODS else "month")
    if isinstance(value, float) and not isfinite(value):
        return "∞"
    if isinstance(value, float):
        return voice.formats.number(value, 2)
    return voice.formats.number(value) if isinstance(value, int) and not isinstance(value, bool) else _text(value)


def _text(value: Any) -> str:
    return "–" if value is None else str(value)


def value_of(told: Told, voice: Voice, by: str) -> dict[str, str]:
    """The number itself: value, interval, and of which period; empty where there are several, of which none is it."""
    row = latest(told)
    if row is None and any(each.get("value") is not None for each in told.rows):
        return {}
    if row is None:
        return {"value": "–", "interval": "", "period": ""}
    period = row.get("period")
    return {
        "value": voice.formats.value(row["value"], told.unit),
        "interval": voice.formats.interval(row.get("low"), row.get("high"), told.unit),
        "period": voice.formats.period(period, by) if isinstance(period, date) and by in PERIODS else "",
    }
