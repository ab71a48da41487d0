"""What the events of a piece tell: who is who, what customers and companies are, what they did."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from vernost_web.tracking import commerce, traits
from vernost_web.tracking.book import Book, Memory, Told
from vernost_web.tracking.pieces import Row
from vernost_web.tracking.trade import Trade
from vernost_web.tracking.traits import plain_instant
from vernost_web.ui.words import storable

PAGES = {"page": "Page Viewed", "screen": "Screen Viewed"}
"""Names under which looks at pages and screens stand in the log."""

COMPANY = "company:"
"""Before the id of a company: the numbers of companies and of people may be the same."""

SHORTEST_ID = 16
"""Characters from which on an id of a client is taken to be like no other; before shorter ones stands the source."""

_OF_CONTEXT = ("campaign", "page", "locale", "timezone", "library", "app", "device", "os", "screen")
"""What of an event's context is kept; neither the address nor the browser's own words, which tell people apart."""


def tell(rows: Sequence[Row], memory: Memory) -> Told:
    """What events tell, the oldest first."""
    return _Teller(memory).tell(rows)


class _Teller:
    def __init__(self, memory: Memory) -> None:
        self._book = Book(memory)
        self._trade = Trade(self._book)
        self._links = dict(memory.links)
        self._users: frozenset[str] = frozenset()

    def tell(self, rows: Sequence[Row]) -> Told:
        self._users = frozenset(row["user_id"] for row in rows if row["user_id"] is not None)
        for row in rows:
            self._link(row)
        for row in rows:
            self._hear(row, row["body"])
        return self._book.told

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
        known = self._book.memory.customers | self._users
        if previous in known or ("customer", previous) in self._book.memory.facts:
            self._hint(previous, customer)
        else:
            self._name(previous, customer)

    def _name(self, visitor: str, customer: str) -> None:
        if visitor == customer:
            return
        known = self._links.setdefault(visitor, customer)
        if known != customer:
            self._hint(known, customer)
        elif visitor not in self._book.memory.links:
            self._book.told.outcome.links[visitor] = customer

    def _hint(self, one: str, other: str) -> None:
        if one != other:
            self._book.told.hints.add((min(one, other), max(one, other)))

    # -- what is said -------------------------------------------------------------------------------------------------

    def _hear(self, row: Row, body: Mapping[str, Any]) -> None:
        customer = row["user_id"] or self._links.get(row["anonymous_id"])
        if row["kind"] == "group":
            self._hear_company(row, body, customer)
        elif customer is None:
            self._book.told.outcome.held.append(row["number"])
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
        is_new = not self._book.knows("customer", customer)
        news = self._book.say("customer", customer, said, row["occurred_at"])
        if news or is_new:
            self._book.put("customers", {"customer_id": customer, **traits.row_of(news)}, row)

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
        self._book.put("events", event, row)
        word = row["name"].casefold()
        if word in commerce.ORDERS:
            self._trade.order(commerce.ORDERS[word], customer, given, row)
        elif word in commerce.SUBSCRIPTIONS:
            self._trade.subscription(commerce.SUBSCRIPTIONS[word], customer, given, row)


def _event_id(row: Row) -> str:
    return row["id"] if len(row["id"]) >= SHORTEST_ID else f"{row['source']} {row['id']}"


def _json(given: Any) -> str | None:
    """Properties as text; a NUL, which no engine holds, is written as its picture."""
    return json.dumps(given, ensure_ascii=False).replace("\\u0000", "␀") if given else None
