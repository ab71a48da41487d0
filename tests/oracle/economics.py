"""What customers cost to win, what they bring back and what they are worth, customer by customer."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from math import floor, sqrt
from typing import Any

from tests.oracle import intervals
from tests.oracle.calendar import last_day, period_of
from tests.oracle.purchases import money
from tests.oracle.retention import find_base, makes_active
from tests.oracle.world import Expected, Fact, Key, Lacking, Row, World, grouped, in_order

YEAR, MONTH = 365, 365.25 / 12
MARGIN, DISCOUNT, HORIZON = 0.35, 0.12, 5
STEP = 1e-5  # relative step of a slope: where it has a corner the answer depends on it
COST: Row = {"value": None, "low": None, "high": None, "numerator": 0, "denominator": 0}


# -- money spent ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Won:
    """A customer with the day and the key of their first fact."""

    customer: str
    day: date
    key: Key


def known_spend(world: World, purpose: str | None) -> list[Fact]:
    """Money spent by ``as_of``."""
    if "spend" not in world.tables:
        raise Lacking("spend")
    rows = [row for row in world.tables["spend"] if purpose in {None, row["purpose"]}]
    return [row for row in rows if row["period_on"] <= world.as_of]


def first_known(world: World, purpose: str | None) -> date:
    """First day that counts without periods: that of the window, but none before any money spent is known."""
    days = [row["period_on"] for row in known_spend(world, purpose)]
    return max(min(days, default=date(1970, 1, 1)), world.question.since or date.min)


def spent(world: World, purpose: str | None) -> dict[Key, list[Fraction]]:
    """Payments by key; money knows its channel, which is the one it brings customers by."""
    rows = world.in_window(known_spend(world, purpose), "period_on")
    return grouped((_key(world, row["period_on"], row["channel"]), Fraction(row["amount"])) for row in rows)


def _key(world: World, day: date, channel: Any) -> Key:
    by = world.question.by
    return (*((period_of(day, by),) if by else ()), *((channel,) if world.question.cut else ()))


def first_days(world: World, base: str) -> dict[str, date]:
    facts = makes_active(world, base, None)
    at = {"orders": "ordered_at", "subscriptions": "started_at", "events": "occurred_at"}[base]
    return {customer: world.day(own[0][at]) for customer, own in facts.items()}


def won(world: World, base: str) -> list[Won]:
    """New customers; without periods, those since money spent is first known, and in the window."""
    people = [
        Won(customer, day, _key(world, day, _channel(world, customer)))
        for customer, day in first_days(world, base).items()
    ]
    if world.question.by:
        return people
    last = world.question.until or date.max
    return [one for one in people if first_known(world, "acquisition") <= one.day <= last]


def _channel(world: World, customer: str | None) -> Any:
    return world.of_customer(customer, "acquisition_channel") if world.question.cut else None


def cac(world: World, base: str | None = None) -> Expected:
    """Money for acquisition by new customers, their number Poisson; none where no money is known."""
    base = find_base(world, base)
    payments, people = spent(world, "acquisition"), grouped((one.key, one) for one in won(world, base))
    found = {key: _cost(payments.get(key, []), len(people.get(key, []))) for key in {*payments, *people}}
    who = [(one.key, one.customer, True) for own in people.values() for one in own]
    return Expected(world.rows(found, COST, base), world.listed(who, base))


def _cost(payments: list[Fraction], number: int) -> Row:
    row = COST | {"numerator": float(sum(payments)), "denominator": number}
    if payments and number:
        value = float(sum(payments)) / number
        half = intervals.Z * value / sqrt(number)
        row |= {"value": value, "low": max(0.0, value - half), "high": value + half}
    return row


# -- what came back ---------------------------------------------------------------------------------------------------


def roas(world: World, purpose: str | None = None) -> Expected:
    """Revenue of those whom the money was for, by the money."""
    return _returned(world, purpose, 1.0, is_net=False)


def roi(world: World, purpose: str | None = None, margin_rate: float = MARGIN) -> Expected:
    """Their margin less the money, by the money."""
    return _returned(world, purpose, margin_rate, is_net=True)


def _returned(world: World, purpose: str | None, margin_rate: float, *, is_net: bool) -> Expected:
    payments = spent(world, purpose)
    world.need("orders", "amount")
    units = {
        key: grouped(((row["customer_id"], None if row["customer_id"] else row["order_id"]), row) for row in own)
        for key, own in grouped(_bringing(world, purpose)).items()
    }
    found = {}
    for key in {*payments, *units}:
        amounts = [money(own) for own in units.get(key, {}).values()]
        cost, is_known = sum(payments.get(key, [])), bool(payments.get(key))
        top = float(sum(amounts)) * margin_rate - (float(cost) if is_net else 0)
        row = COST | {"numerator": top, "denominator": float(cost)}
        if is_known and cost:
            half = intervals.Z * margin_rate * sqrt(sum(amount * amount for amount in amounts)) / float(cost)
            value = top / float(cost)
            row |= {"value": value, "low": value - half, "high": value + half}
        found[key] = row
    who = [(key, customer, True) for key, own in units.items() for customer, _ in own if customer]
    return Expected(world.rows(found, COST, "orders"), world.listed(who, "orders"))


def _bringing(world: World, purpose: str | None) -> Iterator[tuple[Key, Fact]]:
    """Orders and refunds of those whom the money was for, with their keys."""
    first = first_days(world, "orders")
    by = world.question.by
    start = first_known(world, purpose)
    for row in world.in_window(world.standing(), "ordered_at"):
        day, customer = world.day(row["ordered_at"]), row["customer_id"]
        if not by and day < start:
            continue
        if purpose:
            if customer not in first:
                continue
            begin = period_of(day, by) if by else start
            own = period_of(first[customer], by) if by else first[customer]
            if (own >= begin) != (purpose == "acquisition"):
                continue
        yield _key(world, day, _channel(world, customer)), row


def payback(world: World, margin_rate: float = MARGIN, base: str | None = None) -> Expected:
    """Months until the margin of those won has paid back what it cost to win them."""
    base = find_base(world, base)
    payments, people = spent(world, "acquisition"), grouped((one.key, one) for one in won(world, base))
    if base == "orders":
        world.need("orders", "amount")
    pay_back = _by_orders if base == "orders" else _by_subscription
    found = {}
    for key in _keys(world, payments, people):
        own = people.get(key, [])
        cost = float(sum(payments[key])) / len(own) if key in payments and own else None
        found[key] = {"cac": cost} | pay_back(world, own, cost, margin_rate)
    who = [(one.key, one.customer, True) for own in people.values() for one in own]
    empty = dict.fromkeys(("value", "cac", "recovered", "months_seen"))
    return Expected(world.rows(found, empty, base), world.listed(who, base))


def _keys(world: World, *found: Mapping[Key, Any]) -> set[Key]:
    """Keys of what was found; the one answer over all is there even when nothing was."""
    keys = {key for each in found for key in each}
    return keys if world.question.by or world.question.cut else keys | {()}


def _by_orders(world: World, people: list[Won], cost: float | None, margin_rate: float) -> Row:
    rows = grouped((row["customer_id"], row) for row in world.standing() if row["customer_id"])
    full = {one.customer: floor(((world.as_of - one.day).days + 1) / MONTH) for one in people}
    back, value, months = 0.0, None, max(full.values(), default=0)
    for month in range(months):
        watched = [one for one in people if full[one.customer] > month]
        orders = [
            row
            for one in watched
            for row in rows[one.customer]
            if floor((world.day(row["ordered_at"]) - one.day).days / MONTH) == month
        ]
        back += margin_rate * float(money(orders)) / len(watched)
        if cost is not None and value is None and back >= cost:
            value = month + 1
    return {"value": value, "recovered": back / cost if cost else None, "months_seen": months}


def _by_subscription(world: World, people: list[Won], cost: float | None, margin_rate: float) -> Row:
    """The cost by the margin of a month of what those won paid on their first day."""
    first = {one.customer: one.day for one in people}
    prices = [
        Fraction(row["monthly_price"])
        for row in world.facts("subscriptions")
        if first.get(row["customer_id"]) == world.day(row["started_at"])
    ]
    margin = margin_rate * float(sum(prices)) / len(people) if people else 0.0
    return {"value": cost / margin if cost is not None and margin > 0 else None, "recovered": None, "months_seen": None}


# -- what the base is worth -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Customer:
    """What a customer adds: paid so far, pays a year, was active a year ago, and still is."""

    name: str
    key: Key
    paid: float
    yearly: float
    was: int
    kept: int

    @property
    def parts(self) -> tuple[float, ...]:
        return self.paid, self.yearly, self.was, self.kept


@dataclass(frozen=True)
class Model:
    """A geometric curve of retention."""

    margin_rate: float
    discount_rate: float
    horizon: int
    steps: int
    span: int

    def retention(self, means: tuple[float, ...]) -> float | None:
        _, _, was, kept = means
        return min(max(kept / was, 0.0), 1.0) ** (YEAR / self.span) if was > 0 else None

    def to_come(self, yearly: float, retention: float) -> float:
        step = (retention / (1 + self.discount_rate)) ** (1 / self.steps)
        total = sum(step**number for number in range(1, self.horizon * self.steps + 1))
        return self.margin_rate * yearly * total / self.steps

    def expected(self, means: tuple[float, ...]) -> float | None:
        kept = self.retention(means)
        return None if kept is None else self.to_come(means[1], kept)

    def total(self, means: tuple[float, ...]) -> float | None:
        expected = self.expected(means)
        return None if expected is None else self.margin_rate * means[0] + expected

    def gain(self, more: float) -> Callable[[tuple[float, ...]], float | None]:
        def gained(means: tuple[float, ...]) -> float | None:
            now = self.retention(means)
            if now is None:
                return None
            return self.to_come(means[1], min(1.0, now + more)) - self.to_come(means[1], now)

        return gained


def looks(world: World, base: str) -> Iterator[tuple[date | None, World]]:
    """The world as of the end of each period asked for, or once."""
    question = world.question
    plain = {"by": None, "since": None, "until": None}
    if question.by is None:
        yield None, _as_of(world, min(question.until or world.as_of, world.as_of), plain)
        return
    for period in world.periods(base):
        if world.is_shown(period):
            yield period, _as_of(world, min(last_day(period, question.by), world.as_of), plain)


def _as_of(world: World, day: date, plain: Row) -> World:
    return replace(world, question=replace(world.question, as_of=day, **plain))


def span_of(world: World, base: str) -> int:
    """Days over which retention is measured: a year, or half of a shorter log."""
    first = min((world.day(at) for at in world.instants(base)), default=world.as_of)
    return max(min(YEAR, ((world.as_of - first).days + 1) // 2), 1)


def customers(world: World, base: str) -> list[Customer]:
    """Everyone who ever bought or subscribed by ``as_of``."""
    people = (_buyers if base == "orders" else _subscribers)(world, span_of(world, base))
    return [Customer(name, _cut(world, base, name), *parts) for name, parts in people]


def _cut(world: World, base: str, customer: str) -> Key:
    return world.cut([row for row in world.facts(base) if row["customer_id"] == customer][-1])


def _buyers(world: World, span: int) -> Iterator[tuple[str, tuple[Any, ...]]]:
    world.need("orders", "amount")
    year = min(YEAR, 2 * span)
    for customer, rows in grouped((row["customer_id"], row) for row in world.standing()).items():
        ages = [((world.as_of - world.day(row["ordered_at"])).days, row) for row in rows]
        sold = [age for age, row in ages if row["kind"] == "sale"]
        if customer and sold:
            yearly = float(money(row for age, row in ages if age < year)) * (YEAR / year)
            was = any(span <= age < 2 * span for age in sold)
            yield customer, (float(money(rows)), yearly, int(was), int(was and any(age < span for age in sold)))


def _subscribers(world: World, span: int) -> Iterator[tuple[str, tuple[Any, ...]]]:
    then = world.start_of(world.as_of - timedelta(days=span - 1))
    for customer, rows in grouped((row["customer_id"], row) for row in world.facts("subscriptions")).items():
        running = [row for row in rows if _runs(row, world.end)]
        paid = sum(float(row["monthly_price"]) * _months(row, world) for row in rows)
        was = any(row["started_at"] <= then and _runs(row, then) for row in rows)
        yearly = 12 * sum(float(row["monthly_price"]) for row in running)
        yield customer, (paid, yearly, int(was), int(was and bool(running)))


def _runs(row: Fact, instant: datetime) -> bool:
    return row["ended_at"] is None or row["ended_at"] > instant


def _months(row: Fact, world: World) -> float:
    until = world.end if _runs(row, world.end) else row["ended_at"]
    seconds = (until.replace(microsecond=0) - row["started_at"].replace(microsecond=0)).total_seconds()
    return max(seconds, 0.0) / (86_400 * MONTH)


def with_error(
    people: list[Customer], function: Callable[[tuple[float, ...]], float | None]
) -> tuple[float | None, float | None]:
    """A function of the means over customers and its standard error: that of the customers' pulls on it."""
    n = len(people)
    if not n:
        return None, None
    means = tuple(sum(column) / n for column in zip(*(one.parts for one in people), strict=True))
    value = function(means)
    if value is None or n < 2:
        return value, None
    slopes = []
    for place, mean in enumerate(means):
        step = STEP * (abs(mean) or 1.0)
        up, down = (function((*means[:place], mean + side * step, *means[place + 1 :])) for side in (1, -1))
        if up is None or down is None:
            return value, None
        slopes.append((up - down) / (2 * step))
    pulls = [sum(s * (part - mean) for s, part, mean in zip(slopes, one.parts, means, strict=True)) for one in people]
    return value, sqrt(sum(pull * pull for pull in pulls) / (n - 1) / n)


def _between(value: float | None, error: float | None) -> Row:
    half = None if value is None or error is None else intervals.Z * error
    low, high = (None, None) if value is None or half is None else (value - half, value + half)
    return {"value": value, "low": low, "high": high}


Worth = Mapping[str, Any]


def _worth(
    world: World, base: str | None, settings: Worth, answer: Callable[[World, Model, list[Customer], Key], list[Row]]
) -> Expected:
    """The answer of each look back, over the customers of each cut."""
    base = find_base(world, base)
    if base == "events":
        raise Lacking("money")
    found: list[tuple[Key, Row]] = []
    who = []
    for period, then in looks(world, base):
        model = Model(**settings, steps=12 if base == "subscriptions" else 1, span=span_of(then, base))
        people = customers(then, base)
        groups = grouped((one.key, one) for one in people) if world.question.cut else {(): people}
        for key, own in groups.items():
            whole = (*((period,) if period else ()), *key)
            found += [(whole, row) for row in answer(then, model, own, key)]
            who += [(whole, one.name, one.yearly > 0) for one in own]
    rows = [_shown(world, key, row) for key, row in sorted(found, key=lambda pair: _place(*pair))]
    return Expected(rows, sorted(((*key, name, hit) for key, name, hit in who), key=in_order))


def _place(key: Key, row: Row) -> Key:
    return in_order((*key, row.get("points")))


def _shown(world: World, key: Key, row: Row) -> Row:
    """A row with its head; one that has an axis of its own bears no empty period."""
    shown = world._row(key, row)
    if "points" in row and not world.question.by:
        del shown["period"]
    return shown


def _settings(margin_rate: float, discount_rate: float, horizon: int) -> Worth:
    return {"margin_rate": margin_rate, "discount_rate": discount_rate, "horizon": horizon}


def clv(
    world: World,
    margin_rate: float = MARGIN,
    discount_rate: float = DISCOUNT,
    horizon: int = HORIZON,
    base: str | None = None,
) -> Expected:
    """Margin of a customer so far, and what is to come of it, later money counting for less."""

    def answer(_: World, model: Model, people: list[Customer], __: Key) -> list[Row]:
        means = _means(people)
        parts = (model.margin_rate * means[0], model.expected(means), model.retention(means)) if means else (None,) * 3
        shown = dict(zip(("historic", "expected", "retention"), parts, strict=True))
        return [_between(*with_error(people, model.total)) | shown | {"customers": len(people)}]

    return _worth(world, base, _settings(margin_rate, discount_rate, horizon), answer)


def _means(people: list[Customer]) -> tuple[float, ...]:
    return tuple(sum(column) / len(people) for column in zip(*(one.parts for one in people), strict=True))


def clv_to_cac(
    world: World,
    margin_rate: float = MARGIN,
    discount_rate: float = DISCOUNT,
    horizon: int = HORIZON,
    base: str | None = None,
) -> Expected:
    """The one by the other, as of the same day; errors are relative and independent."""
    name = find_base(world, base)
    known_spend(world, "acquisition")

    def answer(then: World, model: Model, people: list[Customer], key: Key) -> list[Row]:
        payments = spent(then, "acquisition").get(key, [])
        number = sum(one.key == key for one in won(then, name))
        value, error = with_error(people, model.total)
        cost = float(sum(payments)) / number if number and sum(payments) else None
        shown = {"clv": value, "cac": cost}
        if value is None or cost is None:
            return [shown | _between(None, None)]
        relative = None if error is None else sqrt((error / cost) ** 2 + (value / cost) ** 2 / number)
        return [shown | _between(value / cost, relative)]

    return _worth(world, base, _settings(margin_rate, discount_rate, horizon), answer)


def retention_value(
    world: World,
    points: int = 5,
    margin_rate: float = MARGIN,
    discount_rate: float = DISCOUNT,
    horizon: int = HORIZON,
    base: str | None = None,
) -> Expected:
    """What each further point of yearly retention brings from the customers of today."""

    def answer(_: World, model: Model, people: list[Customer], __: Key) -> list[Row]:
        means, n = _means(people), len(people)
        now = model.retention(means) if means else None
        expected = model.expected(means) if means else None
        base_value = None if expected is None else expected * n
        return [_line(model, people, number, now, base_value) for number in range(1, points + 1)]

    return _worth(world, base, _settings(margin_rate, discount_rate, horizon), answer)


def _line(model: Model, people: list[Customer], number: int, now: float | None, base_value: float | None) -> Row:
    n = len(people)
    value, error = with_error(people, model.gain(number / 100))
    error = None if now == 1 or error is None else error * n
    row = _between(None if value is None else value * n, error)
    if row["low"] is not None and row["value"] >= 0:
        row["low"] = max(row["low"], 0.0)
    more = 0.0 if now is None else min(number / 100, 1 - now)
    return row | {
        "points": number,
        "profit": None if now is None else more * model.margin_rate * _means(people)[1] * n,
        "relative": row["value"] / base_value if row["value"] is not None and base_value else None,
        "retention": None if now is None else now + more,
        "base_value": base_value,
        "customers": n,
    }
