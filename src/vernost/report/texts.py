"""All words of the report: one key, both languages, Russian with its three plural forms."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from vernost.errors import UnknownName
from vernost.glossary import Language

Form = str | list[str]


@cache
def catalogue() -> dict[str, dict[str, Form]]:
    """Key -> language -> text with named gaps, or the plural forms of it.

    >>> sorted(catalogue()["kept.customers"])
    ['en', 'ru']
    """
    text = files("vernost.report").joinpath("texts.toml").read_text(encoding="utf-8")
    return {
        f"{section}.{key}": entry for section, entries in tomllib.loads(text).items() for key, entry in entries.items()
    }


class Texts:
    """The words of one language.

    >>> Texts("ru").count("kept.customers", 22, shown="22")
    '22 клиента'
    """

    def __init__(self, language: Language) -> None:
        self.language: Language = language

    def __contains__(self, key: str) -> bool:
        return key in catalogue()

    def is_counted(self, key: str) -> bool:
        """Whether a key has plural forms."""
        return isinstance(self._entry(key), list)

    def say(self, key: str, **gaps: Any) -> str:
        """The text of a key with its gaps filled; a gap without a value is an error."""
        text = self._entry(key)
        if not isinstance(text, str):
            raise UnknownName("plain text of the report", key, [])
        return _pointed(text.format_map(gaps))

    def count(self, key: str, number: float, **gaps: Any) -> str:
        """The form of a text that fits a number, with its gaps filled."""
        forms = self._entry(key)
        return _pointed(forms[plural_form(self.language, number)].format_map(gaps))

    def _entry(self, key: str) -> Form:
        if key not in catalogue():
            raise UnknownName("text of the report", key, catalogue())
        return catalogue()[key][self.language]


def _pointed(text: str) -> str:
    """A sentence that ends in a shortened word, 1998 г. or 3 п. п., needs no second full stop."""
    return text.replace("г..", "г.").replace("п..", "п.")


def plural_form(language: Language, number: float) -> int:
    """Index of the plural form: English one, other; Russian one, few, many.

    >>> [plural_form("ru", n) for n in (1, 21, 2, 14, 105, 11, 1.5)]
    [0, 0, 1, 2, 2, 2, 1]
    """
    size = abs(number)
    if language == "en":
        return int(size != 1)
    if size != int(size):
        return 1
    last, tens = int(size) % 10, int(size) % 100
    if last == 1 and tens != 11:
        return 0
    return 1 if 2 <= last <= 4 and not 12 <= tens <= 14 else 2
