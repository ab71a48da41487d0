"""A value with the error that chance gives it, and several periods as one."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vernost.statistics import Z

Row = Mapping[str, Any]

_TAIL = 1.2816
"""Standard deviations from the middle of a normal course within which nine tenths fall, on one side."""

_MEDIAN = math.sqrt(math.pi / 2)
"""The error of a median, in errors of a mean."""

_MOMENT = 1e-3
"""Waits shorter than this part of their unit are as good as none."""


@dataclass(frozen=True, slots=True)
class Point:
    """A value with the error that chance gives it.

    Attributes:
        value: as the measure gives it.
        error: standard error; None when it is not known.
    """

    value: float
    error: float | None = None


def point_of(row: Row, unit: str) -> Point | None:
    """The value of one period; None where it has none."""
    if _is_counted(row, unit):
        hits, heads = _heads(row)
        return _share(hits, heads) if heads else None
    if row.get("value") is None or row.get("denominator") == 0:
        return None
    if _is_median(row):
        return _wait([row])
    value = float(row["value"])
    if row.get("low") is not None and row.get("high") is not None:
        # The wider side: the other may be cut off at a bound.
        return Point(value, max(float(row["high"]) - value, value - float(row["low"])) / Z)
    # Whole things that come by chance spread by their root.
    return Point(value, math.sqrt(max(value, 1.0))) if unit == "count" else Point(value)


def pooled(rows: Sequence[Row], unit: str) -> Point | None:
    """Several periods as one: shares of all heads, medians by logarithm, ratios by weight, all else on average."""
    known = [(row, point) for row in rows if (point := point_of(row, unit)) is not None]
    if not known:
        return None
    if all(_is_counted(row, unit) for row, _ in known):
        hits, heads = zip(*(_heads(row) for row, _ in known), strict=True)
        return _share(sum(hits), sum(heads))
    if all(_is_median(row) for row, _ in known):
        return _wait([row for row, _ in known])
    weights = [float(row["denominator"] or 0) if _is_ratio(row) else 1.0 for row, _ in known]
    total = sum(weights)
    value = sum(weight * point.value for weight, (_, point) in zip(weights, known, strict=True)) / total
    errors = [
        weight * point.error for weight, (_, point) in zip(weights, known, strict=True) if point.error is not None
    ]
    return Point(value, math.hypot(*errors) / total if len(errors) == len(known) else None)


def _is_counted(row: Row, unit: str) -> bool:
    """Whether a value is a share of whole heads."""
    return unit == "share" and isinstance(row.get("numerator"), int) and isinstance(row.get("denominator"), int)


def _heads(row: Row) -> tuple[int, int]:
    """Hits and heads of a share: what is overdue is late already, though nobody knows yet by how much."""
    overdue = row.get("overdue") or 0
    return row["numerator"] + overdue, row["denominator"] + overdue


def _is_median(row: Row) -> bool:
    """Whether a value is the middle of waits, with their ninth tenth beside it."""
    return row.get("p90") is not None and bool(row.get("denominator"))


def _is_ratio(row: Row) -> bool:
    """Whether a value is its numerator over its denominator."""
    top, bottom = row.get("numerator"), row.get("denominator")
    if not top or not bottom:
        return False
    return math.isclose(float(top) / float(bottom), float(row["value"]), rel_tol=1e-6)


def _share(hits: int, heads: int) -> Point:
    """A share drawn a little to the middle, so that none or all of a few heads says no more than it can."""
    share = (hits + 1) / (heads + 2)
    return Point(share, math.sqrt(share * (1 - share) / (heads + 2)))


def _wait(rows: Sequence[Row]) -> Point:
    """The middle of all waits: one day of a few long ones weighs by how many they are, not by how long."""
    heads = sum(row["denominator"] for row in rows)
    value = math.exp(sum(row["denominator"] * _log(row["value"]) for row in rows) / heads)
    # A wait alone does not tell how waits differ; one more, as unlike as they often are, keeps the error above none.
    told = [row for row in rows if row["denominator"] > 1]
    tails = sum(row["denominator"] * (_log(row["p90"]) - _log(row["value"])) for row in told) / _TAIL
    unlike = (tails + 1) / (sum(row["denominator"] for row in told) + 1)
    return Point(value, value * _MEDIAN * unlike / math.sqrt(heads))


def _log(wait: float) -> float:
    return math.log(max(wait, _MOMENT))
