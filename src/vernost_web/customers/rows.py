"""A row of the engine as a row of the directory: spelled as it is searched, cut to what a cell holds."""

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

from vernost_web.customers import spelling
from vernost_web.customers.models import Customer
from vernost_web.ui.words import storable

FIELDS = Customer.fields()
_LENGTHS = {field.attname: field.max_length for field in FIELDS if field.max_length}
_PLAIN = frozenset({"birthday_on", "is_business", "known_at", "orders", "revenue", "first_order_at", "last_order_at",
                    "scored_on", "risk", "revenue_expected", "revenue_at_risk"})  # fmt: skip


def print_of(row: Mapping[str, Any], basis: str) -> int:
    """A number that is the same as long as the engine says the same of a customer."""
    text = repr([basis, *row.items()])
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), signed=True)


def dressed(row: Mapping[str, Any], mark: int, timezone: str) -> dict[str, Any]:
    """A row as the directory keeps it.

    Args:
        row: of the engine.
        mark: its print.
        timezone: the company's, for numbers without a country's code.
    """
    name, given = _text(row, "name"), _text(row, "phone")
    words = spelling.words(name)
    phone = spelling.phone(given, spelling.region(_text(row, "country"), timezone)) if given else ""
    values: dict[str, Any] = {
        **{each: row.get(each) for each in _PLAIN},
        **{each: _text(row, each) for each in ("language", "country", "city", "channel", "segment", "manager", "band")},
        "customer_id": _text(row, "customer_id"),
        "print": mark,
        "name": name,
        "sort_name": " ".join(words) or None,
        "words": "".join(f" {word}" for word in words),
        "phone": phone,
        "phone_back": phone[::-1],
        "email": spelling.email(_text(row, "email")),
    }
    return values | {name: values[name][:most] for name, most in _LENGTHS.items() if values[name] is not None}


def _text(row: Mapping[str, Any], name: str) -> str:
    return storable(str(row.get(name) or ""))
