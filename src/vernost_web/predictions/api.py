"""Predictions for programs: models and their cards, the scores of customers, training."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _told
from django.utils.translation import gettext_noop as _
from ninja import Field, Query, Router, Schema

from vernost_web.data.queries import load_number
from vernost_web.metrics.queries import FIRST, Place
from vernost_web.predictions import actions, queries
from vernost_web.predictions.forms import FilterForm, PolicyForm
from vernost_web.predictions.models import TrainedModel
from vernost_web.predictions.telling import title_of
from vernost_web.ui.access import requires
from vernost_web.ui.endpoints import JobRef, Listing, Problem, Span, checked, found, page, sealed, unsealed
from vernost_web.ui.language import spoken
from vernost_web.ui.requests import user_of

router = Router()


class ModelOut(Schema):
    """A model."""

    id: UUID
    name: str
    title: str
    version: str
    standing: str
    as_of: date
    days: int
    load: int
    counts: dict[str, int]
    trained_at: datetime
    taken_over_at: datetime | None

    @staticmethod
    def resolve_title(model: TrainedModel) -> str:
        return title_of(model, spoken())


class CardOut(ModelOut):
    """A model with its card: what it learnt from, how it was tested, whom it may be trusted with."""

    sentences: list[str]
    card: dict[str, Any]
    comparison: dict[str, Any] | None

    @staticmethod
    def resolve_sentences(model: TrainedModel) -> list[str]:
        return list(model.sentences[spoken()])


class ScoringOut(Schema):
    """What one scoring of all customers came to."""

    scored_on: date
    version: str
    counts: Mapping[str, int]
    at_risk: float | None


class ScoresOut(Schema):
    """Some customers of the last scoring."""

    load: int
    scored_on: date | None
    count: int
    items: list[dict[str, Any]]
    next: str | None = None


class ChoiceIn(Schema):
    """Which customers, in which order."""

    band: str | None = Field(None, description=_("Band of risk: at_risk, high, medium, low, left, present or all."))
    sort: str | None = Field(None, description=_("Order: revenue_at_risk, risk or revenue, the most first."))
    risk_from: float | None = Field(None, description=_("The least risk, in percent."))
    risk_to: float | None = Field(None, description=_("Below this risk, in percent."))
    revenue_from: float | None = None
    revenue_to: float | None = None


class PolicyOut(Schema):
    """When models are trained and when they take over."""

    every: str
    hour: int
    rule: str
    next_at: datetime | None


class PolicyIn(Schema):
    """When models are trained and when they take over."""

    every: str
    hour: int = 6
    rule: Literal["person", "not_worse", "better"]


@router.get("/models", response=Listing[ModelOut], summary=_("Models, the newest first"))
@requires("see_predictions")
def list_models(request: HttpRequest, span: Query[Span]) -> Any:
    return page(request, queries.history(), span, ("-trained_at", "-pk"))


@router.post("/models", response={202: JobRef}, summary=_("Have a model trained"))
@requires("train_models")
def train_model(request: HttpRequest) -> Any:
    job = actions.train(by=user_of(request))
    if job is None:
        raise Problem(409, _told("A model is being trained already."))
    return {"job": job.pk}


@router.get("/models/{uuid:model_id}", response=CardOut, summary=_("A model and its card"))
@requires("see_predictions")
def show_model(request: HttpRequest, model_id: UUID) -> Any:
    return found(queries.model_of(model_id))


@router.post("/models/{uuid:model_id}/take-over", response={202: JobRef}, summary=_("Put a model to work"))
@requires("train_models")
def take_over(request: HttpRequest, model_id: UUID) -> Any:
    return {"job": actions.take_over(found(queries.model_of(model_id)), by=user_of(request)).pk}


@router.get("/scorings", response=list[ScoringOut], summary=_("The last two scorings of all customers"))
@requires("see_predictions")
def list_scorings(request: HttpRequest) -> Any:
    return queries.scorings() if load_number() else []


@router.get("/scores", response=ScoresOut, summary=_("Customers by risk and money at risk, with reasons"))
@requires("see_predictions", "see_customers", "export")
def list_scores(request: HttpRequest, chosen: Query[ChoiceIn], span: Query[Span]) -> Any:
    form = FilterForm(chosen.dict(exclude_none=True))
    checked(form)
    load, personal = load_number(), user_of(request).may("see_personal_data")
    if not load:
        return {"load": 0, "scored_on": None, "count": 0, "items": []}
    place = Place(after=unsealed(request, span.cursor)) if span.cursor else FIRST
    listed = queries.customers(form.choice, spoken(), place=place, most=span.limit, personal=personal)
    if not span.cursor:
        actions.note_export(request, "api", form.asked, listed.leaf.count)
    after = listed.leaf.after
    return {
        "load": load, "scored_on": listed.scored_on, "count": listed.leaf.count, "items": listed.leaf.rows,
        "next": sealed(request, after) if after else None,
    }  # fmt: skip


@router.get("/model-policy", response=PolicyOut, summary=_("When models are trained and take over"))
@requires("train_models")
def show_model_policy(request: HttpRequest) -> Any:
    return queries.policy()


@router.put("/model-policy", response=PolicyOut, summary=_("Say when models are trained and take over"))
@requires("train_models")
def change_model_policy(request: HttpRequest, given: PolicyIn) -> Any:
    values = checked(PolicyForm(given.dict(), instance=queries.policy()))
    return actions.change_policy(by=user_of(request), **values)
