"""The rhythm of a company."""

from datetime import datetime

import numpy as np
import pytest

from vernost.sources.synthetic.preset import Calendar
from vernost.sources.synthetic.season import season_of

EVEN = Calendar((1.0,) * 12, (1.0,) * 7, (1.0,) * 24)


def test_an_even_calendar_lets_time_pass_evenly() -> None:
    season = season_of(EVEN, datetime(2024, 1, 1), datetime(2024, 1, 11), utc_offset_hours=0)  # noqa: DTZ001

    assert season.days == 10
    assert season.instants(np.array([2.5])).tolist() == pytest.approx([2.5])


def test_a_month_of_double_weight_holds_double_the_work_of_a_day() -> None:
    months = (1.0,) * 11 + (2.0,)
    calendar = Calendar(months, EVEN.weekdays, EVEN.hours)
    season = season_of(calendar, datetime(2024, 1, 1), datetime(2025, 1, 1), utc_offset_hours=0)  # noqa: DTZ001

    january, december = season.worked(np.array([31.0]))[0], season.work[-1] - season.worked(np.array([335.0]))[0]

    assert december == pytest.approx(2 * january)


@pytest.mark.parametrize(("offset", "hour"), [(0, 12), (3, 9)])
def test_hours_are_those_of_the_company_s_clock(offset: int, hour: int) -> None:
    noon = tuple(float(each == 12) for each in range(24))
    calendar = Calendar(EVEN.months, EVEN.weekdays, noon)
    season = season_of(calendar, datetime(2024, 1, 1), datetime(2024, 1, 2), utc_offset_hours=offset)  # noqa: DTZ001

    at = season.instants(np.array([season.work[-1] / 2]))[0]

    assert at * 24 == pytest.approx(hour + 0.5)


def test_instants_and_work_are_inverse() -> None:
    calendar = Calendar(
        tuple(map(float, range(1, 13))), tuple(map(float, range(1, 8))), tuple(map(float, range(1, 25)))
    )
    season = season_of(calendar, datetime(2023, 3, 1), datetime(2024, 3, 1), utc_offset_hours=3)  # noqa: DTZ001
    at = np.linspace(0, season.days, 500)

    assert season.instants(season.worked(at)) == pytest.approx(at)
