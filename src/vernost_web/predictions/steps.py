"""What training says of how far it is, in words that each reader reads in their own language."""

from collections.abc import Callable

from vernost.messages import Message
from vernost_web.jobs.kinds import Run

COMPARED_FROM = 0.8
"""Share of a training's time after which the model is held against the one at work."""


def heard_by(run: Run) -> Callable[[str, float], None]:
    """What the library's progress is told to."""

    def hear(what: str, share: float) -> None:
        run.tell(COMPARED_FROM * share, step(what))

    return hear


def step(what: str) -> Message:
    """A step of the library's in words.

    >>> step("rfm_rule").told("en")
    'Trying: recency, frequency and money in fifths'
    """
    from vernost.predict.card_words import MODELS

    if what in MODELS:
        return Message("Trying: {model}", model=MODELS[what])
    if what == "model":
        return Message("Learning from all days")
    return Message("Looking at what was known of customers")


COMPARING = Message("Holding it against the model at work")
SCORING = Message("Scoring customers")
