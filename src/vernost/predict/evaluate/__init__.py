"""How far a forecast can be trusted: metrics, curves, the sureness of differences."""

from vernost.predict.evaluate.bootstrap import Difference, paired_bootstrap
from vernost.predict.evaluate.curves import Bin, Decile, Profit, gains, profit, reliability
from vernost.predict.evaluate.evaluation import Evaluation, evaluate
from vernost.predict.evaluate.metrics import (
    BrierParts,
    auc,
    brier,
    brier_parts,
    calibration_line,
    ece,
    log_loss,
    pr_auc,
)

__all__ = [
    "Bin", "BrierParts", "Decile", "Difference", "Evaluation", "Profit", "auc", "brier", "brier_parts",
    "calibration_line", "ece", "evaluate", "gains", "log_loss", "paired_bootstrap", "pr_auc", "profit", "reliability",
]  # fmt: skip
