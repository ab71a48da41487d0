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

    @property
    def told(self) -> dict[str, str]:
        """What is known of them, by its title."""
        return dict((*self.card.facts, *self.card.numbers)) if self.card else {}


@dataclass(frozen=True, slots=True)
class Beside:
    """Two customers side by side."""

    people: tuple[Person, Person]

    @property
    def rows(self) -> list[tuple[str, str, str]]:
        """What is known of either: its title, and as it is of both."""
        one, other = (person.told for person in self.people)
        return [(title, one.get(title, ""), other.get(title, "")) for title in {**one, **other}]


@dataclass(frozen=True, slots=True)
class Shown:
    """A pair as a page shows it."""

    pair: Pair
    beside: Beside
    agree: list[str]
    differ: list[str]


def shown(pairs: Sequence[Pair], user: Any) -> list[Shown]:
    """Pairs side by side; whoever sees personal data there has looked at it."""
    found = beside([pair.ids for pair in pairs], user)
    return [Shown(pair, two, _said(pair.agree), _said(pair.differ)) for pair, two in zip(pairs, found, strict=True)]


def beside(pairs: Sequence[tuple[str, str]], user: Any) -> list[Beside]:
    """Customers two by two, by their ids, with as much as a user may see."""
    is_personal = user.may("see_personal_data")
    if is_personal:
        customers.note_looks(user, dict.fromkeys(each for pair in pairs for each in pair), "list")
    return [
        Beside((_person(one, is_personal=is_personal), _person(other, is_personal=is_personal))) for one, other in pairs
    ]


def _person(customer_id: str, *, is_personal: bool) -> Person:
    found = profile_of(customer_id)
    return Person(customer_id, card_of(found.row, is_personal=is_personal) if found else None)


def _said(names: Iterable[str]) -> list[str]:
    return [str(EVIDENCE[name]) for name in names if name in EVIDENCE]
