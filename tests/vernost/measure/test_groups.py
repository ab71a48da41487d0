"""Ready segments, counted by hand."""

from datetime import date, timedelta

import pytest
from tests.vernost.measure.facts import customers, picked, shop, who

from vernost.errors import InvalidValue, MissingFacts
from vernost.measure import at_risk, lost, new, regular, vip

TODAY = date(2024, 6, 30)


def ago(*days: int, customer: str = "ann", amount: float = 10) -> list[str]:
    """Sales of a customer so many days before as_of."""
    return [f"{customer} {TODAY - timedelta(days=day)} {amount}" for day in days]


def held(measure: object, *lines: str, **asked: object) -> list[str]:
    answer = measure(shop(*lines), as_of=TODAY, **asked)
    listed, row = who(answer), answer.rows[0]
    names = [entry["customer_id"] for entry in listed if entry["numerator"]]
    assert (row["numerator"], row["denominator"]) == (len(names), len(listed))
    return names


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        pytest.param([f"c{n} 2024-01-01 {n}" for n in range(1, 10)], ["c9"], id="one of nine"),
        pytest.param([f"c{n} 2024-01-01 {n}" for n in range(10)], ["c9"], id="one of ten"),
        pytest.param([f"c{n:02} 2024-01-01 {n}" for n in range(1, 12)], ["c10", "c11"], id="two of eleven"),
        pytest.param(["ann 2023-06-30 99", "bob 2024-01-01 5"], ["bob"], id="the same day a year before is out"),
        pytest.param(["ann 2023-07-01 99", "bob 2024-01-01 5"], ["ann"], id="the day after it is in"),
        pytest.param(["ann 2024-01-01 9", "ann 2024-01-02 -5", "bob 2024-01-01 5"], ["bob"], id="refunds taken off"),
        pytest.param(["ann 2024-01-01 0", "bob 2023-01-01 5"], [], id="nobody with revenue"),
        pytest.param(["ann 2024-01-02 5", "bob 2024-01-01 5"], ["bob"], id="of equals the one who bought first"),
    ],
)
def test_vip_is_the_top_decile_of_revenue_in_a_year(lines: list[str], names: list[str]) -> None:
    assert held(vip, *lines) == names


def test_the_year_before_a_leap_day_begins_after_the_28th() -> None:
    answer = vip(shop("ann 2023-02-28 99", "bob 2023-03-01 5"), as_of="2024-02-29")
    assert [row["customer_id"] for row in who(answer) if row["numerator"]] == ["bob"]


@pytest.mark.parametrize(
    ("days", "is_new"),
    [
        pytest.param((90,), True, id="the first sale is 90 days old"),
        pytest.param((91,), False, id="it is 91 days old"),
        pytest.param((91, 3), False, id="only the first counts"),
        pytest.param((0,), True, id="it is of today"),
    ],
)
def test_new_is_who_first_bought_within_90_days(days: tuple[int, ...], is_new: bool) -> None:
    assert held(new, *ago(*days)) == (["ann"] if is_new else [])
    assert held(new, *ago(*days), days=0) == (["ann"] if days == (0,) else [])


# Own gaps of 10, 20, 30 and 40 days: three quarters are at most 32.5.
OWN = (100, 90, 70, 40)


@pytest.mark.parametrize(
    ("scored_on", "band", "names"),
    [
        pytest.param("2024-06-30", "high", ["bob"], id="today"),
        pytest.param("2024-06-01", "high", ["bob"], id="the score still holds"),
        pytest.param("2024-05-31", "high", [], id="its horizon is over"),
        pytest.param("2024-07-01", "high", [], id="of a later day"),
        pytest.param("2024-06-30", "medium", [], id="of a lower band"),
    ],
)
def test_at_risk_is_whom_a_forecast_says_so(scored_on: str, band: str, names: list[str]) -> None:
    score = {"customer_id": ["bob"], "scored_on": [date.fromisoformat(scored_on)], "model": ["m"], "version": ["v"]}
    scores = score | {"days": [30], "risk": [0.9], "band": [band]}
    orders = [*ago(40, 30, 20, 10, customer="bob"), *ago(1, customer="eve")]

    log = shop(*orders, scores=scores)

    listed = who(at_risk(log, as_of=TODAY, lapse_days=90))
    assert [entry["customer_id"] for entry in listed if entry["numerator"]] == names


@pytest.mark.parametrize(
    ("silence", "where"),
    [
        pytest.param(32, "neither", id="32 days are usual"),
        pytest.param(33, "at_risk", id="33 days are not"),
        pytest.param(50, "at_risk", id="50 days are in the lapse window"),
        pytest.param(51, "lost", id="51 days are beyond it"),
    ],
)
def test_at_risk_is_silent_for_longer_than_own_gaps_and_lost_for_longer_than_the_window(
    silence: int, where: str
) -> None:
    lines = ago(*(day + silence for day in OWN), silence)
    assert held(at_risk, *lines, lapse_days=50) == (["ann"] if where == "at_risk" else [])
    assert held(lost, *lines, lapse_days=50) == (["ann"] if where == "lost" else [])


def test_who_has_few_gaps_is_measured_by_the_return_curve_of_the_company() -> None:
    # Silences closed after 10 (twice), 20 (twice), 30 (three) and 40 days; open after 30, 31 and 41. Of 11 longer than
    # 0 days 9/11, 7/11 and 4/11 outlast 10, 20 and 30, and half of that 40: 9/11 return in all, three quarters of
    # these within 30 days.
    ends = (10, 10, 20, 20, 30, 30, 30, 40)
    closed = [line for number, day in enumerate(ends) for line in ago(day, 0, customer=f"c{number}")]
    lines = [*closed, *ago(30, customer="una"), *ago(31, customer="vic"), *ago(41, customer="eve")]
    assert held(at_risk, *lines, lapse_days=100) == ["eve", "vic"]
    assert held(at_risk, *lines, lapse_days=40) == ["vic"]


def test_where_nobody_returned_there_is_nobody_at_risk() -> None:
    assert held(at_risk, *ago(50), lapse_days=100) == []


def test_the_window_is_learnt_when_not_given_and_said() -> None:
    answer = lost(shop(*ago(70, 60, 0), *ago(30, customer="bob"), *ago(10, customer="eve")), as_of=TODAY)
    # Silences of 10 and 60 days were closed and none was longer, so that it takes 60 days until none returns.
    assert answer.summary == {"lapse_days": 60}
    assert [note.code for note in answer.notes] == ["unstable_lapse_window"]
    assert picked(answer, "numerator", "denominator") == [(0, 3)]


@pytest.mark.parametrize(
    ("days", "is_regular"),
    [
        pytest.param((120, 110, 100, 90, 2), True, id="bought often and lately"),
        pytest.param((120,), False, id="bought once"),
        pytest.param((80, 70, 2), False, id="is new"),
        pytest.param((120, 110, 100, 90, 40), False, id="is at risk"),
        pytest.param((190, 180, 170, 160), False, id="is lost"),
    ],
)
def test_regular_is_who_buys_again_and_is_nothing_else(days: tuple[int, ...], is_regular: bool) -> None:
    # Bob is the VIP and returns after 30 days each time.
    lines = [*ago(*days), *ago(400, 370, 340, 310, 10, customer="bob", amount=999)]
    assert ("ann" in held(regular, *lines, lapse_days=100)) is is_regular
    assert "bob" not in held(regular, *lines, lapse_days=100)


def test_without_amounts_there_is_no_vip_and_the_rest_are_regular() -> None:
    log = shop("ann 2024-01-01", "ann 2024-05-01", "ann 2024-06-29")
    assert picked(regular(log, as_of=TODAY, lapse_days=100), "numerator") == [(1,)]
    with pytest.raises(MissingFacts, match=r"orders\.amount"):
        vip(log)


@pytest.mark.parametrize("measure", [vip, new, regular, at_risk, lost], ids=lambda measure: measure.name)
def test_walk_ins_refunds_alone_and_cancelled_orders_make_no_customer(measure: object) -> None:
    lines = ("- 2024-06-01 5", "eve 2024-06-01 -5", "bob 2024-06-01 5 cancelled", "ann 2024-06-01 5 done")
    answer = measure(shop(*lines, more="status"))
    assert answer.rows[0]["denominator"] == 1
    assert [row["customer_id"] for row in who(answer)] == ["ann"]


@pytest.mark.parametrize("measure", [vip, new, regular, at_risk, lost], ids=lambda measure: measure.name)
@pytest.mark.parametrize("asked", [{"by": "month"}, {"since": "2024-01-01"}, {"until": "2024-01-01"}])
def test_a_segment_is_asked_for_at_a_date_not_over_periods(measure: object, asked: dict[str, str]) -> None:
    with pytest.raises(InvalidValue, match="--as-of"):
        measure(shop("ann 2024-01-01 5"), **asked)


def test_a_cut_by_the_customer_keeps_those_without_it() -> None:
    log = shop(*ago(5), *ago(200, customer="bob"), customers=customers("ann Tver"))
    assert picked(new(log, as_of=TODAY, cut="city"), "city", "numerator", "denominator") == [
        ("Tver", 1, 1),
        (None, 0, 1),
    ]


def test_a_cut_by_the_order_is_read_at_the_last_one() -> None:
    log = shop("ann 2024-01-01 5 web", "ann 2024-06-01 5 app", "bob 2024-06-01 5", more="channel")
    assert picked(new(log, as_of=TODAY, cut="channel"), "channel", "numerator", "denominator") == [
        ("app", 0, 1),
        (None, 1, 1),
    ]


def test_nothing_left_after_where_is_nobody() -> None:
    log = shop("ann 2024-06-01 5 web", more="channel")
    assert picked(lost(log, where="channel = 'app'"), "value", "denominator") == [(None, 0)]


def test_bad_options_are_refused() -> None:
    log = shop("ann 2024-01-01 5")
    for measure, asked in ((new, {"days": -1}), (at_risk, {"min_gaps": 0}), (lost, {"lapse_days": -1})):
        with pytest.raises(InvalidValue, match=next(iter(asked))):
            measure(log, **asked)
