"""Logistic regression with a ridge, by Newton's method: the engine of splines, rules and calibration."""

from typing import TYPE_CHECKING

from vernost.predict.churn.classifier import loss_of, sigmoid

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

STEPS = 50
LONGEST_STEP = 4.0
"""By how much a step may move the log-odds of anyone, so that it stays where the curvature it was made for holds."""


def fit_logistic(
    columns: "NDArray[np.float64]",
    y: "NDArray[np.float64]",
    weight: "NDArray[np.float64]",
    *,
    ridge: float,
    start: "NDArray[np.float64] | None" = None,
    offset: "NDArray[np.float64] | float" = 0.0,
    tolerance: float = 1e-9,
) -> "NDArray[np.float64]":
    """Coefficients that minimise log loss plus ``ridge / 2`` times their squares; the first is the intercept, free.

    Args:
        columns: what to weigh, a row a customer.
        y: 1 for who left.
        weight: how many customers each row stands for.
        ridge: strength of the pull to 0.
        start: coefficients to begin from.
        offset: what is known of the log-odds beforehand.
        tolerance: loss a customer that a last step may still gain.

    >>> import numpy as np
    >>> fit_logistic(np.zeros((4, 0)), np.array([1.0, 0, 0, 0]), np.ones(4), ridge=0.0).round(4).tolist()
    [-1.0986]
    """
    import numpy as np

    design = np.column_stack([np.ones(len(y)), columns])
    pull = np.full(design.shape[1], ridge)
    pull[0] = 0.0
    # A hair of curvature keeps columns that are sums of others solvable.
    curvature_floor = 1e-9 * weight.sum() * np.eye(len(pull))
    coefficients = np.zeros(len(pull)) if start is None else start.copy()
    for _ in range(STEPS):
        probability = sigmoid(design @ coefficients + offset)
        root = design * np.sqrt(weight * probability * (1 - probability))[:, None]
        gradient = design.T @ (weight * (y - probability)) - pull * coefficients
        step = np.linalg.solve(root.T @ root + np.diag(pull) + curvature_floor, gradient)
        reach = np.abs(design @ step).max(initial=0.0)
        coefficients += step * min(1.0, LONGEST_STEP / max(reach, 1e-300))
        if reach < LONGEST_STEP and gradient @ step < tolerance * weight.sum():
            break
    return coefficients


def mean_loss(log_odds: "NDArray[np.float64]", y: "NDArray[np.float64]", weight: "NDArray[np.float64]") -> float:
    """Weighted mean log loss."""
    return float(loss_of(log_odds, y) @ weight / weight.sum())
