"""Models and scores: the doors of this slice."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from vernost.errors import VernostError
from vernost.report.voice import Voice
from vernost_web.company.queries import company, voice_of
from vernost_web.data.queries import load_number, reading
from vernost_web.jobs.queries import visible_jobs
from vernost_web.metrics.queries import drawn, kept
from vernost_web.predictions.models import Standing, TrainedModel
from vernost_web.predictions.scores import Choice, Listed, Scoring, customers, score_of, scored, scorings
from vernost_web.predictions.serving import policy
from vernost_web.ui.language import spoken
from vernost_web.ui.words import packed

if TYPE_CHECKING:
    from vernost_web.jobs.models import Job

__all__ = [
    "Choice", "Listed", "Scoring", "customers", "drift_of", "history", "last_training", "model_of", "policy", "refusal",
    "risk_map", "score_of", "scorings", "serving", "waiting",
]  # fmt: skip


def serving() -> TrainedModel | None:
    """The model at work."""
    return TrainedModel.objects.filter(standing=Standing.SERVING).first()


def waiting() -> TrainedModel | None:
    """The model that waits to take over."""
    return TrainedModel.objects.filter(standing=Standing.WAITING).select_related("rival").first()


def history() -> QuerySet[TrainedModel]:
    """All models, the newest first."""
    people = TrainedModel.objects.select_related("trained_by", "taken_over_by")
    return people.defer("card", "figures", "sentences")


def model_of(pk: UUID) -> TrainedModel | None:
    """A model by its id."""
    return TrainedModel.objects.select_related("trained_by", "taken_over_by", "rival").filter(pk=pk).first()


def last_training(user: Any) -> "Job | None":
    """The last training, or putting to work, that a user may see."""
    kinds = ["predictions.train", "predictions.take_over"]
    return visible_jobs(user).filter(kind__in=kinds).first()


def refusal() -> Any:
    """What the log lacks to predict from, as a packed sentence; None when there is enough."""
    return kept({"predictions": "refusal", "timezone": company().timezone}, load_number(), _refusal)


def _refusal() -> Any:
    from vernost.predict.business import find_business

    try:
        with reading() as log:
            find_business(log).check_enough()
    except VernostError as error:
        return packed(error.message)
    return None


def risk_map(*, leads: bool) -> dict[str, Any] | None:
    """The map of risk and money, drawn in the reader's language; None while nobody was scored.

    Args:
        leads: whether its cells lead to their customers.
    """
    voice = voice_of(spoken())
    question = {"predictions": "map", "language": voice.language, "currency": voice.currency, "leads": leads}
    found: dict[str, Any] | None = kept(question, load_number(), lambda: _mapped(voice, leads=leads))
    return found


def _listed(shared: dict[str, Any]) -> str:
    """The address of the customers who share a place in the map."""
    asked = {"band": "present"} | {name: value for name, value in shared.items() if value is not None}
    asked |= {name: 100 * asked[name] for name in ("risk_from", "risk_to") if name in asked}
    asked |= {name: f"{value:.12g}" for name, value in asked.items() if isinstance(value, float)}
    return f"{reverse('predictions:customers')}?{urlencode(asked)}"


def drift_of(version: str) -> float:
    """What sums of expected money are multiplied by, as the model of a version learnt from earlier forecasts."""
    model = TrainedModel.objects.filter(version=version).first()
    return float((model and model.card["drift"]) or 1.0)


def _mapped(voice: Voice, *, leads: bool) -> dict[str, Any] | None:
    import pyarrow as pa

    from vernost.report.chapters.leaving import endangered_words, risk_figure
    from vernost.report.prospects import Scored, without_worth

    last, rows = next(iter(scorings()), None), scored()
    if last is None or rows is None:
        return None
    has_money = rows["revenue"].null_count < rows.num_rows
    unknown = pa.nulls(rows.num_rows, pa.float64())
    found = Scored(
        customers=without_worth(rows).append_column("expected", unknown),
        has_money=has_money,
        drift=drift_of(last.version),
    )
    if not found.present.num_rows:
        return None
    lead = {"lead": _listed} if leads else {}
    return drawn(risk_figure(voice, found, endangered_words(voice, found), **lead), voice)
