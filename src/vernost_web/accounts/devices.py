"""Sessions as a person knows them: by browser, system, place and time."""

from dataclasses import dataclass

from allauth.usersessions.models import UserSession
from django.utils.translation import gettext as _

BROWSERS = {
    "YaBrowser": "Yandex Browser", "Edg": "Edge", "OPR": "Opera", "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari",
}  # fmt: skip
SYSTEMS = {
    "Windows": "Windows", "Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Mac OS": "macOS", "Linux": "Linux",
}  # fmt: skip
"""By the sign in what a browser says of itself; the first that is found holds, for each names its forebears too."""


@dataclass(frozen=True, slots=True)
class Device:
    """Where somebody is signed in.

    Attributes:
        session: the session.
        name: of browser and system.
    """

    session: UserSession
    name: str


def told(session: UserSession) -> Device:
    """A session in words."""
    return Device(session, name_of(session.user_agent))


def name_of(user_agent: str) -> str:
    """Browser and system of what a browser says of itself.

    >>> name_of("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0")
    'Edge, Windows'
    """
    found = (next((name for sign, name in names.items() if sign in user_agent), "") for names in (BROWSERS, SYSTEMS))
    return ", ".join(filter(None, found)) or _("unknown browser")
