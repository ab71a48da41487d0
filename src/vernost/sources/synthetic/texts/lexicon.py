"""Everything that can be said in one language about one kind of business."""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any, Literal, get_args

from vernost.errors import UnknownName
from vernost.sources.synthetic.texts.grammar import say_line
from vernost.sources.synthetic.texts.scene import Draw, Lines, Scene

Language = Literal["ru", "en"]
Domain = Literal["shop", "subscription", "saas", "telecom", "restaurant"]

_NUMBERS = "mfnp"
_FORMS = {"ru": ("nom", "gen", "acc", "with"), "en": ("nom", "a")}
_SUMS = {
    "ru": [f"{sum_} рублей" for sum_ in (*range(100, 1000, 50), *range(1000, 5000, 200))],
    "en": [f"${sum_}" for sum_ in (*range(3, 30), *range(30, 100, 5))],
}
_CHAPTERS = ("join", "detail", "review", "ticket", "answer", "cancel", "reply", "irony")


@dataclass(frozen=True, slots=True)
class Thing:
    """What a text may be about: its forms, and whether it is masculine, feminine, neuter or plural."""

    forms: Mapping[str, str]
    number: int


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """Lines by chapter and name, and by aspect and name; what the present kind of business is called."""

    language: Language
    chapters: Mapping[str, Mapping[str, Lines]]
    aspects: Mapping[str, Mapping[str, Lines]]
    moods: Mapping[str, Sequence[str]]
    things: Sequence[Thing]
    firm: Mapping[str, str]
    other: Mapping[str, str]
    keyboard: Mapping[str, str]

    def scene(self, draw: Draw) -> Scene:
        """An empty scene; :meth:`turn` it to a thing before each text."""
        thing = self.things[0]
        return Scene(draw=draw, thing=thing.forms, thing_number=thing.number, firm=self.firm, other=self.other)

    def turn(self, scene: Scene) -> None:
        """Let the next text be about another thing."""
        thing = self.things[int(scene.draw() * len(self.things))]
        scene.thing, scene.thing_number = thing.forms, thing.number


@functools.lru_cache(maxsize=16)
def lexicon(language: Language, domain: Domain) -> Lexicon:
    """The grammar of a language, as a kind of business speaks it."""
    if language not in get_args(Language):
        raise UnknownName("language", language, get_args(Language))
    if domain not in get_args(Domain):
        raise UnknownName("kind of business", domain, get_args(Domain))
    told = _told(language)
    business = told["domain"][domain]
    lists = {"money": Lines(tuple(say_line(sum_, {}) for sum_ in _SUMS[language])), "got": _lines(business["got"], {})}
    lists |= {name: _lines(lines, {}) for name, lines in {**told["lists"], **business.get("lists", {})}.items()}
    own = business.get("aspect", {})
    return Lexicon(
        language=language,
        chapters={chapter: _all_lines(told[chapter], lists) for chapter in _CHAPTERS},
        aspects={code: _all_lines({**lines, **own.get(code, {})}, lists) for code, lines in told["aspect"].items()},
        moods={name: tuple(signs) for name, signs in told["mood"].items()},
        things=tuple(
            Thing(dict(zip(_FORMS[language], row[:-1], strict=True)), _NUMBERS.index(row[-1]))
            for row in business["things"]
        ),
        firm=business["firm"],
        other=business["other"],
        keyboard=_neighbours(told["keyboard"]),
    )


def _told(language: str) -> dict[str, Any]:
    import tomllib

    return tomllib.loads((resources.files(__package__) / f"{language}.toml").read_text(encoding="utf-8"))


def _lines(lines: Sequence[str], lists: Mapping[str, Lines]) -> Lines:
    return Lines(tuple(say_line(line, lists) for line in lines))


def _all_lines(chapter: Mapping[str, Sequence[str]], lists: Mapping[str, Lines]) -> dict[str, Lines]:
    return {name: _lines(lines, lists) for name, lines in chapter.items()}


def _neighbours(rows: Sequence[str]) -> dict[str, str]:
    """For each letter the letters beside it on the keyboard."""
    beside: dict[str, str] = {}
    for row in rows:
        for place, letter in enumerate(row):
            beside[letter] = row[max(place - 1, 0) : place] + row[place + 1 : place + 2]
    return beside
