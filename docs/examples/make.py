"""Make the example files of the documentation: small made-up companies, the same at every run.

Run ``python docs/examples/make.py docs/examples`` after a change here.
"""

import csv
import io
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

Row = Sequence[str]

NAMES = (
    "ann bob eve ivan olga petr nina oleg vera igor lena maks dina egor zoya yuri rita gleb inna fedor "
    "kira timur alla boris sonya denis marta pavel lidia roman"
).split()
CITIES = ("Perm", "Perm", "Perm", "Kazan", "Kazan", "Omsk")
PRODUCTS = (
    ("T01", "Green tea", 4.5),
    ("C07", "Coffee beans", 12.0),
    ("M11", "Mug, white", 8.9),
    ("H03", "Honey", 6.25),
)


@dataclass(frozen=True)
class Order:
    """An order of the made-up shop."""

    customer: str
    at: datetime
    total: float
    status: str
    channel: str
    city: str
    number: int = 0

    @property
    def row(self) -> Row:
        """It as a shop exports it."""
        at, total = f"{self.at:%Y-%m-%d %H:%M}", f"{self.total:.2f}"
        return (str(self.number), self.customer, at, total, self.status, self.channel, self.city)


def make(folder: Path) -> None:
    """Write all example files into a folder."""
    orders = _orders(_chance(7))
    head = ("Order", "Customer", "Date", "Total", "Status", "Channel", "City")
    early = [order.row for order in orders if order.at.month < 12]
    late = [order.row for order in orders if order.at.month == 12]
    # As they come in life: a date that does not exist, an amount corrected later, and a return.
    impossible = ("1999", "vera", "2024-11-31 12:00", "20.00", "paid", "web", "Perm")
    corrected = (*early[-1][:3], "18.00", *early[-1][4:])
    returned = (str(orders[-1].number + 1), late[3][1], "2024-12-31 20:15", f"-{late[3][3]}", *late[3][4:])
    _write(folder / "orders.csv", [head, *early])
    _write(folder / "orders-december.csv", [head, corrected, *late, impossible, returned])
    _write(folder / "заказы.csv", _russian_orders(_chance(11)), delimiter=";", encoding="cp1251")
    _write(folder / "invoices.csv", _invoices(_chance(5)))
    _write(folder / "subscriptions.csv", _subscriptions(_chance(3)))
    _write(folder / "answers.csv", _answers(_chance(9), orders))


def _chance(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - an example, not a secret


def _write(path: Path, rows: Sequence[Row], *, delimiter: str = ",", encoding: str = "utf-8") -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))


def _orders(chance: random.Random) -> list[Order]:
    """A year of a shop: some customers buy once, some come every few weeks until they stop."""
    first, last = datetime(2024, 1, 1, 9), datetime(2024, 12, 31, 20)  # noqa: DTZ001 - the shop's own clock
    found = []
    for number in range(66):
        name = NAMES[number % len(NAMES)] + (str(number // len(NAMES) + 1) if number >= len(NAMES) else "")
        city, channel = chance.choice(CITIES), chance.choice(("web", "web", "store"))
        pause, stays = chance.choice((12, 20, 28, 45)), chance.choice((0.4, 0.75, 0.92))
        at = first + timedelta(days=int(chance.triangular(0, 330, 40)), minutes=chance.randrange(600))
        while at < last:
            status = "cancelled" if chance.random() < 0.02 else "paid"
            found.append(Order(name, at, round(chance.lognormvariate(3.1, 0.45), 2), status, channel, city))
            if chance.random() > stays:
                break
            at += timedelta(days=max(1, int(chance.gammavariate(4, pause / 4))), minutes=chance.randrange(-90, 90))
    ordered = sorted(found, key=lambda order: order.at)
    return [replace(order, number=number) for number, order in enumerate(ordered, start=1001)]


def _russian_orders(chance: random.Random) -> list[Row]:
    """A spreadsheet saved by a Russian program: cp1251, semicolons, decimal commas, day first."""
    start = datetime(2024, 9, 2)  # noqa: DTZ001
    names = ("Анна", "Борис", "Вера", "Глеб", "Дина", "Егор", "Жанна", "Зоя")
    rows = []
    for number in range(40):
        day = start + timedelta(days=int(number * 2.8) + chance.randrange(3))
        total = f"{chance.randrange(400, 4_800) + 0.5:,.2f}".replace(",", " ").replace(".", ",")
        rows.append((f"З-{number + 1:04}", chance.choice(names), f"{day:%d.%m.%Y}", total))
    return [("Номер заказа", "Клиент", "Дата заказа", "Сумма"), *rows]


def _invoices(chance: random.Random) -> list[Row]:
    """Lines of invoices, as a till exports them: month first, a C before the number of a cancelled invoice."""
    at = datetime(2024, 3, 4, 8, 26)  # noqa: DTZ001
    rows = []
    for number in range(536365, 536377):
        customer = str(chance.choice((17850, 13047, 12583, 15311)))
        at += timedelta(days=chance.randrange(1, 9), minutes=chance.randrange(400))
        lines = chance.sample(PRODUCTS, chance.randrange(1, 4))
        for code, product, price in lines:
            rows.append(
                (str(number), code, product, str(chance.randrange(1, 7)), f"{at:%m/%d/%Y %H:%M}", str(price), customer)
            )
        if number in (536368, 536373):
            code, product, price = lines[0]
            rows.append((f"C{number}", code, product, "-1", f"{at:%m/%d/%Y} 19:30", str(price), customer))
    return [("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID"), *rows]


def _subscriptions(chance: random.Random) -> list[Row]:
    """Contracts of a small online service over a year and a half."""
    start, end = datetime(2023, 7, 1), datetime(2024, 12, 31)  # noqa: DTZ001
    rows = []
    for number in range(80):
        begun = start + timedelta(days=chance.randrange(500))
        plan, price = chance.choice((("basic", "9"), ("basic", "9"), ("team", "29"), ("pro", "59")))
        ended = begun + timedelta(days=int(chance.expovariate(1 / {"basic": 260, "team": 520, "pro": 800}[plan])) + 20)
        reason = chance.choice(("price", "missing feature", "moved to another", ""))
        known = (f"{ended:%Y-%m-%d}", reason) if ended < end else ("", "")
        rows.append((f"S{number + 1:03}", f"company {number + 1:02}", plan, f"{begun:%Y-%m-%d}", price, *known))
    return [("Subscription ID", "Customer", "Plan", "Start date", "MRR", "End date", "Cancel reason"), *rows]


def _answers(chance: random.Random, orders: Sequence[Order]) -> list[Row]:
    """Answers to 'Would you recommend us?', asked after some of the orders."""
    words = {True: ("", "Fast delivery", "Love the tea"), False: ("", "Came late", "Too dear")}
    rows = []
    for order in chance.sample([order for order in orders if order.customer], 90):
        score = min(10, max(0, round(chance.gauss(8.2, 2.1))))
        answered = order.at + timedelta(days=chance.randrange(1, 6))
        if answered.year == order.at.year:
            rows.append((order.customer, f"{answered:%Y-%m-%d}", str(score), chance.choice(words[score > 7])))
    return [("Customer", "Response date", "NPS", "Comment"), *sorted(rows, key=lambda row: row[1])]


if __name__ == "__main__":
    make(Path(sys.argv[1]))
