"""The customer log: the one shape of the data, its tables, columns, types and keys.

Column names are the public contract: the same in Python, SQL, CSV templates and the docs.
"""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, cast

type_names = Literal["string", "instant", "date", "money", "number", "integer", "boolean", "json", "strings"]

MONEY_PRECISION, MONEY_SCALE = 18, 4
"""Money is an exact decimal with this many digits, this many of them after the point."""

IBIS_TYPES = MappingProxyType(
    {
        "string": "string",
        "instant": "timestamp",
        "date": "date",
        "money": f"decimal({MONEY_PRECISION}, {MONEY_SCALE})",
        "number": "float64",
        "integer": "int64",
        "boolean": "boolean",
        "json": "string",
        "strings": "string",
    }
)
"""Ibis type of each kind of column. Instants are kept as UTC without a zone, which every engine
treats alike; JSON and lists of strings are kept as JSON text."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table of the log."""

    name: str
    type: type_names
    is_required: bool = False
    choices: tuple[str, ...] = ()

    @property
    def ibis_type(self) -> str:
        """The Ibis type it is stored as."""
        return IBIS_TYPES[self.type]


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the log: its columns, its key, and the columns that say when its facts happened, the first first."""

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    happened: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Names of its own columns, without the bookkeeping ones."""
        return tuple(column.name for column in self.columns)

    def __getitem__(self, name: str) -> Column:
        return next(column for column in (*self.columns, *BOOKKEEPING) if column.name == name)

    def __contains__(self, name: object) -> bool:
        return any(column.name == name for column in (*self.columns, *BOOKKEEPING))

    @property
    def stored(self) -> tuple[Column, ...]:
        """All columns as stored: its own and the bookkeeping ones."""
        return (*self.columns, *BOOKKEEPING)


BOOKKEEPING = (
    Column("extra", "json"),
    Column("source", "string"),
    Column("loaded_at", "instant"),
)
"""Columns that every table carries: what the source had beside ours, whence, and when it was loaded."""


def _column(declaration: str) -> Column:
    """Read ``name:type``; a trailing ``!`` marks it required, ``(a|b)`` lists its choices."""
    name, _, rest = declaration.partition(":")
    is_required = rest.endswith("!")
    type_, _, choices = rest.rstrip("!").partition("(")
    return Column(
        name,
        cast("type_names", type_ or "string"),
        is_required,
        tuple(choices.rstrip(")").split("|")) if choices else (),
    )


def _table(name: str, key: str, happened: str, columns: str) -> Table:
    return Table(name, tuple(key.split()), tuple(_column(word) for word in columns.split()), tuple(happened.split()))


TABLES = MappingProxyType(
    {
        table.name: table
        for table in (
            _table(
                "customers",
                "customer_id",
                "",
                "customer_id:string! created_at:instant name: email: phone: birthday_on:date language: country: city:"
                " acquisition_channel: acquisition_cost:money segment: account_manager: is_business:boolean",
            ),
            _table(
                "orders",
                "order_id",
                "ordered_at",
                "order_id:string! customer_id: ordered_at:instant! amount:money kind:string(sale|refund)! status:"
                " discount:money channel: store: promised_at:instant delivered_at:instant coupon:",
            ),
            _table(
                "order_lines",
                "order_id line",
                "",
                "order_id:string! line:integer! product_id:string! product: category: quantity:number!"
                " unit_price:money!",
            ),
            _table(
                "subscriptions",
                "subscription_id",
                "started_at ended_at",
                "subscription_id:string! customer_id:string! plan:string! started_at:instant! ended_at:instant"
                " monthly_price:money! cancel_reason: cancel_text: went_to:",
            ),
            _table(
                "events",
                "event_id",
                "occurred_at",
                "event_id:string! customer_id:string! occurred_at:instant! name:string! properties:json session_id:",
            ),
            _table(
                "tickets",
                "ticket_id",
                "opened_at",
                "ticket_id:string! customer_id:string! opened_at:instant! first_reply_at:instant resolved_at:instant"
                " channel: topic: agent: text: score:number",
            ),
            _table(
                "answers",
                "answer_id",
                "answered_at",
                "answer_id:string! response_id:string! survey:string! question:string!"
                " kind:string(nps|csat|ces|choice|choices|text|number)! asked_at:instant answered_at:instant!"
                " customer_id: score:number choice: text:",
            ),
            _table(
                "reviews",
                "review_id",
                "posted_at",
                "review_id:string! customer_id: posted_at:instant! platform:string! rating:number text: url:"
                " product_id: store: replied_at:instant reply:",
            ),
            _table(
                "contacts",
                "contact_id",
                "assigned_at",
                "contact_id:string! customer_id:string! campaign:string! channel:string!"
                " variant:string(treatment|control)! assigned_at:instant! sent_at:instant delivered_at:instant"
                " opened_at:instant clicked_at:instant bounced_at:instant unsubscribed_at:instant cost:money",
            ),
            _table(
                "points",
                "entry_id",
                "booked_at",
                "entry_id:string! customer_id:string! booked_at:instant! points:number!"
                " kind:string(earn|burn|expire|adjust|reverse)! order_id: expires_at:instant reward:",
            ),
            _table(
                "spend",
                "spend_id",
                "period_on",
                "spend_id:string! period_on:date! channel:string! purpose:string(acquisition|retention)!"
                " amount:money! campaign:",
            ),
            _table(
                "scores",
                "customer_id scored_on",
                "",
                "customer_id:string! scored_on:date! model:string! version:string! days:integer! risk:number!"
                " band:string(low|medium|high|left)! next_order_days:number alarming_on:date orders:number"
                " orders_low:number orders_high:number revenue:money revenue_low:money revenue_high:money"
                " revenue_so_far:money revenue_at_risk:money reasons:json",
            ),
            _table(
                "merges",
                "absorbed_id",
                "",
                "absorbed_id:string! surviving_id:string! merged_at:instant! ended_at:instant",
            ),
            _table(
                "competitors",
                "competitor_id",
                "",
                "competitor_id:string! name:string! aliases:strings website: price_index:number notes:",
            ),
        )
    }
)
"""All tables of the log by name."""

PLANNED = ("ended_at", "expires_at", "promised_at", "alarming_on")
"""Columns whose instants may lie ahead when their row is loaded: what is paid for, promised or foretold."""

YEARS = (1678, 2261)
"""First and last year of an instant or date; pandas, through which Ibis hands results on, has no others."""

CANCELLED = tuple(
    "cancelled canceled cancel void voided unavailable failed отменен отменён отмена отменено аннулирован".split()
)
"""What systems write, in lower case, into the status of an order that did not come about."""
