"""A model and the last scoring in words and numbers of the reader's language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from vernost.predict.card_words import MODELS
from vernost.report.voice import Voice
from vernost_web.company.queries import voice_of
from vernost_web.predictions.models import TrainedModel
from vernost_web.predictions.queries import drift_of
from vernost_web.predictions.scores import Scoring
from vernost_web.ui.language import spoken

if TYPE_CHECKING:
    from vernost.glossary import Language


@dataclass(frozen=True, slots=True)
class Lines:
    """A model as its page shows it.

    Attributes:
        row: what is kept of it.
        title: what kind of model it is.
        sentences: its card in words.
        figures: what shows how far it can be trusted.
        duel: how it compares with the one that was at work; None without one.
    """

    row: TrainedModel
    title: str
    sentences: list[str]
    figures: list[dict[str, Any]]
    duel: dict[str, Any] | None


def lines_of(model: TrainedModel, language: "Language") -> Lines:
    """A model in a language."""
    return Lines(
        row=model,
        title=title_of(model, language),
        sentences=model.sentences[language],
        figures=model.figures[language],
        duel=_duel(model, language),
    )


def title_of(model: TrainedModel, language: "Language") -> str:
    """What kind of model it is, in words."""
    text = MODELS[model.name].told(language)
    return text[:1].upper() + text[1:]


def _duel(model: TrainedModel, language: "Language") -> dict[str, Any] | None:
    found = model.comparison
    if found is None:
        return None
    formats = Voice(language).formats
    difference = found["difference"]
    return found | {
        "as_of": date.fromisoformat(found["as_of"]),
        "until": date.fromisoformat(found["until"]),
        "old": formats.number(found["old_loss"], 3),
        "new": formats.number(found["new_loss"], 3),
        "estimate": formats.number(difference["estimate"], 3),
        "low": formats.number(difference["low"], 3),
        "high": formats.number(difference["high"], 3),
    }


def changes(scorings: Sequence[Scoring]) -> dict[str, Any] | None:
    """The last scoring beside the one before; None while nobody was scored."""
    if not scorings:
        return None
    last, before = scorings[0], scorings[1] if len(scorings) > 1 else None
    voice, money = voice_of(spoken()), _money(last)
    return {
        "last": last,
        "before": before,
        "high": last.counts.get("high", 0),
        "high_before": before and before.counts.get("high", 0),
        "money": None if money is None else voice.formats.money(money),
        "change": _change(voice, money, _money(before) if before else None),
    }


def _money(scoring: Scoring) -> float | None:
    """Revenue at risk in all, as the report tells it."""
    return None if scoring.at_risk is None else drift_of(scoring.version) * scoring.at_risk


def _change(voice: Voice, money: float | None, before: float | None) -> str:
    """By how much the revenue at risk moved, as a share of what it was."""
    if money is None or not before:
        return ""
    moved = money / before - 1
    return ("+" if moved > 0 else "") + voice.formats.share(moved)
