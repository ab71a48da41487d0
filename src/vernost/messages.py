"""What is said to people: an English sentence with named gaps, and the same sentence in Russian."""

import os
import re
import tomllib
from collections.abc import Collection
from datetime import date, datetime
from functools import cache
from importlib.metadata import entry_points
from importlib.resources import files
from string import Formatter
from typing import Any, TypeGuard


class Message(str):
    """A sentence in English that can be said in Russian too, because it remembers what it was made of.

    A gap may hold another message, or a list of names, which are set apart by commas.

    >>> message = Message("There is no {kind} {name!r}. There are {known}.", kind=Message("period"), name="era",
    ...                   known=["day", "week"])
    >>> message, message.told("ru")
    ("There is no period 'era'. There are day, week.", 'Нет периода «era». Есть: day, week.')

    Attributes:
        sentence: the English sentence with its gaps, by which the Russian one is found.
        values: what fills the gaps.
    """

    __slots__ = ("sentence", "values")
    sentence: str
    values: dict[str, object]

    def __new__(cls, sentence: str, /, **values: object) -> "Message":
        """The sentence with its gaps filled; one without values is taken as it is, a message stays itself."""
        if isinstance(sentence, Message):
            return sentence
        message = super().__new__(cls, _filled(sentence, values, "en"))
        message.sentence, message.values = sentence, values
        return message

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, object]]:
        """What it is made anew of where it is copied or goes to another process."""
        return (self.sentence,), self.values

    def told(self, language: str) -> str:
        """It in a language; what has no Russian sentence, such as the words of a driver, stays as it is."""
        if language == "en":
            return str(self)
        return _filled(_sentences().get(self.sentence, self.sentence), self.values, language)


def told(text: str, language: str) -> str:
    """A text in a language, as far as it can be said in it."""
    return text.told(language) if isinstance(text, Message) else text


def shortened(names: Collection[str], most: int) -> Message:
    """So many names of a list and how many more there are.

    >>> shortened(["ann", "bob", "eve"], 2).told("ru")
    'ann, bob и ещё 1'
    """
    shown = list(names)[:most]
    if len(shown) < len(names):
        return Message("{names} and {count} more", names=shown, count=len(names) - most)
    return Message("{names}", names=shown)


def recognized(text: str, section: str) -> str:
    """An English text that another hand wrote, or that was kept in a log, as the message that it is.

    Args:
        text: what is said.
        section: the sentences of the catalogue of which it may be one.

    >>> recognized("customer_id is missing", "reasons").told("ru")
    'customer_id: нет значения'
    """
    for pattern, sentence in _patterns(section):
        if found := pattern.fullmatch(text):
            return Message(sentence, **found.groupdict())
    return text


def reason(error: Exception) -> str:
    """Why the system or a library refuses, in a line.

    >>> reason(PermissionError(13, "it is locked")).told("ru")
    'нет прав'
    """
    if isinstance(error, OSError) and error.errno:
        return recognized(os.strerror(error.errno), "system")
    text = str(error).strip() or type(error).__name__
    return text.splitlines()[0].rstrip(". ")


@cache
def _catalogue(package: str = "vernost") -> dict[str, dict[str, str]]:
    text = files(package).joinpath("messages.ru.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def _sentences() -> dict[str, str]:
    """All sentences: the library's, and those of packages that name themselves under ``vernost.messages``."""
    added = [each.value for each in entry_points(group="vernost.messages")]
    catalogues = [_catalogue(package) for package in ("vernost", *added)]
    return {
        english: russian
        for catalogue in catalogues
        for section in catalogue.values()
        for english, russian in section.items()
    }


@cache
def _patterns(section: str) -> list[tuple[re.Pattern[str], str]]:
    return [(re.compile(_pattern(sentence), re.DOTALL), sentence) for sentence in _catalogue()[section]]


def _pattern(sentence: str) -> str:
    parts = Formatter().parse(sentence)
    return "".join(re.escape(text) + (_gap(gap, conversion) if gap else "") for text, gap, _, conversion in parts)


def _gap(name: str, conversion: str | None) -> str:
    return f"['\"](?P<{name}>.+)['\"]" if conversion == "r" else f"(?P<{name}>.+)"


def _filled(sentence: str, values: dict[str, object], language: str) -> str:
    return _Filler(language).vformat(sentence, (), values) if values else sentence


_RUSSIAN_FIGURES = str.maketrans({",": "\u00a0", ".": ",", "%": "\u00a0%"})


class _Filler(Formatter):
    """Fills the gaps of a sentence as its language wants it."""

    def __init__(self, language: str) -> None:
        self._language = language

    def convert_field(self, value: Any, conversion: Any) -> Any:
        if _is_list(value):
            return [self.convert_field(each, conversion) for each in value]
        if conversion == "r" and isinstance(value, str) and self._language == "ru":
            return f"«{value}»"
        return super().convert_field(value, conversion)

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, Message):
            return value.told(self._language)
        if _is_list(value):
            return ", ".join(self.format_field(each, format_spec) for each in value)
        if isinstance(value, date) and self._language == "ru":
            return f"{value:%d.%m.%Y %H:%M}" if isinstance(value, datetime) else f"{value:%d.%m.%Y}"
        text = _visible(str(super().format_field(value, format_spec)))
        is_figure = format_spec.endswith((",", "f", "%"))
        return text.translate(_RUSSIAN_FIGURES) if is_figure and self._language == "ru" else text


def _is_list(value: object) -> TypeGuard[Collection[object]]:
    return isinstance(value, Collection) and not isinstance(value, str | bytes)


def _visible(text: str) -> str:
    """A text in which what a terminal would obey is spelled out."""
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text)
