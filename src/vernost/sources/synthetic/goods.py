"""Names of made-up products that fit their category."""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from itertools import product
from typing import TYPE_CHECKING, Any, Literal, get_args

from vernost.errors import InvalidValue, UnknownName

if TYPE_CHECKING:
    import numpy as np

Language = Literal["ru", "en"]

_GENDERS = "mfnp"


def products(
    count: int, category_names: Sequence[str], language: Language, generator: "np.random.Generator"
) -> list[str]:
    """Names of so many products of each category, category by category, no two of one category alike.

    A category without words of its own lends its name to its products.

    >>> import numpy as np
    >>> products(1, ["Vouchers"], "en", np.random.Generator(np.random.Philox(1)))[0].split()[0]
    'Vouchers'
    """
    if language not in get_args(Language):
        raise UnknownName("language", language, get_args(Language))
    if count < 0:
        raise InvalidValue("{name} is {value}, must not be below 0.", name="count", value=count)
    return [name for category in category_names for name in _of_category(count, category, language, generator)]


def _of_category(count: int, category: str, language: Language, generator: "np.random.Generator") -> list[str]:
    words = _words(language)
    names = words.known.get(category) or [f"{category} {line}" for line in words.lines]
    order = generator.random(len(names)).argsort(kind="stable").tolist()
    rounds = (place // len(names) for place in range(count))
    return [names[order[place % len(names)]] + (f" {again + 1}" if again else "") for place, again in enumerate(rounds)]


@dataclass(frozen=True, slots=True)
class _Words:
    lines: Sequence[str]
    known: Mapping[str, Sequence[str]]


@functools.lru_cache(maxsize=2)
def _words(language: Language) -> _Words:
    import tomllib

    text = (resources.files(__package__) / "goods.toml").read_text(encoding="utf-8")
    told: dict[str, Any] = tomllib.loads(text)[language]
    lines = _list(told["lines"])
    known: dict[str, Sequence[str]] = {}
    for entry in told.values():
        if isinstance(entry, dict):
            tails = _list(entry["tails"]) if "tails" in entry else lines
            composed = _composed(_list(entry["nouns"]), entry["adjectives"].split(), tails, language)
            known |= dict.fromkeys(entry["names"], composed)
    return _Words(lines, known)


def _list(text: str) -> list[str]:
    """Words apart; a slash stands for a space within one."""
    return [word.replace("/", " ") for word in text.split()]


def _composed(nouns: list[str], adjectives: list[str], tails: list[str], language: Language) -> list[str]:
    if language == "en":
        return [
            f"{adjective.capitalize()} {noun} {tail}" for noun, adjective, tail in product(nouns, adjectives, tails)
        ]
    forms = [adjective.split("/") for adjective in adjectives]
    return [
        f"{noun[2:]} {adjective[_GENDERS.index(noun[0])]} {tail}"
        for noun, adjective, tail in product(nouns, forms, tails)
    ]
