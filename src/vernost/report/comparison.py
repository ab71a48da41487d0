"""Is a change clear, likely, or within noise?"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vernost.report.document import Sure
from vernost.statistics import Z, normal_p

Row = Mapping[str, Any]

CLEAR, LIKELY = 0.01, 0.05
"""Below these p-values a difference is called clear, or likely; anything above is within noise."""


@dataclass(frozen=True, slots=True)
class Change:
    """A value against an earlier one, or of one group against another.

    Attributes:
        now: the later row.
        before: the earlier row.
        unit: unit of both.
        p_value: two-sided; None when the rows carry no interval.
    """

    now: Row
    before: Row
    unit: str
    p_value: float | None

    @property
    def difference(self) -> float:
        """Later minus earlier."""
        return float(self.now["value"]) - float(self.before["value"])

    @property
    def relative(self) -> float | None:
        """Difference as a share of the earlier value; None when that is 0 or the sign turns."""
        before = float(self.before["value"])
        return self.difference / before if before > 0 else None

    @property
    def sure(self) -> Sure | None:
        """How sure the difference is."""
        return None if self.p_value is None else verdict(self.p_value)


def verdict(p_value: float) -> Sure:
    """A p-value in a word.

    >>> verdict(0.003), verdict(0.03), verdict(0.3)
    ('clear', 'likely', 'noise')
    """
    return "clear" if p_value < CLEAR else "likely" if p_value < LIKELY else "noise"


def compare(now: Row | None, before: Row | None, unit: str) -> Change | None:
    """The change between two rows of one measure; None when either has no value.

    Shares of counted heads are compared by the pooled test of two proportions, all else (shares of money, too) by the
    errors that their intervals imply.
    """
    if now is None or before is None or now.get("value") is None or before.get("value") is None:
        return None
    if _is_counted(now) and _is_counted(before):
        p_value: float | None = proportions_p(
            now["numerator"], now["denominator"], before["numerator"], before["denominator"]
        )
    else:
        p_value = _errors_p(now, before)
    return Change(now, before, unit, p_value)


def _is_counted(row: Row) -> bool:
    """Whether a row is a share of whole units."""
    return bool(row.get("denominator")) and all(isinstance(row.get(key), int) for key in ("numerator", "denominator"))


def proportions_p(hits: float, base: float, hits_before: float, base_before: float) -> float:
    """Two-sided p-value of the pooled test that two shares are equal.

    >>> round(proportions_p(60, 100, 40, 100), 4)
    0.0047
    """
    pooled = (hits + hits_before) / (base + base_before)
    error = math.sqrt(pooled * (1 - pooled) * (1 / base + 1 / base_before))
    return normal_p((hits / base - hits_before / base_before) / error) if error else 1.0


def _errors_p(now: Row, before: Row) -> float | None:
    errors = [_error(row) for row in (now, before)]
    if any(error is None for error in errors):
        return None
    error = math.hypot(*(error or 0.0 for error in errors))
    difference = float(now["value"]) - float(before["value"])
    return normal_p(difference / error) if error else (1.0 if difference == 0 else None)


def _error(row: Row) -> float | None:
    """Standard error that an interval implies, from its wider side: the other may be cut off at a bound."""
    if row.get("low") is None or row.get("high") is None:
        return None
    value = float(row["value"])
    return max(float(row["high"]) - value, value - float(row["low"])) / Z
