"""What the grammars can say at all: every line of every aspect, as each kind of business speaks."""

import re
from collections.abc import Iterator
from itertools import product

import numpy as np
import pytest
from tests.vernost.sources.synthetic.texts.signs import SIGNS, blames, praises, speaks_of

from vernost.errors import UnknownName
from vernost.sources.synthetic.texts.lexicon import Domain, Language, lexicon
from vernost.sources.synthetic.texts.scene import draws

LANGUAGES: tuple[Language, ...] = ("ru", "en")
DOMAINS: tuple[Domain, ...] = ("shop", "subscription", "saas", "telecom", "restaurant")
SAYINGS = ("bad", "bad_brief", "good", "good_brief", "so_so", "so_so_brief", "ask", "sorry", "glad", "irony")
EACH = list(product(LANGUAGES, DOMAINS))


def sayings(language: Language, domain: Domain, name: str) -> Iterator[tuple[str, str]]:
    """Aspect and clause, each way of each line a few times."""
    words = lexicon(language, domain)
    scene = words.scene(draws(np.random.Generator(np.random.Philox(7))))
    for aspect, lines in words.aspects.items():
        for way in lines[name].ways:
            for time in range(12):
                words.turn(scene)
                scene.woman = time % 2
                yield aspect, way(scene)


@pytest.mark.parametrize(("language", "domain"), EACH)
def test_whatever_is_said_of_an_aspect_names_it(language: Language, domain: Domain) -> None:
    silent = [
        (aspect, name, said)
        for name in SAYINGS
        for aspect, said in sayings(language, domain, name)
        if not speaks_of(aspect, said)
    ]
    assert silent == []


@pytest.mark.parametrize(("language", "domain"), EACH)
def test_blame_has_no_word_of_praise_and_praise_none_of_blame(language: Language, domain: Domain) -> None:
    wrong = [pair for name in ("bad", "bad_brief") for pair in sayings(language, domain, name) if praises(pair[1])]
    wrong += [pair for name in ("good", "good_brief") for pair in sayings(language, domain, name) if blames(pair[1])]
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_many_short_blames_and_praises_are_plain_words(language: Language) -> None:
    blamed = [blames(said) for _, said in sayings(language, "shop", "bad_brief")]
    praised = [praises(said) for _, said in sayings(language, "shop", "good_brief")]
    # The others name facts: the parcel is crushed, the points expired.
    assert np.mean(blamed) > 0.15
    assert np.mean(praised) > 0.25


@pytest.mark.parametrize(("language", "domain"), EACH)
def test_every_aspect_has_every_saying(language: Language, domain: Domain) -> None:
    words = lexicon(language, domain)
    assert set(words.aspects) == set(SIGNS)
    assert [aspect for aspect, lines in words.aspects.items() if not {*SAYINGS, "wish"} <= set(lines)] == []


@pytest.mark.parametrize(("language", "domain"), EACH)
def test_a_clause_begins_small_and_ends_without_a_stop(language: Language, domain: Domain) -> None:
    exempt = ("SIM", "TV", "I ")
    wrong = [
        said
        for name in ("bad", "good", "so_so")
        for _, said in sayings(language, domain, name)
        if said[-1] in ".!,;: " or said != said.strip() or (said[0].isupper() and not said.startswith(exempt))
    ]
    assert wrong == []


@pytest.mark.parametrize(("language", "domain"), EACH)
def test_what_is_said_has_no_sign_of_the_grammar_left(language: Language, domain: Domain) -> None:
    wrong = [
        said
        for name in (*SAYINGS, "wish")
        for _, said in sayings(language, domain, name)
        if re.search(r"[{}<>|@/_]|  | [,.:;!?]|\( |,,", said)
    ]
    assert wrong == []


@pytest.mark.parametrize("domain", DOMAINS)
def test_russian_has_no_latin_look_alikes(domain: Domain) -> None:
    words = lexicon("ru", domain)
    scene = words.scene(draws(np.random.Generator(np.random.Philox(7))))
    chapters = [lines for chapter in words.chapters.values() for lines in chapter.values()]
    said = [way(scene) for lines in chapters for way in lines.ways for _ in range(12)]
    said += [said for name in (*SAYINGS, "wish") for _, said in sayings("ru", domain, name)]
    assert [text for text in said if re.search(r"[A-Za-z]", text)] == []


@pytest.mark.parametrize(
    ("gender", "said"),
    [
        ("m", "чайник сломался"),
        ("f", "куртка сломалась"),
        ("n", "платье сломалось"),
        ("p", "кроссовки сломались"),
    ],
)
def test_russian_verbs_agree_with_the_thing(gender: str, said: str) -> None:
    words = lexicon("ru", "shop")
    scene = words.scene(draws(np.random.Generator(np.random.Philox(7))))
    thing = next(thing for thing in words.things if thing.forms["nom"] == said.split(maxsplit=1)[0])
    scene.thing, scene.thing_number = thing.forms, thing.number
    assert "mfnp"[thing.number] == gender
    assert any(said in words.aspects["quality"]["bad"].say(scene) for _ in range(100))


@pytest.mark.parametrize(("language", "domain"), [("de", "shop"), ("ru", "bank")])
def test_an_unknown_language_or_business_is_named(language: Language, domain: Domain) -> None:
    with pytest.raises(UnknownName, match="There is no"):
        lexicon(language, domain)
