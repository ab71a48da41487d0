"""What this slice keeps about single customers beside the log: scores of models that wait."""

from collections.abc import Sequence
from typing import Any

from vernost_web.predictions import scorefile
from vernost_web.predictions.models import Standing, TrainedModel


def tell(ids: Sequence[str]) -> list[dict[str, Any]]:
    """Their scores by models that wait to take over."""
    return [
        {name: value for name, value in row.items() if value is not None} | {"model": str(model)}
        for model in _waiting()
        for batch in scorefile.read(model.pk)
        for row in scorefile.of(batch, ids).to_pylist()
    ]


def forget(ids: Sequence[str], pseudonym: str) -> int:
    """Put the pseudonym in the place of their ids, and take the reasons away."""
    return sum(scorefile.rename(model.pk, ids, pseudonym) for model in _waiting())


def _waiting() -> list[TrainedModel]:
    found = TrainedModel.objects.filter(standing=Standing.WAITING)
    return [each for each in found if scorefile.path_of(each.pk).exists()]
