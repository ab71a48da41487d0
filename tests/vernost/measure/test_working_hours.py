"""Working hours as people write them, and what of them is refused."""

from datetime import date

import pytest

from vernost.errors import InvalidValue
from vernost.measure.working_hours import WorkingHours, holidays_in

NINE_TO_SIX = ((540, 1080),)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        pytest.param("Mon-Fri 09:00-18:00", "Mon-Fri 09:00-18:00", id="a week of five days"),
        pytest.param("пн–пт 9:00–18:00", "Mon-Fri 09:00-18:00", id="in Russian, with dashes"),
        pytest.param("Mon,Wed - Thu 10:00 - 12:00", "Mon 10:00-12:00; Wed-Thu 10:00-12:00", id="days one by one"),
        pytest.param("Sat-Mon 00:00-24:00", "Mon 00:00-24:00; Sat-Sun 00:00-24:00", id="over Sunday"),
        pytest.param(
            "Mon 14:00-18:00, 09:00-13:00; off 2026-05-09, 2026-01-01,2026-05-09",
            "Mon 09:00-13:00,14:00-18:00; off 2026-01-01,2026-05-09",
            id="in order, each holiday once",
        ),
        pytest.param("Mon 09:00-13:00; Mon 14:00-18:00", "Mon 09:00-13:00,14:00-18:00", id="a day in two parts"),
    ],
)
def test_what_people_write_is_read(written: str, read: str) -> None:
    hours = WorkingHours.parse(written)
    assert str(hours) == read
    assert WorkingHours.parse(read) == WorkingHours.of(hours) == WorkingHours.of(written)


def test_holidays_beside_the_text_are_added() -> None:
    hours = WorkingHours.parse("Mon 09:00-18:00; off 2026-05-09", holidays=["2026-01-01", date(2026, 5, 9)])
    assert hours.holidays == (date(2026, 1, 1), date(2026, 5, 9))


@pytest.mark.parametrize(
    ("written", "why"),
    [
        pytest.param("Mon-Fri 9-18", "'9-18' in the working hours '9-18' is not understood", id="no minutes"),
        pytest.param("Mon-Fri", "'Mon-Fri' in the working hours 'Mon-Fri' is", id="no hours"),
        pytest.param("Someday 09:00-18:00", "'Someday' in the working hours", id="no such day"),
        pytest.param("Mon-Fri-Sat 09:00-18:00", "'Mon-Fri-Sat' in the working hours", id="three ends"),
        pytest.param("Mon 09:60-18:00", "'09:60-18:00' in the working hours", id="no such minute"),
        pytest.param("Mon 18:00-09:00", "from 18:00 to 09:00 do not end after they begin", id="a night"),
        pytest.param("Mon 09:00-24:01", "from 09:00 to 24:01", id="beyond midnight"),
        pytest.param(
            "Mon 09:00-13:00,12:00-18:00", "one begins at 12:00, before 13:00 when another ends", id="twice at once"
        ),
        pytest.param("", "no hour of work in the whole week", id="nothing"),
        pytest.param("Mon 09:00-18:00; off 1.1.2026", "'1.1.2026' is not a holiday's date", id="no date"),
        pytest.param("Mon 09:00-18:00; off 0001-01-01", "must be in the years", id="no year of a log"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(written: str, why: str) -> None:
    with pytest.raises(InvalidValue, match=why):
        WorkingHours.parse(written)


def test_a_week_has_seven_days() -> None:
    with pytest.raises(InvalidValue, match="of 5 days"):
        WorkingHours((NINE_TO_SIX,) * 5)
    assert str(WorkingHours((NINE_TO_SIX,) * 7)) == "Mon-Sun 09:00-18:00"


def test_holidays_stand_in_a_text_with_remarks() -> None:
    text = "# of 2026\n2026-01-01, 2026-01-02 # New Year\n\n2026-05-09;2026-06-12\n"
    assert [str(day) for day in holidays_in(text)] == ["2026-01-01", "2026-01-02", "2026-05-09", "2026-06-12"]
    with pytest.raises(InvalidValue, match="'tomorrow'"):
        list(holidays_in("2026-01-01 tomorrow"))
