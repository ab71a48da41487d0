"""Many texts at once: varied, true to their aspects, the same for the same seed."""

import re
import time
from itertools import pairwise, product

import numpy as np
import pytest
from tests.vernost.sources.synthetic.texts.signs import SIGNS, speaks_of

from vernost.errors import InvalidValue, UnknownName
from vernost.sources.synthetic.texts import Aspects, Kind, Language, compose, write

LANGUAGES: tuple[Language, ...] = ("ru", "en")
KINDS: tuple[Kind, ...] = ("review", "ticket", "answer", "cancel", "reply")
EACH = list(product(LANGUAGES, KINDS))
CUSTOMERS: list[tuple[Language, Kind]] = [(language, kind) for language, kind in EACH if kind != "reply"]
HARD_SIGNS = re.compile(r"[{}<>|@_]|  | [,.;!?]|\.\.\.\.|,,|None")


def chance(seed: int = 1) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(seed))


def some_aspects(count: int, seed: int = 2) -> list[list[tuple[str, int]]]:
    """One or two aspects a text, of any sentiment."""
    draw = chance(seed)
    codes = sorted(SIGNS)
    return [
        [(codes[int(draw.random() * len(codes))], int(draw.random() * 3) - 1) for _ in range(1 + (draw.random() < 0.4))]
        for _ in range(count)
    ]


@pytest.mark.parametrize(("language", "kind"), EACH)
def test_every_aspect_asked_for_is_spoken_of(language: Language, kind: Kind) -> None:
    told = write(kind, some_aspects(1500), language, chance())
    clean = [
        (about, text) for about, text, bad in zip(told.aspects, told.texts, told.is_misspelt, strict=True) if not bad
    ]
    # A company has nothing to answer to what was neither good nor bad.
    said = [(code, text) for about, text in clean for code, mood in about if mood or kind != "reply"]
    assert len(said) > 1000
    assert [(code, text) for code, text in said if not speaks_of(code, text)] == []


@pytest.mark.parametrize(("language", "kind"), EACH)
@pytest.mark.parametrize("about", [("price", -1), ("delivery", 1), ("wait", 0)])
def test_ten_thousand_texts_about_the_same_differ(language: Language, kind: Kind, about: tuple[str, int]) -> None:
    texts = compose(kind, [[about]] * 10_000, language, chance())
    assert len(set(texts)) > 9_900


@pytest.mark.parametrize(("language", "kind"), EACH)
def test_no_two_neighbours_are_alike(language: Language, kind: Kind) -> None:
    texts = compose(kind, [[("wait", 0)]] * 3000, language, chance())
    assert all(one != other for one, other in pairwise(texts))
    shared = [len(one & other) / len(one | other) for one, other in pairwise([set(text.split()) for text in texts])]
    assert np.mean(shared) < 0.35


@pytest.mark.parametrize(("language", "kind"), EACH)
def test_same_seed_same_texts_other_seed_other_texts(language: Language, kind: Kind) -> None:
    about = some_aspects(200)
    first = write(kind, about, language, chance(5))
    assert write(kind, about, language, chance(5)) == first
    assert compose(kind, about, language, chance(5)) == first.texts
    assert compose(kind, about, language, chance(6)) != first.texts


@pytest.mark.parametrize(("language", "kind"), EACH)
def test_no_sign_of_the_grammar_and_no_stray_space_is_left(language: Language, kind: Kind) -> None:
    texts = compose(kind, some_aspects(4000), language, chance())
    assert [text for text in texts if HARD_SIGNS.search(text) or text != text.strip()] == []


@pytest.mark.parametrize("kind", KINDS)
def test_russian_texts_have_no_latin_letters(kind: Kind) -> None:
    texts = compose(kind, some_aspects(3000), "ru", chance())
    assert [text for text in texts if re.search(r"[A-Za-z]", text.replace(" :D", ""))] == []


@pytest.mark.parametrize(("language", "kind"), EACH)
def test_no_address_and_no_telephone_is_told(language: Language, kind: Kind) -> None:
    texts = compose(kind, some_aspects(3000), language, chance())
    assert [text for text in texts if re.search(r"https?:|www|@|\.(?:ru|com|net|org)\b|\+\d|\d{6,}", text)] == []


@pytest.mark.parametrize(("language", "kind"), CUSTOMERS)
def test_about_a_sixth_is_misspelt_and_told_so(language: Language, kind: Kind) -> None:
    told = write(kind, some_aspects(5000), language, chance())
    assert 0.15 < np.mean(told.is_misspelt) < 0.21


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_company_never_misspells_jokes_or_smiles(language: Language) -> None:
    told = write("reply", some_aspects(2000), language, chance())
    assert not any(told.is_misspelt)
    assert not any(told.is_ironic)
    assert [text for text in told.texts if text[-1] not in ".!?" or not text[0].isupper()] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_in_a_hundred_complaints_are_ironic_and_no_praise_is(language: Language) -> None:
    blame = write("review", [[("price", -1)]] * 10_000, language, chance())
    praise = write("review", [[("price", 1)]] * 2_000, language, chance())
    assert 0.015 < np.mean(blame.is_ironic) < 0.026
    assert not any(praise.is_ironic)


@pytest.mark.parametrize("language", LANGUAGES)
def test_good_moods_smile_and_bad_moods_frown(language: Language) -> None:
    happy = compose("review", [[("staff", 1)]] * 3000, language, chance())
    angry = compose("review", [[("staff", -1)]] * 3000, language, chance())
    frowns, smiles = re.compile(r"[👎😡😞😤💔😠]|\($"), re.compile(r"[👍😊🔥😍👏]|\)$")
    assert not any(frowns.search(text) for text in happy)
    assert not any(smiles.search(text) for text in angry)
    assert 0.05 < np.mean([bool(smiles.search(text)) for text in happy]) < 0.2


def test_verbs_tell_a_woman_from_a_man() -> None:
    about: list[Aspects] = [[("quality", -1)]] * 2000
    men = write("review", about, "ru", chance(), women=[False] * 2000)
    women = write("review", about, "ru", chance(), women=[True] * 2000)
    hers, his = re.compile(r"\b(?:заказала|купила|брала|взяла)\b"), re.compile(r"\b(?:заказал|купил|брал|взял)\b")
    assert not any(hers.search(text.lower()) for text in men.texts)
    assert not any(his.search(text.lower()) for text in women.texts)
    assert sum(bool(hers.search(text.lower())) for text in women.texts) > 100


def test_the_rival_is_named_by_whom_it_was_named() -> None:
    about: list[Aspects] = [[("competitor", -1)]] * 1000
    rivals = ["«Ромашка»" if place % 2 else None for place in range(1000)]
    texts = compose("cancel", about, "ru", chance(), rivals=rivals)
    named = ["ромашка" in text.lower() for text in texts]
    assert not any(named[0::2])
    assert sum(named[1::2]) > 100


@pytest.mark.parametrize(("language", "kind"), EACH)
def test_a_text_about_nothing_is_still_a_text(language: Language, kind: Kind) -> None:
    texts = compose(kind, [[]] * 50, language, chance())
    assert min(len(text) for text in texts) > 5


def test_no_texts_are_no_texts() -> None:
    assert compose("review", [], "ru", chance()) == []


@pytest.mark.parametrize(
    ("kind", "about", "women", "message"),
    [
        pytest.param("poem", [("price", 1)], None, "kind of text 'poem'", id="an unknown kind"),
        pytest.param("review", [("weather", 1)], None, "aspect 'weather'", id="an unknown aspect"),
        pytest.param("review", [("price", 5)], None, "sentiment of 'price' is 5", id="too much sentiment"),
        pytest.param("review", [("price", 1)], [True, False], "women has 2 values for 1", id="too many women"),
    ],
)
def test_what_cannot_be_written_is_refused(kind: Kind, about: Aspects, women: list[bool] | None, message: str) -> None:
    with pytest.raises((InvalidValue, UnknownName), match=message):
        compose(kind, [about], "ru", chance(), women=women)


@pytest.mark.parametrize("language", LANGUAGES)
def test_fifteen_thousand_texts_take_less_than_a_second(language: Language) -> None:
    about = some_aspects(15_000)
    compose("review", about[:1], language, chance())
    begun = time.process_time()
    compose("review", about, language, chance())
    assert time.process_time() - begun < 1.0
