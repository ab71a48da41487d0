"""What every page is framed by: the menu, the theme, the languages."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vernost_web.ui.slice import MenuEntry, slices

SECTIONS = {"now": "", "rooms": _("Rooms"), "system": _("System")}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the menu as a user sees it."""

    title: str
    url: str
    icon: str
    is_here: bool


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context of every page."""
    user: Any = getattr(request, "user", None)
    is_signed_in = bool(user and user.is_authenticated)
    return {
        "menu": list(menu(request)) if is_signed_in else [],
        "theme": getattr(user, "theme", "") if is_signed_in else request.COOKIES.get("theme", ""),
        "languages": settings.LANGUAGES,
        "is_part": bool(getattr(request, "htmx", False)) and not request.htmx.boosted,  # type: ignore[attr-defined]
    }


def menu(request: HttpRequest) -> Iterator[tuple[str, list[Line]]]:
    """Sections of the menu with the lines that the user may open."""
    user: Any = request.user
    entries = [entry for each in slices() for entry in each.menu if user.may(entry.permission)]
    for section, title in SECTIONS.items():
        lines = [_line(request, entry) for entry in entries if entry.section == section]
        if lines:
            yield str(title), lines


def _line(request: HttpRequest, entry: MenuEntry) -> Line:
    url = reverse(entry.url_name)
    is_here = request.path == url if url == "/" else request.path.startswith(url)
    return Line(str(entry.title), url, entry.icon, is_here)
