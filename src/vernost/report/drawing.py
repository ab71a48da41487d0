"""Charts as pictures that need no browser: vectors and pixels."""

from collections.abc import Mapping
from typing import Any

from vernost.report.theme import PRINT_FONT, config
from vernost.report.voice import Voice

_WIDTH = 680
"""Pixels; a page scales it to its own width."""

_SCALE = 2.0
"""Pixels of a picture for one of the chart, so that it is sharp on fine screens."""


def drawing(voice: Voice, spec: Mapping[str, Any]) -> str:
    """A chart as SVG of the width of a page."""
    import vl_convert

    return str(vl_convert.vegalite_to_svg(_sized(spec), **_settings(voice)))


def picture(voice: Voice, spec: Mapping[str, Any]) -> bytes:
    """A chart as PNG of the width of a page."""
    import vl_convert

    return bytes(vl_convert.vegalite_to_png(_sized(spec), scale=_SCALE, **_settings(voice)))


def _sized(spec: Mapping[str, Any]) -> dict[str, Any]:
    """The chart without what only a reader on a screen can do with it."""
    return {name: value for name, value in spec.items() if name != "params"} | {"width": _WIDTH}


def _settings(voice: Voice) -> dict[str, Any]:
    settings = config(voice.language, PRINT_FONT)
    locale = settings.pop("locale")
    return {"config": settings, "format_locale": locale["number"], "time_format_locale": locale["time"]}
