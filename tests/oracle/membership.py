"""Who is in a segment, the slow and plain way: the written rule is walked for each customer, fact by fact."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.oracle.calendar import day_of, first_instant
from tests.oracle.dice import Dice
from tests.oracle.logs import RandomLog
from tests.oracle.world import Fact

from vernost.schema import CANCELLED

Written = Mapping[str, Any]
AT = {
    "orders": "ordered_at", "refunds": "ordered_at", "subscriptions": "started_at", "events": "occurred_at",
    "tickets": "opened_at", "answers": "answered_at", "reviews": "posted_at", "contacts": "assigned_at",
    "points": "booked_at",
}  # fmt: skip
TABLES = ("orders", "subscriptions", "events", "tickets", "answers", "reviews", "contacts", "points", "customers")


class Membership:
    """A log as of a day, asked of one customer after the other."""

    def __init__(self, log: RandomLog, as_of: date, rules: Mapping[str, Written]) -> None:
        self.log, self.day, self.rules = log, as_of, rules
        self.end = first_instant(as_of + timedelta(days=1), log.zone)

    def members(self, rule: Written) -> list[str]:
        """Who is in a segment."""
        return sorted(customer for customer in self.everybody() if self.holds(rule, customer))

    def everybody(self) -> set[str]:
        known = {row["customer_id"] for row in self.people()}
        for name in AT:
            known |= {row["customer_id"] for row in self.facts(name, cancelled=True)}
        return known - {None}

    def people(self) -> list[Fact]:
        rows = self.log.tables.get("customers", [])
        return [row for row in rows if row["created_at"] is None or row["created_at"] < self.end]

    def facts(self, name: str, *, cancelled: bool = False) -> list[Fact]:
        rows = self.log.tables.get("orders" if name == "refunds" else name, [])
        rows = [row for row in rows if row[AT[name]] < self.end]
        if name in {"orders", "refunds"} and not cancelled:
            kind = "refund" if name == "refunds" else "sale"
            rows = [row for row in rows if (row["status"] or "").lower() not in CANCELLED and row["kind"] == kind]
        return rows

    def holds(self, rule: Written, customer: str) -> bool:
        """Whether a customer is in a segment."""
        if "all" in rule:
            return all(self.holds(part, customer) for part in rule["all"])
        if "any" in rule:
            return any(self.holds(part, customer) for part in rule["any"])
        if "not" in rule:
            return not self.holds(rule["not"], customer)
        if "segment" in rule:
            return self.holds(self.rules[rule["segment"]], customer)
        if "customers" in rule:
            return customer in rule["customers"]
        if "did" in rule:
            return self._did(rule, customer)
        if "attribute" in rule:
            row = next((row for row in self.people() if row["customer_id"] == customer), None)
            if row is None:
                # Nothing is known of them, so only what asks for that holds.
                return rule["is"] == "unknown"
            return self._is(row[rule["attribute"]], rule)
        return self._is(self._figure(rule["measure"], customer), rule)

    def _did(self, rule: Written, customer: str) -> bool:
        at = AT[rule["did"]]
        rows = [row for row in self.facts(rule["did"]) if row["customer_id"] == customer]
        if "turn" in rule:
            key = next(iter(row for row in rows), {})
            own = next((name for name in key if name.endswith("_id") and name != "customer_id"), at)
            rows = sorted(rows, key=lambda row: (row[at], row[own]))
            rows = rows[:1] if rule["turn"] == "first" else rows[-1:]
        rows = [row for row in rows if self._in_span(row[at], rule)]
        rows = [row for row in rows if all(self._is(row[part["attribute"]], part) for part in rule.get("where", ()))]
        amount = _total(rows, rule["total"]) if "total" in rule else len(rows)
        least = rule.get("at_least", None if "at_most" in rule else 1)
        return (least is None or amount >= least) and ("at_most" not in rule or amount <= rule["at_most"])

    def _in_span(self, at: datetime, rule: Written) -> bool:
        since = date.fromisoformat(rule["since"]) if "since" in rule else None
        if "within_days" in rule:
            since = self.day - timedelta(days=rule["within_days"] - 1)
        if since and at < first_instant(since, self.log.zone):
            return False
        until = date.fromisoformat(rule["until"]) if "until" in rule else None
        return until is None or at < first_instant(until + timedelta(days=1), self.log.zone)

    def _figure(self, name: str, customer: str) -> Any:
        sales = [row for row in self.facts("orders") if row["customer_id"] == customer]
        backs = [row for row in self.facts("refunds") if row["customer_id"] == customer]
        contracts = [row for row in self.facts("subscriptions") if row["customer_id"] == customer]
        running = [row for row in contracts if row["ended_at"] is None or row["ended_at"] >= self.end]
        money = sum((row["amount"] or 0 for row in (*sales, *backs)), Decimal(0))
        if name in {"orders", "refunds"}:
            return len(sales if name == "orders" else backs)
        if name == "revenue":
            return float(money)
        if name == "average_order":
            return float(money) / len(sales) if sales else None
        if name == "running_subscriptions":
            return len(running)
        if name == "points_balance":
            return sum(row["points"] for row in self.facts("points") if row["customer_id"] == customer)
        last = [row for row in self.facts("answers") if row["customer_id"] == customer and row["kind"] == "nps"]
        if name == "last_nps":
            scored = [row for row in last if row["score"] is not None]
            return max(scored, key=lambda row: (row["answered_at"], row["answer_id"]))["score"] if scored else None
        first = name == "days_since_first_order"
        times = [row["ordered_at"] for row in sales]
        return (self.day - day_of(min(times) if first else max(times), self.log.zone)).days if times else None

    def _is(self, value: Any, rule: Written) -> bool:
        word, given = rule["is"], rule.get("value")
        if word in {"known", "unknown"}:
            return (value is not None) == (word == "known")
        if value is None:
            return False
        if isinstance(value, datetime):
            value = day_of(value, self.log.zone)
        if isinstance(value, date):
            return self._is_day(value, word, given)
        if isinstance(value, str):
            return {
                "equals": lambda: value == given, "differs": lambda: value != given, "one_of": lambda: value in given,
                "none_of": lambda: value not in given, "contains": lambda: given in value,
                "starts_with": lambda: value.startswith(given),
            }[word]()  # fmt: skip
        if isinstance(value, bool):
            return value == (word == "yes")
        return {
            "equals": lambda: value == given, "differs": lambda: value != given, "at_least": lambda: value >= given,
            "at_most": lambda: value <= given, "above": lambda: value > given, "below": lambda: value < given,
            "between": lambda: given[0] <= value <= given[1],
        }[word]()  # fmt: skip

    def _is_day(self, value: date, word: str, given: Any) -> bool:
        if word == "within_days":
            return self.day - timedelta(days=given) < value <= self.day
        if word == "before_days":
            return value <= self.day - timedelta(days=given)
        if word == "between":
            return date.fromisoformat(given[0]) <= value <= date.fromisoformat(given[1])
        day = date.fromisoformat(given)
        return value >= day if word == "since" else value < day


def _total(rows: list[Fact], name: str) -> float:
    return float(sum(Decimal(str(row[name] or 0)) for row in rows))


class RuleMaker:
    """Makes rules about a log."""

    def __init__(self, dice: Dice, log: RandomLog) -> None:
        self.dice, self.log = dice, log
        self.facts = [name for name in AT if ("orders" if name == "refunds" else name) in log.tables]

    def rule(self, depth: int = 2) -> dict[str, Any]:
        dice = self.dice
        if depth and dice.chance(45):
            kind = dice.pick(["all", "any", "not"])
            if kind == "not":
                return {"not": self.rule(depth - 1)}
            return {kind: [self.rule(depth - 1) for _ in range(dice.integer(0, 3))]}
        leaves = [self.did, self.did, self.figure, self.by_name]
        return dice.pick([*leaves, self.attribute] if "customers" in self.log.tables else leaves)()

    def by_name(self) -> dict[str, Any]:
        if self.dice.chance(50):
            return {"segment": self.dice.pick(["active", "paying"])}
        return {"customers": [self.dice.pick(["ann", "Bob", "it's \\ nobody"]) for _ in range(self.dice.integer(0, 3))]}

    def attribute(self) -> dict[str, Any]:
        return self.dice.pick(
            [
                {"attribute": "city", **self.text(["Омск", "Perm"])},
                {"attribute": "customer_id", **self.text(["ann", "Bob"])},
                {"attribute": "is_business", "is": self.dice.pick(["yes", "no", "known", "unknown"])},
                {"attribute": "created_at", **self.day()},
            ]
        )

    def figure(self) -> dict[str, Any]:
        names = [
            *(["orders", "refunds", "revenue", "average_order", "days_since_first_order", "days_since_last_order"]
              if "orders" in self.log.tables else []),
            *(["running_subscriptions"] if "subscriptions" in self.log.tables else []),
            *(["points_balance"] if "points" in self.log.tables else []),
            *(["last_nps"] if "answers" in self.log.tables else []),
        ]  # fmt: skip
        return {"measure": self.dice.pick(names), **self.number()}

    def did(self) -> dict[str, Any]:
        dice = self.dice
        fact = dice.pick(self.facts)
        found: dict[str, Any] = {"did": fact}
        if dice.chance(40):
            found |= dice.pick([{"at_least": dice.integer(0, 4)}, {"at_most": dice.integer(0, 3)},
                                {"at_least": 1, "at_most": dice.integer(1, 4)}])  # fmt: skip
        if dice.chance(50):
            found |= dice.pick(
                [{"within_days": dice.pick([1, 2, 30, 400])}, {"since": self.date()}, {"until": self.date()}]
            )
        if dice.chance(25):
            found["turn"] = dice.pick(["first", "last"])
        if dice.chance(50):
            found["where"] = [self.where(fact) for _ in range(dice.integer(1, 2))]
        if fact in {"orders", "refunds"} and dice.chance(30):
            found |= {"total": "amount", "at_least": dice.pick([10, 0, 20.5, -10])}
            found.pop("at_most", None)
        return found

    def where(self, fact: str) -> dict[str, Any]:
        text, number, day = self.text, self.number, self.day
        options = {
            "orders": [("channel", text(["web", "store"])), ("amount", number()), ("delivered_at", day())],
            "events": [("name", text(["visit", "login"]))],
            "subscriptions": [("plan", text(["pro", "basic"])), ("ended_at", day())],
            "answers": [("score", number()), ("kind", text(["nps", "csat"]))],
            "points": [("kind", text(["earn"])), ("points", number())],
            "tickets": [("topic", text(["billing"])), ("resolved_at", day())],
            "reviews": [("rating", number())],
            "contacts": [("channel", text(["mail", "sms"])), ("opened_at", day())],
        }
        name, condition = self.dice.pick(options["orders" if fact == "refunds" else fact])
        return {"attribute": name, **condition}

    def text(self, values: list[str]) -> dict[str, Any]:
        word = self.dice.pick(["equals", "differs", "one_of", "none_of", "contains", "starts_with", "known", "unknown"])
        if word in {"known", "unknown"}:
            return {"is": word}
        one = self.dice.pick(values)
        part = {"one_of": values, "none_of": [one], "contains": one[1:3], "starts_with": one[:2]}
        return {"is": word, "value": part.get(word, one)}

    def number(self) -> dict[str, Any]:
        words = ["at_least", "at_most", "above", "below", "equals", "differs", "between", "known", "unknown"]
        word = self.dice.pick(words)
        if word in {"known", "unknown"}:
            return {"is": word}
        value = self.dice.pick([1, 0, 2, 10, 20.5, 30, -5])
        return {"is": word, "value": [value, value + 20] if word == "between" else value}

    def day(self) -> dict[str, Any]:
        word = self.dice.pick(["within_days", "before_days", "since", "before", "between", "known", "unknown"])
        if word in {"known", "unknown"}:
            return {"is": word}
        if word.endswith("_days"):
            return {"is": word, "value": self.dice.pick([1, 10, 60])}
        days = sorted([self.date(), self.date()])
        return {"is": word, "value": days if word == "between" else days[0]}

    def date(self) -> str:
        return (self.log.start + timedelta(days=self.dice.integer(0, self.log.span))).isoformat()


NAMED: Mapping[str, Written] = {
    "active": {"any": [{"did": "orders", "within_days": 60}, {"segment": "paying"}]},
    "paying": {"measure": "running_subscriptions", "is": "at_least", "value": 1},
}
"""Segments that rules mention."""
