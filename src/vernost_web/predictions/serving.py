"""Putting a model to work: its scores go into the log, and it replaces the one before."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from vernost_web.audit import actions as audit
from vernost_web.data.queries import patiently, store
from vernost_web.jobs.kinds import Run
from vernost_web.predictions import scorefile
from vernost_web.predictions.models import Policy, Rule, Standing, TrainedModel
from vernost_web.webhooks.actions import tell


def put_to_work(model: TrainedModel, by: Any, run: Run) -> TrainedModel:
    """Let a model take over, after others that load into the log have done; done again, it changes nothing."""
    from vernost.predict.keeping import keep_scores

    if model.standing == Standing.WAITING:
        key = f"scores {model.pk}"
        patiently(run, lambda: keep_scores(store(), scorefile.read(model.pk), at=timezone.now(), key=key))
        _hand_over(model, by)
    scorefile.forget(model.pk)
    return model


@transaction.atomic
def _hand_over(model: TrainedModel, by: Any) -> None:
    before = TrainedModel.objects.filter(standing=Standing.SERVING).first()
    TrainedModel.objects.filter(standing=Standing.SERVING).update(standing=Standing.RETIRED)
    model.standing, model.taken_over_by, model.taken_over_at = Standing.SERVING, by, timezone.now()
    model.save(update_fields=["standing", "taken_over_by", "taken_over_at"])
    audit.record(
        "predictions.take_over",
        by=by,
        thing=model,
        before={"name": before.name, "version": before.version} if before else None,
        after={"name": model.name, "version": model.version},
    )
    told = {"model": str(model.pk), "name": model.name, "version": model.version, "as_of": str(model.as_of)}
    tell("predictions.taken_over", told, key=f"predictions.taken_over {model.pk}")


def may_by_itself(model: TrainedModel) -> bool:
    """Whether a model may take over without a person, by the rule."""
    rule = policy().rule
    if rule == Rule.PERSON or model.standing != Standing.WAITING:
        return False
    if model.rival is None:
        return True
    if model.comparison is None:
        return False
    return bool(model.comparison["is_better"] if rule == Rule.BETTER else not model.comparison["is_worse"])


def policy() -> Policy:
    """How models are trained and put to work; by a person's word until somebody says otherwise."""
    return Policy.objects.filter(pk=1).first() or Policy(pk=1)
