"""Waits in working hours, counted by hand. 2024-01-05 is a Friday."""

import pytest
from tests.vernost.measure.facts import frame

from vernost.errors import InvalidValue, UnknownName
from vernost.measure import (
    Answer,
    WorkingHours,
    answered_review_rate,
    backlog,
    first_reply_time,
    resolution_time,
    unanswered_24h_rate,
)
from vernost.store.log import Log

WEEK = "Mon-Fri 09:00-13:00,14:00-18:00"


def ticket(opened: str, replied: str, timezone: str = "UTC") -> Log:
    """One ticket, resolved when it was replied to."""
    columns = "ticket_id customer_id opened_at first_reply_at resolved_at"
    return Log.wrap(tickets=frame(columns, f"1 a {opened} {replied} {replied}"), timezone=timezone)


def wait(opened: str, replied: str, hours: WorkingHours | str, timezone: str = "UTC") -> float:
    (row,) = first_reply_time(ticket(opened, replied, timezone), working_hours=hours, as_of="2030-01-01").rows
    return float(row["value"])


@pytest.mark.parametrize(
    ("opened", "replied", "hours"),
    [
        pytest.param("2024-01-05T10:00", "2024-01-05T11:30", 1.5, id="within a morning"),
        pytest.param("2024-01-05T12:00", "2024-01-05T15:00", 2, id="lunch is no wait"),
        pytest.param("2024-01-05T13:10", "2024-01-05T13:50", 0, id="all of it at lunch"),
        pytest.param("2024-01-05T17:00", "2024-01-08T10:00", 2, id="over a weekend"),
        pytest.param("2024-01-06T03:00", "2024-01-07T23:00", 0, id="within a weekend"),
        pytest.param("2024-01-05T06:00", "2024-01-05T23:00", 8, id="from before the day until after it"),
        pytest.param("2024-01-04T23:00", "2024-01-05T09:00:36", 0.01, id="seconds count"),
        pytest.param("2024-01-01T00:00", "2024-12-30T00:00", 52 * 40, id="52 weeks of 40 hours"),
        pytest.param("2024-01-05T11:00", "2024-01-05T10:00", 0, id="a reply before the opening"),
        pytest.param("2024-01-05T11:00", "2023-01-05T10:00", 0, id="a year before the opening"),
        pytest.param("1969-12-31T09:00", "1970-01-02T09:00", 16, id="about the epoch"),
    ],
)
def test_only_hours_of_work_are_waited(opened: str, replied: str, hours: float) -> None:
    assert wait(opened, replied, WEEK) == pytest.approx(hours, rel=1e-12)


@pytest.mark.parametrize(
    ("holidays", "hours"),
    [
        pytest.param([], 24 + 2, id="none"),
        pytest.param(["2024-01-08"], 16 + 2, id="the Monday"),
        pytest.param(["2024-01-06", "2024-01-07"], 24 + 2, id="a weekend, off anyway"),
        pytest.param(["2024-01-05"], 24 + 1, id="the day of the opening"),
        pytest.param(["2024-01-11"], 24 + 1, id="the day of the reply"),
        pytest.param([f"2024-01-{day:02}" for day in range(5, 12)], 0, id="all of it"),
        pytest.param(["1999-01-01", "2024-01-04", "2024-01-12", "2199-01-01"], 24 + 2, id="before and after"),
    ],
)
def test_nobody_waits_on_holidays(holidays: list[str], hours: float) -> None:
    # From an hour before the end of Friday, over Monday to Wednesday, to the end of the first hour of Thursday.
    assert wait("2024-01-05T17:00", "2024-01-11T10:00", WorkingHours.parse(WEEK, holidays=holidays)) == hours


@pytest.mark.parametrize(
    ("opened", "replied", "zone", "hours"),
    [
        # Berlin: 02:00 is followed by 03:00 on 31 March, 02:59 by 02:00 on 27 October.
        pytest.param("2024-03-30T23:00", "2024-03-31T22:00", "Europe/Berlin", 23, id="the short Sunday"),
        pytest.param("2024-10-26T22:00", "2024-10-27T23:00", "Europe/Berlin", 25, id="the long Sunday"),
        pytest.param("2024-03-31T00:30", "2024-03-31T01:30", "Europe/Berlin", 1, id="over the gap"),
        pytest.param("2024-03-28T12:00", "2024-04-04T12:00", "Europe/Berlin", 23, id="a week with the short Sunday"),
        # St John's went back from 00:01 of Sunday to 23:01 of Saturday, on which nobody works here.
        pytest.param("2010-11-07T02:00", "2010-11-07T04:00", "America/St_Johns", 31 / 60, id="midnight comes twice"),
    ],
)
def test_the_hands_of_the_clock_decide(opened: str, replied: str, zone: str, hours: float) -> None:
    assert wait(opened, replied, "Sun 00:00-24:00", zone) == pytest.approx(hours)


@pytest.mark.parametrize(("day", "hours"), [("Thu", 24), ("Fri", 0), ("Sat", 24)])
def test_a_day_that_never_was_has_no_hours(day: str, hours: int) -> None:
    # From the beginning of Thursday, 29 December 2011, to that of Sunday; Apia had no Friday between.
    assert wait("2011-12-29T10:00", "2011-12-31T10:00", f"{day} 00:00-24:00", "Pacific/Apia") == hours


def test_the_hours_are_those_of_the_companys_clock() -> None:
    assert wait("2024-01-05T05:00", "2024-01-05T07:00", WEEK, "Europe/Moscow") == 1
    assert wait("2024-01-05T05:00", "2024-01-05T07:00", WEEK, "UTC") == 0


ROWS = [
    "1 a 2024-01-05T17:00 2024-01-08T10:00 2024-01-08T13:00",
    "2 b 2024-01-05T17:30 - -",
    "3 c 2024-01-10T17:00 - -",
]


def tickets() -> Log:
    return Log.wrap(tickets=frame("ticket_id customer_id opened_at first_reply_at resolved_at", *ROWS))


def counted(answer: Answer) -> list[tuple[int, int]]:
    return [(row["numerator"], row["denominator"]) for row in answer.rows]


def test_who_waits_for_longer_is_told_by_the_same_hours() -> None:
    # As of 10 January ticket 1 waited 2 hours, ticket 2 waits 24.5 and ticket 3 one hour of work.
    assert counted(unanswered_24h_rate(tickets(), working_hours=WEEK)) == [(1, 2)]
    assert counted(unanswered_24h_rate(tickets(), working_hours=WEEK, hours=24.5)) == [(0, 1)]
    assert counted(unanswered_24h_rate(tickets(), working_hours=WEEK, hours=0.5)) == [(3, 3)]
    # By all hours ticket 1 waited for 65.
    assert counted(unanswered_24h_rate(tickets())) == [(2, 2)]


def test_it_is_said_by_which_hours_was_counted() -> None:
    hours = WorkingHours.parse("Mon-Fri 09:00-18:00", holidays=["2024-01-01"])
    for measure in (first_reply_time, resolution_time, unanswered_24h_rate):
        (note,) = measure(tickets(), working_hours=hours).notes
        assert note.sentence("en") == "Only working hours are counted: Mon–Fri 09:00–18:00. Holidays off: 1."
        assert note.sentence("ru").startswith("Считаются только рабочие часы: Пн–Пт 09:00–18:00.")
        assert not measure(tickets()).notes
    assert (
        '"working_hours": "Mon-Fri 09:00-18:00; off 2024-01-01"'
        in resolution_time(tickets(), working_hours=hours).to_json()
    )


def test_reviews_are_answered_in_working_hours_too() -> None:
    rows = frame("review_id posted_at replied_at", "1 2024-01-05T17:00 2024-01-08T10:00", "2 2024-01-05T17:00 -")
    log = Log.wrap(reviews=rows.assign(platform="site", rating=5))
    (row,) = answered_review_rate(log, working_hours=WEEK, as_of="2024-01-09").rows
    assert (row["numerator"], row["denominator"], row["median_hours"]) == (1, 2, 2)
    assert answered_review_rate(log, as_of="2024-01-09").rows[0]["median_hours"] == 65


def test_what_is_no_working_hours_is_refused() -> None:
    with pytest.raises(InvalidValue, match="is not understood"):
        first_reply_time(tickets(), working_hours="always")
    with pytest.raises(InvalidValue, match="working_hours is 8, must be a text"):
        first_reply_time(tickets(), working_hours=8)
    with pytest.raises(UnknownName, match="option of backlog 'working_hours'"):
        backlog(tickets(), working_hours=WEEK)
