"""What endpoints of customers take and give."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext_noop as _
from ninja import Field, Schema

from vernost_web.customers.directory import FILTERED
from vernost_web.customers.listing import SPANS
from vernost_web.customers.models.looks import Look


class CustomerOut(Schema):
    """A customer of the list; without the permission to see personal data names and addresses are masked."""

    customer_id: str
    name: str
    phone: str
    email: str
    birthday_on: date | str | None
    language: str
    country: str
    city: str
    channel: str
    segment: str
    manager: str
    is_business: bool | None
    known_at: datetime | None
    orders: int | None
    revenue: float | None
    first_order_at: datetime | None
    last_order_at: datetime | None
    scored_on: date | None
    risk: float | None
    band: str
    revenue_expected: float | None
    revenue_at_risk: float | None


class CustomersOut(Schema):
    """A page of the list of customers, which follows the log by moments."""

    load: int
    is_behind: bool = Field(description=_("Whether data were loaded that the list does not show yet."))
    count: int
    is_exact: bool = Field(description=_("Whether there are no more than “count”."))
    items: list[CustomerOut]
    next: str | None = None


class WrittenOut(Schema):
    """Something that somebody wrote down, by the kind of which it can be taken away."""

    kind: str
    id: int
    text: str
    on: date | None = None
    by: str = ""
    at: datetime


class ConsentOut(Schema):
    """What holds for a channel and purpose now."""

    channel: str
    purpose: str
    is_given: bool
    at: datetime
    source: str
    text: str
    said: int = Field(description=_("How often something was said of it."))


class CareOut(Schema):
    """Who looks after them, and how they like to be treated."""

    owner: str | None
    channel: str
    hours: str
    language: str
    wishes: str


class ProfileOut(Schema):
    """A customer with what people wrote down about them."""

    customer: CustomerOut
    ids: list[str] = Field(description=_("All ids that were merged into this customer."))
    care: CareOut
    written: list[WrittenOut]
    consents: list[ConsentOut]


class HappeningOut(Schema):
    """Something that happened to a customer, in words."""

    at: datetime
    kind: str
    key: str
    title: str
    value: str
    details: list[tuple[str, str]]
    text: str


class ListIn(Schema):
    """Which customers, in which order."""

    q: str | None = Field(None, description=_("Part of a name, a phone in any spelling, an e-mail or an id."))
    sort: str | None = None
    order: str | None = Field(None, description=_("falling (the most first) or rising."))
    owner: int | None = Field(None, description=_("Id of the person who looks after them."))
    tag: str | None = None


def _with_filters(asked: type[ListIn]) -> type[ListIn]:
    """The same with all that the list is narrowed by."""
    names = (*FILTERED, *(f"{name}_{end}" for name in SPANS for end in ("from", "to")))
    return type("ListedIn", (asked,), {"__annotations__": dict.fromkeys(names, str | None)} | dict.fromkeys(names))


if TYPE_CHECKING:
    ListedIn = ListIn
else:
    ListedIn = _with_filters(ListIn)


class OfIn(Schema):
    """About whom."""

    customer_id: str


class NoteIn(OfIn):
    """A note."""

    text: str


class TagIn(OfIn):
    """A tag."""

    tag: str


class OccasionIn(OfIn):
    """A date that matters."""

    title: str
    on: date
    is_yearly: bool = True


class ConsentIn(OfIn):
    """What they allowed or forbade."""

    channel: str
    purpose: str
    is_given: bool
    at: date | None = None
    source: str
    text: str = ""


class MemberIn(OfIn):
    """A person who works for this customer, a company."""

    person_id: str
    position: str = ""


class CareIn(OfIn):
    """Who looks after them (the id of a person here), and how they like to be treated."""

    owner: int | None = None
    channel: str = ""
    hours: str = ""
    language: str = ""
    wishes: str = ""


class LookOut(Schema):
    """That somebody saw the personal data of a customer."""

    at: datetime
    who: str
    customer_id: str
    what: str

    @staticmethod
    def resolve_who(look: Look) -> str:
        return look.actor_name
