"""Misspellings: a word or two, as hurried people make them, and nothing else touched."""

import numpy as np
import pytest

from vernost.sources.synthetic.texts.lexicon import lexicon
from vernost.sources.synthetic.texts.scene import draws
from vernost.sources.synthetic.texts.slips import slipped

WORDS = lexicon("ru", "shop")


def slips_of(text: str) -> set[str]:
    draw = draws(np.random.Generator(np.random.Philox(3)))
    return {slipped(text, WORDS, draw) for _ in range(400)}


@pytest.mark.parametrize(
    ("word", "slip"),
    [
        pytest.param("вернуться", "вернутся", id="a soft sign dropped before -ся"),
        pytest.param("кажется", "кажеться", id="a soft sign where none belongs"),
        pytest.param("сильно", "силно", id="a soft sign forgotten"),
        pytest.param("доставка", "досавка", id="a letter left out"),
        pytest.param("доставка", "досттавка", id="a letter twice"),
        pytest.param("доставка", "дотсавка", id="two letters changed about"),
        pytest.param("доставка", "дрставка", id="the key beside"),
    ],
)
def test_people_misspell_like_this(word: str, slip: str) -> None:
    assert slip in slips_of(word)


def test_short_words_numbers_and_capitals_are_left_alone() -> None:
    assert slips_of("Цена 12345, и то не та") == {"Цена 12345, и то не та"}


def test_the_first_and_last_letters_stay() -> None:
    assert {word[0] + word[-1] for word in slips_of("приложение")} == {"пе"}
