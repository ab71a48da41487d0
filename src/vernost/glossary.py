"""Every term in both languages: one source for code, docs and screens."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from vernost.errors import UnknownName

Language = Literal["en", "ru"]


@dataclass(frozen=True, slots=True)
class Term:
    """A thing with one name everywhere.

    Attributes:
        name: code name.
        en: name in English.
        ru: name in Russian.
        meaning_en: what it means, in one or two sentences.
        meaning_ru: the same in Russian.
        chapter: where it belongs: retention, orders, customers, value, subscriptions, satisfaction, service, economics.
    """

    name: str
    en: str
    ru: str
    meaning_en: str
    meaning_ru: str
    chapter: str

    def title(self, language: Language) -> str:
        """Its name in a language."""
        return self.ru if language == "ru" else self.en

    def meaning(self, language: Language) -> str:
        """Its meaning in a language."""
        return self.meaning_ru if language == "ru" else self.meaning_en


@cache
def terms() -> dict[str, Term]:
    """All terms by code name, in the order of the chapters."""
    text = files("vernost").joinpath("glossary.toml").read_text(encoding="utf-8")
    return {
        name: Term(name=name, chapter=chapter, **entry)
        for chapter, entries in tomllib.loads(text).items()
        for name, entry in entries.items()
    }


def term(name: str) -> Term:
    """A term by its code name.

    >>> term("retention_rate").ru
    'Удержание'
    """
    if name not in terms():
        raise UnknownName("term", name, terms())
    return terms()[name]


@cache
def _headings() -> dict[str, list[str]]:
    text = files("vernost").joinpath("columns.toml").read_text(encoding="utf-8")
    headings: dict[str, list[str]] = tomllib.loads(text)
    return headings


def heading(column: str, language: str) -> str:
    """Heading of a column in a language; an attribute of the company's own keeps its name.

    >>> heading("value", "ru"), heading("city", "ru")
    ('значение', 'city')
    """
    english, russian = _headings().get(column, (column, column))
    return russian if language == "ru" else english
