"""What of a row tells who a customer is, and what stands in its place once they are erased.

Counts, times, money and the company's own words for kinds of things stay, so that measures of the past stay too. Names,
addresses, free texts and whatever a source had beside our columns go. Ids become pseudonyms.
"""

# ruff: noqa: S608 - every name and literal in the queries is quoted, or is the schema's own

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from vernost.schema import TABLES, Column, Table
from vernost.store.sifting import DUCKDB_TYPES, literal, quoted

ERASED = "erased"
"""What stands where a text stood, for that somebody wrote something is counted; begins pseudonyms too."""

PEOPLE, ORDERS = "_vernost_people", "_vernost_orders"
"""Relations of those who are erased: ``id, pseudonym``; and of their orders: ``was, becomes``."""


@dataclass(frozen=True, slots=True)
class Fates:
    """What becomes of the columns of a table in the rows of somebody erased.

    Attributes:
        person: ids of customers; they become pseudonyms.
        kept: stay as they are.
        gone: become empty.
        marked: texts, of which remains that there was one.
        aliased: ids of facts and sessions, in which sources may write whose they are; they become others, each always
            the same.
        checked: ids by which measures put facts of one instant in order; aliased only when they name the customer.
        of_order: whether the row is a person's by its order alone.
    """

    person: tuple[str, ...] = ("customer_id",)
    kept: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    marked: tuple[str, ...] = ()
    aliased: tuple[str, ...] = ()
    checked: tuple[str, ...] = ()
    of_order: bool = False


def _fates(*, person: str = "customer_id", of_order: bool = False, **columns: str) -> Fates:
    found = {name: tuple(words.split()) for name, words in columns.items()}
    return Fates(tuple(person.split()), of_order=of_order, **found)


FATES: Mapping[str, Fates] = MappingProxyType({
    "customers": _fates(
        kept="created_at language country city acquisition_channel acquisition_cost segment is_business",
        gone="name email phone birthday_on account_manager",
    ),
    "orders": _fates(
        kept="ordered_at amount kind status discount channel store promised_at delivered_at",
        marked="coupon",
        checked="order_id",
    ),
    "order_lines": _fates(
        person="", of_order=True, kept="line product_id product category quantity unit_price", checked="order_id"
    ),
    "subscriptions": _fates(
        kept="plan started_at ended_at monthly_price cancel_reason went_to",
        marked="cancel_text",
        checked="subscription_id",
    ),
    "events": _fates(kept="occurred_at name", gone="properties", aliased="event_id session_id"),
    "tickets": _fates(
        kept="opened_at first_reply_at resolved_at channel topic agent score", marked="text", aliased="ticket_id"
    ),
    "answers": _fates(
        kept="survey question kind asked_at answered_at score choice",
        marked="text",
        aliased="answer_id response_id",
    ),
    "reviews": _fates(
        kept="posted_at platform rating product_id store replied_at",
        gone="url",
        marked="text reply",
        aliased="review_id",
    ),
    "contacts": _fates(
        kept="campaign channel variant assigned_at sent_at delivered_at opened_at clicked_at bounced_at unsubscribed_at"
        " cost",
        aliased="contact_id",
    ),
    "points": _fates(kept="booked_at points kind expires_at reward", aliased="entry_id", checked="order_id"),
    "scores": _fates(
        kept="scored_on model version days risk band next_order_days alarming_on orders orders_low orders_high revenue"
        " revenue_low revenue_high revenue_so_far revenue_at_risk",
        gone="reasons",
    ),
    "merges": _fates(person="absorbed_id surviving_id", kept="merged_at ended_at"),
})  # fmt: skip
"""Table with facts about persons -> what becomes of its columns; ``extra`` always goes, ``source`` and ``loaded_at``
stay."""


def alias_sql(value: str, secret: str) -> str:
    """DuckDB expression of what stands in the place of an id: always the same, and nobody can tell whose it was."""
    return f"'{ERASED}-' || substr({mark_sql(value, secret)}, 1, 24)"


def mark_sql(value: str, secret: str) -> str:
    """DuckDB expression of the mark by which a value is known again without being kept: hashed twice under a secret."""
    return f"sha256({literal(secret)} || sha256({literal(secret)} || {value}))"


def erased_query(table: Table, rows: str, secret: str) -> str:
    """Query of rows as they are once the people of `PEOPLE` are erased; other rows stay word for word.

    Args:
        table: whose rows they are, one of `FATES`.
        rows: a relation, or a query in brackets; columns that the table does not have are passed on.
        secret: of the log.
    """
    fates = FATES[table.name]
    if fates.of_order:
        return (
            f"SELECT n.* REPLACE (coalesce(o.becomes, n.order_id) AS order_id, "
            f"CASE WHEN o.was IS NULL THEN n.extra END AS extra) "
            f"FROM {rows} n LEFT JOIN {ORDERS} o ON o.was = n.order_id"
        )
    joins = " ".join(
        f"LEFT JOIN {PEOPLE} p{number} ON p{number}.id = n.{quoted(name)}" for number, name in enumerate(fates.person)
    )
    found = [f"p{number}.pseudonym" for number in range(len(fates.person))]
    is_told = f"coalesce({', '.join(found)}) IS NOT NULL"
    people = [
        f"coalesce({pseudonym}, n.{quoted(name)}) AS {quoted(name)}"
        for name, pseudonym in zip(fates.person, found, strict=True)
    ]
    others = [
        f"CASE WHEN {is_told} THEN {value} ELSE n.{quoted(name)} END AS {quoted(name)}"
        for name, value in _values(table, secret).items()
    ]
    return f"SELECT n.* REPLACE ({', '.join([*people, *others])}) FROM {rows} n {joins}"


def theirs(table: Table, rows: str) -> str:
    """Query of those rows that are about the people of `PEOPLE`."""
    fates = FATES[table.name]
    if fates.of_order:
        return f"SELECT * FROM {rows} WHERE order_id IN (SELECT was FROM {ORDERS})"
    tests = " OR ".join(f"{quoted(name)} IN (SELECT id FROM {PEOPLE})" for name in fates.person)
    return f"SELECT * FROM {rows} WHERE {tests}"


def orders_query(rows: str, secret: str) -> str:
    """Query ``was, becomes`` of the ids of orders of the people of `PEOPLE`."""
    becomes = _checked("n", "order_id", ("p.id",), secret)
    return (
        f"SELECT DISTINCT n.order_id AS was, {becomes} AS becomes FROM {rows} n JOIN {PEOPLE} p ON p.id = n.customer_id"
    )


def _values(table: Table, secret: str) -> dict[str, str]:
    """Column -> what stands in it for somebody erased."""
    fates = FATES[table.name]
    ids = tuple(f"p{number}.id" for number in range(len(fates.person)))
    values = {name: f"CAST(NULL AS {_kind(table[name])})" for name in (*fates.gone, "extra")}
    values |= {name: emptied(f"n.{quoted(name)}") for name in fates.marked}
    values |= {name: f"{_aliased(f'n.{quoted(name)}', secret)}" for name in fates.aliased}
    return values | {name: _checked("n", name, ids, secret) for name in fates.checked}


def emptied(value: str) -> str:
    """SQL expression of what stands in the place of a text, in every engine the same."""
    return f"CASE WHEN trim({value}) <> '' THEN '{ERASED}' ELSE {value} END"


def _aliased(value: str, secret: str) -> str:
    # What is aliased stays so when it comes again out of the log itself.
    return f"CASE WHEN {value} LIKE '{ERASED}-%' THEN {value} ELSE {alias_sql(value, secret)} END"


def _checked(alias: str, name: str, ids: tuple[str, ...], secret: str) -> str:
    """An id of a fact, aliased when it has the id of a customer in it as a word of its own."""
    value, edge = f"{alias}.{quoted(name)}", r"[^\p{L}\p{N}]"
    tests = " OR ".join(
        f"coalesce(regexp_matches({value}, '(^|{edge})' || regexp_escape({one}) || '($|{edge})'), false)" for one in ids
    )
    return f"CASE WHEN {tests} THEN {_aliased(value, secret)} ELSE {value} END"


def _kind(column: Column) -> str:
    return DUCKDB_TYPES[column.type]


def personal_tables() -> tuple[Table, ...]:
    """Tables with facts about persons, orders before what hangs on them."""
    return tuple(TABLES[name] for name in FATES)
