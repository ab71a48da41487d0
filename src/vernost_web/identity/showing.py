"""Customers side by side, with as much of them as a user may see."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vernost_web.customers import actions as customers
from vernost_web.customers.queries import card_of, profile_of
from vernost_web.identity.models import Pair

if TYPE_CHECKING:
    from vernost_web.customers.profile import Card

EVIDENCE = {
    "phone": _("telephone"),
    "email": _("e-mail"),
    "name": pgettext_lazy("of a customer", "name"),
    "birthday_on": _("birthday"),
}
"""What speaks for or against, as people say it."""


@dataclass(frozen=True, slots=True)
class Person:
    """A customer as they stand beside another.

    Attributes:
        customer_id: as in the log.
        card: what the directory knows of them; None when it does not list them yet.
    """

    customer_id: str
    card: "Card | None"


@dataclass(frozen=True, slots=True)
class Shown:
    """A pair as a page shows it."""

    pair: Pair
    people: list[Person]
    agree: list[str]
    differ: list[str]


def shown(pairs: Sequence[Pair], user: Any) -> list[Shown]:
    """Pairs side by side; whoever sees personal data there has looked at it."""
    beside = iter(people([each for pair in pairs for each in pair.ids], user))
    return [Shown(pair, [next(beside), next(beside)], _said(pair.agree), _said(pair.differ)) for pair in pairs]


def people(ids: Sequence[str], user: Any) -> list[Person]:
    """Customers by their ids, with as much as a user may see."""
    is_personal = user.may("see_personal_data")
    if is_personal:
        customers.note_looks(user, dict.fromkeys(ids), "list")
    return [Person(each, _card(each, is_personal=is_personal)) for each in ids]


def _card(customer_id: str, *, is_personal: bool) -> "Card | None":
    found = profile_of(customer_id)
    return card_of(found.row, is_personal=is_personal) if found else None


def _said(names: Iterable[str]) -> list[str]:
    return [str(EVIDENCE[name]) for name in names if name in EVIDENCE]
