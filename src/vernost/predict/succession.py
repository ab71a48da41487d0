"""Whether a new model may follow an old one: both, as they would have been before a day, held against what came."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from vernost.predict.evaluate import Difference, log_loss, paired_bootstrap
from vernost.predict.forecast import MOST_ROWS, Forecast, makers_of
from vernost.predict.origins import origins
from vernost.predict.snapshot import Snapshot, take

if TYPE_CHECKING:
    from vernost.store.log import Log


@dataclass(frozen=True, slots=True)
class Succession:
    """How an old and a new model foretold the same days of the same customers.

    Attributes:
        as_of: the day as of which both foretold; neither knew what came after it.
        until: the day by which it was known what came.
        customers: how many were judged.
        left: how many of them left.
        old_loss: log loss of the old model.
        new_loss: of the new one.
        difference: the new one's less the old one's; below 0 the new one is better.
    """

    as_of: date
    until: date
    customers: float
    left: float
    old_loss: float
    new_loss: float
    difference: Difference

    @property
    def is_better(self) -> bool:
        """Whether the new model is clearly better."""
        return self.difference.high < 0

    @property
    def is_worse(self) -> bool:
        """Whether the new model is clearly worse."""
        return self.difference.low > 0

    def to_dict(self) -> dict[str, Any]:
        """All of it, plain."""
        return asdict(self) | {"is_better": self.is_better, "is_worse": self.is_worse}


def compare(
    log: "Log", new: Forecast, *, old_model: str, old_as_of: date, seed: int = 0, threads: int = 1
) -> Succession | None:
    """Hold a new forecast against the model that is in use, on the last days of which it is known what came.

    The held-out days begin at the last origin of the new forecast. Up to there the new model learns again; the old one
    learns from what it knew when it was trained, and from nothing after the origin either. So a model that was trained
    long ago is judged as it is, and one trained after the origin does not know what it is asked.

    Args:
        log: the customer log.
        new: what was learnt of it now.
        old_model: code name of the model in use.
        old_as_of: the day it was learnt as of.
        seed: of what is drawn by chance.
        threads: that may be used.

    Returns:
        None when the model in use does not fit the company any more, as it counted orders and there are contracts now.
    """
    from threadpoolctl import threadpool_limits

    with threadpool_limits(threads, "blas"):
        return _compared(log, new, old_model, old_as_of, seed, threads)


def _compared(log: "Log", new: Forecast, old_model: str, old_as_of: date, seed: int, threads: int) -> Succession | None:
    days = [date.fromisoformat(day) for day in new.card.learnt_on]
    held = _taken(log, new, days[-1:])[0]
    known = [day for day in days if (held.as_of - day).days >= new.business.days]
    learnt = _taken(log, new, known)
    makers = makers_of(new.business, [*learnt, held], seed, threads)
    if old_model not in makers:
        return None
    if old_as_of >= held.as_of:
        learnt_before = learnt
    else:
        business = new.business
        learnt_before = _taken(log, new, origins(log, business.days, base=business.base, as_of=old_as_of))
    told = makers[new.card.model]().learn(learnt, held).risk(held.frame)
    told_before = makers[old_model]().learn(learnt_before, held).risk(held.frame)
    left, weight = held.left, held.weight
    assert left is not None  # noqa: S101 - its days are over
    return Succession(
        as_of=held.as_of,
        until=held.known_on,
        customers=float(weight.sum()),
        left=float(left @ weight),
        old_loss=log_loss(left, told_before, weight),
        new_loss=log_loss(left, told, weight),
        difference=paired_bootstrap(left, told_before, told, log_loss, seed=seed, weight=weight),
    )


def _taken(log: "Log", new: Forecast, days: Sequence[date]) -> list[Snapshot]:
    """Customers as of these days, without what the new forecast left out because it knew the answer."""
    knowing = [leak.column for leak in new.card.leaks]
    return [take(log, new.business, day, most=MOST_ROWS).without(knowing) for day in days]
