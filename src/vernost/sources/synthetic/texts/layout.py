"""How a review, a ticket, an answer, a cancellation and a reply are laid out: which lines, in which order."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Literal

from vernost.sources.synthetic.texts.lexicon import Lexicon
from vernost.sources.synthetic.texts.scene import Scene

Kind = Literal["review", "ticket", "answer", "cancel", "reply"]
Aspects = Sequence[tuple[str, int]]

BAD, PLAIN, GOOD = -1, 0, 1
_CLAUSE = {BAD: "bad", PLAIN: "so_so", GOOD: "good"}
_BRIEF = {BAD: "bad_brief", PLAIN: "so_so_brief", GOOD: "good_brief"}
_RIVAL_TOLD = 0.7
"""How often a customer who left for a rival says its name, when it is known."""


@dataclass(slots=True)
class Page:
    """A text on the desk: the lines to choose from, the aspects to speak of, and the sentences so far."""

    lexicon: Lexicon
    scene: Scene
    aspects: Aspects
    mood: str
    ironic: bool
    sentences: list[str]

    def chance(self, share: float) -> bool:
        """True in this share of cases."""
        return self.scene.draw() < share

    def line(self, chapter: str, name: str) -> str:
        """A line of the grammar."""
        return self.lexicon.chapters[chapter][name].say(self.scene)

    def add(self, sentence: str) -> None:
        """The next sentence; an empty one is left out."""
        if sentence:
            self.sentences.append(sentence)

    def clause(self, aspect: str, sentiment: int) -> str:
        """What is said of an aspect, as a clause."""
        lines = self.lexicon.aspects[aspect]
        if aspect == "competitor" and sentiment == BAD and self.scene.rival and self.chance(_RIVAL_TOLD):
            return lines["rival"].say(self.scene)
        if self.ironic and sentiment == BAD:
            return lines["irony"].say(self.scene)
        return lines[_CLAUSE[sentiment]].say(self.scene)

    def brief(self, aspect: str, sentiment: int) -> str:
        """What is said of an aspect, in a few words."""
        if self.ironic and sentiment == BAD:
            return self.clause(aspect, sentiment)
        return self.lexicon.aspects[aspect][_BRIEF[sentiment]].say(self.scene)

    def link(self, before: int, now: int) -> str:
        """The word that ties a clause to the one before it."""
        if now == before:
            return self.line("join", "more_good" if now == GOOD else "more")
        return self.line("join", "but_good" if now > before else "but_bad")


def mood_of(aspects: Aspects) -> str:
    """The mood of the whole: bad, good, mixed or plain; a text about nothing is plain."""
    is_bad = any(sentiment == BAD for _, sentiment in aspects)
    is_good = any(sentiment == GOOD for _, sentiment in aspects)
    if is_bad and is_good:
        return "mixed"
    return "bad" if is_bad else "good" if is_good else "plain"


def _briefly(page: Page) -> str:
    """All aspects in a few words each."""
    said, before = "", None
    for aspect, sentiment in page.aspects:
        brief = page.brief(aspect, sentiment)
        if before is not None:
            said += page.line("join", "brief_and" if sentiment == before else "brief_but")
        said, before = said + brief, sentiment
    return said


def _tell(page: Page, *, after: float) -> None:
    """A clause for each aspect, tied together; a consequence after some."""
    before: int | None = None
    clause = ""
    for aspect, sentiment in page.aspects:
        is_open = bool(clause) and page.sentences[-1].endswith(clause) and clause[-1] not in "?!."
        clause = page.clause(aspect, sentiment)
        if before is None or (before == sentiment and page.chance(0.4)):
            page.add(clause)
        elif is_open and page.chance(0.45):
            page.sentences[-1] += ", " + page.link(before, sentiment) + clause
        else:
            page.add(page.link(before, sentiment) + clause)
        if sentiment != PLAIN and page.chance(after):
            page.add(page.line("review", "after_bad" if sentiment == BAD else "after_good"))
        before = sentiment


def _detail(page: Page, share: float) -> None:
    """Something about the writer or the occasion, in this share of texts; more often where little else is told."""
    if not page.chance(share if page.mood in ("bad", "mixed") else (1.0 + share) / 2):
        return
    own = page.mood in ("bad", "good") and page.chance(0.3)
    page.add(page.line("detail", page.mood if own else "any"))


def _wish(page: Page) -> None:
    wanting = [aspect for aspect, sentiment in page.aspects if sentiment == BAD]
    if wanting:
        page.add(page.lexicon.aspects[wanting[int(page.scene.draw() * len(wanting))]]["wish"].say(page.scene))


def _review(page: Page) -> None:
    length = page.scene.draw()
    if page.ironic:
        page.add(page.line("irony", "open"))
        _tell(page, after=0.2)
        page.add(page.line("irony", "close"))
    elif length < (0.1 if page.mood == "plain" else 0.22):
        page.add(_briefly(page))
        _detail(page, 0.97)
        page.add(page.line("review", f"verdict_{page.mood}"))
    else:
        if length > 0.40 or page.mood == "plain":
            page.add(page.line("review", f"open_{page.mood}"))
        # A number in the opening is of years with the company, which a detail might contradict.
        if not any(symbol.isdigit() for sentence in page.sentences for symbol in sentence):
            _detail(page, 0.8)
        _tell(page, after=0.7 if length > 0.85 else 0.5)
        if length > 0.65 and page.chance(0.5):
            _wish(page)
        if page.mood == "plain" or page.chance(0.75):
            page.add(page.line("review", f"verdict_{page.mood}"))


def _ticket(page: Page) -> None:
    tone = "_good" if page.mood == "good" else ""
    page.add(page.line("ticket", "greet" + tone))
    page.add(page.line("ticket", "about" + tone))
    for aspect, sentiment in page.aspects:
        if sentiment != BAD or page.chance(0.55):
            page.add(page.clause(aspect, sentiment))
        else:
            page.add(page.lexicon.aspects[aspect]["ask"].say(page.scene))
    if page.mood == "good":
        _detail(page, 0.5)
        page.add(page.line("ticket", "ask_good"))
    elif page.mood == "plain":
        _detail(page, 0.9)
    else:
        if page.chance(0.3):
            page.add(page.line("review", "after_bad"))
        if page.chance(0.6):
            page.add(page.line("ticket", "ask"))
        if page.chance(0.12):
            page.add(page.line("ticket", "urgent"))
    page.add(page.line("ticket", "bye" + tone))


def _answer(page: Page) -> None:
    length = page.scene.draw()
    lead = page.line("answer", "lead")
    if not page.aspects:
        page.add(lead + page.line("answer", "nothing_plain"))
    elif page.ironic:
        _tell(page, after=0.0)
    elif length < 0.55:
        page.add(lead + _briefly(page))
    else:
        _tell(page, after=0.15 if length < 0.9 else 0.6)
        page.sentences[0] = lead + page.sentences[0]
    _detail(page, 0.95 if length < 0.55 else 0.8)
    if page.mood == "bad" and page.chance(0.5):
        _wish(page)
    else:
        page.add(page.line("review", f"verdict_{page.mood}"))


def _cancel(page: Page) -> None:
    length = page.scene.draw()
    # The reason to leave comes first, what was good after it.
    page.aspects = sorted(page.aspects, key=itemgetter(1))
    is_bad = page.mood in ("bad", "mixed")
    if page.ironic:
        page.add(page.line("irony", "open"))
        _tell(page, after=0.0)
    elif not page.aspects:
        page.add(page.line("review", "verdict_bad"))
    elif is_bad and length < 0.4:
        page.add(page.line("cancel", "open") + _briefly(page))
    else:
        opening = _farewell(page)
        _tell(page, after=0.3 if length > 0.8 else 0.0)
        page.sentences[0] = opening + page.sentences[0]
    _detail(page, 0.9)
    if not is_bad:
        page.add(page.line("cancel", "good"))
    elif length > 0.7 and page.chance(0.3):
        _wish(page)
    elif page.chance(0.4):
        page.add(page.line("review", "after_bad"))
    page.add(page.line("cancel", "bye" if is_bad else "bye_good"))


def _farewell(page: Page) -> str:
    if page.mood not in ("bad", "mixed"):
        return page.line("cancel", "open_though")
    if page.chance(0.35):
        return page.line("cancel", "open_because") + page.line("join", "because")
    return page.line("cancel", "open")


def _reply(page: Page) -> None:
    page.add(page.line("reply", "hello"))
    if page.mood in ("bad", "mixed"):
        page.add(page.line("reply", "sorry"))
    else:
        page.add(page.line("reply", "glad" if page.mood == "good" else "mixed"))
    for aspect, sentiment in page.aspects:
        if sentiment != PLAIN:
            page.add(page.lexicon.aspects[aspect]["glad" if sentiment == GOOD else "sorry"].say(page.scene))
    act = "act_bad" if page.mood in ("bad", "mixed") else "act_good"
    page.add(page.line("reply", act))
    if page.mood == "plain" or page.chance(0.4):
        page.add(page.line("reply", act))
    page.add(page.line("reply", "bye"))


LAYOUTS: Mapping[Kind, Callable[[Page], None]] = {
    "review": _review,
    "ticket": _ticket,
    "answer": _answer,
    "cancel": _cancel,
    "reply": _reply,
}
