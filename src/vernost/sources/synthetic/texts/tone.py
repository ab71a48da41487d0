"""How a text is written down: capitals and full stops or none, exclamation marks, smiles."""

import re

from vernost.sources.synthetic.texts.lexicon import Lexicon
from vernost.sources.synthetic.texts.scene import Draw

_ENDS = ".!?…:,"
_LOUD = re.compile(r"\b[^\W\d_]{5,}\b")


def written(sentences: list[str], *, mood: str, is_formal: bool, lexicon: Lexicon, draw: Draw) -> str:
    """Sentences as one person would type them; the company always writes with care."""
    manner = 0.0 if is_formal else draw()
    if manner < 0.68:
        return _signed(_careful(sentences, ".", draw), mood, is_formal=is_formal, lexicon=lexicon, draw=draw)
    if manner < 0.78:
        return _signed(_careful(sentences, "!", draw), mood, is_formal=is_formal, lexicon=lexicon, draw=draw)
    if manner < 0.80:
        return _shouted(_careful(sentences, "!!!", draw), draw)
    mark = "," if manner < 0.88 else "."
    careless = "".join(sentence + ("" if sentence[-1] in _ENDS else mark) + " " for sentence in sentences).lower()
    return _signed(careless.rstrip(" ,."), mood, is_formal=is_formal, lexicon=lexicon, draw=draw)


def _careful(sentences: list[str], mark: str, draw: Draw) -> str:
    said, starts = [], True
    for sentence in sentences:
        # Even who is excited does not cry out each sentence.
        ended = sentence if sentence[-1] in _ENDS else sentence + (mark if mark == "." or draw() < 0.6 else ".")
        said.append(ended[0].upper() + ended[1:] if starts else ended)
        starts = ended[-1] != ","
    return " ".join(said).rstrip(",")


def _shouted(text: str, draw: Draw) -> str:
    """One long word in capitals."""
    words = list(_LOUD.finditer(text))
    if not words:
        return text
    word = words[int(draw() * len(words))]
    return text[: word.start()] + word.group().upper() + text[word.end() :]


def _signed(text: str, mood: str, *, is_formal: bool, lexicon: Lexicon, draw: Draw) -> str:
    """A smile or a picture at the end of some."""
    chance = 1.0 if is_formal else draw()
    if chance >= 0.16:
        return text
    kind = mood if mood in ("good", "bad") else "plain"
    signs = lexicon.moods[("emoji_" if chance < 0.07 else "smile_") + kind]
    sign = signs[int(draw() * len(signs))]
    return f"{text} {sign}" if chance < 0.07 else text.rstrip(".") + sign
