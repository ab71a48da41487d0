"""Asking for training and for taking over, and changing the rule of both."""

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from vernost_web.audit import actions as audit
from vernost_web.company.queries import company
from vernost_web.jobs.actions import ask_for
from vernost_web.jobs.queries import is_under_way
from vernost_web.predictions.models import Policy, TrainedModel
from vernost_web.predictions.serving import policy

if TYPE_CHECKING:
    from vernost_web.jobs.models import Job


def train(*, by: Any = None) -> "Job | None":
    """Have a model trained, at somebody's wish or the system's own; None when one is being trained already."""
    if is_under_way("predictions.train"):
        return None
    return ask_for("predictions.train", by=by, ticket=str(uuid4()), trained_by=by.pk if by else None)


def take_over(model: TrainedModel, *, by: Any) -> "Job":
    """Have a model put to work; asked twice, it is done once."""
    return ask_for("predictions.take_over", by=by, model=str(model.pk), taken_over_by=by.pk)


@transaction.atomic
def change_policy(*, by: Any, **values: Any) -> Policy:
    """Say when models are trained and when they take over."""
    found = policy()
    before = _shown(found)
    for name, value in values.items():
        setattr(found, name, value)
    found.full_clean()
    found.set_next(after=timezone.now(), zone=company().timezone)
    found.save()
    old, new = audit.changes(before, _shown(found))
    if new:
        audit.record("predictions.policy", by=by, before=old, after=new)
    return found


def note_export(request: Any, kind: str, asked: dict[str, Any], count: int) -> None:
    """Write down that a list of customers was taken away."""
    audit.record("predictions.export", request=request, thing=kind, after=asked | {"customers": count})


def _shown(found: Policy) -> dict[str, Any]:
    return {"every": found.every, "hour": found.hour, "rule": found.rule}
