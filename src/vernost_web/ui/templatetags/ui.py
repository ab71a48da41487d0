"""Small parts of pages: icons, charts, permissions, the look of numbers and days."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import uuid4

from django import template
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy

from vernost.report.html import embedded
from vernost_web.ui.language import spoken
from vernost_web.ui.slice import Panel, panels

register = template.Library()

SIZES = (
    (10**9, gettext_lazy("%(number)s GB")),
    (10**6, gettext_lazy("%(number)s MB")),
    (10**3, gettext_lazy("%(number)s KB")),
    (1, gettext_lazy("%(number)s bytes")),
)
"""Units of sizes, and their words."""


@register.simple_tag
@cache
def icon(name: str, classes: str = "") -> SafeString:
    """An icon of the sheet; what it says stands beside it in words."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        classes,
        static("ui/icons.svg"),
        name,
    )


@register.simple_tag(takes_context=True)
def panels_of(context: template.Context, page: str) -> list[Panel]:
    """The parts that slices put on a page, of those that the reader may see."""
    return panels(page, context["user"])


@register.filter
def may(user: Any, permission: str) -> bool:
    """Whether a user's role has a permission."""
    return bool(user and user.is_authenticated and user.may(permission))


@register.simple_tag(takes_context=True)
def customer(context: template.Context, customer_id: str, words: str = "") -> SafeString | str:
    """A customer by their id or in other words, with the way to their page for who may see customers."""
    words = words or customer_id
    if not may(context["user"], "see_customers"):
        return words
    return format_html('<a href="{}">{}</a>', reverse("customers:customer", args=[customer_id]), words)


@register.simple_tag
def chart(spec: dict[str, Any], label: str, min_width: int = 0) -> SafeString:
    """A chart, drawn in the browser from its specification.

    Args:
        spec: Vega-Lite specification; a ``href`` in its data is followed when its mark is clicked.
        label: what the chart says to who cannot see it.
        min_width: pixels below which it scrolls instead of shrinking.
    """
    name = f"chart-{uuid4().hex}"
    return format_html(
        '<div class="chart-frame"><div class="chart" data-chart="{}" data-min-width="{}" role="group" aria-label="{}">'
        '</div></div><script type="application/json" id="{}">{}</script>',
        name,
        min_width,
        label,
        name,
        mark_safe(embedded(spec)),  # noqa: S308 - JSON whose signs cannot end the element
    )


@register.simple_tag
def chart_options() -> SafeString:
    """How all charts of a page are drawn, in the reader's language."""
    from django.utils.translation import gettext

    from vernost.report.theme import SCREEN_FONT, config, number_locale, time_locale

    language = spoken()
    settings = config(language, SCREEN_FONT)
    settings.pop("locale")
    options = {
        "config": settings,
        "formatLocale": number_locale(language),
        "timeFormatLocale": time_locale(language),
        "i18n": {
            "PNG_ACTION": gettext("Save as PNG"),
            "SVG_ACTION": gettext("Save as SVG"),
            "CLICK_TO_VIEW_ACTIONS": gettext("Save the picture"),
        },
    }
    return format_html(
        '<script type="application/json" id="chart-options">{}</script>',
        mark_safe(embedded(options)),  # noqa: S308 - JSON whose signs cannot end the element
    )


@register.filter
def beside(cells: Iterable[Any], columns: Iterable[Any]) -> list[tuple[Any, Any]]:
    """Cells of a row, each with its column."""
    return list(zip(cells, columns, strict=True))


@register.filter
def day(value: date | None) -> str:
    """A date in words."""
    from vernost.report.formats import Formats

    return Formats(spoken()).day(value) if value else "–"


@register.simple_tag
def moment(value: datetime | None) -> SafeString | str:
    """A time by the company's clock, in words for people and exact for programs."""
    if value is None:
        return "–"
    local = timezone.localtime(value)
    exact, words = local.isoformat(timespec="seconds"), f"{day(local)}, {local:%H:%M}"
    return format_html('<time datetime="{}">{}</time>', exact, words)


@register.filter
def number(value: float | None, digits: int = 0) -> str:
    """A number in the reader's language."""
    from vernost.report.formats import Formats

    return "–" if value is None else Formats(spoken()).number(value, digits)


@register.filter
def size(value: int) -> str:
    """Bytes as the settings write them: a thousand of one unit are one of the next."""
    from vernost.report.formats import Formats

    unit, words = next((each for each in SIZES if value >= each[0]), SIZES[-1])
    number = value / unit
    return words % {"number": Formats(spoken()).number(number, 0 if number == round(number) else 1)}


@register.filter
def share(value: float | None) -> str:
    """A share of 1 as a percentage."""
    from vernost.report.formats import Formats

    return "–" if value is None else Formats(spoken()).share(value)


@register.filter
def table_title(name: str | None) -> str:
    """What a table of the log is called."""
    from vernost.report.voice import Voice

    return Voice(spoken()).say(f"table.{name}") if name else ""


@register.filter
def told(text: Any) -> str:
    """A message of the library, as it is or as it was kept, in the reader's language."""
    from vernost_web.ui import words

    return words.told(text, spoken())


@register.filter
def dressed(form: Any) -> Any:
    """A form that another library made, in the look of the kit."""
    from vernost_web.ui.forms import dress

    for field in form.fields.values():
        dress(field)
    return form
