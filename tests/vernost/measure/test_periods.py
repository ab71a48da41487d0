"""Periods of instants at the edges of days, weeks and months, as an engine counts them."""

from datetime import date

import pytest

from vernost.measure.periods import Grain, day_number, days, floor_divide

INSTANTS = [
    pytest.param("2024-01-01 00:00:00", date(2024, 1, 1), id="first instant of a year"),
    pytest.param("2023-12-31 23:59:59.999999", date(2023, 12, 31), id="last microsecond of a year"),
    pytest.param("2024-02-29 23:59:59.500000", date(2024, 2, 29), id="last half second of a leap day"),
    pytest.param("1969-12-31 23:59:59.600000", date(1969, 12, 31), id="just before the epoch"),
    pytest.param("1960-02-29 00:00:00", date(1960, 2, 29), id="long before the epoch"),
]


@pytest.mark.parametrize(("instant", "day"), INSTANTS)
def test_an_instant_belongs_to_its_own_day(instant: str, day: date) -> None:
    import ibis

    assert days(ibis.timestamp(instant)).execute() == day_number(day)


@pytest.mark.parametrize("grain", Grain)
@pytest.mark.parametrize(("instant", "day"), INSTANTS)
def test_a_period_and_its_first_day_lead_back_to_each_other(grain: Grain, instant: str, day: date) -> None:
    import ibis

    index = grain.index(ibis.timestamp(instant))
    assert index.execute() == grain.index_of(day)
    assert grain.start(index).execute().date() == grain.first_day(grain.index_of(day))


@pytest.mark.parametrize(
    ("top", "bottom", "expected"), [(7, 7, 1), (6, 7, 0), (0, 7, 0), (-1, 7, -1), (-7, 7, -1), (-8, 7, -2)]
)
def test_a_whole_division_rounds_down(top: int, bottom: int, expected: int) -> None:
    import ibis

    assert floor_divide(ibis.literal(top), bottom).execute() == expected
