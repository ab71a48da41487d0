"""Many texts at once, each about its own aspects, with the truth about each."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import TYPE_CHECKING, get_args

from vernost.errors import InvalidValue, UnknownName
from vernost.sources.synthetic.texts.layout import BAD, GOOD, LAYOUTS, Aspects, Kind, Page, mood_of
from vernost.sources.synthetic.texts.lexicon import Domain, Language, Lexicon, lexicon
from vernost.sources.synthetic.texts.scene import Scene, draws
from vernost.sources.synthetic.texts.slips import slipped
from vernost.sources.synthetic.texts.tone import written

if TYPE_CHECKING:
    import numpy as np

IRONIC = 0.02
"""Share of complaints that praise and mean the contrary."""
MISSPELT = 0.18
"""Share of customers' texts with a misspelt word."""
WOMEN = 0.55
"""Share of women among those who write, where it is not said."""


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts and the truth about each: what it is about, whether it is ironic, whether a word is misspelt."""

    texts: list[str]
    aspects: Sequence[Aspects]
    is_ironic: list[bool]
    is_misspelt: list[bool]


def compose(
    kind: Kind,
    aspects: Sequence[Aspects],
    language: Language,
    generator: "np.random.Generator",
    *,
    domain: Domain = "shop",
    women: Sequence[bool] | None = None,
    rivals: Sequence[str | None] | None = None,
) -> list[str]:
    """Texts, one for each list of aspects (code and sentiment -1, 0 or 1); as :func:`write`, without the truth."""
    return write(kind, aspects, language, generator, domain=domain, women=women, rivals=rivals).texts


def write(
    kind: Kind,
    aspects: Sequence[Aspects],
    language: Language,
    generator: "np.random.Generator",
    *,
    domain: Domain = "shop",
    women: Sequence[bool] | None = None,
    rivals: Sequence[str | None] | None = None,
) -> Texts:
    """Texts of one kind, no two neighbours alike.

    Args:
        kind: who writes what: a review, a ticket, an answer to an open question, a cancellation, the company's reply.
        aspects: for each text the aspects it speaks of, with sentiment -1, 0 or 1; none for a text about nothing.
        language: of all texts.
        generator: the only source of chance.
        domain: kind of business; decides which things are bought and what their quality is.
        women: for each text whether a woman writes (Russian verbs tell); by chance where not given.
        rivals: for each text the name of the rival the customer went to, or None.
    """
    if kind not in LAYOUTS:
        raise UnknownName("kind of text", kind, get_args(Kind))
    words = lexicon(language, domain)
    _check(aspects, words, women, rivals)
    scene = words.scene(draws(generator))
    told = Texts([], aspects, [], [])
    before = ""
    who = repeat(None) if women is None else women
    whom = repeat(None) if rivals is None else rivals
    for about, is_woman, rival in zip(aspects, who, whom, strict=False):
        scene.rival = rival or ""
        text, is_ironic, is_misspelt = before, False, False
        while text == before:
            scene.woman = int(scene.draw() < WOMEN if is_woman is None else is_woman)
            text, is_ironic, is_misspelt = _text(kind, about, words, scene)
        told.texts.append(text)
        told.is_ironic.append(is_ironic)
        told.is_misspelt.append(is_misspelt)
        before = text
    return told


def _text(kind: Kind, aspects: Aspects, words: Lexicon, scene: Scene) -> tuple[str, bool, bool]:
    """One text; whether it is ironic; whether it is misspelt."""
    draw = scene.draw
    words.turn(scene)
    mood, is_formal = mood_of(aspects), kind == "reply"
    is_ironic = kind not in ("reply", "ticket") and mood in ("bad", "mixed") and draw() < IRONIC
    page = Page(words, scene, aspects, mood, is_ironic, [])
    LAYOUTS[kind](page)
    text = written(page.sentences, mood=mood, is_formal=is_formal, lexicon=words, draw=draw)
    if is_formal or draw() >= MISSPELT:
        return text, is_ironic, False
    spoilt = slipped(text, words, draw)
    return spoilt, is_ironic, spoilt != text


def _check(
    aspects: Sequence[Aspects],
    words: Lexicon,
    women: Sequence[bool] | None,
    rivals: Sequence[str | None] | None,
) -> None:
    for code, sentiment in sorted({pair for about in aspects for pair in about}):
        if code not in words.aspects:
            raise UnknownName("aspect", code, words.aspects)
        if not BAD <= sentiment <= GOOD:
            raise InvalidValue(
                "The sentiment of {code!r} is {sentiment}, must be -1, 0 or 1.", code=code, sentiment=sentiment
            )
    for name, given in (("women", women), ("rivals", rivals)):
        if given is not None and len(given) != len(aspects):
            raise InvalidValue(
                "{name} has {given} values for {texts} texts: give one for each text.",
                name=name,
                given=len(given),
                texts=len(aspects),
            )
