"""How long customers stay, counted by hand."""

from datetime import date, timedelta

import pytest
from tests.vernost.measure.facts import customers, picked, shop, subscriptions, who
from tests.vernost.measure.test_curve import PLACEBO, TREATED

from vernost.errors import InvalidValue, MissingFacts
from vernost.measure import survival
from vernost.store.log import Log


def contracts(*lines: str, timezone: str = "UTC", **tables: object) -> Log:
    return Log.wrap(subscriptions=subscriptions(*lines), timezone=timezone, **tables)


THREE = ("ann 2024-01-01 2024-01-11", "bob 2024-01-01 2024-01-31", "eve 2024-01-11 -")
"""Ended after 10 and 30 days; eve stays, 30 days as of 10 February."""


def test_subscriptions_that_run_are_counted_until_as_of() -> None:
    answer = survival(contracts(*THREE), as_of="2024-02-10")
    assert picked(answer, "time", "at_risk", "events", "value") == [
        (10, 3, 1, pytest.approx(2 / 3)),
        (30, 2, 1, pytest.approx(1 / 3)),
    ]
    assert (answer.summary["median"], answer.summary["size"], answer.summary["longest_days"]) == (30, 3, 30)
    # 10 days in full, then 20 days at two thirds.
    assert answer.summary["restricted_mean"] == pytest.approx(10 + 20 * 2 / 3)
    assert who(answer) == [
        {"customer_id": "ann", "time": 10, "numerator": True},
        {"customer_id": "bob", "time": 30, "numerator": True},
        {"customer_id": "eve", "time": 30, "numerator": False},
    ]


def test_the_published_example_is_found_through_the_log() -> None:
    today, lines = date(2024, 6, 30), []
    for plan, text in (("treated", TREATED), ("placebo", PLACEBO)):
        for number, word in enumerate(text.split()):
            length = int(word.rstrip("+"))
            start = today - timedelta(days=length if word.endswith("+") else 60)
            end = "-" if word.endswith("+") else start + timedelta(days=length)
            lines.append(f"{plan}{number} {start} {end} {plan}")
    summary = survival(contracts(*lines), cut="plan", as_of=today).summary
    assert {row["plan"]: row["median"] for row in summary["groups"]} == {"treated": 23, "placebo": 8}
    assert round(summary["logrank"]["statistic"], 2) == 16.79
    assert (summary["logrank"]["degrees"], summary["size"]) == (1, 42)


@pytest.mark.parametrize(
    ("line", "length", "is_over"),
    [
        pytest.param("ann 2024-01-01 2024-01-01", 0, True, id="ended on the day of its start"),
        pytest.param("ann 2024-01-09 2024-01-01", 0, True, id="an end before the start is an end at once"),
        pytest.param("ann 2024-01-01 2024-02-09", 39, True, id="ended on the day before"),
        pytest.param("ann 2024-01-01 2024-02-11", 41, True, id="ended as the day was over"),
        pytest.param("ann 2024-01-01 2024-02-12", 40, False, id="what ends later runs still"),
        pytest.param("ann 2024-02-10 -", 0, False, id="begun on the last day"),
        pytest.param("ann 2024-02-11 -", None, None, id="begun later is not there"),
    ],
)
def test_a_life_ends_when_the_subscription_has_ended_by_as_of(
    line: str, length: int | None, is_over: bool | None
) -> None:
    answer = survival(contracts(line, "zoe 2024-01-31 -"), as_of="2024-02-10")
    found = [(row["time"], row["numerator"]) for row in who(answer) if row["customer_id"] == "ann"]
    assert found == ([] if length is None else [(length, is_over)])


@pytest.mark.parametrize(
    ("lines", "lives"),
    [
        pytest.param(["ann 2024-01-01 2024-01-11", "ann 2024-01-11 2024-01-31"], [(30, True)], id="on the same day"),
        pytest.param(["ann 2024-01-01 2024-01-11", "ann 2024-01-12 2024-01-31"], [(30, True)], id="on the next day"),
        pytest.param(
            ["ann 2024-01-01 2024-01-11", "ann 2024-01-13 2024-01-31"], [(10, True), (18, True)], id="after a break"
        ),
        pytest.param(["ann 2024-01-01 2024-01-31", "ann 2024-01-05 2024-01-11"], [(30, True)], id="one inside another"),
        pytest.param(["ann 2024-01-01 -", "ann 2024-01-05 2024-01-11"], [(40, False)], id="one beside one that runs"),
        pytest.param(
            ["ann 2024-01-01 2024-01-31", "ann 2024-01-05 2024-01-11", "ann 2024-01-25 -"],
            [(40, False)],
            id="the longest so far counts, not the last",
        ),
        pytest.param(
            ["ann 2024-01-01 2024-01-11", "bob 2024-01-11 2024-01-31"], [(10, True), (20, True)], id="of two customers"
        ),
    ],
)
def test_subscriptions_of_a_customer_that_follow_one_another_are_one_life(
    lines: list[str], lives: list[tuple[int, bool]]
) -> None:
    answer = survival(contracts(*lines), unit="customer", as_of="2024-02-10")
    assert [(row["time"], row["numerator"]) for row in who(answer)] == lives


def test_a_joined_life_is_cut_by_its_first_plan() -> None:
    log = contracts("ann 2024-01-01 2024-01-11 basic", "ann 2024-01-11 2024-01-31 gold", "bob 2024-01-01 - gold")
    answer = survival(log, unit="customer", cut="plan", as_of="2024-02-10")
    assert picked(answer, "plan", "time", "events") == [("basic", 30, 1), ("gold", 40, 0)]


def test_days_are_those_of_the_company() -> None:
    # 23:30 on 1 January and 00:30 on 3 January in Moscow: two days there, one in UTC.
    lines = ("ann 2024-01-01T20:30 2024-01-02T21:30",)
    assert picked(survival(contracts(*lines, timezone="Europe/Moscow")), "time") == [(2,)]
    assert picked(survival(contracts(*lines)), "time") == [(1,)]


def test_a_customer_without_a_contract_lasts_until_the_lapse() -> None:
    # Lapse after 20 days: ann's last sale is 21 days old and so she lapsed after 10 + 20 days; bob's is 20 days old.
    log = shop("ann 2024-01-01", "ann 2024-01-11", "bob 2024-01-12", "- 2024-02-01")
    answer = survival(log, lapse_days=20)
    assert who(answer) == [
        {"customer_id": "ann", "time": 30, "numerator": True},
        {"customer_id": "bob", "time": 20, "numerator": False},
    ]
    assert (answer.to_dict()["base"], answer.summary["lapse_days"], answer.notes[0].code) == ("orders", 20, "walk_ins")


def test_the_lapse_is_learnt_when_not_given() -> None:
    log = shop("ann 2024-01-01", "ann 2024-01-11", "bob 2024-01-12", "- 2024-02-01")
    answer = survival(log)
    # One silence of 10 days was closed; nobody returned after a longer one, of the 21 days seen.
    assert answer.summary["lapse_days"] == 10
    assert [note.to_dict() for note in answer.notes[-2:]] == [
        {"code": "lapse_window", "days": 10},
        {"code": "until_lapse", "days": 10},
    ]
    assert all(row["value"] == 1 for row in answer.rows if row["time"] < 10)
    assert [(row["time"], row["numerator"]) for row in who(answer)] == [(20, True), (10, True)]


def test_lives_are_shown_by_the_period_of_their_start_and_tested_between() -> None:
    log = contracts("ann 2024-01-05 2024-01-15", "bob 2024-01-07 -", "eve 2024-03-01 2024-03-05")
    answer = survival(log, by="month", as_of="2024-03-31")
    assert [(str(row["period"]), row["time"], row["at_risk"]) for row in answer.rows] == [
        ("2024-01-01", 10, 2),
        ("2024-01-01", 84, 1),
        ("2024-03-01", 4, 1),
    ]
    assert answer.summary["logrank"]["degrees"] == 1
    assert [row["size"] for row in answer.summary["groups"]] == [2, 1]


def test_a_window_keeps_the_lives_begun_in_it() -> None:
    answer = survival(contracts(*THREE), since="2024-01-02", until="2024-01-11", as_of="2024-02-10")
    assert picked(answer, "time", "at_risk", "events") == [(30, 1, 0)]


def test_those_without_the_attribute_have_a_curve_and_no_part_in_the_test() -> None:
    log = contracts(*THREE, customers=customers("ann Tver", "bob Perm"))
    answer = survival(log, cut="city", as_of="2024-02-10")
    assert picked(answer, "city", "time", "events") == [("Perm", 30, 1), ("Tver", 10, 1), (None, 30, 0)]
    # Ann ends at 10 of two at risk: 1/2 expected in each city, variance 1/4.
    assert answer.summary["logrank"]["statistic"] == pytest.approx(1.0)


def test_within_periods_only_the_cut_is_tested() -> None:
    lines = ("a 2024-01-01 2024-01-11 x", "b 2024-01-01 2024-01-31 y", "c 2024-02-01 2024-02-11 x", "d 2024-02-01 - y")
    summary = survival(contracts(*lines), by="month", cut="plan", as_of="2024-03-31").summary
    # Each month x ends first of two, 1/2 expected with variance 1/4: (1/2 + 1/2)² / (1/4 + 1/4).
    assert (summary["logrank"]["statistic"], summary["logrank"]["degrees"]) == (pytest.approx(2.0), 1)


def test_nothing_left_after_where_is_nothing_and_no_error() -> None:
    answer = survival(contracts(*THREE), where="plan = 'gold'")
    assert (answer.rows, answer.summary["median"], answer.summary["restricted_mean"]) == ([], None, None)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"unit": "contract"}, "unit"),
        ({"base": "events"}, "base"),
        ({"base": "orders", "unit": "subscription"}, "no subscriptions"),
        ({"base": "orders", "lapse_days": -1}, "lapse_days"),
    ],
)
def test_what_cannot_be_asked_is_refused(asked: dict[str, object], message: str) -> None:
    log = shop("ann 2024-01-01", subscriptions=subscriptions(*THREE))
    with pytest.raises(InvalidValue, match=message):
        survival(log, **asked)


def test_a_log_without_either_table_says_what_it_lacks() -> None:
    with pytest.raises(MissingFacts, match="subscriptions or orders"):
        survival(Log.wrap(customers=customers("ann Tver")))
