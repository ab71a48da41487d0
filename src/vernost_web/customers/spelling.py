"""Names, telephone numbers and addresses in one spelling each, so that whoever searches need not know how they came."""

import re
import unicodedata
from functools import cache

from vernost.store.contacts import phone_of, region_of, region_of_zone

_WORD = re.compile(r"[^\W_]+")
_PHONE = re.compile(r"\+?[\d\s().\-–/]{4,}")
LEAST_DIGITS = 4
"""Of the end of a telephone number, for fewer would find everybody."""


def words(text: str) -> list[str]:
    """The words of a text in small letters, without accents, dots of ё and invisible signs.

    >>> words("Пётр  О'Коннор-Ёлкин")
    ['петр', 'о', 'коннор', 'елкин']
    """
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text) if unicodedata.category(sign) not in _DROPPED)
    return _WORD.findall(bare.casefold())


_DROPPED = frozenset({"Mn", "Cf", "Cc"})
"""Accents, signs that turn or join letters, and control signs."""


def phone(text: str, region: str | None) -> str:
    """A telephone number as it is dialled from anywhere, without its extension; what is no number as its digits.

    >>> phone("8 (916) 123-45-67", "RU")
    '+79161234567'
    >>> phone("ext. 12", None)
    '12'
    """
    return (phone_of(text, region) or "").partition(" ")[0] or digits(text)


def digits(text: str) -> str:
    """The digits of a text, as ASCII.

    >>> digits("+7 (٩١٦)")
    '7916'
    """
    return "".join(str(unicodedata.digit(sign)) for sign in text if unicodedata.digit(sign, None) is not None)


def looks_like_phone(text: str) -> bool:
    """Whether a text may be a telephone number, or its end."""
    return bool(_PHONE.fullmatch(text.strip())) and len(digits(text)) >= LEAST_DIGITS


def email(text: str) -> str:
    """An address in small letters, without what surrounds it.

    >>> email(" <Anna@Example.COM> ")
    'anna@example.com'
    """
    return unicodedata.normalize("NFKC", text).strip().strip("<>").removeprefix("mailto:").strip().casefold()


def region(country: str, timezone: str) -> str | None:
    """Whose telephone numbers are written without a country's code: of a country, else of the company's clock.

    Args:
        country: two letters, or anything else.
        timezone: of the IANA list.
    """
    return region_of(country, _of_zone(timezone))


_of_zone = cache(region_of_zone)
