"""Telephones and e-mail addresses in one spelling each, so that the same person is known again.

Meant for comparing, never for writing to anybody.
"""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from vernost.store.sifting import literal

_TAIL = 7
"""Digits at the end of a telephone number that all its spellings share; the shortest numbers have no more."""

_FEW_DIGITS, _ROW = 2, "12345678901234567890"

_EXTENSION = r"(доб|вн|ext|x|#|;|,|/).*$"
"""What stands after a number: the line within an office, or a second number."""


def phone_tail_sql(value: str) -> str:
    """DuckDB expression of the digits that all spellings of a number share; null for what is too short to be one."""
    digits = f"regexp_replace(regexp_replace(lower({value}), {literal(_EXTENSION)}, ''), '[^0-9]', '', 'g')"
    return f"CASE WHEN length({digits}) >= {_TAIL} THEN right({digits}, {_TAIL}) END"


def phone_of(text: str, region: str | None) -> str | None:
    """A telephone number as it is dialled from anywhere, with its extension; None for what is none.

    Args:
        text: as somebody wrote it.
        region: two letters of the country whose numbers are written without its code.

    >>> phone_of("8 (916) 123-45-67", "RU"), phone_of("+7 916 1234567 доб. 12", None), phone_of("000 0000", "RU")
    ('+79161234567', '+79161234567 12', None)
    """
    import phonenumbers

    try:
        found = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    # Not whether it is given out, too: of that the rules of a country know only what held when they were written.
    if not phonenumbers.is_possible_number(found) or _is_made_up(str(found.national_number)):
        return None
    number: str = phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)
    return f"{number} {found.extension}" if found.extension else number


def _is_made_up(digits: str) -> bool:
    """Whether digits are what hands type that have no number to type: ever the same, or one after the other."""
    return len(set(digits)) <= _FEW_DIGITS or digits in _ROW or digits in _ROW[::-1]


@cache
def region_of(country: str | None, otherwise: str | None) -> str | None:
    """Whose numbers are written without a country's code: of a country, when it is two letters, else of another.

    >>> region_of("by", "RU"), region_of("Россия", "RU")
    ('BY', 'RU')
    """
    import phonenumbers

    return country.upper() if country and country.upper() in phonenumbers.SUPPORTED_REGIONS else otherwise


def region_of_zone(timezone: str) -> str | None:
    """Two letters of the country of a time zone; None when it is of none.

    >>> region_of_zone("Europe/Moscow"), region_of_zone("UTC")
    ('RU', None)
    """
    from babel.core import get_global

    return region_of(get_global("zone_territories").get(timezone), None)


def mailbox_sql(value: str) -> str:
    """DuckDB expression of the mailbox that an address reaches; null for one that is none, or an office's.

    Capitals never matter, though the rules of mail would allow it: no provider tells them apart. Tags and dots go only
    where the provider says that it throws them away.
    """
    rules = _rules()
    address = f"lower(trim({value}, ' <>'))"
    name, domain = f"regexp_extract({address}, '^(.+)@', 1)", f"regexp_extract({address}, '@([^@\\s]+)$', 1)"
    untagged = f"CASE WHEN {domain} IN {_listed(rules['plus'])} THEN split_part({name}, '+', 1) ELSE {name} END"
    plain = (
        f"CASE WHEN {domain} IN {_listed(rules['dots'])} THEN replace({untagged}, '.', '') "
        f"WHEN {domain} IN {_listed(rules['dot_is_hyphen'])} THEN replace({untagged}, '.', '-') ELSE {untagged} END"
    )
    aliases = " ".join(f"WHEN {literal(one)} THEN {literal(other)}" for one, other in rules["alias"].items())
    home = f"CASE {domain} {aliases} ELSE {domain} END"
    is_one = f"contains({domain}, '.') AND {untagged} NOT IN {_listed(['', *rules['shared']])}"
    return f"CASE WHEN {is_one} THEN {plain} || '@' || {home} END"


def _listed(texts: list[str]) -> str:
    return f"({', '.join(map(literal, texts))})"


@cache
def _rules() -> dict[str, Any]:
    return tomllib.loads(files("vernost.store").joinpath("mailboxes.toml").read_text(encoding="utf-8"))
