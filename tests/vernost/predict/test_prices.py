"""What contracts bring in a year against their price at its start."""

from typing import Any

import pytest
from tests.vernost.predict import firms

from vernost.predict.business import find_business
from vernost.predict.prices import ATOMS, yearly_changes
from vernost.store.log import Log

DAYS = 730
BEGIN = DAYS - 365


def company(*contracts: tuple[str, float, float, float | None]) -> Log:
    """Customer, price, first day and day of the end of each contract; one that ran all the time is added."""
    rows: dict[str, list[Any]] = {"customer_id": [], "monthly_price": [], "started_at": [], "ended_at": []}
    for row in (*contracts, ("last", 1.0, 0, None), ("today", 1.0, DAYS, None)):
        for name, value in zip(rows, row, strict=True):
            is_day = name.endswith("_at") and value is not None
            rows[name].append(firms.instant(float(value)) if is_day else value)  # type: ignore[arg-type]
    return firms.wrapped(subscriptions=rows | {"plan": ["basic"] * len(rows["customer_id"])})


def changes(*contracts: tuple[str, float, float, float | None]) -> list[float]:
    log = company(*contracts)
    return yearly_changes(log, find_business(log)).tolist()


def test_prices_that_never_changed_stay() -> None:
    assert changes(("ann", 10, 0, None)) == [1.0] * ATOMS


def test_who_upgrades_halfway_pays_halfway_more() -> None:
    middle = BEGIN + 182
    found = changes(("ann", 10, 0, None), ("bob", 10, 0, middle), ("bob", 20, middle, None))

    # Of three customers one brings 1.5 times the price at the start.
    assert found[:16] == [1.0] * 16
    assert found[17:] == pytest.approx([1.5] * 8, abs=0.01)


def test_a_rise_for_everyone_is_no_change() -> None:
    risen = [row for name in ("ann", "bob", "eve") for row in ((name, 10, 0, BEGIN + 60), (name, 12, BEGIN + 60, None))]

    found = changes(*risen)

    # The fourth customer, whose price stayed, pays less than the others when they are the measure.
    assert found[:6] == pytest.approx([365 / (60 + 1.2 * 305)] * 6, abs=0.01)
    assert found[6:] == [1.0] * (ATOMS - 6)


def test_who_left_or_came_within_the_year_is_not_asked() -> None:
    assert changes(("ann", 10, 0, BEGIN + 100), ("bob", 10, BEGIN + 30, None)) == [1.0] * ATOMS


def test_a_break_brings_nothing() -> None:
    found = changes(("ann", 10, 0, BEGIN + 100), ("ann", 10, BEGIN + 173, None), ("bob", 10, 0, None))

    assert found[0] == pytest.approx(1 - 73 / 365, abs=0.01)
    assert found[-1] == 1.0
