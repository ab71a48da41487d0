"""The one look of all charts: colours that the colour-blind tell apart, quiet axes, words in the report's language."""

from typing import Any

from vernost.glossary import Language

INK, MUTED, LINE, PAPER = "#1d2733", "#5d6b7a", "#dfe4ea", "#ffffff"
BLUE, ORANGE, TEAL, PLUM, SAND = "#14639c", "#d1660f", "#2a9d8f", "#7b4b94", "#c9a227"
SERIES = (BLUE, ORANGE, TEAL, PLUM, SAND)
HEAT = ("#eef4f9", "#a9cbe3", "#4f93c4", "#14639c", "#0b3558")
SCREEN_FONT = "'Segoe UI', Roboto, 'Helvetica Neue', 'Liberation Sans', Arial, 'DejaVu Sans', sans-serif"
PRINT_FONT = "Libertinus Serif, serif"
"""A font with Cyrillic that Typst carries itself, so prints look alike on every machine.

Charts are laid out before Typst, which lends its fonts to nobody: there a serif of the machine stands in for it.
"""


_AXIS = {
    "labelColor": MUTED,
    "titleColor": MUTED,
    "titleFontWeight": "normal",
    "titleFontSize": 12,
    "labelFontSize": 12,
    "gridColor": LINE,
    "domainColor": LINE,
    "tickColor": LINE,
    "labelPadding": 6,
}
_AXIS_Y = {
    "domain": False,
    "ticks": False,
    "tickCount": 5,
    "titleAngle": 0,
    "titleAlign": "left",
    "titleBaseline": "bottom",
    "titleX": 0,
    "titleY": -10,
}
_LEGEND = {
    "orient": "top",
    "direction": "horizontal",
    "title": None,
    "labelColor": INK,
    "labelFontSize": 12,
    "symbolType": "square",
    "labelLimit": 220,
    "columns": 2,
    "offset": 8,
}


def config(language: Language, font: str) -> dict[str, Any]:
    """Vega-Lite configuration.

    Args:
        language: of numbers on axes and of months.
        font: family, or families, of all words.
    """
    return {
        "font": font,
        "background": PAPER,
        "view": {"stroke": None},
        "locale": {"number": number_locale(language), "time": time_locale(language)},
        "axis": dict(_AXIS),
        "axisY": dict(_AXIS_Y),
        "axisX": {"grid": False, "labelFlush": False},
        "legend": dict(_LEGEND),
        "range": {"category": list(SERIES), "ramp": list(HEAT), "heatmap": list(HEAT)},
        "line": {"strokeWidth": 2.5, "strokeJoin": "round"},
        "text": {"color": INK, "fontSize": 12},
        "rule": {"color": MUTED},
    }


def number_locale(language: Language) -> dict[str, Any]:
    """How the axes write numbers."""
    if language == "ru":
        return {
            "decimal": ",",
            "thousands": "\u202f",
            "grouping": [3],
            "currency": ["", "\u202f₽"],
            "percent": "\u202f%",
            "minus": "\u2212",
        }
    return {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["$", ""], "minus": "\u2212"}


def time_locale(language: Language) -> dict[str, Any]:
    """How the axes write months and days."""
    from babel.dates import get_day_names, get_month_names

    wide, short = (
        get_month_names("wide", "stand-alone", language),
        get_month_names("abbreviated", "stand-alone", language),
    )
    days, short_days = (
        get_day_names("wide", "stand-alone", language),
        get_day_names("abbreviated", "stand-alone", language),
    )
    week = (6, 0, 1, 2, 3, 4, 5)
    return {
        "dateTime": "%x, %X",
        "date": "%d.%m.%Y" if language == "ru" else "%d/%m/%Y",
        "time": "%H:%M:%S",
        "periods": ["AM", "PM"],
        "days": [days[day] for day in week],
        "shortDays": [short_days[day] for day in week],
        "months": [wide[month] for month in range(1, 13)],
        "shortMonths": [short[month].rstrip(".") for month in range(1, 13)],
    }
