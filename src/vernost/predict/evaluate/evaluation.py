"""How good chances of leaving were, all told: what a model card shows."""

from dataclasses import asdict, dataclass
from math import isfinite
from typing import Any

from vernost.predict.evaluate.curves import Bin, Decile, gains, reliability
from vernost.predict.evaluate.metrics import (
    BrierParts,
    auc,
    brier,
    brier_parts,
    calibration_line,
    checked,
    ece,
    log_loss,
    pr_auc,
)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How chances of leaving compare with what came.

    Attributes:
        customers: how many were judged.
        left: how many of them left.
        auc: chance that who left was given more than who stayed.
        pr_auc: mean precision over recall.
        log_loss: mean surprise, in nats.
        brier: mean squared error.
        brier_parts: what that is made of.
        ece: expected calibration error, over ten groups of equally many customers.
        slope, intercept: of what came over what was told, as log-odds; 1 and 0 are best.
        reliability: what was told beside what came.
        gains: leavers found in each tenth of customers.
    """

    customers: float
    left: float
    auc: float
    pr_auc: float
    log_loss: float
    brier: float
    brier_parts: BrierParts
    ece: float
    slope: float
    intercept: float
    reliability: tuple[Bin, ...]
    gains: tuple[Decile, ...]

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain values for JSON; what cannot be told is None."""
        return {name: _plain(value) for name, value in asdict(self).items()}


def evaluate(y: Any, p: Any, weight: Any = None) -> Evaluation:
    """Judge chances of leaving.

    Args:
        y: 1 for who left, 0 for who stayed.
        p: chance of leaving that was told.
        weight: how many customers each row stands for.
    """
    y, p, weight = checked(y, p, weight)
    slope, intercept = calibration_line(y, p, weight)
    return Evaluation(
        customers=float(weight.sum()),
        left=float(y @ weight),
        auc=auc(y, p, weight),
        pr_auc=pr_auc(y, p, weight),
        log_loss=log_loss(y, p, weight),
        brier=brier(y, p, weight),
        brier_parts=brier_parts(y, p, weight),
        ece=ece(y, p, weight),
        slope=slope,
        intercept=intercept,
        reliability=reliability(y, p, weight),
        gains=gains(y, p, weight),
    )


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    return value if isfinite(value) else None
