"""Finding customers by what somebody types: a name, a telephone number or its end, an address, an id."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q

from vernost_web.company.queries import company
from vernost_web.customers import spelling
from vernost_web.customers.models import Customer
from vernost_web.data.queries import belongs_to
from vernost_web.ui.words import storable

FEW = 2_000
"""Customers that are put in order one by one; of more, the order is walked until a page is full."""

_FOUND = {
    "sqlite": "SELECT rowid FROM customers_words WHERE customers_words MATCH %s LIMIT %s",
    "postgresql": "SELECT id FROM customers_customer WHERE to_tsvector('simple', words) @@ to_tsquery('simple', %s)"
    " LIMIT %s",
}


@dataclass(frozen=True, slots=True)
class Found:
    """Who answers to a text.

    Attributes:
        condition: on rows of the directory.
        is_few: whether they are soon put in order one by one.
    """

    condition: Q
    is_few: bool = True


def found_by(text: str, *, is_personal: bool) -> Found | None:
    """Who answers to a text; None for an empty one.

    Args:
        text: as somebody typed it.
        is_personal: whether names, numbers and addresses are searched too; else ids alone.
    """
    text = storable(text).strip()
    if not text:
        return None
    by_id = Q(customer_id=belongs_to(text))
    if not is_personal:
        return Found(by_id)
    if "@" in text:
        return Found(by_id | beginning("email", spelling.email(text)))
    if spelling.looks_like_phone(text):
        return Found(by_id | _by_phone(text))
    return _by_name(by_id, spelling.words(text))


def beginning(field: str, text: str) -> Q:
    """Rows whose field begins with a text, by its index."""
    if connection.vendor == "sqlite":
        return Q(**{f"{field}__gte": text, f"{field}__lt": text + "\U0010ffff"})
    return Q(**{f"{field}__startswith": text})


def _by_phone(text: str) -> Q:
    """The whole number in any spelling, or its end."""
    whole = spelling.phone(text, spelling.region("", company().timezone))
    return Q(phone=whole) | beginning("phone_back", spelling.digits(text)[::-1])


def _by_name(by_id: Q, words: Sequence[str]) -> Found:
    """Names of which each word asked for begins one; few are named one by one, many by what is written in them."""
    if not words:
        return Found(by_id)
    with connection.cursor() as cursor:
        cursor.execute(_FOUND[connection.vendor], [_asked(words), FEW + 1])
        few = [pk for (pk,) in cursor.fetchall()]
    if len(few) <= FEW:
        return Found(by_id | Q(pk__in=few))
    many = Q()
    for word in words:
        many &= Q(words__contains=f" {word}")
    return Found(by_id | many, is_few=False)


def _asked(words: Sequence[str]) -> str:
    """The words as the index is asked: letters and digits alone, so that none of its signs is among them."""
    if connection.vendor == "sqlite":
        return " AND ".join(f'"{word}"*' for word in words)
    return " & ".join(f"{word}:*" for word in words)


def is_known(customer: str) -> bool:
    """Whether the directory lists a customer."""
    return Customer.objects.filter(customer_id=customer).exists()
