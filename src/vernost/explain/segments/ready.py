"""Segments that are there from the start: rules in a file, for shops and for contracts."""

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from vernost.explain.segments.reading import read_rule
from vernost.explain.segments.rule import Rule
from vernost.glossary import Language
from vernost.measure.rfm import segments as rfm_segments


@dataclass(frozen=True, slots=True)
class Ready:
    """A segment that is there from the start.

    Attributes:
        name: code name, by which others mention it.
        titles: its name by language.
        meanings: who is in it, by language; empty for the names of the RFM map.
        needs: tables that the log must have.
        written: the rule as plain data.
    """

    name: str
    titles: dict[str, str]
    meanings: dict[str, str]
    needs: tuple[str, ...]
    written: str

    @property
    def rule(self) -> Rule:
        """Who is in it."""
        return read_rule(self.written)

    def title(self, language: Language) -> str:
        """Its name in a language."""
        return self.titles[language]

    def meaning(self, language: Language) -> str:
        """Who is in it, in a language."""
        return self.meanings[language]

    def suits(self, tables: Collection[str]) -> bool:
        """Whether a log with these tables can say who is in it."""
        return all(name in tables for name in self.needs)


@cache
def ready_made() -> dict[str, Ready]:
    """All of them by name.

    >>> ready_made()["one_time"].title("ru")
    'Купили один раз'
    """
    text = files("vernost.explain.segments").joinpath("ready.toml").read_text(encoding="utf-8")
    return {name: _ready(name, entry) for name, entry in tomllib.loads(text).items()}


def _ready(name: str, entry: dict[str, Any]) -> Ready:
    if "rfm" in entry:
        return _of_map(name, entry["rfm"])
    return Ready(
        name,
        {language: entry[language] for language in ("en", "ru")},
        {language: entry[f"meaning_{language}"] for language in ("en", "ru")},
        tuple(entry["needs"]),
        entry["rule"],
    )


def _of_map(name: str, place: str) -> Ready:
    """A name of the RFM map."""
    named = rfm_segments()[place]
    scores = "; ".join(f"{score.upper()} {named[score][0]}–{named[score][1]}" for score in "rfm" if score in named)
    return Ready(
        name,
        {language: f"RFM: {named[language]}" for language in ("en", "ru")},
        {"en": f"On the RFM map: {scores}.", "ru": f"На карте RFM: {scores}."},
        ("orders",),
        f'{{"measure": "rfm", "is": "equals", "value": "{place}"}}',
    )
