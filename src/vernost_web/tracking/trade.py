"""Orders, refunds and subscriptions of which events tell."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from vernost.messages import Message
from vernost_web.tracking import commerce
from vernost_web.tracking.book import Book
from vernost_web.tracking.pieces import Row
from vernost_web.tracking.traits import kept_instant, plain_instant


class Trade:
    """Writes down what events tell of orders and subscriptions."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._given_lines: dict[str, list[commerce.Line]] = {}

    def order(self, what: str, customer: str, given: Mapping[str, Any], row: Row) -> None:
        """Hear of an order: that it was placed, changed, cancelled or refunded, or got a coupon."""
        order_id = commerce.order_id_of(given)
        if order_id is None:
            if what != "coupon":
                self._book.note(row, Message("It names no order_id, so no order is made of it."))
            return
        currency = str(given.get("currency") or "").upper()
        if currency and self._book.memory.currency and currency != self._book.memory.currency:
            told = {"found": currency, "currency": self._book.memory.currency}
            self._book.note(
                row, Message("It is in {found}, and the company counts in {currency}: no order is made of it.", **told)
            )
            return
        if what == "refunded":
            self._refund(order_id, customer, given, row)
            return
        news = self._book.say(
            "order", order_id, self._said_of_order(what, order_id, customer, given, row), row["occurred_at"]
        )
        known = self._book.told.outcome.facts["order", order_id]
        if "ordered_at" in known and news:
            told = {name: value for name, value in news.items() if name != "lines"}
            told |= {"ordered_at": known["ordered_at"][0]}
            self._book.put("orders", {"order_id": order_id, "kind": "sale", **_typed(told)}, row)
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
        known = self._book.fields("order", order_id).get("ordered_at")
        at = known[0] if known else None
        if what == "placed":
            # A page that is loaded again says once more that the order is placed.
            said["ordered_at"] = row["occurred_at"] if at is None else min(at, row["occurred_at"])
        elif at is None:
            said["ordered_at"] = self._ordered_at(order_id, row["occurred_at"])
        return said

    def _ordered_at(self, order_id: str, otherwise: int) -> int:
        found = self._book.memory.orders.get(order_id)
        return otherwise if found is None else kept_instant(found["ordered_at"])

    def _lines(self, order_id: str, news: Mapping[str, Any], row: Row) -> None:
        """The lines of an order; those that it has no more stay in the log with nothing sold."""
        if "lines" not in news or order_id in self._book.memory.orders:
            return
        lines = self._given_lines[order_id]
        for number, line in enumerate(lines, 1):
            self._book.put("order_lines", line.row(order_id, number), row)
        for number, (product_id, price) in list(enumerate(self._lines_before(order_id), 1))[len(lines) :]:
            gone = commerce.Line(product_id, None, None, 0.0, price)
            self._book.put("order_lines", gone.row(order_id, number), row)

    def _lines_before(self, order_id: str) -> list[list[str]]:
        known = self._book.memory.facts.get(("order", order_id), {}).get("lines")
        return list(known[0]) if known else []

    def _refund(self, order_id: str, customer: str, given: Mapping[str, Any], row: Row) -> None:
        amount = commerce.amount_of(given)
        if amount is None:
            known = self._book.fields("order", order_id).get("amount")
            sale = self._book.memory.orders.get(order_id)
            amount = Decimal(known[0]) if known else sale["amount"] if sale else None
        if amount is None:
            self._book.note(row, Message("It says no total, and its order is not known: no refund is made of it."))
            return
        named = commerce.text_of(given.get("refund_id") or given.get("return_id")) or row["id"]
        refund = {
            "order_id": f"{order_id} refund {named}", "customer_id": customer, "kind": "refund",
            "ordered_at": plain_instant(row["occurred_at"]), "amount": -abs(amount),
        }  # fmt: skip
        self._book.put("orders", refund, row)

    def subscription(self, what: str, customer: str, given: Mapping[str, Any], row: Row) -> None:
        """Hear of a subscription: that it began, changed or ended."""
        subscription_id = commerce.subscription_id_of(given)
        if subscription_id is None:
            self._book.note(row, Message("It names no subscription_id, so no subscription is made of it."))
            return
        said = commerce.of_subscription(given, what, row["occurred_at"])
        self._book.say("subscription", subscription_id, said | {"customer_id": customer}, row["occurred_at"])
        known = {
            name: value for name, (value, _) in self._book.told.outcome.facts["subscription", subscription_id].items()
        }
        if known.keys() >= {"plan", "monthly_price", "started_at"}:
            self._book.put("subscriptions", {"subscription_id": subscription_id, **_typed(known)}, row)
        else:
            self._book.note(
                row, Message("A subscription needs its plan, price and beginning; some of them were never said.")
            )


def _typed(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Fields as they are remembered as columns of the log."""
    moments = {"ordered_at", "started_at", "ended_at"}
    money = {"amount", "discount", "monthly_price"}
    return {
        name: plain_instant(value) if name in moments else Decimal(value) if name in money else value
        for name, value in fields.items()
    }
