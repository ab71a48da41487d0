"""Intervals that an expert would sign, as formulas over numbers, NumPy arrays and Ibis columns alike."""

from math import erfc, exp, lgamma, log
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import numpy as np
    from numpy.typing import ArrayLike

Bands = Literal["log-log", "plain"]
"""How the bounds of a survival curve are drawn."""

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


def normal_p(z: float) -> float:
    """Two-sided tail of the standard normal."""
    return erfc(abs(z) / 2**0.5)


def difference(one: "tuple[float, float, float]", other: "tuple[float, float, float]") -> tuple[float, float, float]:
    """How much a value is above that of another, independent group, with its interval, by the square-and-add rule.

    Args:
        one: value, low and high of the one group.
        other: the same of the other.

    Source: Newcombe (1998), Statistics in Medicine 17, 873-890, method 10; Zou and Donner (2008), same journal 27,
    1693-1702.

    >>> [round(each, 4) for each in difference((56 / 70, *wilson(56, 70)), (48 / 80, *wilson(48, 80)))]
    [0.2, 0.0524, 0.3339]
    """
    (value, low, high), (before, lower, higher) = one, other
    found = value - before
    return (
        found,
        found - ((value - low) ** 2 + (higher - before) ** 2) ** 0.5,
        found + ((high - value) ** 2 + (before - lower) ** 2) ** 0.5,
    )


def benjamini_hochberg(p_values: "Sequence[float]") -> list[float]:
    """P-values adjusted so that the share of false findings among the accepted ones is held.

    Source: Benjamini and Hochberg (1995), JRSS B 57, 289-300.

    >>> [round(p, 3) for p in benjamini_hochberg([0.01, 0.04, 0.03, 0.5])]
    [0.04, 0.053, 0.053, 0.5]
    """
    order = sorted(range(len(p_values)), key=lambda place: p_values[place], reverse=True)
    adjusted, least = [1.0] * len(p_values), 1.0
    for steps, place in enumerate(order):
        least = min(least, p_values[place] * len(p_values) / (len(p_values) - steps))
        adjusted[place] = least
    return adjusted


def kaplan_meier(
    times: "ArrayLike",
    events: "ArrayLike",
    censored: "ArrayLike",
    *,
    unseen: "ArrayLike" = 0,
    bands: Bands = "log-log",
) -> dict[str, "np.ndarray[Any, Any]"]:
    """Kaplan-Meier survival with bands, from counts per distinct time.

    Args:
        times: distinct times, increasing.
        events: how many ended at each time.
        censored: how many were last seen at each time; those tied with an end are counted as at risk for it.
        unseen: how many of those who end or are last seen from each time on came under observation only at it or later.
        bands: 'log-log', which never leave 0..1, or 'plain', S and its standard errors.

    Returns:
        Columns time, at_risk, events, value (S), low, high. Bands are null (NaN) where S is 0 or 1.

    Source: Kaplan and Meier (1958), JASA 53; bands: Kalbfleisch and Prentice (2002), 1.4.

    >>> curve = kaplan_meier([1, 2, 3], [1, 1, 0], [0, 0, 2])
    >>> curve["value"].round(2).tolist(), curve["at_risk"].tolist()
    ([0.75, 0.5, 0.5], [4, 3, 2])
    """
    import numpy as np

    ended, left = np.asarray(events), np.asarray(censored)
    at_risk = (ended + left)[::-1].cumsum()[::-1] - np.asarray(unseen)
    safe = np.where(at_risk > 0, at_risk, 1)
    value = np.cumprod(1 - ended / safe)
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.cumsum(ended / (safe * (at_risk - ended)))
        low, high = _bands(value, greenwood, bands)
    is_open = (value > 0) & (value < 1)
    return {
        "time": np.asarray(times),
        "at_risk": at_risk,
        "events": ended,
        "value": value,
        "low": np.where(is_open, low, np.nan),
        "high": np.where(is_open, high, np.nan),
    }


def _bands(value: Any, greenwood: Any, kind: Bands) -> tuple[Any, Any]:
    """Bounds of survival from Greenwood's sum, the variance of its logarithm."""
    import numpy as np

    if kind == "plain":
        spread = Z * value * np.sqrt(greenwood)
        return np.maximum(value - spread, 0), np.minimum(value + spread, 1)
    width = Z * np.sqrt(greenwood) / np.abs(np.log(value))
    return value ** np.exp(width), value ** np.exp(-width)


def restricted_mean(curve: "Mapping[str, np.ndarray[Any, Any]]") -> tuple[float, float, float]:
    """Area under a survival curve up to the longest time seen, with its interval (delta method), from `kaplan_meier`.

    Source: Klein and Moeschberger (2003), Survival Analysis, 2nd ed., eq. 4.5.1 and 4.5.2.

    >>> tuple(round(bound, 3) for bound in restricted_mean(kaplan_meier([1, 2, 3], [1, 1, 0], [0, 0, 2])))
    (2.25, 1.437, 3.0)
    """
    import numpy as np

    time, value = np.asarray(curve["time"], dtype=np.float64), curve["value"]
    before = np.concatenate([[1.0], value[:-1]])
    areas = before * np.diff(time, prepend=0.0)
    mean = float(areas.sum())
    beyond = mean - areas.cumsum()
    ended, at_risk = curve["events"], curve["at_risk"]
    staying = at_risk * (at_risk - ended)
    # Where all that were at risk ended there is no area beyond, and so no variance from there.
    variance = np.where(staying > 0, ended * beyond**2 / np.where(staying > 0, staying, 1), 0.0).sum()
    spread = Z * float(variance) ** 0.5
    return mean, max(mean - spread, 0.0), min(mean + spread, float(time[-1]))


def logrank(strata: "Iterable[tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]]") -> tuple[float, int]:
    """Log-rank statistic of k groups, summed over strata, with its degrees of freedom.

    Args:
        strata: for each, events and censored: a row a group, a column a distinct time, increasing.

    Returns:
        The statistic, chi-square with the degrees if the groups are alike; 0 degrees when they cannot be compared.

    Source: Klein and Moeschberger (2003), Survival Analysis, 2nd ed., 7.3 and 7.5.
    """
    import numpy as np

    excess: Any = 0.0
    spread: Any = 0.0
    for events, censored in strata:
        at_risk = (events + censored)[:, ::-1].cumsum(axis=1)[:, ::-1]
        everyone, ended = at_risk.sum(axis=0), events.sum(axis=0)
        share = at_risk / np.maximum(everyone, 1)
        excess = excess + (events - share * ended).sum(axis=1)
        weight = ended * (everyone - ended) / np.maximum(everyone - 1, 1)
        spread = spread + np.diag((share * weight).sum(axis=1)) - (share * weight) @ share.T
    if not np.any(spread):
        return 0.0, 0
    statistic = float(excess @ np.linalg.pinv(spread, hermitian=True) @ excess)
    return statistic, int(np.linalg.matrix_rank(spread, hermitian=True))


def chi_square_tail(statistic: float, degrees: int) -> float:
    """Chance that a chi-square variable exceeds a value: the p-value of a test.

    Source: Abramowitz and Stegun (1964), 26.4.4 and 26.4.5; all terms are positive, so nothing cancels.

    >>> round(chi_square_tail(3.841459, 1), 6), round(chi_square_tail(5.991465, 2), 6)
    (0.05, 0.05)
    """
    half = statistic / 2
    if half <= 0:
        return 1.0
    tail = erfc(half**0.5) if degrees % 2 else 0.0
    powers = [place + degrees % 2 / 2 for place in range(degrees // 2)]
    return min(1.0, tail + sum(exp(power * log(half) - half - lgamma(power + 1)) for power in powers))
