"""Made-up companies whose reports are looked at in tests."""

from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from vernost.store.log import Log

MADE_AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
SCRIPT = "</script><script>document.title='broken'</script>"
IMAGE = '"><img src=x onerror="document.title=\'broken\'">'
FORMULA = "=cmd|' /C calc'!A0"
MARKUP = "#panic()"
CITIES = (SCRIPT, IMAGE, FORMULA, MARKUP, "{{ 7 * 7 }}", "Казань")


def orders_of(
    seed: int, *, customers: int, days: int, rate: float, faithful: float = 0.9, first: str = "2023-01-01"
) -> pd.DataFrame:
    """Orders of customers who come once and then, with some chance each time, again after a while."""
    chance = np.random.default_rng(seed)
    rows: list[tuple[str, int, float]] = []
    for number in range(customers):
        day = int(chance.integers(0, days // 2))
        while day < days:
            rows.append((f"c{number}", day, round(float(chance.gamma(3, 20)), 2)))
            if chance.random() > faithful:
                break
            day += 1 + int(chance.exponential(1 / rate))
    frame = pd.DataFrame(rows, columns=["customer_id", "day", "amount"])
    at = pd.Timestamp(first) + pd.to_timedelta(frame.pop("day"), unit="D") + pd.Timedelta(hours=12)
    return frame.assign(ordered_at=at)


def hostile_shop() -> Log:
    """A shop of 660 customers, 16 months, whose cities and names would do harm wherever they are not escaped."""
    orders = orders_of(7, customers=660, days=480, rate=0.04)
    ids = [f"c{number}" for number in range(659)] + [SCRIPT]
    orders["customer_id"] = orders.customer_id.replace("c659", SCRIPT)
    cities = [CITIES[number % len(CITIES)] for number in range(660)]
    return Log.wrap(
        orders=orders,
        customers=pd.DataFrame({"customer_id": ids, "city": cities, "name": SCRIPT}),
        timezone="Europe/Moscow",
    )


def lonely_first_month(*, pioneers: int = 3, others: int = 60) -> Log:
    """A few customers of January who never return; then many in each month to June, who all buy again a month later."""
    rows = [(f"p{number}", date(2024, 1, 15)) for number in range(pioneers)]
    rows += [
        (f"{month}-{number}", date(2024, month + later, 15))
        for month in range(2, 7)
        for number in range(others)
        for later in (0, 1)
    ]
    orders = pd.DataFrame(rows, columns=["customer_id", "ordered_at"]).assign(amount=10.0)
    return Log.wrap(orders=orders)


def two_cities(*, kept_in_kazan: int, kept_in_perm: int, of: int = 100) -> Log:
    """Two cities of so many customers each, who all buy in March; so many of each buy again in June."""
    rows: list[dict[str, Any]] = []
    homes: list[dict[str, Any]] = []
    for city, kept in (("Казань", kept_in_kazan), ("Пермь", kept_in_perm)):
        for number in range(of):
            name = f"{city}-{number}"
            homes.append({"customer_id": name, "city": city})
            rows.append({"customer_id": name, "ordered_at": datetime(2024, 3, 10), "amount": 10.0})  # noqa: DTZ001
            if number < kept:
                rows.append({"customer_id": name, "ordered_at": datetime(2024, 6, 20), "amount": 10.0})  # noqa: DTZ001
    # Two strangers span the half year that the search cuts in two windows.
    rows.append({"customer_id": "first", "ordered_at": datetime(2024, 1, 1), "amount": 10.0})  # noqa: DTZ001
    rows.append({"customer_id": "last", "ordered_at": datetime(2024, 6, 28), "amount": 10.0})  # noqa: DTZ001
    return Log.wrap(orders=pd.DataFrame(rows), customers=pd.DataFrame(homes))


def tiny_shop() -> Log:
    """Five orders of three customers."""
    days = ["2024-05-01", "2024-05-03", "2024-05-20", "2024-06-02", "2024-07-01"]
    who = ["ann", "bob", "ann", "eve", "ann"]
    return Log.wrap(
        orders=pd.DataFrame({"customer_id": who, "ordered_at": pd.to_datetime(days), "amount": [1.0, 2, 3, 4, 5]})
    )


def subscribers() -> Log:
    """A company of subscriptions alone: 120 customers, of whom every third leaves after half a year."""
    chance = np.random.default_rng(5)
    starts = pd.Timestamp("2023-01-05") + pd.to_timedelta(chance.integers(0, 500, 120), unit="D")
    leaves = np.arange(120) % 3 == 0
    ends = (starts + pd.Timedelta(days=180)).where(leaves & (starts < "2024-01-01"))
    return Log.wrap(
        subscriptions=pd.DataFrame(
            {
                "customer_id": [f"c{number}" for number in range(120)],
                "plan": np.where(np.arange(120) % 2, "Basic", "Pro"),
                "started_at": starts,
                "ended_at": ends,
                "monthly_price": np.where(np.arange(120) % 2, 10.0, 30.0),
            }
        )
    )


def visitors() -> Log:
    """A company of events alone."""
    chance = np.random.default_rng(6)
    at = pd.Timestamp("2024-01-01") + pd.to_timedelta(chance.integers(0, 100 * 24, 1500), unit="h")
    who = chance.integers(0, 150, 1500)
    return Log.wrap(events=pd.DataFrame({"customer_id": [f"c{n}" for n in who], "occurred_at": at, "name": "visit"}))


def half_a_century() -> Log:
    """Sixty years of orders: 720 months, so as many cohorts."""
    chance = np.random.default_rng(8)
    at = pd.Timestamp("1961-01-03") + pd.to_timedelta(chance.integers(0, 60 * 365, 4000), unit="D")
    who = chance.integers(0, 900, 4000)
    return Log.wrap(orders=pd.DataFrame({"customer_id": [f"c{n}" for n in who], "ordered_at": at, "amount": 10.0}))


@cache
def shared_shop() -> Log:
    """The hostile shop, opened once."""
    return hostile_shop()
