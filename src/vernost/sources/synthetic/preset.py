"""What a made-up company is like: every number of its world."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Occasion = Literal["first", "order", "delivery", "time", "ticket", "silence", "message"]
Trait = Literal["patience", "price", "messages"]


@dataclass(frozen=True)
class Named:
    """A word of the company in both languages."""

    en: str
    ru: str

    def of(self, language: str) -> str:
        """The word in a language."""
        return self.ru if language == "ru" else self.en


@dataclass(frozen=True)
class Channel:
    """Whence customers come: how many, at what cost, how keen and how faithful they are."""

    name: str
    share: float
    cost: float
    rate: float
    leaving: float


@dataclass(frozen=True)
class Calendar:
    """Relative weights of months, weekdays (Monday first) and hours."""

    months: tuple[float, ...]
    weekdays: tuple[float, ...]
    hours: tuple[float, ...]


@dataclass(frozen=True)
class Traits:
    """How customers differ, beyond their purchases."""

    patience_spread: float
    price_spread: float
    messages_spread: float
    voice: float
    voice_concentration: float
    consent_share: float
    business_share: float
    no_email_share: float


@dataclass(frozen=True)
class Purchases:
    """How often customers buy without a contract; no rate under a contract."""

    rate: float
    shape: float
    cancelled: float
    channels: Mapping[str, float]
    stores: tuple[Named, ...]
    coupon_discount: float


@dataclass(frozen=True)
class Spend:
    """The gamma-gamma model of what an order is worth."""

    mean: float
    p: float
    q: float


@dataclass(frozen=True)
class Category:
    """A group of products: its share of lines and the price of a middling product in mean orders."""

    name: Named
    share: float
    price: float


@dataclass(frozen=True)
class Basket:
    """What is in an order."""

    lines: float
    products: int
    affinity: float
    price_spread: float
    categories: tuple[Category, ...]


@dataclass(frozen=True)
class Delivery:
    """How orders of some channels reach the customer."""

    channels: tuple[str, ...]
    promise_hours: tuple[float, float]
    early_share: float
    late_hours: float


@dataclass(frozen=True)
class Refunds:
    """How often money goes back, and how soon."""

    chance: float
    after_defect: float
    whole_share: float
    days: float
    points_share: float


@dataclass(frozen=True)
class Base:
    """A cause of leaving that no experience makes: its hazard a year for a customer like others."""

    cause: str
    hazard: float


@dataclass(frozen=True)
class Experience:
    """What a customer may live through, and what follows.

    Attributes:
        kind: its name; also the cause of leaving that it is.
        at: the occasion on which it comes: the first order, an order, a delivery, any time, a ticket's wait, a silence
            of the company, a message.
        chance: of it on an occasion; for ``time`` how often a year.
        weight: hazard that it adds in all, before it has faded, for a customer like others.
        fades_days: days in which the hazard falls to 1/e.
        speaks: chance that a customer with a middling voice tells it.
        trait: the trait that makes it weigh more.
        aspects: what is spoken of when it is told.
    """

    kind: str
    at: Occasion
    chance: float
    weight: float
    fades_days: float
    speaks: float
    trait: Trait
    aspects: tuple[str, ...]


@dataclass(frozen=True)
class Event:
    """Something planted that happens to the company.

    Attributes:
        name: of the event.
        experience: the kind of experience that it brings.
        month: calendar month in which it begins each year; 0 when it begins once, at ``begins``.
        begins: share of the span after which it begins.
        days: how long it lasts.
        chance: of the experience on each occasion while it lasts (for ``time`` once for each customer).
        weight: hazard in all, as of an experience.
        price: what prices are multiplied with from then on.
        slows: what waits for replies are multiplied with while it lasts.
        rival: whether those who leave for it go to the first competitor.
    """

    name: str
    experience: str
    month: int
    begins: float
    days: float
    chance: float
    weight: float
    price: float
    slows: float
    rival: bool


@dataclass(frozen=True)
class Words:
    """How customers speak, and how they are answered."""

    ticket_share: float
    review_share: float
    questions: float
    reply_hours: float
    reply_spread: float
    unanswered: float
    resolve_hours: float
    recovery: float
    asked: float
    answered: float
    score_answered: float
    praise: float
    replied: float
    leaving_told: float
    text_share: float
    agents: tuple[Named, ...]
    platforms: tuple[str, ...]


@dataclass(frozen=True)
class Points:
    """The loyalty programme."""

    member_share: float
    earn: float
    expire_days: float
    burn: float
    rewards: tuple[Named, ...]


@dataclass(frozen=True)
class Campaigns:
    """What the company sends of its own.

    Attributes:
        channels: shares of customers by the channel in which they are written to.
        costs: roubles of one message, by channel.
    """

    every_days: float
    audience: float
    control: float
    lift: float
    days: float
    opened: float
    clicked: float
    bounced: float
    unsubscribed: float
    kinds: tuple[str, ...]
    channels: Mapping[str, float]
    costs: Mapping[str, float]


@dataclass(frozen=True)
class Visits:
    """What is seen of customers between orders.

    Attributes:
        rate: visits a year.
        most: visits a year of the keenest customer.
        decline_days: in which visits fade from the decision to leave on.
        names: kinds of visits with their shares.
    """

    rate: float
    most: int
    decline_days: float
    names: Mapping[str, float]


@dataclass(frozen=True)
class Plan:
    """What is subscribed to."""

    name: Named
    share: float
    price: float
    commitment_months: int


@dataclass(frozen=True)
class Contract:
    """How a subscription runs."""

    plans: tuple[Plan, ...]
    seats: float
    seats_spread: float
    upgrades: float
    downgrades: float
    change: float


@dataclass(frozen=True)
class Groups:
    """Shares of customers by their response to a kind of action."""

    persuadable: float
    sure_thing: float
    lost_cause: float
    do_not_disturb: float

    @property
    def shares(self) -> tuple[float, ...]:
        """Shares in the order of `GROUPS`."""
        return tuple(getattr(self, name) for name in GROUPS)


GROUPS = ("persuadable", "sure_thing", "lost_cause", "do_not_disturb")


@dataclass(frozen=True)
class Competitor:
    """A rival."""

    name: Named
    price_index: float
    share: float


@dataclass(frozen=True)
class Acquisition:
    """How customers come.

    Attributes:
        growth: arrivals a day at the end of the span over those at its start, minus 1.
        arrivals: weights of equal parts of the span by customers who come in them; none: by growth.
        cost_spread: sigma of the lognormal around a channel's cost.
        channels: whence they come.
    """

    growth: float
    arrivals: tuple[float, ...]
    cost_spread: float
    channels: tuple[Channel, ...]


@dataclass(frozen=True)
class Leaving:
    """How customers differ in faithfulness, and why they leave without a cause in the company."""

    shape: float
    base: tuple[Base, ...]


@dataclass(frozen=True)
class Preset:
    """A kind of company.

    Attributes:
        domain: the kind of business that texts speak of.
        money_per_ruble: what one rouble of the file is in the money of the English company.
    """

    name: str
    domain: Literal["shop", "subscription", "saas", "telecom", "restaurant"]
    money_per_ruble: float
    acquisition: Acquisition
    calendar: Calendar
    traits: Traits
    purchases: Purchases
    spend: Spend
    basket: Basket
    delivery: Delivery
    refunds: Refunds
    leaving: Leaving
    experiences: tuple[Experience, ...]
    events: tuple[Event, ...]
    words: Words
    points: Points
    campaigns: Campaigns
    visits: Visits
    contract: Contract
    response: Mapping[str, Groups]
    competitors: tuple[Competitor, ...]

    @property
    def is_contract(self) -> bool:
        """Whether customers hold a subscription."""
        return bool(self.contract.plans)

    @property
    def causes(self) -> tuple[str, ...]:
        """All causes of leaving: those without the company's doing first, then the experiences."""
        return (*(base.cause for base in self.leaving.base), *(each.kind for each in self.experiences))

    def experience(self, kind: str) -> Experience:
        """The experience of a kind."""
        return next(each for each in self.experiences if each.kind == kind)
