"""The standard events of shops and subscriptions, as fields of orders, their lines, and subscriptions."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from vernost.schema import MONEY_PRECISION, MONEY_SCALE
from vernost_web.ui.words import storable

LONGEST = 500
_LARGEST = Decimal(10) ** (MONEY_PRECISION - MONEY_SCALE)
_SCALE = Decimal(1).scaleb(-MONEY_SCALE)

ORDERS: Mapping[str, str] = {
    "order completed": "placed",
    "completed order": "placed",
    "order placed": "placed",
    "order updated": "changed",
    "order cancelled": "cancelled",
    "order canceled": "cancelled",
    "order refunded": "refunded",
    "coupon applied": "coupon",
}
"""What an event, in small letters, says of its order."""

SUBSCRIPTIONS: Mapping[str, str] = {
    **dict.fromkeys(("subscription started", "subscription created"), "begun"),
    **dict.fromkeys(("subscription updated", "subscription renewed"), "changed"),
    **dict.fromkeys(("subscription cancelled", "subscription canceled", "subscription ended"), "ended"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A product of an order."""

    product_id: str
    product: str | None
    category: str | None
    quantity: float
    unit_price: str

    def row(self, order_id: str, number: int, *, quantity: float | None = None) -> dict[str, Any]:
        """It as a row of the log."""
        return {
            "order_id": order_id, "line": number, "product_id": self.product_id, "product": self.product,
            "category": self.category, "quantity": self.quantity if quantity is None else quantity,
            "unit_price": Decimal(self.unit_price),
        }  # fmt: skip


def order_id_of(given: Mapping[str, Any]) -> str | None:
    """The order that properties name: its number as it is, so that a file or a till names the same."""
    return text_of(_any(given, "order_id", "orderId"))


def of_order(given: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an order that properties fill."""
    fields = {
        "amount": _kept(amount_of(given)),
        "discount": _kept(money_of(given.get("discount"))),
        "coupon": text_of(given.get("coupon")),
        "store": text_of(_any(given, "affiliation", "store")),
        "channel": text_of(given.get("channel")),
        "status": text_of(given.get("status")),
    }
    return {name: value for name, value in fields.items() if value is not None}


def amount_of(given: Mapping[str, Any]) -> Decimal | None:
    """What was paid: the total, else the revenue, else the value, else what the products cost; None if none is said."""
    for name in ("total", "revenue", "value"):
        if (found := money_of(given.get(name))) is not None:
            return found
    lines = lines_of(given)
    if not lines or any(line.unit_price == "0" for line in lines):
        return None
    cost = sum((Decimal(line.unit_price) * Decimal(str(line.quantity)) for line in lines), Decimal(0))
    return cost - (money_of(given.get("discount")) or Decimal(0))


def lines_of(given: Mapping[str, Any]) -> list[Line]:
    """The products of an order; what names no product is left out."""
    products = given.get("products")
    found = (_line(each) for each in products if isinstance(each, Mapping)) if isinstance(products, list) else ()
    return [line for line in found if line is not None]


def subscription_id_of(given: Mapping[str, Any]) -> str | None:
    """The subscription that properties name."""
    return text_of(_any(given, "subscription_id", "subscriptionId"))


def of_subscription(given: Mapping[str, Any], what: str, at: int) -> dict[str, Any]:
    """The fields of a subscription that properties fill."""
    fields: dict[str, Any] = {
        "plan": text_of(_any(given, "plan", "plan_name", "planName", "plan_id")),
        "monthly_price": _kept(money_of(_any(given, "monthly_price", "price", "revenue", "total"))),
        "cancel_reason": text_of(_any(given, "cancel_reason", "reason")) if what == "ended" else None,
        "cancel_text": text_of(given.get("cancel_text")) if what == "ended" else None,
    }
    fields |= {"begun": {"started_at": at}, "ended": {"ended_at": at}}.get(what, {})
    return {name: value for name, value in fields.items() if value is not None}


def money_of(value: Any) -> Decimal | None:
    """An amount of money; None where it is none.

    >>> [money_of(value) for value in ("12.5", 3, "a lot", float("nan"), True)]
    [Decimal('12.5000'), Decimal('3.0000'), None, None, None]
    """
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    try:
        found = Decimal(str(value).strip())
        return found.quantize(_SCALE) if found.is_finite() and abs(found) < _LARGEST else None
    except InvalidOperation:
        return None


def text_of(value: Any) -> str | None:
    """A text or a number as text; None where it is neither, or nothing."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    return storable(str(value)).strip()[:LONGEST] or None


def _line(given: Mapping[str, Any]) -> Line | None:
    product_id = text_of(_any(given, "product_id", "productId", "sku", "id", "name"))
    if product_id is None:
        return None
    quantity = money_of(given.get("quantity"))
    price = money_of(_any(given, "price", "unit_price"))
    return Line(
        product_id, text_of(given.get("name")), text_of(given.get("category")),
        1.0 if quantity is None else float(quantity), "0" if price is None else str(price),
    )  # fmt: skip


def _any(given: Mapping[str, Any], *names: str) -> Any:
    return next((given[name] for name in names if given.get(name) not in (None, "")), None)


def _kept(money: Decimal | None) -> str | None:
    return None if money is None else str(money)
