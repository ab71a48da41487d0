"""Segments as pages show them: their course, their comparison."""

from typing import Any

from vernost.explain.segments import Comparison, Difference
from vernost.report.theme import SERIES
from vernost.report.voice import Voice
from vernost_web.segments.models import Day

_LEAST = 0.001
"""The smallest p-value that is shown as a number."""


def course(days: list[Day], voice: Voice, title: str) -> dict[str, Any] | None:
    """A chart of how many customers were in a segment from day to day; None before there are two days."""
    from vernost.report import charts

    if len(days) < 2:
        return None
    rows = [{"period": day.on, "value": day.count, "complete": True} for day in days]
    return charts.course(voice, [charts.Course(title, rows, SERIES[0])], "count", "day")


def compared(found: Comparison, voice: Voice) -> list[dict[str, Any]]:
    """Measures side by side, the surest differences first.

    Returns:
        name (code), title, one, other, above (with its interval), p_value, is_sure, side (more, less or nothing).
    """
    order = sorted(found.differences, key=lambda each: (each.p_value is None, each.p_value or 0.0))
    return [_row(each, voice) for each in order]


def _row(each: Difference, voice: Voice) -> dict[str, Any]:
    formats = voice.formats
    above = interval = ""
    if each.above is not None:
        value, low, high = each.above
        above = ("+" if value > 0 else "") + formats.value(value, each.unit)
        interval = formats.interval(low, high, each.unit)
    return {
        "name": each.measure,
        "title": voice.name(each.measure),
        "one": formats.value(each.one[0], each.unit),
        "other": formats.value(each.other[0], each.unit),
        "above": above,
        "interval": interval,
        "p_value": _shown(each.p_value, voice),
        "is_sure": each.is_sure,
    }


def _shown(p_value: float | None, voice: Voice) -> str:
    if p_value is None:
        return ""
    return f"< {voice.formats.number(_LEAST, 3)}" if p_value < _LEAST else voice.formats.number(p_value, 3)
