"""Who left after a day."""

from datetime import date
from typing import Any

import pytest
from tests.vernost.measure.facts import frame, orders, subscriptions

from vernost.errors import InvalidValue
from vernost.predict.labels import labels
from vernost.store.log import Log

DAY = "2024-05-31"
END = "zed 2024-06-30 2024-06-30"
"""A contract that makes the log reach the end of June."""


def left(log: Log, as_of: str = DAY, days: int = 30, **asked: Any) -> dict[str, int]:
    rows = log.fetch(labels(log, as_of, days, **asked)).to_pylist()
    return {row["customer_id"]: row["left"] for row in rows}


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(["ann 2024-01-01 -"], {"ann": 0}, id="runs on"),
        pytest.param(["ann 2024-01-01 2024-06-15"], {"ann": 1}, id="ends within the days"),
        pytest.param(["ann 2024-01-01 2024-06-01"], {"ann": 1}, id="ends with the first instant after the day"),
        pytest.param(["ann 2024-01-01 2024-05-31"], {}, id="ended on the day"),
        pytest.param(["ann 2024-01-01 2024-07-01"], {"ann": 0}, id="ends with the first instant after the days"),
        pytest.param(["ann 2024-01-01 2024-06-15", "ann 2024-06-15 - pro"], {"ann": 0}, id="changes plan"),
        pytest.param(["ann 2024-01-01 2024-06-10", "ann 2024-06-20 -"], {"ann": 0}, id="is back by the end"),
        pytest.param(["ann 2024-01-01 2024-06-10", "ann 2024-06-12 2024-06-20"], {"ann": 1}, id="comes and goes"),
        pytest.param(["ann 2024-06-01 -"], {}, id="begins after the day"),
    ],
)
def test_a_contract_is_left_when_none_runs_at_the_end(lines: list[str], expected: dict[str, int]) -> None:
    log = Log.wrap(subscriptions=subscriptions(*lines, END))

    assert left(log) == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(["ann 2024-05-20"], {"ann": 1}, id="buys no more"),
        pytest.param(["ann 2024-05-20", "ann 2024-06-30T23:00"], {"ann": 0}, id="buys on the last day"),
        pytest.param(["ann 2024-05-20", "ann 2024-07-01"], {"ann": 1}, id="buys after the days"),
        pytest.param(["ann 2024-05-01"], {"ann": 1}, id="silent for just the lapse window"),
        pytest.param(["ann 2024-04-30"], {}, id="was gone before"),
        pytest.param(["ann 2024-06-01"], {}, id="comes after the day"),
        pytest.param(["ann 2024-05-20", "ann 2024-06-02 -5"], {"ann": 1}, id="a refund is no purchase"),
    ],
)
def test_who_buys_no_more_has_left(lines: list[str], expected: dict[str, int]) -> None:
    log = Log.wrap(orders=orders("zed 2024-07-02 1", *lines).fillna({"amount": "1"}))

    assert left(log, lapse_days=30) == expected


def test_the_lapse_window_is_learnt_from_what_was_known_by_the_day() -> None:
    # Until May everyone is back after ten days; what comes later may not teach otherwise.
    steady = [f"ann 2024-05-{day:02}" for day in (1, 11, 21)] + ["bob 2024-05-01", "bob 2024-05-11"]
    later = ["cat 2024-06-01", "cat 2024-08-30"]
    log = Log.wrap(orders=orders(*steady, *later))

    assert left(log, days=10) == {"ann": 1}


@pytest.mark.parametrize("lapse_days", [None, 30])
def test_events_alone_make_present(lapse_days: int | None) -> None:
    lines = ["1 ann 2024-05-20 visit", "2 bob 2024-05-20 visit", "3 bob 2024-06-20 visit", "4 zed 2024-06-30 visit"]
    log = Log.wrap(events=frame("event_id customer_id occurred_at name", *lines))

    assert left(log, lapse_days=lapse_days) == {"ann": 1, "bob": 0}


def test_what_is_not_over_is_not_told() -> None:
    log = Log.wrap(orders=orders("ann 2024-05-20 1", "ann 2024-06-29 1"))

    with pytest.raises(InvalidValue, match="is known on 2024-06-30, and the log ends on 2024-06-29"):
        labels(log, date(2024, 5, 31), 30)
    assert left(log, days=29, lapse_days=30) == {"ann": 0}


def test_days_must_be_above_none() -> None:
    with pytest.raises(InvalidValue, match="days is 0, must be at least 1"):
        labels(Log.wrap(orders=orders("ann 2024-05-20 1")), DAY, 0)
