"""The model card: which model tells the risk, why this one, from what it learnt, and how far it can be trusted."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from vernost.predict.backtest import Standing
from vernost.predict.business import Business
from vernost.predict.evaluate import Evaluation, evaluate
from vernost.predict.leakage import Leak
from vernost.predict.snapshot import Snapshot

if TYPE_CHECKING:
    from vernost.predict.scorer import Bands


@dataclass(frozen=True, slots=True)
class Tried:
    """How a candidate did.

    Attributes:
        name: code name.
        loss: mean log loss over the days tried; None when it failed.
        gain: by how much that is below the base rate's.
        score: the gain, less a penalty for its spread; what the choice was made by.
        failure: why it could not be tried, or empty.
    """

    name: str
    loss: float | None
    gain: float | None
    score: float | None
    failure: str = ""

    @classmethod
    def of(cls, standing: Standing) -> "Tried":
        """What a standing says."""
        if not standing.trials:
            return cls(standing.name, None, None, None, standing.failure)
        gain = sum(standing.gains) / len(standing.gains)
        return cls(standing.name, standing.loss, gain, standing.score)


@dataclass(frozen=True, slots=True)
class Forecasted:
    """What was foretold of a day, and what came.

    Attributes:
        as_of: the day, as ISO text.
        customers: how many were looked at.
        expected: how many were expected to leave.
        left: how many left.
        loss: log loss.
    """

    as_of: str
    customers: float
    expected: float
    left: float
    loss: float


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What is to be known of a forecast before it is believed.

    Attributes:
        model: code name of the one that was chosen.
        kind: contract or purchases.
        base: table that makes a customer active.
        as_of: the day predicted from, as ISO text.
        days: horizon of the risk.
        window: days of silence after which a customer is gone; None with contracts.
        is_window_stable: whether a longer log would hardly move it.
        customers, repeaters, departures, history_days: how much data there is.
        learnt_on: days learnt from, as ISO texts.
        rows: customers learnt from, over all days.
        tried: all candidates, the chosen one first.
        trials: what the chosen one foretold of each day it was tried on.
        evaluation: how good it was over all those days.
        medium, high: where bands of risk begin.
        drift: what sums of expected orders and money are multiplied by; None where no orders are expected.
        leaks: sentences about columns left out, because they knew the answer.
    """

    model: str
    kind: str
    base: str
    as_of: str
    days: int
    window: int | None
    is_window_stable: bool
    customers: int
    repeaters: int
    departures: int
    history_days: int
    learnt_on: tuple[str, ...]
    rows: int
    tried: tuple[Tried, ...]
    trials: tuple[Forecasted, ...]
    evaluation: Evaluation
    medium: float
    high: float
    drift: float | None = None
    leaks: tuple[Leak, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """All of it, plain."""
        return asdict(self) | {"evaluation": self.evaluation.to_dict()}

    def to_json(self) -> str:
        """All of it as JSON text."""
        return json.dumps(self.to_dict(), ensure_ascii=False, default=str)


def draw_up(
    business: Business,
    snapshots: Sequence[Snapshot],
    standings: Sequence[Standing],
    leaks: Sequence[Leak],
    bands: "Bands",
    *,
    drift: float | None,
) -> ModelCard:
    """The card of the best of the candidates.

    Args:
        business: how customers come and go.
        snapshots: days learnt from.
        standings: the best first.
        leaks: columns left out.
        bands: where risks begin to be medium and high.
        drift: what sums of expected orders and money are multiplied by.
    """
    import numpy as np

    best = standings[0]
    left, risk, weight = (
        np.concatenate([getattr(trial, name) for trial in best.trials]) for name in ("left", "risk", "weight")
    )
    return ModelCard(
        model=best.name,
        kind=business.kind,
        base=business.base,
        as_of=business.as_of.isoformat(),
        days=business.days,
        window=business.window,
        is_window_stable=business.is_window_stable,
        customers=business.customers,
        repeaters=business.repeaters,
        departures=business.departures,
        history_days=business.history_days,
        learnt_on=tuple(each.as_of.isoformat() for each in snapshots),
        rows=sum(len(each) for each in snapshots),
        tried=tuple(Tried.of(standing) for standing in standings),
        trials=tuple(
            Forecasted(
                trial.as_of.isoformat(),
                float(trial.weight.sum()),
                float(trial.risk @ trial.weight),
                float(trial.left @ trial.weight),
                trial.loss,
            )
            for trial in best.trials
        ),
        evaluation=evaluate(left, risk, weight),
        medium=bands.medium,
        high=bands.high,
        drift=drift,
        leaks=tuple(leaks),
    )
