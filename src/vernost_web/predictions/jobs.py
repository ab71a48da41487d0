"""Training, taking over, and the schedule of training."""

from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _

from vernost_web.company.queries import company
from vernost_web.jobs.actions import ask_for
from vernost_web.jobs.kinds import Run, job
from vernost_web.predictions.models import Policy, TrainedModel
from vernost_web.predictions.serving import may_by_itself, put_to_work
from vernost_web.predictions.training import trained
from vernost_web.ui.recurrence import do_due, is_any_due


@job("predictions.train", title=_("Train a model"), permission="train_models")
def train(run: Run, ticket: str, trained_by: int | None = None) -> dict[str, Any]:
    """Train a model, and let it take over where the rule says so."""
    model = trained(run, UUID(ticket), _user(trained_by))
    if may_by_itself(model):
        put_to_work(model, None, run)
    return {"model": str(model.pk), "standing": model.standing}


@job("predictions.take_over", title=_("Put a model to work"), permission="train_models")
def take_over(run: Run, model: str, taken_over_by: int | None = None) -> dict[str, Any]:
    """Write a model's scores into the log."""
    found = put_to_work(TrainedModel.objects.get(pk=model), _user(taken_over_by), run)
    return {"model": model, "standing": found.standing}


@job("predictions.start_due", title=_("Train a model when it is due"), permission="train_models")
def start_due(run: Run) -> dict[str, Any]:
    """Ask for the training that is due."""
    return {"count": do_due(Policy, _ask_for, zone=company().timezone)}


def _ask_for(policy: Policy) -> None:
    ticket = str(uuid5(NAMESPACE_URL, f"training:{policy.next_at}"))
    ask_for("predictions.train", key=f"training:{ticket}", ticket=ticket)


def is_due() -> bool:
    """Whether a training is due."""
    return is_any_due(Policy)


def _user(pk: int | None) -> Any:
    return get_user_model().objects.filter(pk=pk).first() if pk else None
