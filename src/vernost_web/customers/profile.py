"""One customer: what the directory and people say of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from vernost_web.company.queries import voice_of
from vernost_web.customers.columns import TITLES, Cells
from vernost_web.customers.models import Care, Consent, Customer, Membership, Note, Occasion, Tagging
from vernost_web.data.queries import ids_of
from vernost_web.ui.language import spoken

_FACTS = (
    "phone", "email", "birthday_on", "is_business", "country", "city", "language", "segment", "channel", "manager",
    "known_at",
)  # fmt: skip
_NUMBERS = ("orders", "revenue", "first_order_at", "last_order_at")


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds for a channel and purpose now.

    Attributes:
        last: the last word of the customer on it.
        count: how many there were.
    """

    last: Consent
    count: int


@dataclass(frozen=True, slots=True)
class Profile:
    """A customer as their page shows them.

    Attributes:
        row: of the directory.
        ids: all ids that were merged into this one, the own one first.
    """

    row: Customer
    ids: tuple[str, ...]

    @property
    def care(self) -> Care:
        """Who looks after them, and how they like to be treated."""
        return of(Care, self.ids).select_related("owner").first() or Care(customer_id=self.row.customer_id)

    @property
    def notes(self) -> QuerySet[Note]:
        """Notes, the newest first."""
        return of(Note, self.ids).select_related("by")

    @property
    def tags(self) -> QuerySet[Tagging]:
        """Tags."""
        return of(Tagging, self.ids)

    @property
    def occasions(self) -> QuerySet[Occasion]:
        """Dates that matter."""
        return of(Occasion, self.ids)

    @property
    def consents(self) -> QuerySet[Consent]:
        """All that they allowed and forbade, the newest first."""
        return of(Consent, self.ids).select_related("by")

    @property
    def standings(self) -> list[Standing]:
        """What holds now, by channel and purpose."""
        found: dict[tuple[str, str], list[Consent]] = {}
        for each in self.consents:
            found.setdefault((each.channel, each.purpose), []).append(each)
        return [Standing(said[0], len(said)) for _pair, said in sorted(found.items())]

    @property
    def companies(self) -> list[tuple[Membership, Customer | None]]:
        """Companies that they work for."""
        found = of(Membership, self.ids)
        return _beside(found, [each.company_id for each in found])

    @property
    def people(self) -> list[tuple[Membership, Customer | None]]:
        """Persons who work for them."""
        found = Membership.objects.filter(company_id__in=self.ids)
        return _beside(found, [each.customer_id for each in found])


def of(model: Any, ids: Sequence[str]) -> Any:
    """What of a kind is kept of the customer of these ids."""
    return model.objects.filter(customer_id__in=ids)


def profile_of(customer_id: str) -> Profile | None:
    """A customer by any of their ids; None when the directory lists none."""
    ids = ids_of(customer_id)
    row = Customer.objects.filter(customer_id__in=ids).first()
    return Profile(row, ids) if row else None


@dataclass(frozen=True, slots=True)
class Card:
    """A customer at a glance.

    Attributes:
        title: the name, for those who may see it, else the id.
        facts: who they are: title and value.
        numbers: what they are worth: title and value.
    """

    title: str
    facts: list[tuple[str, str]]
    numbers: list[tuple[str, str]]


def card_of(row: Customer, *, is_personal: bool) -> Card:
    """A customer at a glance, in the reader's language."""
    cells = Cells(voice_of(spoken()), is_personal=is_personal)

    def told(names: Sequence[str]) -> list[tuple[str, str]]:
        return [(str(TITLES[name]), text) for name in names if (text := cells.text(row, name))]

    title = row.name if is_personal and row.name else row.customer_id
    check = [(str(_("Average check")), cells.money(row.revenue / row.orders))] if row.orders and row.revenue else []
    return Card(title, told(_FACTS), told(_NUMBERS) + check)


def _beside(found: Any, ids: Sequence[str]) -> list[tuple[Membership, Customer | None]]:
    rows = {row.customer_id: row for row in Customer.objects.filter(customer_id__in=ids)}
    return [(each, rows.get(place)) for each, place in zip(found, ids, strict=True)]
