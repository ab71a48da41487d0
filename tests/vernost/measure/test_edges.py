"""Small cases at the edges, most of them first found by the slow oracle; each can be counted by hand."""

from datetime import datetime
from typing import Any

import pandas as pd
import pytest

from vernost.errors import InvalidValue, MissingFacts, UnknownName
from vernost.measure import Answer, find_measure
from vernost.store.log import Log


def orders(*rows: tuple[Any, ...]) -> pd.DataFrame:
    """Orders from (customer, time, amount, kind)."""
    return pd.DataFrame(
        {
            "order_id": [f"o{number}" for number in range(len(rows))],
            "customer_id": [row[0] for row in rows],
            "ordered_at": pd.to_datetime([row[1] for row in rows], format="ISO8601"),
            "amount": [row[2] if len(row) > 2 else 10.0 for row in rows],
            "kind": [row[3] if len(row) > 3 else "sale" for row in rows],
        }
    )


def who(answer: Answer) -> set[tuple[Any, ...]]:
    return {tuple(row.values()) for row in answer.who().execute().to_dict("records")}


def test_customers_are_listed_for_the_shown_periods_only() -> None:
    log = Log.wrap(
        orders=orders(("ann", "2024-01-05"), ("ann", "2024-02-05"), ("bob", "2024-02-06"), ("bob", "2024-03-01"))
    )
    answer = find_measure("retention_rate")(log, by="month", since="2024-03-01")
    assert who(answer) == {(pd.Timestamp("2024-03-01"), "ann", False), (pd.Timestamp("2024-03-01"), "bob", True)}


@pytest.mark.parametrize(("until", "complete"), [("2024-01-10", True), ("2024-01-11", False)])
def test_a_window_is_complete_when_its_last_day_is_not_after_as_of(until: str, complete: bool) -> None:
    log = Log.wrap(orders=orders(("ann", "2024-01-10 15:00")))
    assert find_measure("revenue")(log, until=until).rows[0]["complete"] is complete


@pytest.mark.parametrize("measure", ["revenue", "orders", "active_customers", "new_customers"])
def test_nothing_has_no_interval(measure: str) -> None:
    log = Log.wrap(orders=orders(("ann", "2024-01-10"), ("ann", "2024-03-10")))
    row = find_measure(measure)(log, by="month").rows[1]
    assert (row["value"], row["low"], row["high"]) == (0, None, None)


@pytest.mark.parametrize(
    ("rows", "low"),
    [
        pytest.param([("ann", "2024-01-10", 10.0)], 0.0, id="nothing is taken off"),
        pytest.param([("ann", "2024-01-10", 100.0), ("bob", "2024-01-11", -10.0, "refund")], -10 - 19.6, id="ten are"),
        pytest.param([("ann", "2024-01-10", -10.0, "refund")], -10 - 19.6, id="ten are, and no more came"),
    ],
)
def test_revenue_may_be_lower_than_nothing_only_by_what_is_taken_off(rows: list[tuple[Any, ...]], low: float) -> None:
    row = find_measure("revenue")(Log.wrap(orders=orders(*rows))).rows[0]
    assert row["low"] == pytest.approx(low, abs=0.01)


@pytest.mark.parametrize("measure", ["aov", "purchase_frequency", "revenue_per_customer"])
def test_a_ratio_of_nothing_has_counts_of_zero(measure: str) -> None:
    log = Log.wrap(orders=orders(("ann", "2024-01-10")))
    row = find_measure(measure)(log, since="2023-01-01", until="2023-12-31").rows[0]
    assert (row["value"], row["numerator"], row["denominator"]) == (None, 0, 0)


def test_rfm_takes_an_unknown_amount_for_nothing() -> None:
    log = Log.wrap(orders=orders(("ann", "2024-01-01", None), ("bob", "2024-01-01", 5.0)))
    rows = {row["customer_id"]: row for row in find_measure("rfm")(log).rows}
    assert (rows["ann"]["monetary"], rows["ann"]["m"], rows["bob"]["m"]) == (0.0, 1, 3)


def test_a_customer_of_refunds_alone_does_not_narrow_the_frequency() -> None:
    sales = [("ann", "2024-01-01"), ("ann", "2024-01-02"), ("bob", "2024-01-03")]
    plain = find_measure("purchase_frequency")(Log.wrap(orders=orders(*sales)))
    refunded = find_measure("purchase_frequency")(
        Log.wrap(orders=orders(*sales, ("eve", "2024-01-03", -5.0, "refund")))
    )
    assert refunded.rows == plain.rows
    assert who(refunded) == {("ann", True), ("bob", True)}


def subscriptions(*rows: tuple[str, str, str | None], plans: str = "") -> pd.DataFrame:
    """Subscriptions from (customer, start, end) and a letter each for their plans."""
    return pd.DataFrame(
        {
            "subscription_id": [f"s{number}" for number in range(len(rows))],
            "customer_id": [row[0] for row in rows],
            "plan": list(plans) or ["a"] * len(rows),
            "started_at": [datetime.fromisoformat(row[1]) for row in rows],
            "ended_at": pd.to_datetime([row[2] for row in rows], format="ISO8601"),
            "monthly_price": [10.0] * len(rows),
        }
    )


def test_a_year_paid_ahead_does_not_move_the_day_of_the_answer() -> None:
    rows = subscriptions(("ann", "2024-01-01", "2099-12-31"), ("bob", "2024-01-10", "2024-03-05"))
    log = Log.wrap(subscriptions=rows.assign(loaded_at=datetime(2024, 3, 7)))  # noqa: DTZ001 - UTC as the log keeps it
    answer = find_measure("churn_rate")(log, by="month")
    assert str(answer.as_of) == "2024-03-05"
    assert [(row["numerator"], row["denominator"]) for row in answer.rows] == [(0, 1), (0, 2), (1, 2)]


ASUNCION = "America/Asuncion"  # clocks went from 0:00 to 1:00 on 2017-10-01: October begins at 04:00 UTC


@pytest.mark.parametrize(
    ("started", "running"),
    [
        pytest.param("2017-10-01 04:00:00", 1, id="at the first instant of October"),
        pytest.param("2017-10-01 04:00:01", 0, id="a second later"),
    ],
)
def test_a_month_without_a_midnight_begins_at_its_first_instant(started: str, running: int) -> None:
    log = Log.wrap(
        subscriptions=subscriptions(("ann", started, None), ("bob", "2017-09-10", "2017-11-15")), timezone=ASUNCION
    )
    rows = find_measure("active_customers")(log, by="month", base="subscriptions").rows
    assert [row["value"] for row in rows] == [1 + running, 2, 1]


def test_midnight_that_comes_twice_is_the_first_one() -> None:
    # On the Azores 2023-10-29 saw 0:00 to 1:00 twice: it began at 00:00 UTC, and 0:00 came again at 01:00 UTC.
    log = Log.wrap(
        subscriptions=subscriptions(("ann", "2023-10-29 01:00", None), ("bob", "2023-10-27", None)),
        timezone="Atlantic/Azores",
    )
    rows = find_measure("active_customers")(log, by="day", base="subscriptions", as_of="2023-10-30").rows
    assert {row["period"].day: row["value"] for row in rows} == {27: 1, 28: 1, 29: 2, 30: 2}


def test_a_window_reads_a_subscription_that_starts_at_its_very_end() -> None:
    log = Log.wrap(
        subscriptions=subscriptions(
            ("ann", "2024-01-01", "2024-01-20"), ("ann", "2024-02-01", None), ("bob", "2024-01-01", None)
        )
    )
    by_month = find_measure("retention_rate")(log, by="month", as_of="2024-02-10").rows[0]
    window = find_measure("retention_rate")(log, since="2024-01-01", until="2024-01-31", as_of="2024-02-10").rows[0]
    assert (window["numerator"], window["denominator"]) == (by_month["numerator"], by_month["denominator"]) == (2, 2)


@pytest.mark.parametrize("measure", ["active_customers", "new_customers"])
def test_a_window_that_outlasts_as_of_reads_nothing_after_it(measure: str) -> None:
    log = Log.wrap(orders=orders(("ann", "2024-01-10"), ("bob", "2024-02-10")))
    assert find_measure(measure)(log, until="2024-03-01", as_of="2024-01-31").rows[0]["value"] == 1


def test_plans_of_those_who_run_now_are_those_of_now() -> None:
    log = Log.wrap(
        subscriptions=subscriptions(("ann", "2020-01-01", "2021-01-01"), ("ann", "2023-01-01", None), plans="ab")
    )
    rows = find_measure("active_customers")(log, cut="plan").rows
    assert [(row["plan"], row["value"]) for row in rows] == [("b", 1)]


def test_a_cut_before_the_clocks_go_back_is_the_one_of_the_later_instant() -> None:
    # In Berlin 00:30 and 01:15 UTC of that day are 2:30 and then 2:15; the later one was in the store.
    frame = orders(("ann", "2023-10-29 00:30"), ("ann", "2023-10-29 01:15"), ("ann", "2023-11-05"))
    frame["channel"] = ["web", "store", "web"]
    log = Log.wrap(orders=frame, timezone="Europe/Berlin")
    rows = find_measure("retention_rate")(log, by="month", cut="channel").rows
    assert {row["channel"]: row["denominator"] for row in rows if row["period"].month == 11} == {"store": 1}


def test_revenue_of_a_cohort_has_refunds_taken_off() -> None:
    log = Log.wrap(
        orders=orders(("ann", "2024-01-01", 30.0), ("ann", "2024-02-01", -10.0, "refund"), ("bob", "2024-01-02", 10.0))
    )
    rows = find_measure("cohort_retention")(log, of="revenue").rows
    assert [(row["customers"], row["value"]) for row in rows] == [(2, 20.0), (0, -5.0)]


def test_revenue_of_a_cohort_without_known_amounts_is_nothing() -> None:
    log = Log.wrap(orders=orders(("ann", "2024-01-01", None), ("bob", "2024-02-01", 10.0)))
    rows = find_measure("cohort_retention")(log, of="revenue").rows
    assert [row["value"] for row in rows] == [0.0, 0.0, 10.0, None]


def test_members_are_listed_for_the_shown_cohorts_only() -> None:
    log = Log.wrap(orders=orders(("ann", "2024-01-01"), ("bob", "2024-02-01")))
    answer = find_measure("cohort_retention")(log, since="2024-02-01")
    assert answer.who().execute().customer_id.tolist() == ["bob"]


@pytest.mark.parametrize("has_customers", [True, False])
@pytest.mark.parametrize("measure", ["retention_rate", "new_customers", "cohort_retention", "revenue", "rfm"])
def test_a_cut_that_nothing_has_is_named(measure: str, has_customers: bool) -> None:
    tables = {"customers": pd.DataFrame({"customer_id": ["ann"], "city": ["Perm"]})} if has_customers else {}
    log = Log.wrap(orders=orders(("ann", "2024-01-01")), **tables)
    with pytest.raises(UnknownName, match="There is no attribute 'plan'"):
        find_measure(measure)(log, cut="plan").rows  # noqa: B018 - asking is what must fail


def test_waits_are_counted_in_whole_seconds() -> None:
    tickets = pd.DataFrame(
        {
            "ticket_id": ["t"],
            "customer_id": ["ann"],
            "opened_at": pd.to_datetime(["2024-01-01 10:00:00.6"]),
            "first_reply_at": pd.to_datetime(["2024-01-01 11:00:00.2"]),
        }
    )
    assert find_measure("first_reply_time")(Log.wrap(tickets=tickets)).rows[0]["value"] == 1.0


def test_a_window_of_contracts_reads_nothing_after_as_of_and_what_starts_at_its_end() -> None:
    log = Log.wrap(subscriptions=subscriptions(("ann", "2024-01-01", None), ("bob", "2024-02-01", None)))
    until = {
        day: find_measure("mrr")(log, until=day, as_of="2024-01-31").rows[0]["value"]
        for day in ("2024-01-31", "2024-03-01")
    }
    assert until == {"2024-01-31": 10.0, "2024-03-01": 10.0}
    assert find_measure("mrr")(log, until="2024-01-31", as_of="2024-02-01").rows[0]["value"] == 20.0


def test_a_backlog_of_a_window_that_outlasts_as_of_is_the_one_at_as_of() -> None:
    tickets = pd.DataFrame(
        {
            "ticket_id": ["t"],
            "customer_id": ["ann"],
            "opened_at": pd.to_datetime(["2024-01-01"]),
            "resolved_at": pd.to_datetime(["2024-02-10"]),
        }
    )
    answer = find_measure("backlog")(Log.wrap(tickets=tickets), as_of="2024-01-31", until="2024-03-01")
    assert answer.rows[0]["value"] == 1


def test_churn_of_nobody_has_counts_of_zero() -> None:
    log = Log.wrap(subscriptions=subscriptions(("ann", "2024-01-01", None)))
    row = find_measure("revenue_churn")(log, since="2023-01-01", until="2023-01-31").rows[0]
    assert (row["value"], row["customers"], row["upgraded"]) == (None, 0, 0)


def test_nobody_of_those_asked_answered() -> None:
    answers = pd.DataFrame(
        {
            "answer_id": ["a", "b"],
            "response_id": ["a", "b"],
            "survey": "s",
            "question": "q",
            "kind": "nps",
            "answered_at": pd.to_datetime(["2024-01-01", "2024-02-01"]),
            "score": [None, 9.0],
        }
    )
    rows = find_measure("nps")(Log.wrap(answers=answers), by="month").rows
    assert [(row["value"], row["response_rate"]) for row in rows] == [(None, 0.0), (100.0, 1.0)]


@pytest.mark.parametrize("measure", ["order_gaps", "lapse_window", "concentration"])
def test_values_of_a_cut_come_in_their_order_in_each_period(measure: str) -> None:
    frame = orders(("ann", "2024-01-01"), ("ann", "2024-01-09"), ("bob", "2024-01-02"), ("bob", "2024-01-03"))
    people = pd.DataFrame({"customer_id": ["ann", "bob"], "city": ["Omsk", "Perm"]})
    for cities in (["Omsk", "Perm"], ["Perm", "Omsk"], [None, "Omsk"]):
        rows = find_measure(measure)(
            Log.wrap(orders=frame, customers=people.assign(city=cities)), by="month", cut="city"
        ).rows
        seen = list(dict.fromkeys(row["city"] for row in rows))
        assert seen == sorted(cities, key=lambda city: (city is None, city or ""))


@pytest.mark.parametrize(
    ("measure", "asked", "says"),
    [
        ("cohort_retention", {"horizon": "abc"}, "horizon is 'abc', must be a whole number"),
        ("cohort_retention", {"horizon": 1.5}, "horizon is 1.5, must be a whole number"),
        ("cohort_retention", {"min_orders": True}, "min_orders is True, must be a whole number"),
        ("cohort_retention", {"min_orders": None}, "min_orders is None, must be a whole number"),
        ("cohort_retention", {"min_amount": float("nan")}, "min_amount is nan, must be a number"),
        ("cohort_retention", {"base": 1}, "base is 1, must be a text"),
        ("order_gaps", {"by_order": 1}, "by_order is 1, must be true or false"),
    ],
)
def test_an_option_of_another_kind_is_refused(measure: str, asked: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidValue, match=says):
        find_measure(measure)(Log.wrap(orders=orders(("ann", "2024-01-10"))), **asked)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"as_of": "9999-12-31"}, "as_of is 9999-12-31, must be in the years 1678 to 2261"),
        ({"since": "0001-01-01"}, "since is 0001-01-01, must be in the years 1678 to 2261"),
        ({"until": "9999-12-31"}, "until is 9999-12-31, must be in the years 1678 to 2261"),
        ({"days": 999_999_999}, "days is 999999999, must be at most 100000"),
    ],
)
def test_a_window_outside_of_calendars_is_refused(asked: dict[str, Any], says: str) -> None:
    log = Log.wrap(orders=orders(("ann", "2024-01-10")))
    with pytest.raises(InvalidValue, match=says):
        assert find_measure("retention_rate")(log, **asked).rows


@pytest.mark.parametrize("asked", [{"as_of": "2261-12-31"}, {"since": "1678-01-01"}, {"days": 100_000}])
def test_a_window_at_the_ends_of_calendars_is_answered(asked: dict[str, Any]) -> None:
    log = Log.wrap(orders=orders(("ann", "2024-01-10")))
    assert find_measure("retention_rate")(log, **asked).rows


def test_whole_numbers_of_any_library_are_options() -> None:
    log = Log.wrap(orders=orders(("ann", "2024-01-10"), ("ann", "2024-02-10")))
    asked: dict[str, Any] = {"horizon": pd.Series([1]).iloc[0], "min_amount": 10}
    assert len(find_measure("cohort_retention")(log, by="month", **asked).rows) == 2


def test_who_ends_with_the_first_instant_of_a_month_left_in_the_one_before() -> None:
    log = Log.wrap(
        subscriptions=subscriptions(("ann", "2017-09-02", "2017-10-01 04:00"), ("bob", "2017-09-02", "2017-10-09")),
        tickets=pd.DataFrame({"ticket_id": ["t"], "customer_id": ["eve"], "opened_at": pd.to_datetime(["2017-10-09"])}),
        timezone=ASUNCION,
    )
    rows = find_measure("silent_leaver_rate")(log, by="month").rows
    assert {row["period"].month: row["denominator"] for row in rows} == {9: 1, 10: 1}


@pytest.mark.parametrize(
    ("promised", "delivered", "late"),
    [
        pytest.param("2017-10-01 04:00", "2017-10-01 20:00", 0, id="a day without a midnight lasts until its end"),
        pytest.param("2017-10-01 04:00", "2017-10-02 03:00", 1, id="and no longer"),
        pytest.param("2017-10-01 05:00", "2017-10-01 20:00", 1, id="a time of that day is a time"),
    ],
)
def test_a_promised_day_without_a_midnight(promised: str, delivered: str, late: int) -> None:
    frame = orders(("ann", "2017-09-28")).assign(
        promised_at=pd.to_datetime([promised]), delivered_at=pd.to_datetime([delivered])
    )
    log = Log.wrap(orders=frame, timezone=ASUNCION)
    assert find_measure("late_delivery_rate")(log, as_of="2017-10-31").rows[0]["numerator"] == late


def test_a_time_is_kept_or_not_by_the_instant_when_clocks_go_back() -> None:
    # Promised for 2:30 summer time in Berlin, brought at 2:15 winter time: 45 minutes late.
    frame = orders(("ann", "2023-10-28")).assign(
        promised_at=pd.to_datetime(["2023-10-29 00:30"]), delivered_at=pd.to_datetime(["2023-10-29 01:15"])
    )
    log = Log.wrap(orders=frame, timezone="Europe/Berlin")
    assert find_measure("late_delivery_rate")(log, as_of="2023-10-31").rows[0]["numerator"] == 1


@pytest.mark.parametrize(
    ("mode", "active"),
    [("exact", [True, False, True]), ("on_or_after", [True, True, True]), ("rolling", [True, False, True])],
)
@pytest.mark.parametrize("min_amount", [None, 1])
def test_behind_a_cell_stands_the_whole_cohort(mode: str, active: list[bool], min_amount: int | None) -> None:
    log = Log.wrap(orders=orders(("ann", "2024-01-10"), ("bob", "2024-01-11"), ("ann", "2024-03-10")))
    answer = find_measure("cohort_retention")(log, by="month", mode=mode, min_amount=min_amount)
    first, ages = pd.Timestamp("2024-01-01"), range(3)
    assert who(answer) == {(first, age, "ann", active[age]) for age in ages} | {
        (first, age, "bob", age == 0) for age in ages
    }


def test_an_interval_holds_its_share_when_a_whole_cohort_is_active() -> None:
    # 88 of 88: the formula alone gives an upper bound of 0.9999999999999999.
    log = Log.wrap(orders=orders(*((f"c{number}", "2024-01-10") for number in range(88))))
    row = find_measure("cohort_retention")(log).rows[0]
    assert (row["value"], row["high"]) == (1, 1)


@pytest.mark.parametrize(
    ("measure", "needs"),
    [
        ("mrr", "the table subscriptions"),
        ("clv", "at least one row in subscriptions, orders"),
        ("retention_value", "at least one row in subscriptions, orders"),
    ],
)
def test_money_of_a_log_of_visits_alone_says_which_table_it_needs(measure: str, needs: str) -> None:
    visits = pd.DataFrame({"event_id": ["1"], "customer_id": ["ann"], "occurred_at": ["2024-01-05"], "name": ["visit"]})
    with pytest.raises(MissingFacts, match=f"{measure} needs {needs}, "):
        find_measure(measure)(Log.wrap(events=visits)).rows  # noqa: B018 - asking is what must fail


@pytest.mark.parametrize(
    "where",
    [
        pytest.param("CAST(channel AS BIGINT) > 1", id="a cell beyond all numbers"),
        pytest.param("CAST(channel AS BOOLEAN)", id="a cell that is no condition"),
        pytest.param("99999999999 * 99999999999 * amount > 1", id="a product beyond all numbers"),
        pytest.param("CAST(DATE '2024-01-01' AS BIGINT) > 1", id="a kind that becomes no other"),
    ],
)
def test_what_the_engine_cannot_work_out_is_told_without_the_cell(where: str) -> None:
    cell = "99999999999999999999999"
    log = Log.wrap(orders=orders(("ann", "2024-01-05")).assign(channel=cell))
    with pytest.raises(InvalidValue, match="cannot work this out") as told:
        _ = find_measure("aov")(log, where=where).rows
    assert cell not in str(told.value)


@pytest.mark.parametrize(
    ("measure", "value"),
    [("revenue", 30.0), ("aov", 15.0), ("purchase_frequency", 1.0), ("revenue_per_customer", 15.0)],
)
def test_the_amount_that_is_summed_can_be_a_cut(measure: str, value: float) -> None:
    log = Log.wrap(orders=orders(("ann", "2024-01-05", 15.0), ("bob", "2024-01-06", 15.0), ("bob", "2024-01-07", 7.0)))
    rows = {float(row["amount"]): row["value"] for row in find_measure(measure)(log, cut="amount").rows}
    assert rows[15.0] == value
