"""Where numbers lead: to the page of the customers behind them."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

KEYS = ("period", "cohort", "age", "days", "time", "order_number", "top", "state", "r", "f", "segment")
"""Columns that tell the rows of an answer apart and that its customers have too; cuts come beside them."""

NOT_ASKED = frozenset({"timezone"})
"""What is the same in every question of the company."""


def customers_of(measure: str, asked: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    """The address of the customers behind a row of an answer.

    >>> customers_of("aov", {"by": "month", "where": None}, {"period": "2026-01-01", "value": 7.5})
    '/measures/aov/customers/?by=month&row.period=2026-01-01'
    """
    names = (*KEYS, *_cuts(asked))
    keys = {f"row.{name}": "" if row[name] is None else row[name] for name in names if name in row}
    if row.get("period", "") is None:
        del keys["row.period"]  # of all time
    if row.get("state") == "dormant":
        keys["side"] = "denominator"  # who is not active is counted in no numerator
    question = {
        name: ",".join(value) if isinstance(value, (list, tuple)) else value
        for name, value in asked.items()
        if value is not None and name not in NOT_ASKED
    }
    return f"{reverse('metrics:customers', args=[measure])}?{urlencode({**question, **keys})}"


def _cuts(asked: Mapping[str, Any]) -> tuple[str, ...]:
    cut = asked.get("cut") or ()
    return (cut,) if isinstance(cut, str) else tuple(cut)
