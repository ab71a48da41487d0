"""From days to renewals: how long a contract runs before it comes up again, and how often that has been."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from vernost.errors import InvalidValue
from vernost.predict.contracts.lives import Floats, known
from vernost.predict.frames import has
from vernost.statistics import wilson

INTERVALS = {"week": 7.0, "month": 365.25 / 12, "quarter": 365.25 / 4, "year": 365.25}
"""Days between renewals that contracts are made for."""

_USUAL = "month"
_NEAR = 0.1
"""An end this part of an interval away from a renewal counts as one at it: months are not of one length."""


def renewal_interval(durations: Any) -> float:
    """Days between renewals: the longest usual interval at whose multiples most contracts surely end, else a month.

    By chance a fifth of all ends would lie so near to a multiple of any interval.

    Args:
        durations: a frame with the columns ``duration`` (days) and ``event``.

    >>> round(renewal_interval({"duration": [366, 365, 731, 364, 367, 90], "event": [1, 1, 1, 1, 1, 0]}))
    365
    """
    ended = known(durations, "duration")[known(durations, "event") == 1]
    for days in sorted(INTERVALS.values(), reverse=True):
        turns = ended / days
        hits = int(((np.abs(turns - np.rint(turns)) <= _NEAR) & (turns >= 1 - _NEAR)).sum())
        if len(ended) and wilson(float(hits), float(len(ended)))[0] > 1 / 2:
            return days
    return INTERVALS[_USUAL]


def renewals_of(durations: Any, *, interval_days: float | None = None) -> dict[str, Floats]:
    """What renewal models learn from, made of durations in days: ``recency``, ``T`` and, where there is, ``weight``.

    Who left has paid for each period that they began. Who stays is in the period that they are in.

    Args:
        durations: a frame with the columns ``duration``, ``event`` and ``followed``, as `contract_durations` gives it.
        interval_days: days between renewals; guessed by `renewal_interval` when left out.

    >>> frame = {"duration": [31, 60, 75], "event": [1, 1, 0], "followed": [150, 60, 75]}
    >>> {name: values.tolist() for name, values in renewals_of(frame).items()}
    {'recency': [1.0, 2.0, 3.0], 'T': [5.0, 3.0, 3.0]}
    """
    days = _checked(renewal_interval(durations) if interval_days is None else interval_days)
    duration, followed = known(durations, "duration"), known(durations, "followed")
    has_left = known(durations, "event") == 1
    paid = np.maximum(np.ceil(duration / days - _NEAR), 1)
    recency = np.where(has_left, paid, np.floor(duration / days) + 1)
    present = np.maximum(np.floor(followed / days) + 1, paid + 1)
    weight = {"weight": known(durations, "weight")} if has(durations, "weight") else {}
    return {"recency": recency, "T": np.where(has_left, present, recency), **weight}


def renewals_within(durations: Any, horizon_days: ArrayLike, *, interval_days: float) -> Floats:
    """How often each customer comes up for renewal within so many days.

    Args:
        durations: a frame with the column ``duration``, in days.
        horizon_days: how many days to look ahead.
        interval_days: days between renewals.

    >>> renewals_within({"duration": [10, 25, 25]}, [10, 10, 40], interval_days=30).tolist()
    [0.0, 1.0, 2.0]
    """
    days, duration = _checked(interval_days), known(durations, "duration")
    ahead = np.asarray(horizon_days, dtype=np.float64)
    if not (ahead >= 0).all():
        raise InvalidValue("{name} must not be negative. Say how far to look ahead.", name="horizon_days")
    return np.floor((duration + ahead) / days) - np.floor(duration / days)


def _checked(interval_days: float) -> float:
    if not interval_days > 0:
        raise InvalidValue("{name} is {value}, must be above 0.", name="interval_days", value=interval_days)
    return interval_days
