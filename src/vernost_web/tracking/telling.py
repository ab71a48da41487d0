"""What the events of a piece tell: rows of the log, who is who, and what is to be remembered.

The last word counts by when something happened, not by when it came: what each message says of a customer or an order
is remembered with its instant.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from vernost.messages import Message
from vernost.schema import TABLES
from vernost_web.tracking import commerce, traits
from vernost_web.tracking.pieces import Fields, Outcome, Row
from vernost_web.tracking.traits import MOST_FIELDS, kept_instant, plain_instant
from vernost_web.ui.words import packed, storable

PAGES = {"page": "Page Viewed", "screen": "Screen Viewed"}
"""Names under which looks at pages and screens stand in the log."""

COMPANY = "company:"
"""Before the id of a company: the numbers of companies and of people may be the same."""

SHORTEST_ID = 16
"""Characters from which on an id of a client is taken to be like no other; before shorter ones stands the source."""

_OF_CONTEXT = ("campaign", "page", "locale", "timezone", "library", "app", "device", "os", "screen")
"""What of an event's context is kept; neither the address nor the browser's own words, which tell people apart."""


@dataclass(slots=True)
class Memory:
    """What was known before the piece, and what was asked of the log for it.

    Attributes:
        links: visitors who were named -> their customers.
        facts: kind and id -> fields.
        customers: ids that the log knows, of those that somebody is said to have had before.
        orders: orders that the log knows and no message told of -> when they were and for how much.
        sources: number of a source -> its name.
        currency: of the company; empty where it has not said.
    """

    links: dict[str, str] = field(default_factory=dict)
    facts: dict[tuple[str, str], Fields] = field(default_factory=dict)
    customers: frozenset[str] = frozenset()
    orders: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    sources: Mapping[int, str] = field(default_factory=dict)
    currency: str = ""


@dataclass(slots=True)
class Told:
    """What a piece tells.

    Attributes:
        tables: table of the log -> key -> row.
        outcome: what becomes of the events.
        hints: pairs of known customers who may be the same.
    """

    tables: dict[str, dict[tuple[Any, ...], dict[str, Any]]] = field(default_factory=lambda: defaultdict(dict))
    outcome: Outcome = field(default_factory=Outcome)
    hints: set[tuple[str, str]] = field(default_factory=set)


def tell(rows: Sequence[Row], memory: Memory) -> Told:
    """What events tell, the oldest first."""
    return _Teller(memory).tell(rows)


class _Teller:
    def __init__(self, memory: Memory) -> None:
        self.memory, self.told = memory, Told()
        self._links = dict(memory.links)
        self._facts: dict[tuple[str, str], Fields] = {}
        self._given_lines: dict[str, list[commerce.Line]] = {}
        self._users: frozenset[str] = frozenset()

    def tell(self, rows: Sequence[Row]) -> Told:
        self._users = frozenset(row["user_id"] for row in rows if row["user_id"] is not None)
        for row in rows:
            self._link(row)
        for row in rows:
            self._hear(row, row["body"])
        self.told.outcome.facts = self._facts
        return self.told

    # -- who is who ---------------------------------------------------------------------------------------------------

    def _link(self, row: Row) -> None:
        customer = row["user_id"]
        if customer is None:
            return
        if row["kind"] == "alias":
            self._become(str(row["body"].get("previousId")), customer)
        if row["anonymous_id"] is not None:
            self._name(row["anonymous_id"], customer)

    def _become(self, previous: str, customer: str) -> None:
        """Somebody had another id: a visitor is named by that, a known customer is a hint and no more."""
        known = self.memory.customers | self._users
        if previous in known or ("customer", previous) in self.memory.facts:
            self._hint(previous, customer)
        else:
            self._name(previous, customer)

    def _name(self, visitor: str, customer: str) -> None:
        if visitor == customer:
            return
        known = self._links.setdefault(visitor, customer)
        if known != customer:
            self._hint(known, customer)
        elif visitor not in self.memory.links:
            self.told.outcome.links[visitor] = customer

    def _hint(self, one: str, other: str) -> None:
        if one != other:
            self.told.hints.add((min(one, other), max(one, other)))

    # -- what is said -------------------------------------------------------------------------------------------------

    def _hear(self, row: Row, body: Mapping[str, Any]) -> None:
        customer = row["user_id"] or self._links.get(row["anonymous_id"])
        if row["kind"] == "group":
            self._hear_company(row, body, customer)
        elif customer is None:
            self.told.outcome.held.append(row["number"])
            return
        if customer is not None:
            said = traits.of_customer(body.get("traits") or {}) if row["kind"] == "identify" else {}
            self._say_customer(customer, said, row)
            if row["kind"] in {"track", "page", "screen"}:
                self._happen(customer, row, body)

    def _hear_company(self, row: Row, body: Mapping[str, Any], customer: str | None) -> None:
        company = f"{COMPANY}{body['groupId']}"
        self._say_customer(company, traits.of_company(body.get("traits") or {}), row)
        if customer is not None:
            self._say_customer(customer, {f"{traits.BESIDE}company": company}, row)

    def _say_customer(self, customer: str, said: Mapping[str, Any], row: Row) -> None:
        is_new = ("customer", customer) not in self._facts and ("customer", customer) not in self.memory.facts
        news = self._say("customer", customer, said, row["occurred_at"])
        if news or is_new:
            self._put("customers", {"customer_id": customer, **traits.row_of(news)}, row)

    def _happen(self, customer: str, row: Row, body: Mapping[str, Any]) -> None:
        given = body.get("properties") or {}
        name = str(PAGES.get(row["kind"], row["name"]))
        if row["kind"] in PAGES:
            given = {**({"name": row["name"]} if row["name"] else {}), **given}
        context = body.get("context") or {}
        extra = {each: context[each] for each in _OF_CONTEXT if context.get(each) not in (None, {}, "")}
        event = {
            "event_id": _event_id(row), "customer_id": customer, "occurred_at": plain_instant(row["occurred_at"]),
            "name": storable(name), "properties": _json(given), "extra": extra or None,
            "session_id": commerce.text_of(given.get("session_id") or context.get("sessionId")),
        }  # fmt: skip
        self._put("events", event, row)
        word = row["name"].casefold()
        if word in commerce.ORDERS:
            self._order(commerce.ORDERS[word], customer, given, row)
        elif word in commerce.SUBSCRIPTIONS:
            self._subscription(commerce.SUBSCRIPTIONS[word], customer, given, row)

    # -- orders -------------------------------------------------------------------------------------------------------

    def _order(self, what: str, customer: str, given: Mapping[str, Any], row: Row) -> None:
        order_id = commerce.order_id_of(given)
        if order_id is None:
            if what != "coupon":
                self._note(row, Message("It names no order_id, so no order is made of it."))
            return
        currency = str(given.get("currency") or "").upper()
        if currency and self.memory.currency and currency != self.memory.currency:
            told = {"found": currency, "currency": self.memory.currency}
            self._note(
                row, Message("It is in {found}, and the company counts in {currency}: no order is made of it.", **told)
            )
            return
        if what == "refunded":
            self._refund(order_id, customer, given, row)
            return
        news = self._say(
            "order", order_id, self._said_of_order(what, order_id, customer, given, row), row["occurred_at"]
        )
        known = self._facts["order", order_id]
        if "ordered_at" in known and news:
            told = {name: value for name, value in news.items() if name != "lines"}
            told |= {"ordered_at": known["ordered_at"][0]}
            self._put("orders", {"order_id": order_id, "kind": "sale", **_typed(told)}, row)
            self._lines(order_id, news, row)

    def _said_of_order(
        self, what: str, order_id: str, customer: str, given: Mapping[str, Any], row: Row
    ) -> dict[str, Any]:
        if what == "coupon":
            coupon = commerce.text_of(given.get("coupon_id") or given.get("coupon") or given.get("coupon_name"))
            return {"coupon": coupon} if coupon else {}
        said: dict[str, Any] = {"customer_id": customer}
        if what != "cancelled":
            said |= commerce.of_order(given)
            lines = commerce.lines_of(given)
            said |= {"lines": [[line.product_id, line.unit_price] for line in lines]} if lines else {}
            self._given_lines[order_id] = lines
        else:
            said |= {"status": "cancelled"}
        known = self._fields("order", order_id).get("ordered_at")
        at = known[0] if known else None
        if what == "placed":
            # A page that is loaded again says once more that the order is placed.
            said["ordered_at"] = row["occurred_at"] if at is None else min(at, row["occurred_at"])
        elif at is None:
            said["ordered_at"] = self._ordered_at(order_id, row["occurred_at"])
        return said

    def _ordered_at(self, order_id: str, otherwise: int) -> int:
        found = self.memory.orders.get(order_id)
        return otherwise if found is None else kept_instant(found["ordered_at"])

    def _lines(self, order_id: str, news: Mapping[str, Any], row: Row) -> None:
        """The lines of an order; those that it has no more stay in the log with nothing sold."""
        if "lines" not in news or order_id in self.memory.orders:
            return
        lines = self._given_lines[order_id]
        for number, line in enumerate(lines, 1):
            self._put("order_lines", line.row(order_id, number), row)
        for number, (product_id, price) in list(enumerate(self._lines_before(order_id), 1))[len(lines) :]:
            gone = commerce.Line(product_id, None, None, 0.0, price)
            self._put("order_lines", gone.row(order_id, number), row)

    def _lines_before(self, order_id: str) -> list[list[str]]:
        known = self.memory.facts.get(("order", order_id), {}).get("lines")
        return list(known[0]) if known else []

    def _refund(self, order_id: str, customer: str, given: Mapping[str, Any], row: Row) -> None:
        amount = commerce.amount_of(given)
        if amount is None:
            known = self._fields("order", order_id).get("amount")
            sale = self.memory.orders.get(order_id)
            amount = Decimal(known[0]) if known else sale["amount"] if sale else None
        if amount is None:
            self._note(row, Message("It says no total, and its order is not known: no refund is made of it."))
            return
        named = commerce.text_of(given.get("refund_id") or given.get("return_id")) or row["id"]
        refund = {
            "order_id": f"{order_id} refund {named}", "customer_id": customer, "kind": "refund",
            "ordered_at": plain_instant(row["occurred_at"]), "amount": -abs(amount),
        }  # fmt: skip
        self._put("orders", refund, row)

    def _subscription(self, what: str, customer: str, given: Mapping[str, Any], row: Row) -> None:
        subscription_id = commerce.subscription_id_of(given)
        if subscription_id is None:
            self._note(row, Message("It names no subscription_id, so no subscription is made of it."))
            return
        said = commerce.of_subscription(given, what, row["occurred_at"])
        self._say("subscription", subscription_id, said | {"customer_id": customer}, row["occurred_at"])
        known = {name: value for name, (value, _) in self._facts["subscription", subscription_id].items()}
        if known.keys() >= {"plan", "monthly_price", "started_at"}:
            self._put("subscriptions", {"subscription_id": subscription_id, **_typed(known)}, row)
        else:
            self._note(
                row, Message("A subscription needs its plan, price and beginning; some of them were never said.")
            )

    # -- what is remembered -------------------------------------------------------------------------------------------

    def _fields(self, kind: str, key: str) -> Fields:
        found = self._facts.get((kind, key))
        if found is None:
            before = self.memory.facts.get((kind, key), {})
            found = self._facts[kind, key] = {name: list(value) for name, value in before.items()}
        return found

    def _say(self, kind: str, key: str, said: Mapping[str, Any], at: int) -> dict[str, Any]:
        """Remember what is said, unless something later was said; what of it is news."""
        known = self._fields(kind, key)
        news: dict[str, Any] = {}
        for name, value in said.items():
            before = known.get(name)
            if before is None and len(known) >= MOST_FIELDS:
                continue
            if before is None or name == "ordered_at" or before[1] <= at:
                known[name] = [value, at]
                if before is None or before[0] != value:
                    news[name] = value
        return news

    def _put(self, table: str, row: Mapping[str, Any], event: Row) -> None:
        """Put a row, or more of one that is there."""
        key = tuple(row[name] for name in TABLES[table].key)
        there = self.told.tables[table].setdefault(key, {})
        extra = {**(there.get("extra") or {}), **(row.get("extra") or {})} or None
        there.update({name: value for name, value in row.items() if value is not None})
        there.update({"extra": extra, "source": self.memory.sources.get(event["source"], "")})

    def _note(self, row: Row, why: Message) -> None:
        self.told.outcome.notes[row["number"]] = packed(why)


def _event_id(row: Row) -> str:
    return row["id"] if len(row["id"]) >= SHORTEST_ID else f"{row['source']} {row['id']}"


def _typed(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Fields as they are remembered as columns of the log."""
    moments = {"ordered_at", "started_at", "ended_at"}
    money = {"amount", "discount", "monthly_price"}
    return {
        name: plain_instant(value) if name in moments else Decimal(value) if name in money else value
        for name, value in fields.items()
    }


def _json(given: Any) -> str | None:
    """Properties as text; a NUL, which no engine holds, is written as its picture."""
    return json.dumps(given, ensure_ascii=False).replace("\\u0000", "␀") if given else None
