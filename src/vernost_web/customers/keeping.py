"""What this slice keeps about single customers: told whole, and erased whole."""

from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from vernost_web.customers.listing import Choice, chosen
from vernost_web.customers.models import (
    Care,
    Consent,
    Customer,
    Look,
    Membership,
    Note,
    Occasion,
    SavedView,
    Tagging,
)

_WRITTEN: tuple[Any, ...] = (Note, Tagging, Occasion, Care, Consent)
_HIDDEN = frozenset({"id", "print", "words", "phone_back", "sort_name"})
"""What the directory makes of what the log says, to find it."""


def tell(ids: Sequence[str]) -> list[dict[str, Any]]:
    """All that was written down about a customer, where they are listed, and who looked at them."""
    asked: list[tuple[Any, Q]] = [(model, Q(customer_id__in=ids)) for model in (Customer, *_WRITTEN, Look)]
    return [
        {"kind": model.__name__.lower()} | {name: value for name, value in row.items() if name not in _HIDDEN}
        for model, condition in [*asked, (Membership, _of(ids))]
        for row in model.objects.filter(condition).values()
    ]


@transaction.atomic
def forget(ids: Sequence[str], pseudonym: str) -> int:
    """Erase all that; looks stay counted, as those at a customer without a name."""
    count = _forget_searches(ids)
    for model in _WRITTEN:
        count += model.objects.filter(customer_id__in=ids).delete()[0]
    count += Membership.objects.filter(_of(ids)).delete()[0]
    for place, each in enumerate(ids):  # looks at both of two in one hour must not fall together
        name = f"{pseudonym} {place}" if place else pseudonym
        count += Look.objects.filter(customer_id=each).update(customer_id=name)
    count += Customer.objects.filter(customer_id__in=ids).delete()[0]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:  # else the words stay in parts of the index that are only marked as gone
            cursor.execute("INSERT INTO customers_words(customers_words) VALUES ('optimize')")
    return count


def _forget_searches(ids: Sequence[str]) -> int:
    """Forget lists that were kept of a search that finds this customer alone; how many."""
    count = 0
    for view in SavedView.objects.exclude(question={}):
        text = "".join(view.question.get("q", []))
        found = (
            set(chosen(Choice(text=text, is_personal=True)).values_list("customer_id", flat=True)[:2]) if text else ()
        )
        if found and set(found) <= set(ids):
            count += view.delete()[0]
    return count


def _of(ids: Sequence[str]) -> Q:
    return Q(customer_id__in=ids) | Q(company_id__in=ids)
