"""The report as one page that opens without network: all words escaped, all scripts known by their hash."""

import json
from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from vernost.report.document import Column, Figure, Report, Table
from vernost.report.inquiry import LEAST_CUSTOMERS
from vernost.report.tables import NUMBERS, readable, shown
from vernost.report.theme import SCREEN_FONT, config, number_locale, time_locale

if TYPE_CHECKING:
    from jinja2 import Template


def page(report: Report) -> str:
    """The page."""
    charts = {figure.anchor: figure.spec for figure in report.figures if figure.spec}
    library = _library() if charts else ""
    script = _asset("page.js") if charts else ""
    context = {
        "report": report,
        "say": report.voice.say,
        "least": LEAST_CUSTOMERS,
        "style": _asset("style.css"),
        "library": library,
        "script": script,
        "charts": charts,
        "payload": embedded({"specs": charts, "options": _options(report)}),
        "policy": _policy([source for source in (library, script) if source]),
        "lines": lambda table: _lines(report, table),
        "look": _look,
        "alt": _alt,
    }
    return _template().render(context)


@cache
def _template() -> "Template":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("vernost.report"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    return environment.get_template("report.html")


@cache
def _library() -> str:
    """Vega, Vega-Lite and Vega-Embed as one script."""
    import vl_convert

    # A closing tag within a script would end it; in JavaScript text the escaped slash means the same.
    return (
        str(vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;"))
        .replace("</script", "<\\/script")
        .replace("<!--", "<\\!--")
    )


def _asset(name: str) -> str:
    return files("vernost.report").joinpath("templates", name).read_text(encoding="utf-8")


def embedded(data: Any) -> str:
    r"""Data as JSON that cannot leave the element that holds it.

    >>> embedded({"name": "</script>"})
    '{"name":"\\u003c/script\\u003e"}'
    """
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=str)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _policy(scripts: list[str]) -> str:
    """Content security policy: these very scripts and nothing else, no network at all."""
    hashes = " ".join(f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" for script in scripts)
    return (
        f"default-src 'none'; script-src {hashes or chr(39) + 'none' + chr(39)}; style-src 'unsafe-inline'; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )


def _options(report: Report) -> dict[str, Any]:
    language, say = report.voice.language, report.voice.say
    settings = config(language, SCREEN_FONT)
    settings.pop("locale")
    return {
        "config": settings,
        "ast": True,
        "renderer": "svg",
        "mode": "vega-lite",
        "defaultStyle": False,
        "forceActionsMenu": True,
        "tooltip": {"disableDefaultStyle": True},
        "formatLocale": number_locale(language),
        "timeFormatLocale": time_locale(language),
        "actions": {"export": True, "source": False, "compiled": False, "editor": False},
        "downloadFileName": "vernost",
        "i18n": {
            "PNG_ACTION": say("label.save_png"),
            "SVG_ACTION": say("label.save_svg"),
            "CLICK_TO_VIEW_ACTIONS": say("label.save_png"),
        },
    }


def _lines(report: Report, table: Table) -> dict[str, Any]:
    """A table's lines as text, at most so many as people read."""
    few, note = readable(report.voice, table)
    kinds = [column.kind for column in few.columns]
    rows = [[shown(report.voice, kind, value) for kind, value in zip(kinds, row, strict=True)] for row in few.rows]
    return {"rows": rows, "marks": few.marks, "note": note}


def _look(column: Column) -> str:
    """The class of a column's cells: n for numbers, prose for sentences, t for other words and days."""
    return "n" if column.kind in NUMBERS else "prose" if column.kind == "prose" else "t"


def _alt(figure: Figure) -> str:
    """What a chart says to who cannot see it."""
    return f"{figure.title}. {figure.text}".strip()
