"""Silences between sales, counted by hand."""

import pytest
from tests.vernost.measure.facts import customers, picked, shop, who

from vernost.errors import InvalidValue, MissingFacts
from vernost.measure import lapse_window, order_gaps, return_curve
from vernost.store.log import Log

THREE = ("ann 2024-01-01", "ann 2024-01-11", "ann 2024-01-31", "bob 2024-01-01", "eve 2024-01-01", "eve 2024-01-11")
"""Closed silences of 10, 10 and 20 days; as of 10 February open ones of 10 (ann), 40 (bob) and 30 (eve)."""

AS_OF = "2024-02-10"


def medians(log: Log, **asked: object) -> list[tuple[object, ...]]:
    return [row for row in picked(order_gaps(log, **asked), "quantile", "value", "denominator") if row[0] == 0.5]


@pytest.mark.parametrize(
    ("lines", "median", "gaps"),
    [
        pytest.param(["ann 2024-01-01"], None, 0, id="one sale has no gap"),
        pytest.param(["ann 2024-01-01T09:00", "ann 2024-01-01T21:00"], 0.0, 1, id="two on one day are 0 days apart"),
        pytest.param(["ann 2024-01-01T23:00", "ann 2024-01-02T01:00"], 1.0, 1, id="days of the calendar, not hours"),
        pytest.param(["ann 2024-02-28", "ann 2024-03-01"], 2.0, 1, id="over a leap day"),
        pytest.param(["ann 2024-01-01", "ann 2024-01-03", "ann 2024-01-10"], 4.5, 2, id="between 2 and 7 lies 4.5"),
        pytest.param(["ann 2024-01-01", "bob 2024-01-09", "ann 2024-01-04"], 3.0, 1, id="of one customer only"),
        pytest.param(["- 2024-01-01", "- 2024-01-09"], None, 0, id="walk-ins have no gaps"),
        pytest.param(["ann 2024-01-01 5", "ann 2024-01-02 -5", "ann 2024-01-09 5"], 8.0, 1, id="a refund is no sale"),
    ],
)
def test_a_gap_is_the_days_between_two_sales_of_a_customer(lines: list[str], median: float | None, gaps: int) -> None:
    assert medians(shop(*lines)) == [(0.5, median, gaps)]


def test_quantiles_are_linear_between_gaps() -> None:
    # Gaps of 0, 10, 20, 30 and 40 days: every tenth of the way is 4 days.
    days = ("2024-01-01", "2024-01-01", "2024-01-11", "2024-01-31", "2024-03-01", "2024-04-10")
    answer = order_gaps(shop(*(f"ann {day}" for day in days)))
    assert picked(answer, "quantile", "value") == [
        (0.1, pytest.approx(4)),
        (0.25, 10),
        (0.5, 20),
        (0.75, 30),
        (0.9, pytest.approx(36)),
        (0.95, pytest.approx(38)),
    ]


def test_gaps_are_told_apart_by_their_number() -> None:
    answer = order_gaps(shop(*THREE), by_order=True)
    halves = [row for row in picked(answer, "order_number", "quantile", "value", "denominator") if row[1] == 0.5]
    assert halves == [(1, 0.5, 10, 2), (2, 0.5, 20, 1)]


def test_days_are_those_of_the_company_when_the_clock_goes_back() -> None:
    # 00:30 and 23:30 of the same 25-hour day in Berlin, of two days in UTC.
    lines = ("ann 2024-10-26T22:30", "ann 2024-10-27T22:30")
    assert medians(shop(*lines, timezone="Europe/Berlin")) == [(0.5, 0, 1)]
    assert medians(shop(*lines)) == [(0.5, 1, 1)]


def test_a_gap_belongs_to_the_period_of_the_sale_that_closed_it_and_empty_periods_are_shown() -> None:
    log = shop("ann 2024-01-20", "ann 2024-03-01", "ann 2024-03-03")
    answer = order_gaps(log, by="month")
    assert [str(row["period"]) for row in answer.rows if row["quantile"] == 0.5] == [
        "2024-01-01",
        "2024-02-01",
        "2024-03-01",
    ]
    assert medians(log, by="month") == [(0.5, None, 0), (0.5, None, 0), (0.5, 21.5, 2)]
    assert len(answer.rows) == 3 * 6


def test_a_window_keeps_the_gaps_closed_in_it_whenever_they_began() -> None:
    log = shop("ann 2024-01-20", "ann 2024-03-01", "ann 2024-03-03")
    assert medians(log, since="2024-03-01", until="2024-03-02") == [(0.5, 41, 1)]


def test_a_gap_is_cut_by_the_sale_that_opened_it() -> None:
    log = shop("ann 2024-01-01 1 web", "ann 2024-01-03 1", "ann 2024-01-08 1 web", more="channel")
    found = [row for row in picked(order_gaps(log, cut="channel"), "channel", "quantile", "value") if row[1] == 0.5]
    assert found == [("web", 0.5, 2), (None, 0.5, 5)]


def test_each_gap_can_be_listed() -> None:
    answer = order_gaps(shop(*THREE))
    assert who(answer) == [
        {"customer_id": "ann", "order_number": 1, "days": 10, "numerator": True},
        {"customer_id": "ann", "order_number": 2, "days": 20, "numerator": True},
        {"customer_id": "eve", "order_number": 1, "days": 10, "numerator": True},
    ]
    assert len(who(answer)) == answer.rows[0]["denominator"]


def test_the_return_curve_counts_open_silences_until_as_of() -> None:
    # At 10 days 2 of 6 return and ann's last silence is out of sight; at 20 days 1 of the 3 left returns.
    answer = return_curve(shop(*THREE), as_of=AS_OF)
    assert picked(answer, "days", "at_risk", "events", "value") == [
        (10, 6, 2, pytest.approx(1 / 3)),
        (20, 3, 1, pytest.approx(5 / 9)),
        (30, 2, 0, pytest.approx(5 / 9)),
        (40, 1, 0, pytest.approx(5 / 9)),
    ]
    assert all(row["low"] < row["value"] < row["high"] for row in answer.rows)
    listed = who(answer)
    assert (len(listed), sum(row["numerator"] for row in listed)) == (6, 3)


def test_a_curve_is_cut_with_those_of_no_value_last() -> None:
    log = shop(*THREE, customers=customers("ann Tver", "eve Tver"))
    answer = return_curve(log, cut="city", as_of=AS_OF)
    assert picked(answer, "city", "days", "at_risk", "events") == [
        ("Tver", 10, 5, 2),
        ("Tver", 20, 2, 1),
        ("Tver", 30, 1, 0),
        (None, 40, 1, 0),
    ]


@pytest.mark.parametrize(
    ("share", "window"),
    [
        # Of silences longer than 0, 10 and 20 days 5/9, 1/3 and 0 end with a sale.
        pytest.param(0.1, 20, id="after 20 days nobody returned"),
        pytest.param(0.33, 20, id="after 10 days a third return, which is not less"),
        pytest.param(0.34, 10, id="after 10 days a third return, which is less"),
        pytest.param(0.6, 0, id="even at once less than that return"),
    ],
)
def test_the_lapse_window_is_the_silence_after_which_fewer_return(share: float, window: int) -> None:
    row = lapse_window(shop(*THREE), as_of=AS_OF, returning_share=share).rows[0]
    assert (row["value"], row["longest_days"], row["denominator"], row["unstable"]) == (window, 40, 6, False)
    assert (row["at_5"], row["at_10"], row["at_15"], row["at_20"]) == (20, 20, 20, 20)


@pytest.mark.parametrize(
    ("lines", "as_of", "window", "unstable"),
    [
        pytest.param(["ann 2024-01-01"], "2024-01-31", 0, True, id="nobody returned yet"),
        pytest.param(["ann 2024-01-01", "ann 2024-01-11"], "2024-01-24", 10, True, id="10 of 13 days seen"),
        pytest.param(["ann 2024-01-01", "ann 2024-01-11"], "2024-01-25", 10, False, id="10 of 14 days seen"),
        pytest.param(["ann 2024-01-01", "ann 2024-01-11"], "2024-01-12", 10, True, id="the longest silence was closed"),
        pytest.param(["ann 2024-01-01", "ann 2024-01-01"], "2024-01-09", 0, False, id="returned on the same day"),
    ],
)
def test_a_window_near_the_end_of_what_was_seen_is_unstable(
    lines: list[str], as_of: str, window: int, unstable: bool
) -> None:
    answer = lapse_window(shop(*lines), as_of=as_of)
    assert picked(answer, "value", "unstable") == [(window, unstable)]
    assert answer.summary == {"unstable": unstable}


def test_a_period_without_sales_has_no_window() -> None:
    answer = lapse_window(shop("ann 2024-01-01", "ann 2024-01-11", "ann 2024-03-05"), by="month")
    assert picked(answer, "value", "denominator") == [(54, 2), (None, 0), (0, 1)]


def test_nothing_left_after_where_is_nothing_and_no_error() -> None:
    log = shop(*(f"{line} 1 web" for line in THREE), more="channel")
    assert picked(lapse_window(log, where="channel = 'app'"), "value", "denominator") == [(None, 0)]
    assert return_curve(log, where="channel = 'app'").rows == []
    assert medians(log, where="channel = 'app'") == [(0.5, None, 0)]


@pytest.mark.parametrize("share", [0, 1, -0.1, 10])
def test_a_share_outside_0_to_1_is_refused(share: float) -> None:
    with pytest.raises(InvalidValue, match="returning_share"):
        lapse_window(shop(*THREE), returning_share=share)


def test_a_log_without_orders_says_what_it_lacks() -> None:
    with pytest.raises(MissingFacts, match="orders"):
        order_gaps(Log.wrap(customers=customers("ann Tver")))
