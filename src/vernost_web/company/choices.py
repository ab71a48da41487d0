"""What a company can be told to be: industries, currencies and time zones, each by its code with its name."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from babel.core import get_global
from babel.dates import get_timezone_gmt, get_timezone_location
from django.utils.translation import gettext_lazy as _

from vernost_web.ui.slice import Words

INDUSTRIES: dict[str, Words] = {
    "banking": _("Banking"),
    "e-commerce": _("E-commerce"),
    "e-commerce: apparel": _("E-commerce: clothes and shoes"),
    "e-commerce: beauty": _("E-commerce: beauty"),
    "e-commerce: coffee": _("E-commerce: coffee"),
    "e-commerce: home": _("E-commerce: home and furniture"),
    "e-commerce: pets": _("E-commerce: pets"),
    "grocery": _("Grocery"),
    "hospitality": _("Hotels and restaurants"),
    "insurance": _("Insurance"),
    "media": _("Media"),
    "payments": _("Payments"),
    "retail": _("Retail"),
    "saas": _("Software by subscription (SaaS)"),
    "saas: large contracts": _("SaaS: large contracts"),
    "saas: small contracts": _("SaaS: small contracts"),
    "subscription": _("Subscriptions"),
    "subscription: B2B": _("Subscriptions of companies"),
    "subscription: B2C": _("Subscriptions of people"),
    "telecom": _("Telecom"),
    "telecom: prepaid": _("Telecom: prepaid"),
}
"""By the library's code name; figures of any industry are shown to all and are not chosen."""


def industries() -> list[tuple[str, Words]]:
    """All industries that there are figures of."""
    return list(INDUSTRIES.items())


@cache
def currencies(language: str) -> list[tuple[str, str]]:
    """Currencies that some country pays with today, by name."""
    names = Locale(language).currencies
    return sorted(((code, f"{names.get(code, code)} ({code})") for code in set(_paid_with())), key=_name)


@cache
def timezones(language: str, year: int) -> list[tuple[str, str]]:
    """Time zones with their city and their distance from Greenwich in January of a year, by city."""
    winter = datetime(year, 1, 1, tzinfo=UTC)
    named = ((name, _city(name, winter, language)) for name in available_timezones() if _is_city(name))
    return sorted(named, key=_name)


def _paid_with() -> Iterator[str]:
    for spans in get_global("territory_currencies").values():
        for code, _start, end, is_tender in spans:
            if end is None and is_tender:
                yield code


def _is_city(name: str) -> bool:
    return name == "UTC" or name.startswith(
        ("Africa/", "America/", "Antarctica/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")
    )


def _city(name: str, winter: datetime, language: str) -> str:
    zone = ZoneInfo(name)
    distance = get_timezone_gmt(winter.astimezone(zone), "long", language)
    return f"{get_timezone_location(zone, language, return_city=True)}, {distance}"


def _name(pair: tuple[str, str]) -> str:
    return pair[1].casefold()
