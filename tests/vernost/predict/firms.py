"""Small made-up companies whose customers leave by a rule that the test knows."""

import csv
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from tests.oracle.logs import filled
from tests.vernost.store.factories import reading

from vernost import sources
from vernost.sources import Reading
from vernost.store.connection import open_store
from vernost.store.log import Log

FIRST = date(2023, 1, 1)
DAYS = 600
LAST = FIRST + timedelta(days=DAYS)


def instant(day: float) -> datetime:
    """The instant so many days after the first."""
    return datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=UTC) + timedelta(days=float(day))


def shop_orders(customers: int, *, seed: int = 1, days: int = DAYS) -> dict[str, list[Any]]:
    """Orders of customers who come one after another, buy each at a pace of their own, and stop some day."""
    chance = np.random.default_rng(seed)
    rows: list[tuple[str, datetime, int]] = []
    for number in range(customers):
        day, gap = chance.uniform(0, days), chance.gamma(2.0, 15.0) + 5.0
        gone, spend = day + chance.exponential(250), chance.gamma(4.0, 8.0)
        while day < min(gone, days):
            rows.append((f"c{number:04}", instant(day), round(spend * chance.gamma(6.0, 1 / 6)) + 1))
            day += chance.exponential(gap)
    names = ("customer_id", "ordered_at", "amount")
    return dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))


def contracts(customers: int, *, seed: int = 1, days: int = DAYS, **risks: float) -> dict[str, list[Any]]:
    """Subscriptions that end at the close of a month, by the plan's chance; by default of two plans.

    Args:
        customers: how many.
        seed: of chance.
        days: how long the company has been there.
        risks: plan -> chance to end each month.
    """
    chance = np.random.default_rng(seed)
    plans = risks or {"basic": 0.12, "team": 0.03}
    found: dict[str, list[Any]] = {
        name: [] for name in ("customer_id", "plan", "monthly_price", "started_at", "ended_at")
    }
    for number in range(customers):
        plan = list(plans)[number % len(plans)]
        start, stay = chance.uniform(0, days), 30 * int(chance.geometric(plans[plan]))
        row = (f"c{number:04}", plan, 10 + 20 * (number % len(plans)), start, start + stay)
        for name, value in zip(found, row[:3], strict=False):
            found[name].append(value)
        found["started_at"].append(instant(start))
        found["ended_at"].append(instant(start + stay) if start + stay < days else None)
    return found


def visits(customers: int, *, seed: int = 1, days: int = DAYS) -> dict[str, list[Any]]:
    """Events of the same customers as those of a shop: what they do, without money."""
    orders = shop_orders(customers, seed=seed, days=days)
    return {
        "customer_id": orders["customer_id"],
        "occurred_at": orders["ordered_at"],
        "name": ["visit"] * len(orders["customer_id"]),
    }


def club(customers: int, *, seed: int = 1) -> dict[str, dict[str, list[Any]]]:
    """Contracts, and tickets: half of those who end theirs complain in the two weeks before, a tenth of the others."""
    chance = np.random.default_rng(seed + 1)
    subscriptions = contracts(customers, seed=seed)
    tickets: dict[str, list[Any]] = {"ticket_id": [], "customer_id": [], "opened_at": [], "topic": []}
    for who, ended in zip(subscriptions["customer_id"], subscriptions["ended_at"], strict=True):
        is_told = chance.random() < (0.1 if ended is None else 0.5)
        opened = (ended or instant(chance.uniform(0, DAYS))) - timedelta(days=chance.uniform(1, 14))
        if is_told:
            tickets["ticket_id"].append(f"t{len(tickets['ticket_id'])}")
            tickets["customer_id"].append(who)
            tickets["opened_at"].append(opened)
            tickets["topic"].append("price")
    return {"subscriptions": subscriptions, "tickets": tickets}


def wrapped(**tables: Any) -> Log:
    """A log of those tables."""
    return Log.wrap(**tables)


def taken(table: dict[str, list[Any]], places: Sequence[int]) -> dict[str, list[Any]]:
    """Rows of a table, in that order."""
    return {name: [column[place] for place in places] for name, column in table.items()}


def loaded(url: str) -> str:
    """A shop of 400 customers, loaded into a log."""
    rows = [
        filled("orders", order_id=f"o{place}", customer_id=who, ordered_at=at, amount=amount, kind="sale")
        for place, (who, at, amount) in enumerate(zip(*shop_orders(400).values(), strict=True))
    ]
    open_store(url, create=True).load(reading(orders=rows), loaded_at=datetime(2025, 1, 1, tzinfo=UTC))
    return url


def read(folder: Path, orders: dict[str, list[Any]]) -> Reading:
    """The reading of a file with these orders."""
    path = folder / "orders.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["order_id", *orders])
        writer.writerows([number, *row] for number, row in enumerate(zip(*orders.values(), strict=True)))
    return sources.read([str(path)])
