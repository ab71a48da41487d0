"""Names of columns and sources: written any way, compared as one; which column of the log they may mean."""

import functools
import re
import tomllib
from collections.abc import Iterator
from importlib import resources
from types import MappingProxyType

from vernost.schema import TABLES

_CAMEL = re.compile(r"(?<=[a-zа-я0-9])(?=[A-ZА-Я])|(?<=[A-ZА-Я])(?=[A-ZА-Я][a-zа-я])")
_WORD = re.compile(r"[^\W_]+")
_UNITS = frozenset("руб рублей рубли р rub rur usd eur gbp gmt utc шт₽".split())
_LATIN = dict(
    zip(
        "абвгдежзийклмнопрстуфхцчшщъыьэюя",
        "a b v g d e zh z i y k l m n o p r s t u f kh ts ch sh sch  y  e yu ya".split(" "),
        strict=True,
    )
)

_ASKED = MappingProxyType(
    {
        "nps": ("recommend", "рекоменд"),
        "csat": ("satisf", "удовлетвор", "доволь"),
        "ces": ("effort", "easy", "усили", "легко", "просто"),
    }
)
"""Beginnings and middles of words by which a question of a survey is known, when it is written out as a heading."""
_SHORTEST_QUESTION = 4

EXACT, SYNONYM, PARTIAL, WEAK = 1.0, 0.95, 0.7, 0.6


def words_of(name: str) -> tuple[str, ...]:
    """The words of a name, whatever way it is written.

    >>> words_of("InvoiceNo"), words_of("Сумма, руб."), words_of("customer_id")
    (('invoice', 'no'), ('сумма',), ('customer', 'id'))
    """
    spaced = _CAMEL.sub(" ", name.replace("№", " номер ").replace("#", " no "))
    words = tuple(_WORD.findall(spaced.lower().replace("ё", "е")))
    return tuple(word for word in words if word not in _UNITS) or words


def folded(name: str) -> str:
    """A name without anything that writers vary: ``Order ID``, ``orderId`` and ``order_id`` are one."""
    return "".join(words_of(name))


def in_latin(name: str) -> str:
    """A Russian name in Latin letters, as exports of old programs write it."""
    return "".join(_LATIN.get(letter, letter) for letter in name)


@functools.cache
def _raw_synonyms() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(resources.files("vernost.sources").joinpath("synonyms.toml").read_text("utf-8"))


@functools.cache
def synonyms() -> MappingProxyType[str, MappingProxyType[str, tuple[str, ...]]]:
    """Table of the log -> its column, or a helper one -> names that it bears elsewhere."""
    raw, found = _raw_synonyms(), {}
    for table in (*TABLES, "sources"):
        names = {column: tuple(items) for column, items in raw.get(table, {}).items()}
        if table in TABLES and "customer_id" in TABLES[table]:
            names["customer_id"] = (*raw["any"]["customer_id"], *names.get("customer_id", ()))
        found[table] = MappingProxyType(names)
    return MappingProxyType(found)


@functools.cache
def _by_name(table: str) -> MappingProxyType[str, tuple[tuple[str, float], ...]]:
    """Folded name -> the columns of a table that it may mean, each with how surely."""
    found: dict[str, dict[str, float]] = {}

    def learn(name: str, column: str, score: float) -> None:
        scores = found.setdefault(name, {})
        scores[column] = max(score, scores.get(column, 0.0))

    for column, names in synonyms()[table].items():
        for place, name in enumerate(names):
            score = WEAK if name.endswith("?") else SYNONYM - 0.002 * min(place, 50)
            learn(folded(name), column, score)
            learn(in_latin(folded(name)), column, score - 0.05)
    for own in TABLES[table].names:
        learn(folded(own), own, EXACT)
    return MappingProxyType({name: tuple(scores.items()) for name, scores in found.items()})


@functools.cache
def _by_words(table: str) -> tuple[tuple[frozenset[str], str], ...]:
    """Names of two words or more, by which a longer name may be known."""
    return tuple(
        (frozenset(words_of(name)), column)
        for column, names in synonyms()[table].items()
        for name in names
        if not name.endswith("?") and len(words_of(name)) > 1
    )


def meanings(name: str, table: str, *, may_be_partial: bool) -> Iterator[tuple[str, float]]:
    """Columns of a table that a source's column may be, judged by its name alone, each with how surely.

    >>> dict(meanings("InvoiceDate", "orders", may_be_partial=False))["ordered_at"] > 0.9
    True
    """
    exact = _by_name(table).get(folded(name), ())
    yield from exact
    if exact or not may_be_partial:
        return
    words = frozenset(words_of(name))
    best: dict[str, float] = {}
    for known, column in _by_words(table):
        if known <= words and len(words) <= len(known) + 2:
            best[column] = max(best.get(column, 0.0), PARTIAL * len(known) / len(words))
    if table == "answers" and len(words) >= _SHORTEST_QUESTION:
        asked = next(
            (kind for kind, parts in _ASKED.items() if any(part in word for part in parts for word in words)), None
        )
        if asked:
            best[asked] = PARTIAL
    yield from best.items()


def is_card(name: str) -> bool:
    """Whether a column is called as the cards are by which a shop knows its customers."""
    return folded(name) in _cards()


@functools.cache
def _cards() -> frozenset[str]:
    names = [folded(name) for name in _raw_synonyms()["any"]["card"]]
    return frozenset((*names, *map(in_latin, names)))


def hint_of_source(source: str, table: str) -> bool:
    """Whether a source's own name says what it holds."""
    words = words_of(re.sub(r"\.[a-z0-9]{2,7}\b", " ", source.replace("\\", "/").rsplit("/", 1)[-1]))
    joined = f" {' '.join(words)} "
    return any(f" {' '.join(words_of(name))} " in joined for name in synonyms()["sources"].get(table, ()))
