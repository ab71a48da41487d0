"""Replies, resolutions and what is open, counted by hand. The last ticket sets as_of to 7 March 2024."""

import pandas as pd
import pytest

from vernost.errors import InvalidValue, MissingFacts
from vernost.measure import backlog, first_reply_time, resolution_time, unanswered_24h_rate
from vernost.store.log import Log

ROWS = """
1 a web 2024-01-05T10:00 2024-01-05T12:00 2024-01-07T10:00
2 b web 2024-01-05T10:00 2024-01-07T12:00 2024-03-01T10:00
3 a app 2024-03-05T10:00 -                -
4 b web 2024-03-07T10:00 -                -
5 c web 2024-03-07T10:00 2024-03-07T11:00 -
6 c -   2024-03-06T10:00 2024-03-07T10:00 2024-03-09T10:00
"""


def tickets(text: str = ROWS, timezone: str = "UTC") -> Log:
    columns = ["ticket_id", "customer_id", "channel", "opened_at", "first_reply_at", "resolved_at"]
    rows = [[None if cell == "-" else cell for cell in line.split()] for line in text.strip().splitlines()]
    frame = pd.DataFrame(rows, columns=columns)
    for name in columns[3:]:
        frame[name] = pd.to_datetime(frame[name])
    return Log.wrap(tickets=frame.dropna(axis=1, how="all"), timezone=timezone)


def test_a_day_without_reply_counts_and_a_younger_ticket_does_not() -> None:
    # Ticket 3 waits for 2.6 days: late. Ticket 4 is 14 hours old: not counted. Ticket 6 got its reply at the very hour.
    rows = unanswered_24h_rate(tickets(), by="month").rows
    assert [(row["numerator"], row["denominator"]) for row in rows] == [(1, 2), (0, 0), (1, 3)]


@pytest.mark.parametrize(
    ("hours", "late", "counted"),
    [
        pytest.param(1, 5, 6, id="1 hour: only ticket 5 is in time"),
        pytest.param(10, 4, 6, id="10 hours: tickets 1 and 5"),
        pytest.param(23, 3, 5, id="23 hours: the same, and 4 is too young"),
        pytest.param(72, 0, 4, id="72 hours: all four replies; 3 and 4 are too young"),
    ],
)
def test_the_hours_can_be_others(hours: float, late: int, counted: int) -> None:
    (row,) = unanswered_24h_rate(tickets(), hours=hours).rows
    assert (row["numerator"], row["denominator"]) == (late, counted)


def test_hours_must_be_above_0() -> None:
    with pytest.raises(InvalidValue, match="hours is 0"):
        unanswered_24h_rate(tickets(), hours=0)


def test_reply_time_is_the_median_of_the_replied() -> None:
    rows = first_reply_time(tickets(), by="month").rows
    # January: 2 and 50 hours. March: 1 and 24 hours, two tickets without a reply.
    assert [(row["value"], row["denominator"], row["open"]) for row in rows] == [(26, 2, 0), (None, 0, 0), (12.5, 2, 2)]
    assert rows[0]["p90"] == pytest.approx(2 + 0.9 * 48)
    assert first_reply_time(tickets()).unit == "hours"


def test_what_came_after_as_of_had_not_happened() -> None:
    # Ticket 6 is resolved on 9 March, two days after as_of.
    (row,) = resolution_time(tickets()).rows
    assert (row["denominator"], row["open"]) == (2, 4)
    (row,) = resolution_time(tickets(), as_of="2024-03-09").rows
    assert (row["denominator"], row["open"]) == (3, 3)
    (row,) = first_reply_time(tickets(), as_of="2024-01-06").rows
    assert (row["value"], row["denominator"], row["open"]) == (2, 1, 1)


def test_backlog_is_what_is_open_at_the_end() -> None:
    # End of January and of February: ticket 2. Of March: 3, 4, 5, 6.
    assert [row["value"] for row in backlog(tickets(), by="month").rows] == [1, 1, 4]
    assert backlog(tickets()).rows[0]["value"] == 4
    assert backlog(tickets(), until="2024-01-06").rows[0]["value"] == 2
    assert backlog(tickets(), since="2024-03-07").rows[0]["value"] == 4  # opened before counts too


def test_backlog_by_channel_has_every_channel_in_every_month() -> None:
    rows = backlog(tickets(), by="month", cut="channel").rows
    found = {(str(row["period"])[:7], row["channel"]): row["value"] for row in rows}
    assert found == {
        **dict.fromkeys([("2024-01", "app"), ("2024-01", None), ("2024-02", "app"), ("2024-02", None)], 0),
        **dict.fromkeys([("2024-01", "web"), ("2024-02", "web"), ("2024-03", "app"), ("2024-03", None)], 1),
        ("2024-03", "web"): 2,
    }


@pytest.mark.parametrize("by", [None, "month", "day"])
def test_those_who_wait_are_as_many_as_the_number_says(by: str | None) -> None:
    answer = backlog(tickets(), by=by)
    who = answer.who().to_pandas()
    assert len(who) == sum(row["value"] for row in answer.rows) > 0


def test_those_behind_a_share_are_as_many_as_it_says() -> None:
    answer = unanswered_24h_rate(tickets())
    who = answer.who().to_pandas()
    assert (who.numerator.sum(), len(who)) == (answer.rows[0]["numerator"], answer.rows[0]["denominator"])
    assert sorted(first_reply_time(tickets()).who().to_pandas().customer_id) == ["a", "b", "c", "c"]


def test_stamps_before_the_opening_are_times_of_0() -> None:
    log = tickets("1 a web 2024-01-05T10:00 2024-01-05T09:00 2024-01-01T10:00")
    assert first_reply_time(log).rows[0]["value"] == 0
    assert resolution_time(log).rows[0]["value"] == 0
    assert backlog(log, by="month").rows[0]["value"] == 0


def test_days_are_the_companys_and_hours_are_real_ones() -> None:
    # The clock of Berlin springs forward on 31 March 2024: 23 hours between the noons.
    log = tickets("1 a web 2024-03-30T11:00 2024-03-31T10:00 -", timezone="Europe/Berlin")
    (row,) = first_reply_time(log, by="day", as_of="2024-03-31").rows[:1]
    assert (str(row["period"]), row["value"]) == ("2024-03-30", 23)
    # A ticket of 22:30 UTC on 31 December is of the new year there.
    log = tickets("1 a web 2023-12-31T23:30 - -", timezone="Europe/Berlin")
    assert str(backlog(log, by="month").rows[0]["period"]) == "2024-01-01"


def test_without_tickets_it_is_said_what_is_lacking() -> None:
    log = Log.wrap(customers=pd.DataFrame({"customer_id": ["a"]}))
    with pytest.raises(MissingFacts, match="tickets"):
        backlog(log)
