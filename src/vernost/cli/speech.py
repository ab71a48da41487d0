"""In which language the command line speaks, and saying something in it."""

from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from itertools import pairwise
from typing import TYPE_CHECKING

import typer

from vernost.messages import Message

if TYPE_CHECKING:
    from vernost.glossary import Language

_SPOKEN: "ContextVar[Language]" = ContextVar("spoken", default="en")
_OF_SYSTEM = ("LC_ALL", "LC_MESSAGES", "LANG")


def spoken() -> "Language":
    """The language of this run of the command line."""
    return _SPOKEN.get()


def speak(language: "Language") -> None:
    """Speak a language from now on."""
    _SPOKEN.set(language)


def system_language(settings: Mapping[str, str]) -> "Language":
    """The language that the system speaks, when it is one of ours.

    >>> system_language({"LANG": "ru_RU.UTF-8"}), system_language({"LANG": "ru_RU.UTF-8", "LC_ALL": "C"})
    ('ru', 'en')
    """
    names = (settings.get(name) for name in _OF_SYSTEM)
    return "ru" if next(filter(None, names), "").startswith("ru") else "en"


def asked_language(words: Sequence[str], settings: Mapping[str, str]) -> "Language":
    """The language wanted by ``--lang``, else by ``VERNOST_LANG``, else by the system.

    It is needed before the words are understood: help and mistakes in them are said in it too.

    >>> asked_language(["measures", "--lang", "ru"], {"VERNOST_LANG": "en"})
    'ru'
    >>> asked_language(["measures", "--lang=en"], {"LANG": "ru_RU.UTF-8"})
    'en'
    """
    wanted = [settings.get("VERNOST_LANG")]
    for word, following in pairwise((*words, "")):
        name, _, value = word.partition("=")
        if name == "--lang":
            wanted.append(value or following)
    known: dict[str | None, Language] = {"en": "en", "ru": "ru"}
    return next((known[name] for name in reversed(wanted) if name in known), None) or system_language(settings)


def saying(sentence: str, /, **values: object) -> str:
    """A sentence in the language of this run."""
    return Message(sentence, **values).told(spoken())


def say(sentence: str, /, *, err: bool = False, **values: object) -> None:
    """Print a sentence in the language of this run; to the error output what is not the answer itself."""
    typer.echo(saying(sentence, **values), err=err)
