"""Every measure finds its facts on every preset, gives no warning and an answer that can be."""

import math
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from tests.vernost.sources.synthetic.companies import CUSTOMERS, company

from vernost.measure import CATALOGUE
from vernost.sources import read
from vernost.sources.synthetic import PRESETS
from vernost.store import Log, open_log, open_store

CONTRACTS = ("subscription", "saas", "telecom")
ONLY_OF_CONTRACTS = {"revenue_churn", "nrr", "grr", "mrr"}
ONLY_WITH_DELIVERY = {"late_delivery_rate", "delivery_delay"}
SANE = {
    # Bounds that any of the five companies lies within: what is outside is a fault of the maker or of the measure.
    "retention_rate": (0.3, 0.99),
    "churn_rate": (0.01, 0.7),
    "repeat_rate": (0.3, 0.99),
    "second_order_rate": (0.2, 0.999),
    "nps": (-20, 60),
    "csat": (0.5, 0.99),
    "ces": (0.3, 0.95),
    "rating": (2.3, 4.8),
    "negative_review_rate": (0.05, 0.65),
    "answered_review_rate": (0.4, 0.7),
    "unanswered_24h_rate": (0.02, 0.25),
    "first_reply_time": (1, 12),
    "late_delivery_rate": (0.04, 0.2),
    "clv_to_cac": (1, 30),
    "nrr": (0.6, 1.2),
    "grr": (0.6, 1.0),
    "revenue_churn": (0.0, 0.4),
    "active_customers": (CUSTOMERS / 3, CUSTOMERS),
}


@cache
def log_of(preset: str) -> Log:
    url = str(Path(mkdtemp(prefix="vernost-log-")) / "log")
    with read([str(company(preset))]) as reading:
        receipt = open_store(url, create=True).load(reading, loaded_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert receipt.notes == ()
    assert all(tally.rejected == tally.replaced == 0 for tally in receipt.tallies)
    return open_log(url)


def lacks(preset: str, measure: str) -> bool:
    if measure in ONLY_OF_CONTRACTS:
        return preset not in CONTRACTS
    return measure in ONLY_WITH_DELIVERY and preset in CONTRACTS


@pytest.mark.parametrize("preset", PRESETS)
def test_every_measure_answers_without_a_warning(preset: str) -> None:
    log, wrong = log_of(preset), []
    for name, measure in CATALOGUE.items():
        if lacks(preset, name):
            continue
        answer = measure(log)
        if not answer.rows:
            wrong.append(f"{name} has no rows")
        wrong += [f"{name} has {value}" for value in numbers(answer.rows) if math.isnan(value) or math.isinf(value)]
        wrong += [
            f"{name} says {note}"
            for note in answer.notes
            if note.code not in ("cancelled_orders", "lapse_window", "spend_known", "until_lapse")
        ]
        low, high = SANE.get(name, (-math.inf, math.inf))
        value = answer.rows[0].get("value") if answer.rows else None
        if name in SANE and not (value is not None and low <= value <= high):
            wrong.append(f"{name} is {value}")

    assert wrong == []


@pytest.mark.parametrize("preset", PRESETS)
def test_the_share_of_those_asked_who_answered_is_known(preset: str) -> None:
    answer = CATALOGUE["nps"](log_of(preset))

    assert 0.1 < answer.rows[0]["response_rate"] < 0.5


def numbers(rows: list[dict[str, Any]]) -> list[float]:
    return [float(value) for row in rows for value in row.values() if isinstance(value, float)]


@pytest.mark.parametrize("preset", ["shop", "telecom"])
def test_measures_by_month_cover_the_whole_span(preset: str) -> None:
    log = log_of(preset)
    for name in ("active_customers", "revenue", "churn_rate", "unanswered_24h_rate"):
        rows = CATALOGUE[name](log, by="month").rows
        assert [str(row["period"])[:7] for row in rows][-1] == "2025-12", name
        assert len(rows) >= 23, name
        # So few write to support that perhaps nobody does on the last day.
        assert all(row["complete"] for row in (rows[:-1] if name == "unanswered_24h_rate" else rows)), name


def test_revenue_of_december_stands_out_in_the_shop() -> None:
    rows = {str(row["period"])[:7]: row["value"] for row in CATALOGUE["orders"](log_of("shop"), by="month").rows}

    assert rows["2024-12"] > 1.3 * rows["2024-10"]
    assert rows["2025-12"] > 1.2 * rows["2025-10"]
