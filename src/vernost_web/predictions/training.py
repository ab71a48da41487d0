"""Training: a model is learnt, described in both languages, held against the one at work, and its scores are kept."""

import json
from math import isfinite
from typing import TYPE_CHECKING, Any, get_args
from uuid import UUID

from django.db import transaction

from vernost.errors import VernostError
from vernost.glossary import Language
from vernost.messages import Message
from vernost.report.voice import Voice
from vernost_web.audit import actions as audit
from vernost_web.data.queries import reading
from vernost_web.jobs.kinds import Run
from vernost_web.metrics.queries import drawn
from vernost_web.predictions import scorefile
from vernost_web.predictions.models import Standing, TrainedModel
from vernost_web.predictions.steps import COMPARED_FROM, COMPARING, SCORING, heard_by
from vernost_web.ui.words import packed
from vernost_web.webhooks.actions import tell

if TYPE_CHECKING:
    from vernost.predict.card import ModelCard
    from vernost.predict.forecast import Forecast
    from vernost.store.log import Log

LANGUAGES: tuple[Language, ...] = get_args(Language)


def trained(run: Run, ticket: UUID, by: Any) -> TrainedModel:
    """The model of a training, learnt now unless the training was repeated after it had learnt."""
    found = TrainedModel.objects.filter(pk=ticket).first() or _learnt(run, ticket, by)
    for each in TrainedModel.objects.filter(standing=Standing.PASSED):
        scorefile.forget(each.pk)
    return found


def _learnt(run: Run, ticket: UUID, by: Any) -> TrainedModel:
    from vernost.predict.forecast import fit

    rival = TrainedModel.objects.filter(standing=Standing.SERVING).first()
    model = TrainedModel(id=ticket, trained_by=by, rival=rival)
    with reading() as log:
        forecast = fit(log, progress=heard_by(run))
        describe(model, forecast, log.load_count)
        if rival is not None:
            run.tell(COMPARED_FROM, COMPARING)
            _compare(log, forecast, model, rival)
        run.tell(0.9, SCORING)
        model.counts = scorefile.write(model.id, forecast.batches(log))
    _keep(model)
    return model


def describe(model: TrainedModel, forecast: "Forecast", load: int) -> None:
    """Write down what a forecast is: the card as data, in words and in figures, in both languages."""
    from vernost.predict.card_words import sentences

    card = forecast.card
    model.name, model.version = forecast.scorer.name, forecast.scorer.version
    model.as_of, model.days, model.load = forecast.scorer.as_of, forecast.scorer.days, load
    model.card = plain(card.to_dict())
    model.sentences = {language: list(sentences(card, language)) for language in LANGUAGES}
    model.figures = {language: _figures(card, language) for language in LANGUAGES}


def _figures(card: "ModelCard", language: Language) -> list[Any]:
    from vernost.report.chapters.trust import evidence

    voice = Voice(language)
    return [plain(drawn(figure, voice)) for figure in evidence(voice, card)]


def _compare(log: "Log", forecast: "Forecast", model: TrainedModel, rival: TrainedModel) -> None:
    """Hold a new model against the one at work; where that cannot be done, say why."""
    from vernost.predict.succession import compare

    try:
        found = compare(log, forecast, old_model=rival.name, old_as_of=rival.as_of)
    except VernostError as error:
        model.why_not_compared = packed(error.message)
        return
    if found is None:
        model.why_not_compared = packed(Message("The model at work does not fit the company's data any more."))
        return
    model.comparison = plain(found.to_dict())


@transaction.atomic
def _keep(model: TrainedModel) -> None:
    """Keep a new model; those that still waited are passed over for it."""
    TrainedModel.objects.filter(standing=Standing.WAITING).update(standing=Standing.PASSED)
    model.save()
    audit.record(
        "predictions.train", by=model.trained_by, thing=model, after={"name": model.name, "as_of": str(model.as_of)}
    )
    told = {"model": str(model.pk), "name": model.name, "version": model.version, "as_of": str(model.as_of)}
    tell("predictions.trained", told, key=f"predictions.trained {model.pk}")


def plain(value: Any) -> Any:
    """Values as JSON keeps them: days as texts, numbers that are none as nothing."""

    def cleaned(each: Any) -> Any:
        if isinstance(each, dict):
            return {str(name): cleaned(inner) for name, inner in each.items()}
        if isinstance(each, (list, tuple)):
            return [cleaned(inner) for inner in each]
        if isinstance(each, Message):
            return packed(each)
        return None if isinstance(each, float) and not isfinite(each) else each

    return json.loads(json.dumps(cleaned(value), default=str))
