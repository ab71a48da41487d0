"""Small random logs around the awkward days of the calendar."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from tests.oracle.dice import Dice
from tests.oracle.world import Fact

from vernost.schema import TABLES

AWKWARD = [
    (date(2024, 1, 1), "UTC"),
    (date(2024, 2, 28), "Asia/Kathmandu"),  # a leap year
    (date(2020, 12, 28), "Europe/Berlin"),  # the 53rd ISO week, around New Year
    (date(2024, 3, 30), "Europe/Berlin"),  # to summer time
    (date(2023, 10, 28), "Atlantic/Azores"),  # and back: midnight of the 29th comes twice
    (date(2018, 11, 2), "America/Sao_Paulo"),  # no midnight on the 4th
    (date(2018, 2, 16), "America/Sao_Paulo"),  # an hour twice before the midnight of the 18th
    (date(2017, 9, 29), "America/Asuncion"),  # no midnight on the first day of October
    (date(2011, 12, 28), "Pacific/Apia"),  # no 30th of December
    (date(1969, 12, 30), "America/Sao_Paulo"),  # before the epoch
]
"""Days around which clocks and calendars are awkward, each with a place where they are."""

ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/Sao_Paulo",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "America/Asuncion",
    "Atlantic/Azores",
]
TIMES = [
    time(12),
    time(0),
    time(23, 59, 59),
    time(23, 59, 59, 600_000),
    time(0, 30),
    time(23, 30),
    time(2, 30),
    time(0, 0, 0, 500_000),
    time(1),
]
AMOUNTS = ["10", "20.5", "10", "0", "100", "7.25", "0.5", "1000"]
STATUSES = [None, "delivered", "Cancelled", "void", "Отменён"]


@dataclass
class RandomLog:
    """A log in plain rows.

    Attributes:
        zone: the company's time zone.
        start: the day around which it begins.
        span: over how many days its facts are spread.
        tables: table -> rows with every column of the schema.
    """

    zone: str
    start: date
    span: int
    tables: Mapping[str, list[Fact]]

    def __repr__(self) -> str:
        lines = [f"{self.zone}, {self.span} days from {self.start}"]
        for name, rows in self.tables.items():
            lines.append(f"{name}:")
            for row in rows:
                told = {key: value for key, value in row.items() if value is not None}
                lines.append("  " + ", ".join(f"{key}={_told(value)}" for key, value in told.items()))
        return "\n".join(lines)


def _told(value: Any) -> str:
    return str(value) if isinstance(value, datetime | Decimal) else repr(value)


class Maker:
    """Makes the rows of one log."""

    def __init__(self, dice: Dice, *, size: int) -> None:
        self.dice = dice
        self.start, self.zone = dice.pick(AWKWARD)
        if dice.chance(25):
            self.zone = dice.pick(ZONES)
        self.span = dice.pick([40, 6, 100, 400, 1_500])
        self.size = size
        names = ["ann", "Bob", "cat", "Dan", "eve", "Fox", "gus", "Hal", "ivy", "Jay", "kim", "Leo"]
        self.people = names[: dice.integer(1, min(12, size))]

    def instant(self, *, after: datetime | None = None) -> datetime:
        """A UTC instant written on the company's clock, often at the edge of a day, now and then of a month."""
        dice = self.dice
        day = self.start + timedelta(days=dice.integer(0, self.span if dice.chance(70) else min(self.span, 4)))
        if dice.chance(20):
            day = day.replace(day=1)
        local = datetime.combine(day, dice.pick(TIMES)).replace(fold=dice.integer(0, 1), tzinfo=ZoneInfo(self.zone))
        instant = local.astimezone(UTC).replace(tzinfo=None)
        return instant if after is None or instant >= after else after

    def maybe(self, value: Any, percent: int = 50) -> Any:
        return value if self.dice.chance(percent) else None

    def money(self) -> Decimal:
        return Decimal(self.dice.pick(AMOUNTS))

    def count(self, most: int) -> int:
        return self.dice.integer(0, most) if self.dice.chance(80) else self.dice.integer(0, min(2, most))

    def customers(self) -> list[Fact]:
        known = [name for name in self.people if not self.dice.chance(20)]
        return [
            filled(
                "customers",
                customer_id=name,
                city=self.dice.pick([None, "Омск", "Perm"]),
                country=self.maybe("RU"),
                is_business=self.dice.pick([None, True, False]),
                acquisition_channel=self.dice.pick([None, "ads", "search"]),
            )
            for name in known
        ]

    def orders(self) -> list[Fact]:
        dice = self.dice
        has_money, has_status, ties = not dice.chance(8), dice.chance(50), dice.chance(30)
        rows: list[Fact] = []
        for number in range(self.count(3 * self.size)):
            is_refund = dice.chance(15)
            amount = -self.money() if is_refund or dice.chance(3) else self.money()
            at = rows[-1]["ordered_at"] if ties and rows and dice.chance(40) else self.instant()
            row = filled(
                "orders",
                order_id=f"{dice.pick('aZbY')}{number}",
                customer_id=None if dice.chance(10) else dice.pick(self.people),
                ordered_at=at,
                amount=amount if has_money and not dice.chance(8) else None,
                kind="refund" if is_refund else "sale",
                status=dice.pick(STATUSES) if has_status else None,
                channel=dice.pick(["web", "store", None]),
                store=dice.pick([None, "north"]),
            )
            self.delivery(row)
            rows.append(row)
        return rows

    def delivery(self, row: Fact) -> None:
        """A promise, with or without a time of day, and a delivery, or neither."""
        dice = self.dice
        if dice.chance(50):
            row["promised_at"] = row["ordered_at"] + timedelta(days=dice.integer(0, 4))
        if dice.chance(60):
            row["delivered_at"] = row["ordered_at"] + timedelta(days=dice.integer(0, 6), hours=dice.integer(0, 30))

    def subscriptions(self) -> list[Fact]:
        dice = self.dice
        rows: list[Fact] = []
        for number in range(self.count(self.size)):
            customer = dice.pick(self.people)
            ends = [row["ended_at"] for row in rows if row["customer_id"] == customer and row["ended_at"]]
            started = dice.pick(ends) if ends and dice.chance(40) else self.instant()
            ended = dice.pick([None, started, self.instant(after=started), self.instant(after=started)])
            rows.append(
                filled(
                    "subscriptions",
                    subscription_id=f"{dice.pick('sT')}{number}",
                    customer_id=customer,
                    plan=dice.pick(["basic", "pro"]),
                    started_at=started,
                    ended_at=ended,
                    monthly_price=Decimal(dice.pick(["10", "20", "5.5", "0"])),
                    cancel_reason=self.maybe("price", 30) if ended else None,
                )
                | {"loaded_at": self.maybe(self.instant(after=started), 30)}
            )
        return rows

    def events(self) -> list[Fact]:
        dice = self.dice
        return [
            filled(
                "events",
                event_id=f"{dice.pick('eV')}{number}",
                customer_id=dice.pick(self.people),
                occurred_at=self.instant(),
                name=dice.pick(["visit", "login"]),
                session_id=self.maybe(dice.pick(["x", "y"])),
            )
            for number in range(self.count(2 * self.size))
        ]

    def tickets(self) -> list[Fact]:
        dice, rows = self.dice, []
        for number in range(self.count(self.size)):
            opened = self.instant()
            wait = timedelta(hours=dice.pick([1, 24, 23, 25, 0, 100]), seconds=dice.pick([0, 1]))
            replied = self.maybe(opened + wait, 60)
            rows.append(
                filled(
                    "tickets",
                    ticket_id=f"t{number}",
                    customer_id=dice.pick(self.people),
                    opened_at=opened,
                    first_reply_at=replied,
                    resolved_at=self.maybe((replied or opened) + timedelta(hours=dice.pick([0, 2, 30, 500]))),
                    channel=dice.pick(["chat", "mail", None]),
                    topic=dice.pick([None, "billing"]),
                    agent=dice.pick([None, "Olga"]),
                )
            )
        return rows

    def answers(self) -> list[Fact]:
        dice, rows = self.dice, []
        for number in range(self.count(2 * self.size)):
            kind = dice.pick(["nps", "csat", "ces", "text"])
            top = 10 if kind == "nps" else 5
            at = self.instant()
            rows.append(
                filled(
                    "answers",
                    answer_id=f"n{number}",
                    response_id=f"r{number}",
                    survey=dice.pick(["after order", "yearly"]),
                    question=kind,
                    kind=kind,
                    asked_at=self.maybe(at - timedelta(hours=2)),
                    answered_at=at,
                    customer_id=self.maybe(dice.pick(self.people), 80),
                    score=None
                    if kind == "text" or dice.chance(10)
                    else float(dice.integer(0 if top == 10 else 1, top)),
                )
            )
        return rows

    def reviews(self) -> list[Fact]:
        dice, rows = self.dice, []
        for number in range(self.count(self.size)):
            at = self.instant()
            rows.append(
                filled(
                    "reviews",
                    review_id=f"v{number}",
                    customer_id=self.maybe(dice.pick(self.people)),
                    posted_at=at,
                    platform=dice.pick(["site", "map"]),
                    rating=self.maybe(float(dice.integer(1, 5)), 90),
                    replied_at=self.maybe(at + timedelta(hours=dice.pick([0, 5, 48]))),
                )
            )
        return rows

    def contacts(self) -> list[Fact]:
        dice, rows = self.dice, []
        for number in range(self.count(2 * self.size)):
            assigned = self.instant()
            sent = self.maybe(assigned + timedelta(hours=dice.pick([0, 1, 30])), 80)
            rows.append(
                filled(
                    "contacts",
                    contact_id=f"k{number}",
                    customer_id=dice.pick(self.people),
                    campaign="spring",
                    channel=dice.pick(["mail", "sms"]),
                    variant="treatment" if sent else "control",
                    assigned_at=assigned,
                    sent_at=sent,
                    opened_at=self.maybe(sent and sent + timedelta(hours=dice.pick([0, 5, 60]))),
                    unsubscribed_at=self.maybe(sent and sent + timedelta(hours=dice.pick([1, 90])), 15),
                )
            )
        return rows

    def points(self) -> list[Fact]:
        dice, rows = self.dice, []
        for number in range(self.count(2 * self.size)):
            booked, is_earned = self.instant(), not dice.chance(30)
            rows.append(
                filled(
                    "points",
                    entry_id=f"e{number}",
                    customer_id=dice.pick(self.people),
                    booked_at=booked,
                    points=float(dice.integer(1, 50)) * (1 if is_earned else -1),
                    kind="earn" if is_earned else "burn",
                    expires_at=self.maybe(booked + timedelta(days=dice.pick([10, 40, 400])) if is_earned else None, 70),
                )
            )
        return rows

    def spend(self) -> list[Fact]:
        dice = self.dice
        return [
            filled(
                "spend",
                spend_id=f"p{number}",
                period_on=self.start + timedelta(days=dice.integer(0, self.span)),
                channel=dice.pick(["ads", "search", "mail"]),
                purpose=dice.pick(["acquisition", "retention"]),
                amount=self.money(),
            )
            for number in range(self.count(self.size))
        ]


def filled(table: str, **values: Any) -> Fact:
    """A row of a table with all its columns."""
    return {column.name: values.get(column.name) for column in TABLES[table].columns}


def random_log(dice: Dice, tables: Sequence[str], *, size: int = 8) -> RandomLog:
    """A log with these tables; that of the customers is there more often than not, when named."""
    maker = Maker(dice, size=size)
    kept = [name for name in tables if name != "customers" or not dice.chance(25)]
    return RandomLog(maker.zone, maker.start, maker.span, {name: getattr(maker, name)() for name in kept})
