"""A band is learnt from the past alone, and planted changes fall out of it."""

import math
import random
from datetime import date, timedelta
from statistics import median
from typing import Any

import pytest

from vernost.measure.band import BACK, LIMIT, bands, newest
from vernost.measure.point import pooled

FIRST = date(2024, 1, 1)
Row = dict[str, Any]


def row(day: date, value: float | None, **more: Any) -> Row:
    return {"period": day, "complete": True, "value": value, "low": None, "high": None} | more


def days(count: int, level: float = 200.0, *, seed: int = 1, yearly: float = 0.0) -> list[Row]:
    """Counts by chance around a level, with quiet Sundays and a year's swing."""
    chance = random.Random(seed)  # noqa: S311 - a made-up course
    rows = []
    for place in range(count):
        day = FIRST + timedelta(days=place)
        mean = level * (0.4 if day.weekday() == 6 else 1.0) * (1 + yearly * (day.month == 12))
        rows.append(row(day, round(chance.gauss(mean, math.sqrt(mean)))))
    return rows


@pytest.mark.parametrize("factor", [0.5, 0.8, 1.25, 2.0])
def test_a_planted_jump_is_found_within_seven_days(factor: float) -> None:
    rows = days(307)
    for each in rows[300:]:
        each["value"] *= factor
    band = newest(rows, "count", "day")
    assert band is not None
    assert band.is_out
    assert (band.score > 0) == (factor > 1)
    assert newest(rows[:300], "count", "day").is_back  # type: ignore[union-attr]


@pytest.mark.parametrize("factor", [0.5, 2.0])
@pytest.mark.parametrize("weeks", [2, 6, 10, 16])
def test_neither_a_christmas_before_it_nor_its_end_hides_a_jump(weeks: int, factor: float) -> None:
    begun = 210 + 7 * (8 + weeks)
    rows = days(begun + 7)
    for place, each in enumerate(rows):
        each["value"] *= (1.7 if 210 <= place < 266 else 1.0) * (factor if place >= begun else 1.0)
    assert newest(rows, "count", "day").is_out  # type: ignore[union-attr]


def waits(count: int, *, seed: int, slow_from: int) -> list[Row]:
    """Middles of a few waits a day, most of some hours, from one day on seven times as long."""
    chance = random.Random(seed)  # noqa: S311 - a made-up course
    rows = []
    for place in range(count):
        times = 7.0 if place >= slow_from else 1.0
        some = sorted(times * chance.lognormvariate(1.2, 1.1) for _ in range(chance.randint(1, 8)))
        rows.append(row(FIRST + timedelta(days=place), median(some), p90=quantile(some, 0.9), denominator=len(some)))
    return rows


def quantile(some: list[float], share: float) -> float:
    place = share * (len(some) - 1)
    low, high = some[math.floor(place)], some[math.ceil(place)]
    return low + (high - low) * (place % 1)


def test_a_queue_is_found_within_seven_days_and_waits_as_ever_are_quiet() -> None:
    for seed in range(20):
        rows = waits(287, seed=seed, slow_from=280)
        assert newest(rows, "hours", "day").score > LIMIT  # type: ignore[union-attr]
        assert not newest(rows[:280], "hours", "day").is_out  # type: ignore[union-attr]


def test_quiet_courses_ring_at_most_once_a_quarter_over_ten_of_them() -> None:
    rings = 0
    for seed in range(10):
        rows = days(365, seed=seed)
        outs = [bool((band := newest(rows[:end], "count", "day")) and band.is_out) for end in range(180, 365)]
        rings += sum(now and not before for before, now in zip([False, *outs], outs, strict=False))
    assert rings <= 2


def test_a_quiet_sunday_is_within_the_band_of_every_day() -> None:
    rows = days(210)
    assert all(abs(newest(rows[:end], "count", "day").score) < LIMIT for end in range(190, 210))  # type: ignore[union-attr]


def test_what_comes_every_december_is_expected_the_third_time() -> None:
    rows = days(365 * 2 + 346, yearly=1.0)
    first = [each for each, band in bands(rows, "count", "day") if band and band.is_out and each["period"].month == 12]
    assert {each["period"].year for each in first} == {2024}


def test_nothing_later_changes_an_earlier_band() -> None:
    rows = days(280)
    early = bands(rows[:273], "count", "day")
    assert bands(rows, "count", "day")[: len(early)] == early


def test_a_jump_that_stays_becomes_what_is_expected() -> None:
    rows = days(420)
    for each in rows[300:]:
        each["value"] *= 2
    assert abs(newest(rows, "count", "day").score) < BACK  # type: ignore[union-attr]


def test_one_giant_order_is_chance() -> None:
    rows = [row(each["period"], 1000.0 * each["value"], low=900.0 * each["value"], high=1100.0 * each["value"])
            for each in days(280)]  # fmt: skip
    rows[-1] |= {"value": 4_000_000.0, "low": -3_000_000.0, "high": 11_000_000.0}
    assert not newest(rows, "money", "day").is_out  # type: ignore[union-attr]


def test_a_week_without_one_of_six_late_ones_is_chance() -> None:
    # Six of 63 each week; none of them comes by chance once in five hundred weeks.
    late = [1, 1, 0, 1, 1, 1, 1] * 40 + [0] * 7
    rows = [
        row(FIRST + timedelta(days=place), each / 9, numerator=each, denominator=9) for place, each in enumerate(late)
    ]
    band = newest(rows, "share", "day")
    assert band is not None
    assert not band.is_out
    assert band.high < 0.5


@pytest.mark.parametrize(
    ("rows", "value"),
    [
        pytest.param([row(FIRST, 0.5, numerator=1, denominator=2), row(FIRST, 0.1, numerator=1, denominator=10)],
                     3 / 14, id="a share of all heads, one of each kind added"),
        pytest.param([row(FIRST, 10.0, numerator=20.0, denominator=2.0), row(FIRST, 40.0, numerator=320.0,
                     denominator=8.0)], 34.0, id="a ratio by its weights"),
        pytest.param([row(FIRST, 10), row(FIRST, None), row(FIRST, 20)], 15.0, id="counts on average"),
        pytest.param([row(FIRST, 2.0, p90=4.0, denominator=3), row(FIRST, 32.0, p90=32.0, denominator=1)],
                     4.0, id="three waits of two hours, one of two to the fifth: two to the second"),
    ],
)  # fmt: skip
def test_several_days_are_one(rows: list[Row], value: float) -> None:
    unit = "share" if isinstance(rows[0].get("numerator"), int) else "count"
    assert pooled(rows, unit).value == pytest.approx(value)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([], id="none"),
        pytest.param(days(30), id="four weeks"),
        pytest.param([row(FIRST + timedelta(days=place), None) for place in range(300)], id="no values"),
        pytest.param([row(FIRST + timedelta(days=place), 0, denominator=0) for place in range(300)], id="of nobody"),
    ],
)
def test_too_little_is_not_judged(rows: list[Row]) -> None:
    assert newest(rows, "count", "day") is None


NOBODY_OF_50 = {"numerator": 0, "denominator": 50}
ALL_OF_50 = {"numerator": 50, "denominator": 50}


@pytest.mark.parametrize(
    ("unit", "value", "more"),
    [
        pytest.param("count", 0.0, {}, id="none"),
        pytest.param("share", 0.0, NOBODY_OF_50, id="nobody of 50"),
        pytest.param("share", 1.0, ALL_OF_50, id="all of 50"),
        pytest.param("money", 7.0, {"low": 6.0, "high": 8.0}, id="money with its interval"),
    ],
)
def test_a_course_that_never_moved_has_the_band_of_chance(unit: str, value: float, more: dict[str, Any]) -> None:
    rows = [row(FIRST + timedelta(days=place), value, **more) for place in range(300)]
    band = newest(rows, unit, "day")
    assert band is not None
    assert band.score == 0
    assert band.low < band.value < band.high


@pytest.mark.parametrize("unit", ["share", "money", "points", "hours"])
def test_a_course_that_never_moved_and_whose_chance_is_not_known_has_no_band(unit: str) -> None:
    assert newest([row(FIRST + timedelta(days=place), 0.0) for place in range(300)], unit, "day") is None


def test_months_are_judged_each_by_itself() -> None:
    rows = [row(date(2023 + place // 12, place % 12 + 1, 1), 100.0 + place % 3) for place in range(30)]
    assert not newest(rows, "money", "month").is_out  # type: ignore[union-attr]
    rows[-1]["value"] = 50.0
    assert newest(rows, "money", "month").is_out  # type: ignore[union-attr]
    assert not newest([*rows, row(date(2025, 7, 1), 1.0) | {"complete": False}], "money", "month").is_back  # type: ignore[union-attr]
