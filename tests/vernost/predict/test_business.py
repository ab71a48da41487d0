"""What kind of business a log is of, and what it lacks."""

from datetime import date
from typing import Any

import pytest
from tests.vernost.measure.facts import frame, orders, subscriptions
from tests.vernost.predict import firms

from vernost.errors import InvalidValue, MissingFacts
from vernost.messages import Message
from vernost.predict.business import Business, TooThin, find_business
from vernost.store.log import Log

ORDERS = orders(
    "ann 2024-01-01T10:00 5",
    "ann 2024-01-01T18:00 5",
    "ann 2024-03-01 5",
    "bob 2024-02-01T08:00 5",
    "bob 2024-02-01T09:00 5",
    "eve 2024-02-10 -5",
    "- 2024-03-31 5",
)
"""Ann bought on two days, Bob twice on one, Eve only returned, and a stranger came last."""

CONTRACTS = subscriptions(
    "ann 2024-01-01 2024-02-01", "ann 2024-02-01 -", "bob 2024-01-15 2024-03-31", "eve 2024-01-20 -"
)
EVENTS = frame("customer_id occurred_at name", "ann 2024-01-05 login", "ann 2024-01-06 login", "bob 2024-01-05 login")


@pytest.mark.parametrize(
    ("tables", "expected"),
    [
        pytest.param({"orders": ORDERS}, ("purchases", "orders", 2, 1, 0, 90), id="orders"),
        pytest.param({"subscriptions": CONTRACTS}, ("contract", "subscriptions", 3, 1, 2, 90), id="contracts"),
        pytest.param({"events": EVENTS}, ("purchases", "events", 2, 1, 0, 1), id="events"),
        pytest.param(
            {"subscriptions": CONTRACTS, "orders": ORDERS},
            ("contract", "subscriptions", 3, 1, 2, 90),
            id="orders of who has a contract",
        ),
        pytest.param(
            {"orders": ORDERS, "events": EVENTS}, ("purchases", "orders", 2, 1, 0, 90), id="orders and events"
        ),
    ],
)
def test_the_business_is_told_by_what_makes_customers_active(tables: Any, expected: tuple[Any, ...]) -> None:
    found = find_business(Log.wrap(**tables))

    counts = (found.customers, found.repeaters, found.departures, found.history_days)
    assert (found.kind, found.base, *counts) == expected


def test_what_comes_after_the_day_is_not_counted() -> None:
    found = find_business(Log.wrap(subscriptions=CONTRACTS), as_of=date(2024, 2, 29))

    # Bob's contract ends a month later.
    assert (found.as_of, found.customers, found.departures) == (date(2024, 2, 29), 3, 1)


def test_days_are_those_of_the_company() -> None:
    late = Log.wrap(orders=orders("ann 2024-01-01T23:00 5", "ann 2024-01-02T01:00 5"))

    assert find_business(late).repeaters == 1
    assert find_business(late, timezone="Asia/Tokyo").repeaters == 0


@pytest.mark.parametrize(
    ("gap", "days", "window", "horizon"),
    [
        pytest.param(10, 400, 10, 14, id="no shorter than two weeks"),
        pytest.param(30, 600, 30, 30, id="the lapse window"),
        pytest.param(90, 240, 90, 60, id="a fourth of the history"),
    ],
)
def test_the_horizon_is_the_lapse_window_as_far_as_the_history_bears_it(
    gap: int, days: int, window: int, horizon: int
) -> None:
    # Everyone buys once in so many days; after the gap nobody comes back.
    moments = [firms.instant(day) for day in range(0, days + 1, gap)]
    table = {
        "customer_id": [f"c{number}" for number in range(20) for _ in moments],
        "ordered_at": moments * 20,
    }
    log = Log.wrap(
        orders={
            name: [*cells, last] for (name, cells), last in zip(table.items(), ("z", firms.instant(days)), strict=True)
        }
    )

    found = find_business(log)

    assert (found.window, found.days) == (window, horizon)


def test_the_horizon_of_contracts_is_a_month_and_has_no_window() -> None:
    found = find_business(Log.wrap(subscriptions=CONTRACTS))

    assert (found.days, found.window) == (30, None)


def test_the_horizon_is_the_one_asked_for() -> None:
    assert find_business(Log.wrap(orders=ORDERS), days=7).days == 7


@pytest.mark.parametrize("days", [0, -1])
def test_a_horizon_of_no_days_is_refused(days: int) -> None:
    with pytest.raises(InvalidValue, match=f"days is {days}, must be at least 1"):
        find_business(Log.wrap(orders=ORDERS), days=days)


def test_a_log_without_facts_of_customers_is_refused() -> None:
    with pytest.raises(MissingFacts, match="orders, subscriptions or events"):
        find_business(Log.wrap(customers={"customer_id": ["ann"]}))


def business(**differing: Any) -> Business:
    """A company that has just enough of everything."""
    enough: dict[str, Any] = {
        "kind": "purchases",
        "base": "orders",
        "as_of": date(2024, 3, 1),
        "first_day": date(2024, 1, 1),
        "timezone": "UTC",
        "days": 20,
        "window": 20,
        "is_window_stable": True,
        "customers": 50,
        "repeaters": 10,
        "departures": 0,
    }
    return Business(**(enough | differing))


CONTRACT: dict[str, Any] = {
    "kind": "contract",
    "base": "subscriptions",
    "window": None,
    "repeaters": 0,
    "departures": 10,
}


@pytest.mark.parametrize(
    ("differing", "lacks"),
    [
        pytest.param({}, [], id="just enough"),
        pytest.param(CONTRACT, [], id="just enough contracts"),
        pytest.param({"customers": 49}, [("customers", 49, 50)], id="customers"),
        pytest.param({"repeaters": 9}, [("repeat buyers", 9, 10)], id="repeat buyers"),
        pytest.param(CONTRACT | {"departures": 9}, [("departures", 9, 10)], id="departures"),
        pytest.param({"first_day": date(2024, 1, 2)}, [("days of history", 59, 60)], id="history"),
        pytest.param({"days": 21}, [("days of history", 60, 63)], id="a horizon that is long for the history"),
        pytest.param({"as_of": date(2023, 1, 1)}, [("days of history", 0, 60)], id="a day before the first"),
    ],
)
def test_what_is_lacking_is_said_with_counts(differing: dict[str, Any], lacks: list[tuple[str, int, int]]) -> None:
    assert business(**differing).lacks() == lacks


def test_a_business_that_has_enough_is_not_refused() -> None:
    business().check_enough()

    with pytest.raises(TooThin):
        business(customers=1).check_enough()


def test_the_refusal_is_one_sentence_in_both_languages() -> None:
    refused = TooThin([(Message("customers"), 5, 50), (Message("days of history"), 20, 60)])

    assert str(refused) == (
        "There is too little to predict from: customers: 5 (at least 50 are needed), days of history: 20 (at least 60 "
        "are needed). Load a longer history, or name fewer --days."
    )
    assert refused.told("ru") == (
        "Для прогноза слишком мало данных: клиенты: 5 (нужно хотя бы 50), дни истории: 20 (нужно хотя бы 60). "
        "Загрузите историю подлиннее или назовите меньше дней в --days."
    )
