"""Misspellings, as hurried people make them."""

import re
from collections.abc import Callable, Mapping

from vernost.sources.synthetic.texts.lexicon import Lexicon
from vernost.sources.synthetic.texts.scene import Draw

_WORD = re.compile(r"\b[а-яёa-z]{5,}\b")

Slip = Callable[[str, Draw, Mapping[str, str]], str]


def slipped(text: str, lexicon: Lexicon, draw: Draw) -> str:
    """The text with one or two words misspelt; unchanged where no word is long enough."""
    for _ in range(1 + (draw() < 0.3)):
        words = list(_WORD.finditer(text))
        if not words:
            return text
        word = words[int(draw() * len(words))]
        slip = _soft_sign if _is_soft(word.group()) and draw() < 0.5 else _SLIPS[int(draw() * len(_SLIPS))]
        text = text[: word.start()] + slip(word.group(), draw, lexicon.keyboard) + text[word.end() :]
    return text


def _inner(word: str, draw: Draw) -> int:
    """A place that is neither the first letter nor the last: those are seldom mistyped."""
    return 1 + int(draw() * (len(word) - 2))


def _is_soft(word: str) -> bool:
    return "ь" in word or word.endswith("тся")


def _soft_sign(word: str, _draw: Draw, _keyboard: Mapping[str, str]) -> str:
    if word.endswith("ться"):
        return word[:-4] + "тся"
    return word[:-3] + "ться" if word.endswith("тся") else word.replace("ь", "", 1)


def _beside(word: str, draw: Draw, keyboard: Mapping[str, str]) -> str:
    at = _inner(word, draw)
    near = keyboard.get(word[at], "") or word[at - 1]
    return word[:at] + near[int(draw() * len(near))] + word[at + 1 :]


def _doubled(word: str, draw: Draw, _keyboard: Mapping[str, str]) -> str:
    at = _inner(word, draw)
    return word[: at + 1] + word[at:]


def _dropped(word: str, draw: Draw, _keyboard: Mapping[str, str]) -> str:
    at = _inner(word, draw)
    return word[:at] + word[at + 1 :]


def _swapped(word: str, draw: Draw, _keyboard: Mapping[str, str]) -> str:
    at = 1 + int(draw() * (len(word) - 3))
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


_SLIPS: tuple[Slip, ...] = (_beside, _doubled, _dropped, _dropped, _swapped)
