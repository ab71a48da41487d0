"""The model card in sentences, for the terminal and for the report."""

from collections.abc import Iterator
from datetime import date
from math import isfinite
from types import MappingProxyType
from typing import TYPE_CHECKING

from vernost.glossary import Language
from vernost.messages import Message

if TYPE_CHECKING:
    from vernost.predict.card import ModelCard

MODELS = MappingProxyType(
    {
        "base_rate": Message("the base rate: everyone leaves as often as anyone did"),
        "recency_rule": Message("a rule of silence: those silent for equally long leave equally often"),
        "rfm_rule": Message("recency, frequency and money in fifths"),
        "beta_geo_nbd": Message("the purchase process BG/NBD"),
        "modified_beta_geo_nbd": Message("the purchase process MBG/NBD"),
        "pareto_nbd": Message("the purchase process Pareto/NBD"),
        "renewals": Message("the model of renewals (shifted beta-geometric)"),
        "lifetimes": Message("Weibull's regression of lifetimes"),
        "additive": Message("a sum of curves over features (additive logistic regression)"),
        "blended": Message("curves and boosted trees over features, blended"),
    }
)
"""Candidates by code name, as people are told of them."""

BANDS = MappingProxyType(
    {"low": Message("low"), "medium": Message("medium"), "high": Message("high"), "left": Message("gone")}
)
"""Bands of risk by code name, as people are told of them."""


def sentences(card: "ModelCard", language: Language) -> Iterator[str]:
    """What is to be known before the forecast is believed, the weightiest first."""
    yield from (message.told(language) for message in _messages(card))
    yield from (leak.sentence(language) for leak in card.leaks)


def _messages(card: "ModelCard") -> Iterator[Message]:
    yield Message("Chosen: {model}.", model=MODELS[card.model])
    yield _leaving(card)
    yield _compared(card)
    yield from (
        Message("{model} could not be tried: {failure}", model=MODELS[tried.name], failure=tried.failure)
        for tried in card.tried
        if tried.failure
    )
    yield from (
        Message(
            "As of {day} {expected:,.0f} of {customers:,.0f} customers were expected to leave, {left:,.0f} left.",
            day=date.fromisoformat(trial.as_of),
            expected=trial.expected,
            customers=trial.customers,
            left=trial.left,
        )
        for trial in card.trials
    )
    if isfinite(card.evaluation.auc):
        yield Message(
            "Of a customer who left and one who stayed, the one who left had the higher risk {auc:.0%} of the time.",
            auc=card.evaluation.auc,
        )
    yield Message(
        "The risk is high from {high:.0%}, medium from {medium:.0%}, which is how many leave of all.",
        high=card.high,
        medium=card.medium,
    )
    if card.drift is not None:
        yield Message(
            "Sums of expected orders and money are multiplied by {drift:.2f}, as earlier forecasts teach; numbers of "
            "single customers are not.",
            drift=card.drift,
        )
    if card.window and not card.is_window_stable:
        yield Message(
            "The lapse window of {days} days is unstable: a longer history may move it, and the forecast with it.",
            days=card.window,
        )


def _leaving(card: "ModelCard") -> Message:
    if card.kind == "contract":
        return Message("The risk is the chance to end the contract within {days} days.", days=card.days)
    if card.base == "events":
        return Message("The risk is the chance to do nothing for {days} days.", days=card.days)
    return Message("The risk is the chance to buy nothing for {days} days.", days=card.days)


def _compared(card: "ModelCard") -> Message:
    """Why this one: its log loss beside that of the next and of the base rate."""
    losses = {tried.name: tried.loss for tried in card.tried if tried.loss is not None}
    own = losses.pop(card.model)
    base = losses.pop("base_rate", own)
    if not losses:
        return Message("Log loss on days it had not seen: {own:.3f}; of the base rate {base:.3f}.", own=own, base=base)
    name = next(tried.name for tried in card.tried if tried.name in losses)
    if losses[name] < own:
        return Message(
            "Log loss on days it had not seen: {own:.3f}; {name} had {other:.3f}, but its lead was less steady; the "
            "base rate had {base:.3f}.",
            own=own,
            name=MODELS[name],
            other=losses[name],
            base=base,
        )
    return Message(
        "Log loss on days it had not seen: {own:.3f}; of the next, {name}, {other:.3f}; of the base rate {base:.3f}.",
        own=own,
        name=MODELS[name],
        other=losses[name],
        base=base,
    )
