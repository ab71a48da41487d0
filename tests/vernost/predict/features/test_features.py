"""Each feature against small logs that a person can count."""

from datetime import date, timedelta
from typing import Any

import pytest
from tests.vernost.measure.facts import customers, frame, orders, subscriptions

from vernost.errors import InvalidValue, MissingFacts
from vernost.predict.features import features
from vernost.store.log import Log

DAY = "2024-06-30"
BOUGHT = orders("ann 2024-06-01 10")


def of_ann(log: Log, day: str = DAY, **asked: Any) -> dict[str, Any]:
    """Features of Ann, who must be there."""
    rows = log.fetch(features(log, day, **asked)).to_pylist()
    return next(row for row in rows if row["customer_id"] == "ann")


def held(found: dict[str, Any], expected: dict[str, Any]) -> dict[str, Any]:
    return {name: round(found[name], 6) if isinstance(found[name], float) else found[name] for name in expected}


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(
            ["ann 2024-06-01 10"],
            {
                "orders": 1, "silence": 29, "tenure": 29, "revenue": 10, "gap_mean": None, "silence_ratio": None,
                "silence_z": None, "orders_30d": 1, "orders_trend_30d": None,
            },
            id="bought once",
        ),
        pytest.param(
            ["ann 2024-06-30 10", "ann 2024-07-01 10"],
            {"orders": 1, "silence": 0, "revenue": 10},
            id="the day itself counts, the next does not",
        ),
        pytest.param(
            ["ann 2024-04-01 30", "ann 2024-04-11 10", "ann 2024-05-01 20"],
            {
                "gap_mean": 15, "gap_max": 20, "gap_std": 7.071068, "silence": 60, "silence_ratio": 4,
                "silence_z": 6.363961, "order_value_mean": 20, "order_value_max": 30,
            },
            id="silence against the own rhythm",
        ),
        pytest.param(
            ["ann 2024-05-05 40", "ann 2024-05-31 40", "ann 2024-06-20 20"],
            {"orders_30d": 1, "orders_trend_30d": 0.5, "revenue_30d": 20, "revenue_trend_30d": 0.25, "orders_90d": 3},
            id="the last thirty days against those before",
        ),
        pytest.param(
            ["ann 2024-06-01 30", "ann 2024-06-10 -10"],
            {"orders": 1, "refunds": 1, "revenue": 20, "silence": 29, "order_value_max": 30, "gap_mean": None},
            id="a refund is no purchase, and takes money off",
        ),
        pytest.param(["ann 2024-06-01 1", "ann 2024-06-01 1"], {"orders": 2, "silence_ratio": None}, id="twice a day"),
    ],
)  # fmt: skip
def test_purchases(lines: list[str], expected: dict[str, Any]) -> None:
    assert held(of_ann(Log.wrap(orders=orders(*lines))), expected) == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(["ann 2024-06-01 9 cancelled", "ann 2024-05-01 9 -"], {"orders": 1}, id="cancelled is no sale"),
        pytest.param(["ann 2024-06-01 9 - 5", "ann 2024-05-01 9"], {"discounted_share": 0.5}, id="a discount"),
        pytest.param(["ann 2024-06-01 9 - 0 MAY", "ann 2024-05-01 9 - 0"], {"discounted_share": 0.5}, id="a coupon"),
    ],
)
def test_conditions_of_sale(lines: list[str], expected: dict[str, Any]) -> None:
    log = Log.wrap(orders=orders(*lines, more="status discount coupon"))

    assert held(of_ann(log), expected) == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(
            ["ann 2024-06-01 9 2024-06-05 2024-06-05T20:00"],
            {"late_deliveries": 0, "late_share": 0, "is_last_late": 0, "overdue_orders": 0},
            id="a promised date lasts until its end",
        ),
        pytest.param(
            ["ann 2024-06-01 9 2024-06-05 2024-06-04", "ann 2024-06-10 9 2024-06-12 2024-06-13"],
            {"late_deliveries": 1, "late_share": 0.5, "is_last_late": 1, "overdue_orders": 0},
            id="the last one late",
        ),
        pytest.param(
            ["ann 2024-06-01 9 2024-06-05 2024-06-08", "ann 2024-06-10 9 2024-06-12 2024-06-12"],
            {"late_deliveries": 1, "late_share": 0.5, "is_last_late": 0},
            id="an earlier one late",
        ),
        pytest.param(
            ["ann 2024-06-01 9 2024-06-29 2024-07-02"],
            {"late_deliveries": 0, "late_share": None, "is_last_late": 0, "overdue_orders": 1},
            id="that it will come is not known yet",
        ),
        pytest.param(["ann 2024-06-01 9 2024-07-02 -"], {"overdue_orders": 0, "late_share": None}, id="not yet due"),
    ],
)
def test_deliveries(lines: list[str], expected: dict[str, Any]) -> None:
    log = Log.wrap(orders=orders(*lines, more="promised_at delivered_at"))

    assert held(of_ann(log), expected) == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(
            ["1 1 tea", "1 2 tea", "1 3 cake"], {"categories": 2, "favourite_category": "tea"}, id="most lines"
        ),
        pytest.param(["1 1 tea", "2 1 cake"], {"favourite_category": "cake"}, id="of two the one bought last"),
        pytest.param(
            ["1 1 tea", "3 1 cake", "3 2 cake"], {"categories": 1, "favourite_category": "tea"}, id="later lines"
        ),
        pytest.param(["1 1 -"], {"categories": 0, "favourite_category": None}, id="no category"),
    ],
)
def test_goods(lines: list[str], expected: dict[str, Any]) -> None:
    bought = orders("ann 2024-06-01 9", "ann 2024-06-02 9", "ann 2024-07-02 9").assign(order_id=["1", "2", "3"])
    goods = frame("order_id line category product_id quantity unit_price", *(f"{line} p 1 1" for line in lines))
    log = Log.wrap(orders=bought, order_lines=goods)

    assert held(of_ann(log), expected) == expected


@pytest.mark.parametrize(
    ("lines", "prices", "expected"),
    [
        pytest.param(
            ["ann 2024-06-01 -"],
            ["10"],
            {
                "contracts_running": 1, "contracts_over": 0, "plan": "basic", "monthly_price": 10, "contract_age": 29,
                "contract_tenure": 29, "price_change": None,
            },
            id="the first contract",
        ),
        pytest.param(
            ["ann 2024-01-01 2024-06-01", "ann 2024-06-01 - pro"],
            ["10", "15"],
            {
                "contracts_running": 1, "contracts_over": 1, "plan": "pro", "monthly_price": 15, "price_change": 0.5,
                "contract_age": 29, "contract_tenure": 181,
            },
            id="a dearer plan",
        ),
        pytest.param(
            ["ann 2024-01-01 2024-07-01", "ann 2024-07-01 - pro"],
            ["10", "15"],
            {"contracts_running": 1, "contracts_over": 0, "plan": "basic", "monthly_price": 10},
            id="neither the end nor what follows it is known",
        ),
        pytest.param(
            ["ann 2024-01-01 -", "ann 2024-02-01 - pro"],
            ["10", "15"],
            {"contracts_running": 2, "plan": "pro", "monthly_price": 25, "price_change": 0.5},
            id="two at a time",
        ),
    ],
)  # fmt: skip
def test_contracts(lines: list[str], prices: list[str], expected: dict[str, Any]) -> None:
    log = Log.wrap(subscriptions=subscriptions(*lines).assign(monthly_price=prices))

    assert held(of_ann(log), expected) == expected


ENDED_AFTER = {"year": [365, 366, 364, 730, 366, 90], "month": [31, 91, 92, 61, 30, 16], "any": [3, 40, 100, 205, 333]}
"""Days from New Year's Day of 2020 to the end of contracts, by plan."""


@pytest.mark.parametrize(
    ("lines", "days"),
    [
        pytest.param(["ann 2023-07-10 - year"], 9, id="356 days of a year are over"),
        pytest.param(["ann 2022-07-10 - year"], 10, id="of the second year as well"),
        pytest.param(["ann 2024-06-10 - month"], 10, id="of a month"),
        pytest.param(
            ["ann 2023-07-10 2024-05-01 year", "ann 2024-05-01 - month"], 9, id="a change of plan moves nothing"
        ),
        pytest.param(["ann 2024-06-10 - any"], None, id="of a plan that ends at any time"),
        pytest.param(["ann 2024-06-10 - new"], None, id="of a plan that nobody has left"),
    ],
)
def test_days_to_the_renewal_are_told_by_those_who_left(lines: list[str], days: int | None) -> None:
    new_year = date(2020, 1, 1)
    ended = [
        f"{plan}{number} {new_year} {new_year + timedelta(days=after)} {plan}"
        for plan, ends in ENDED_AFTER.items()
        for number, after in enumerate(ends)
    ]
    told = of_ann(Log.wrap(subscriptions=subscriptions(*ended, *lines)))["renewal_in"]

    assert (told if told is None else round(told)) == days


@pytest.mark.parametrize(
    ("step", "days"),
    [
        pytest.param("renewal_off 2024-06-20", 10, id="since the last renewal"),
        pytest.param("payment_failed 2023-06-20", None, id="before it, and they renewed"),
        pytest.param("renewal_off 2024-07-01", None, id="not yet"),
        pytest.param("visit 2024-06-20", None, id="no step"),
    ],
)
def test_days_to_an_announced_leaving(step: str, days: int | None) -> None:
    new_year, (name, at) = date(2020, 1, 1), step.split()
    ended = [
        f"year{number} {new_year} {new_year + timedelta(days=after)} year"
        for number, after in enumerate(ENDED_AFTER["year"])
    ]
    seen = frame("event_id customer_id occurred_at", f"1 ann {at}").assign(name=name)
    told = of_ann(Log.wrap(subscriptions=subscriptions(*ended, "ann 2022-07-10 - year"), events=seen))["leaving_in"]

    assert (told if told is None else round(told)) == days


@pytest.mark.parametrize(("ended", "is_present"), [("2024-06-30T23:59", False), ("2024-07-01", True), ("-", True)])
def test_who_has_no_running_contract_is_not_present(ended: str, is_present: bool) -> None:
    log = Log.wrap(subscriptions=subscriptions(f"ann 2024-01-01 {ended}", "bob 2024-07-01 -"))

    found = log.fetch(features(log, DAY))["customer_id"].to_pylist()

    assert found == (["ann"] if is_present else [])


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(
            ["1 ann 2024-06-01 2024-06-01T05:00 2024-06-02", "2 ann 2024-05-31"],
            {
                "tickets": 2, "tickets_30d": 1, "tickets_90d": 2, "open_tickets": 1, "unanswered_24h": 1,
                "reply_hours_mean": 5, "ticket_silence": 29,
            },
            id="one answered, one not",
        ),
        pytest.param(
            ["1 ann 2024-06-29T00:00 2024-07-01T00:00", "2 ann 2024-06-30T12:00 2024-07-03"],
            {"tickets": 2, "open_tickets": 2, "unanswered_24h": 1, "reply_hours_mean": None},
            id="replies to come are not known",
        ),
        pytest.param(
            ["1 ann 2023-06-01"], {"tickets": 1, "open_tickets": 1, "unanswered_24h": 0}, id="waits are forgotten"
        ),
        pytest.param([], {"tickets": 0, "ticket_silence": None, "unanswered_24h": 0}, id="nothing"),
    ],
)  # fmt: skip
def test_requests(lines: list[str], expected: dict[str, Any]) -> None:
    told = frame("ticket_id customer_id opened_at first_reply_at resolved_at", "0 bob 2024-01-01", *lines)

    assert held(of_ann(Log.wrap(orders=BOUGHT, tickets=told)), expected) == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(["nps 2024-06-01 9", "nps 2024-06-10 3"], {"nps_last": 3, "nps_silence": 20}, id="the last"),
        pytest.param(["nps 2024-06-01 9", "nps 2024-07-01 3"], {"nps_last": 9, "nps_silence": 29}, id="later ones not"),
        pytest.param(
            ["nps 2024-06-01 9", "nps 2024-06-10 -"], {"nps_last": 9, "csat_last": None}, id="a blank is none"
        ),
        pytest.param(["csat 2024-06-01 4", "ces 2024-06-30 2"], {"csat_last": 4, "ces_silence": 0}, id="each kind"),
    ],
)
def test_scores(lines: list[str], expected: dict[str, Any]) -> None:
    table = frame("kind answered_at score", *lines)
    table = table.assign(customer_id="ann", survey="s", question="q", response_id="r")
    table["answer_id"] = [str(number) for number in range(len(lines))]

    assert held(of_ann(Log.wrap(orders=BOUGHT, answers=table)), expected) == expected


def test_reviews() -> None:
    lines = ["1 ann 2024-03-01 1", "2 ann 2024-05-01 2", "3 ann 2024-06-10 4", "4 ann 2024-07-01 1", "5 ann 2024-06-20"]
    told = frame("review_id customer_id posted_at rating", *lines).assign(platform="site")
    expected = {"rating_last": 4, "low_ratings_30d": 0, "low_ratings_90d": 1, "review_silence": 20}

    assert held(of_ann(Log.wrap(orders=BOUGHT, reviews=told)), expected) == expected


def test_contacts() -> None:
    lines = [
        "1 ann 2024-06-01 2024-06-01 2024-06-02 -",
        "2 ann 2024-06-10 2024-06-10 2024-07-02 2024-07-02",  # opened and left when it could not be known
        "3 ann 2024-06-11 - - -",  # the control
        "4 ann 2024-01-11 2024-01-11 2024-01-11 -",
    ]
    sent = frame("contact_id customer_id assigned_at sent_at opened_at unsubscribed_at", *lines)
    sent = sent.assign(campaign="spring", channel="mail", variant="treatment")
    log = Log.wrap(orders=BOUGHT, contacts=sent)

    assert held(of_ann(log), {"contacts_90d": 2, "opened_share_90d": 0.5, "is_unsubscribed": 0}) == {
        "contacts_90d": 2, "opened_share_90d": 0.5, "is_unsubscribed": 0,
    }  # fmt: skip
    assert of_ann(log, "2024-07-02")["is_unsubscribed"] == 1


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(["ann 2024-06-01 50 earn -"], {"points_balance": 50, "points_expiring_30d": 0}, id="earned"),
        pytest.param(
            ["ann 2024-06-01 50 earn 2024-07-20", "ann 2024-06-02 -30 burn -", "ann 2024-07-03 9 earn -"],
            {"points_balance": 20, "points_expiring_30d": 20, "points_spent_180d": 30},
            id="no more expire than are there",
        ),
        pytest.param(
            ["ann 2024-06-01 50 earn 2024-09-01", "ann 2024-06-01 5 earn 2024-06-15"],
            {"points_balance": 55, "points_expiring_30d": 0},
            id="neither far ones nor past ones expire soon",
        ),
    ],
)
def test_points(lines: list[str], expected: dict[str, Any]) -> None:
    ledger = frame("customer_id booked_at points kind expires_at", *lines)

    assert held(of_ann(Log.wrap(orders=BOUGHT, points=ledger)), expected) == expected


def test_events() -> None:
    lines = ["1 ann 2024-05-20", "2 ann 2024-05-21", "3 ann 2024-06-10", "4 ann 2024-07-01", "5 bob 2024-06-30"]
    seen = frame("event_id customer_id occurred_at", *lines).assign(name="visit")
    log = Log.wrap(events=seen)
    expected = {"events": 3, "events_30d": 1, "events_trend_30d": 0.5, "event_silence": 20}

    assert held(of_ann(log), expected) == expected
    assert log.fetch(features(log, "2024-06-09"))["customer_id"].to_pylist() == ["ann"]


@pytest.mark.parametrize(
    ("name", "age", "faults", "charges"),
    [
        pytest.param("Subscription Cancelled", 10, 0, 0, id="as analytics calls it"),
        pytest.param("auto_renew_disabled", 10, 0, 0, id="renewal off"),
        pytest.param("payment_failed", 10, 0, 0, id="no money"),
        pytest.param("Отмена подписки", 10, 0, 0, id="in Russian"),
        pytest.param("error_shown", None, 1, 0, id="a fault"),
        pytest.param("Connection Lost", None, 1, 0, id="no connection, as analytics calls it"),
        pytest.param("connection_lost", None, 1, 0, id="no connection"),
        pytest.param("Payment Failed", 10, 0, 0, id="no money, as analytics calls it"),
        pytest.param("fee_charged", None, 0, 1, id="a fee"),
        pytest.param("Списана комиссия", None, 0, 1, id="a fee in Russian"),
        pytest.param("product_view", None, 0, 0, id="something else"),
    ],
)
def test_what_names_of_events_say(name: str, age: int | None, faults: int, charges: int) -> None:
    seen = frame("event_id customer_id occurred_at", "1 ann 2024-06-20", "2 ann 2024-05-01", "3 ann 2024-07-01")
    ann = of_ann(Log.wrap(orders=BOUGHT, events=seen.assign(name=name)))
    expected = {"leaving_step_age": age, "faults_30d": faults, "charges_30d": charges}

    assert held(ann, expected) == expected
    assert (ann["faults_90d"], ann["charges_90d"]) == (2 * faults, 2 * charges)


def test_attributes() -> None:
    who = customers("ann Омск ads true", "bob Perm ads false", more="city acquisition_channel is_business")
    who["is_business"] = who["is_business"] == "true"
    expected = {"city": "Омск", "acquisition_channel": "ads", "is_business": 1, "country": None}

    assert held(of_ann(Log.wrap(orders=BOUGHT, customers=who)), expected) == expected


def test_free_text_is_left_out() -> None:
    who = customers("ann city-0", *(f"c{number} city-{number}" for number in range(1, 101)))

    assert of_ann(Log.wrap(orders=BOUGHT, customers=who))["city"] is None
    assert of_ann(Log.wrap(orders=BOUGHT, customers=who[:100]))["city"] == "city-0"


def test_the_season_is_that_of_the_day() -> None:
    found = of_ann(Log.wrap(orders=BOUGHT), "2024-07-15")

    assert held(found, {"month_sin": 0, "month_cos": -1}) == {"month_sin": 0, "month_cos": -1}


@pytest.mark.parametrize(("timezone", "expected"), [("UTC", 1), ("Asia/Tokyo", 0)])
def test_days_are_those_of_the_company(timezone: str, expected: int) -> None:
    log = Log.wrap(orders=orders("ann 2024-06-30T20:00 1", "ann 2024-01-01 1"), timezone=timezone)

    assert of_ann(log)["orders_30d"] == expected
    assert of_ann(log, timezone="UTC")["orders_30d"] == 1


def test_a_log_without_anybody_is_refused() -> None:
    with pytest.raises(MissingFacts, match="features needs"):
        features(Log.wrap(customers=customers("ann Omsk")), DAY)
    with pytest.raises(InvalidValue, match="base is 'tickets'"):
        features(Log.wrap(orders=BOUGHT), DAY, base="tickets")


def test_before_the_first_fact_nobody_is_present() -> None:
    log = Log.wrap(orders=BOUGHT)

    assert log.fetch(features(log, "2024-05-31")).num_rows == 0
