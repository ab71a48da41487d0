"""Intervals that an expert would sign, as formulas over numbers, NumPy arrays and Ibis columns alike."""

from statistics import NormalDist
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

CONFIDENCE = 0.95
"""Coverage of every interval."""

Z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
"""Two-sided normal quantile of `CONFIDENCE`, 1.96."""


def wilson(numerator: Any, denominator: Any) -> tuple[Any, Any]:
    """Wilson score interval of a share.

    Args:
        numerator: successes, as floats.
        denominator: trials, as floats above 0.

    Returns:
        Low and high, within 0..1.

    Source: E. B. Wilson (1927), JASA 22, 209-212.

    >>> [round(bound, 4) for bound in wilson(500.0, 1000.0)]
    [0.4691, 0.5309]
    """
    center = (numerator + Z**2 / 2) / (denominator + Z**2)
    # The product below is (n*p*(1-p) + z²/4), written so that it cannot turn negative by rounding.
    spread = Z * (numerator * (denominator - numerator) / denominator + Z**2 / 4) ** 0.5 / (denominator + Z**2)
    return center - spread, center + spread


def ratio_error(count: Any, top: Any, bottom: Any, top_squares: Any, products: Any, bottom_squares: Any) -> Any:
    """Standard error of a ratio of sums over independent units (customers), by the delta method.

    Args:
        count: units, at least 2.
        top: sum of the numerator over units.
        bottom: sum of the denominator over units, not 0.
        top_squares: sum of the squared numerators.
        products: sum of numerator times denominator.
        bottom_squares: sum of the squared denominators.

    Source: W. G. Cochran (1977), Sampling Techniques, 3rd ed., eq. 6.13, without the finite-population factor.

    >>> round(ratio_error(2.0, 30.0, 3.0, 500.0, 50.0, 5.0), 6)
    0.0
    """
    ratio = top / bottom
    residual = top_squares - 2 * ratio * products + ratio**2 * bottom_squares
    # Rounding can leave a residual sum of squares a hair below 0.
    residual = (residual + (residual**2) ** 0.5) / 2
    return (residual * count / (count - 1)) ** 0.5 / (bottom**2) ** 0.5


def total_error(squares: Any) -> Any:
    """Standard error of a sum over a Poisson number of independent customers: root of the sum of squares.

    Source: the variance of a compound Poisson sum, Campbell's theorem.

    >>> total_error(9.0 + 16.0)
    5.0
    """
    return squares**0.5


def nps_error(promoters: Any, detractors: Any, count: Any) -> Any:
    """Standard error of the net promoter score, in points of −100..100, by the multinomial variance.

    >>> round(nps_error(50.0, 20.0, 100.0), 3)
    7.81
    """
    plus, minus = promoters / count, detractors / count
    return 100 * ((plus + minus - (plus - minus) ** 2) / count) ** 0.5


def kaplan_meier(
    times: "Sequence[float]", events: "Sequence[int]", censored: "Sequence[int]"
) -> dict[str, "np.ndarray[Any, Any]"]:
    """Kaplan-Meier survival with log-log bands, from counts per distinct time.

    Args:
        times: distinct times, increasing.
        events: how many ended at each time.
        censored: how many were last seen at each time; those tied with an end are counted as at risk for it.

    Returns:
        Columns time, at_risk, events, value (S), low, high. Bands are null (NaN) where S is 0 or 1.

    Source: Kaplan and Meier (1958), JASA 53; bands: Kalbfleisch and Prentice (2002), 1.4.

    >>> curve = kaplan_meier([1, 2, 3], [1, 1, 0], [0, 0, 2])
    >>> curve["value"].round(2).tolist(), curve["at_risk"].tolist()
    ([0.75, 0.5, 0.5], [4, 3, 2])
    """
    import numpy as np

    ended, left = np.asarray(events, dtype=np.int64), np.asarray(censored, dtype=np.int64)
    out = ended + left
    at_risk = out[::-1].cumsum()[::-1]
    safe = np.maximum(at_risk, 1)
    value = np.cumprod(1 - ended / safe)
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.cumsum(ended / (safe * (at_risk - ended)))
        inner = np.log(value)
        width = Z * np.sqrt(greenwood) / np.abs(inner)
        low, high = value ** np.exp(width), value ** np.exp(-width)
    is_open = (value > 0) & (value < 1)
    return {
        "time": np.asarray(times),
        "at_risk": at_risk,
        "events": ended,
        "value": value,
        "low": np.where(is_open, low, np.nan),
        "high": np.where(is_open, high, np.nan),
    }
