"""Whether a measure answers what its oracle says."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from math import isclose
from typing import Any

from tests.oracle.world import Expected, in_order

TOLERANCE = 1e-9
"""Relative: sums may be taken in any order."""

WIDTH_TOLERANCE = 1e-6
"""Of intervals: where all customers are alike, a width of 0 comes out as the root of a rounding error."""


def differences(
    found: Sequence[Mapping[str, Any]], expected: Sequence[Mapping[str, Any]], *, tolerance: float = TOLERANCE
) -> list[str]:
    """What is different between rows, in words; nothing when they are the same."""
    told = [f"{len(found)} rows, not {len(expected)}"] if len(found) != len(expected) else []
    for number, (row, wanted) in enumerate(zip(found, expected, strict=False)):
        told += [f"row {number} has columns {sorted(row)}, not {sorted(wanted)}"] if set(row) != set(wanted) else []
        told += [
            f"row {number} {_name(wanted)}: {name} is {row[name]!r}, not {wanted[name]!r}"
            for name in wanted
            if name in row and not is_same(row[name], wanted[name], name, scale=_scale(wanted), tolerance=tolerance)
        ]
    return told


def _name(row: Mapping[str, Any]) -> str:
    return ", ".join(str(value) for name, value in row.items() if name in {"period", "cohort", "age", "customer_id"})


def _scale(row: Mapping[str, Any]) -> float:
    value = row.get("value")
    return abs(float(value)) if isinstance(value, int | float) else 1.0


def is_same(found: Any, wanted: Any, name: str = "", *, scale: float = 1.0, tolerance: float = TOLERANCE) -> bool:
    """Whether two cells say the same: null only null, numbers up to rounding, all else exactly."""
    if found is None or wanted is None or isinstance(wanted, bool | str | date):
        return type(found) is type(wanted) and found == wanted
    if isinstance(wanted, int | float | Decimal):
        if isinstance(found, bool) or not isinstance(found, int | float | Decimal):
            return False
        slack = WIDTH_TOLERANCE * max(1.0, scale) if name in {"low", "high"} else tolerance
        return isclose(float(found), float(wanted), rel_tol=tolerance, abs_tol=slack)
    if isinstance(wanted, Mapping):
        return set(found) == set(wanted) and all(
            is_same(found[key], wanted[key], key, tolerance=tolerance) for key in wanted
        )
    if isinstance(wanted, Sequence):
        pairs = zip(found, wanted, strict=False)
        return len(found) == len(wanted) and all(is_same(one, other, tolerance=tolerance) for one, other in pairs)
    return found == wanted


def check(answer: Any, expected: Expected) -> None:
    """Compare a measure's answer completely: rows and their order, what is said once, customers behind it."""
    told = differences(answer.rows, expected.rows)
    for name, wanted in expected.summary.items():
        if not is_same(_sorted(answer.summary.get(name)), _sorted(wanted)):
            told.append(f"{name} is {answer.summary.get(name)!r}, not {wanted!r}")
    if expected.who is not None and not told:
        listed = people(answer)
        told += [f"not behind it, but listed: {one}" for one in listed if one not in expected.who]
        told += [f"behind it, but not listed: {one}" for one in expected.who if one not in listed]
        told += [f"{len(listed)} listed, not {len(expected.who)}"] if len(listed) != len(expected.who) else []
    assert not told, f"{answer!r}\n" + "\n".join(told[:12])


def _sorted(value: Any) -> Any:
    """Rows that are said once have no order of their own."""
    if isinstance(value, list) and value and isinstance(value[0], Mapping):
        return sorted(value, key=lambda row: in_order(tuple(row[name] for name in sorted(row))))
    return value


def people(answer: Any) -> list[tuple[Any, ...]]:
    """The customers behind an answer, as the oracle lists them."""
    rows = answer.scope.log.connection.to_pyarrow(answer.who()).to_pylist()
    names = [name for name in ("period", "cohort", "age") if rows and name in rows[0]]
    cuts = list(answer.scope.question.cut)
    order = [*names, *cuts, "customer_id", "numerator"]
    if "customer_id" in answer.finding.axis:
        order = ["customer_id", *cuts, "numerator"]
    return sorted((tuple(_plain(row[name]) for name in order) for row in rows), key=in_order)


def _plain(value: Any) -> Any:
    return value.date() if hasattr(value, "date") and callable(value.date) else value
