"""The newest periods are judged by what was known of earlier ones when they were as young."""

from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest

from vernost.measure import find_measure
from vernost.measure.band import LIMIT, newest
from vernost.measure.hindsight import without_hindsight
from vernost.measure.point import point_of
from vernost.store.log import Log

FIRST, LAST = date(2024, 1, 1), date(2024, 5, 19)
"""Twenty weeks."""


def parcels(*, more_late_from: date = LAST + timedelta(days=1)) -> Log:
    """Eighty orders a day, promised for the third day after; 16 or 17 come two days late, from a day on 20 more."""
    rows = []
    for place in range((LAST - FIRST).days + 1):
        day = FIRST + timedelta(days=place)
        late = 16 + (place % 3 == 0) + 20 * (day >= more_late_from)
        for number in range(80):
            comes = day + timedelta(days=5 if number < late else 2)
            rows.append((f"{place}-{number}", day, day + timedelta(days=3), comes, ("Omsk", "Perm")[number % 2]))
    frame = pd.DataFrame(rows, columns=["order_id", "ordered_at", "promised_at", "delivered_at", "store"])
    for name in ("ordered_at", "promised_at", "delivered_at"):
        frame[name] = pd.to_datetime(frame[name])
    return Log.wrap(orders=frame.assign(customer_id="ann", kind="sale"))


def asked(log: Log, by: str, **more: Any) -> list[dict[str, Any]]:
    return find_measure("late_delivery_rate")(log, by=by, **more).rows


@pytest.fixture(scope="module")
def log() -> Log:
    return parcels()


def test_late_parcels_that_are_still_under_way_are_no_sign_that_fewer_are_late(log: Log) -> None:
    rows = asked(log, "day", as_of=LAST)
    then = without_hindsight(lambda **window: asked(log, "day", **window), rows, "day", LAST)
    assert newest(rows, "share", "day").score < -1  # type: ignore[union-attr]
    assert abs(newest(then, "share", "day").score) < 0.2  # type: ignore[union-attr]
    # Of the last seven days, two are old enough for a late parcel to have come: so it is in each seven before.
    for end in range(len(then), 6, -7):
        assert [row["numerator"] for row in then[end - 5 : end]] == [0, 0, 0, 0, 0]
        assert all(row["numerator"] >= 16 for row in then[end - 7 : end - 5])
        # Two more days' parcels are overdue: late already, though they have not come.
        assert all(row["overdue"] >= 16 for row in then[end - 5 : end - 3])
        assert [row["overdue"] for row in then[end - 3 : end]] == [0, 0, 0]


def test_more_late_parcels_are_found_before_they_have_come() -> None:
    begun = LAST - timedelta(days=4)
    log = parcels(more_late_from=begun)
    rows = asked(log, "day", as_of=LAST)
    then = without_hindsight(lambda **window: asked(log, "day", **window), rows, "day", LAST)
    assert sum(row["numerator"] for row in then if row["period"] >= begun) == 0
    assert newest(then, "share", "day").score > LIMIT  # type: ignore[union-attr]


def test_a_day_of_which_nothing_has_come_is_judged_by_what_is_overdue() -> None:
    nothing = {"period": FIRST, "value": None, "numerator": 0, "denominator": 0}
    assert point_of(nothing | {"overdue": 8}, "share") == point_of(
        nothing | {"numerator": 8, "denominator": 8}, "share"
    )
    assert point_of(nothing | {"overdue": 0}, "share") is None


@pytest.mark.parametrize(
    ("by", "as_of", "late"),
    [
        # The week from Monday 13 May, seen on its Sunday: the late ones of Monday and Tuesday have come.
        pytest.param("week", LAST, {32, 33}, id="seen at its end"),
        # Seen two days later, those of Wednesday and Thursday too.
        pytest.param("week", LAST + timedelta(days=2), {65, 66}, id="seen two days after it"),
    ],
)
def test_earlier_periods_are_as_old_as_the_newest(log: Log, by: str, as_of: date, late: set[int]) -> None:
    then = without_hindsight(
        lambda **window: asked(log, by, **window), asked(log, by, as_of=as_of), by, as_of,
    )  # fmt: skip
    assert {row["numerator"] for row in then} <= late
    assert len(then) == 20


def test_groups_keep_their_periods(log: Log) -> None:
    rows = asked(log, "day", as_of=LAST, cut="store")
    then = without_hindsight(lambda **window: asked(log, "day", cut="store", **window), rows, "day", LAST, ["store"])
    assert [(row["period"], row["store"]) for row in then] == [
        (row["period"], row["store"]) for row in rows if row["period"] >= then[0]["period"]
    ]


def test_what_is_not_known_of_a_window_is_nothing() -> None:
    rows = [{"period": FIRST + timedelta(days=place), "complete": True, "value": 0.5} for place in range(14)]
    then = without_hindsight(lambda **_: [], rows, "day", FIRST + timedelta(days=13))
    assert [row["value"] for row in then] == [None] * 14
    assert without_hindsight(lambda **_: [], rows[:6], "day", FIRST + timedelta(days=5)) == []
