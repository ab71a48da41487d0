"""Names of made-up companies that are customers."""

import functools
import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np

Language = Literal["ru", "en"]


@dataclass(frozen=True, slots=True)
class _Words:
    adjectives: list[str]
    nouns: list[str]
    trades: list[str]
    forms: list[str]
    name: str


def firms(count: int, language: Language, generator: "np.random.Generator") -> list[str]:
    """So many names; few of them are alike.

    >>> import numpy as np
    >>> firms(2, "en", np.random.Generator(np.random.Philox(1)))
    ['Clearbrook Logistics Inc', 'Westbridge Logistics Group']
    """
    words = _words(language)
    lists = (words.adjectives, words.nouns, words.trades, words.forms)
    places = (generator.integers(0, len(each), count).tolist() for each in lists)
    return [
        words.name.format(
            adjective=words.adjectives[adjective],
            noun=words.nouns[noun],
            trade=words.trades[trade],
            form=words.forms[form],
        )
        for adjective, noun, trade, form in zip(*places, strict=True)
    ]


@functools.cache
def _words(language: Language) -> _Words:
    told: dict[str, str] = tomllib.loads((resources.files(__package__) / "firms.toml").read_text("utf-8"))[language]
    trades = told["trades"].split()
    if language == "ru":
        # What they do is a word of its own, or not told at all.
        trades = ["" if trade == "-" else f" {trade}" for trade in trades]
    return _Words(told["adjectives"].split(), told["nouns"].split(), trades, told["forms"].split(), told["name"])
