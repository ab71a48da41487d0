"""Typed rows of a source in the shape of the log: one view for each table that they fill."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from vernost.schema import TABLES
from vernost.sources.choices import choice_sql, months_sql
from vernost.sources.invoices import shape_order_lines, shape_orders
from vernost.sources.numbers import MONEY
from vernost.sources.rows import Rows
from vernost.sources.staging import LINE, quote_name, quote_text
from vernost.sources.surveys import shape_answers


def shape(rows: Rows) -> dict[str, str]:
    """Views of the tables that a source fills: its own, and customers where its rows tell of them."""
    table = rows.mapping.table
    shaped = _SHAPERS[table](rows)
    if table != "customers" and _tells_of_customers(rows):
        shaped["customers"] = _split_customers(rows)
    return shaped


def _simple(rows: Rows, **values: str) -> dict[str, str]:
    table = rows.mapping.table
    if "customer_id" in TABLES[table] and rows.has("customer_id"):
        values.setdefault("customer_id", rows.customer_sql())
    return {table: rows.view(table, values)}


def _customers(rows: Rows) -> dict[str, str]:
    return _simple(rows, name=_name_sql(rows))


def _name_sql(rows: Rows) -> str:
    parts = [rows.value(column, "customers") for column in ("first_name", "last_name") if rows.has(column, "customers")]
    name = rows.value("name", "customers")
    return f"COALESCE({name}, nullif(concat_ws(' ', {', '.join(parts)}), ''))" if parts else name


def _tells_of_customers(rows: Rows) -> bool:
    has_more = any(table == "customers" and column != "customer_id" for table, column in rows.mapping.found)
    return has_more and rows.has("customer_id")


def _split_customers(rows: Rows) -> str:
    """View of the customers that rows of another table tell of: the last thing said of each wins."""
    customer = rows.customer_sql()
    told = {
        column.name: f"arg_max({sql}, {LINE})"
        for column in TABLES["customers"].columns
        if (sql := _told(rows, column.name)) is not None
    }
    inner = ", ".join(f"{sql} AS {quote_name(name)}" for name, sql in told.items())
    grouped = (
        f"(SELECT {customer} AS customer_id, {inner}, max({LINE}) AS {LINE} FROM {quote_name(rows.typed.relation)}"  # noqa: S608
        f" WHERE {customer} IS NOT NULL GROUP BY {customer})"
    )
    values = {"customer_id": "customer_id"} | {name: quote_name(name) for name in told}
    return rows.view("customers", values, rows=grouped, extra="NULL")


def _told(rows: Rows, column: str) -> str | None:
    if column == "customer_id":
        return None
    if column == "name" and (rows.has("first_name", "customers") or rows.has("last_name", "customers")):
        return _name_sql(rows)
    return rows.value(column, "customers") if rows.has(column, "customers") else None


def _subscriptions(rows: Rows) -> dict[str, str]:
    prices = [rows.value("monthly_price")]
    interval = rows.value("interval")
    if rows.has("period_price"):
        prices.append(f"CAST({rows.value('period_price')} / ({months_sql(interval)}) AS {MONEY})")
        if not rows.has("interval"):
            found = rows.found("period_price")
            rows.note("price_by_month", column="price" if found is None else found.source)
    if rows.has("yearly_price"):
        prices.append(f"CAST({rows.value('yearly_price')} / 12 AS {MONEY})")
    if len(prices) == 1 and not rows.has("monthly_price"):
        rows.note("no_price")
    return _simple(
        rows,
        subscription_id=rows.key_sql("subscription_id"),
        plan=f"COALESCE({rows.value('plan')}, 'subscription')",
        monthly_price=f"COALESCE({', '.join(prices)}, 0)",
    )


def _events(rows: Rows) -> dict[str, str]:
    return _simple(rows, event_id=rows.key_sql("event_id"))


def _tickets(rows: Rows) -> dict[str, str]:
    return _simple(rows, ticket_id=rows.key_sql("ticket_id"))


def _reviews(rows: Rows) -> dict[str, str]:
    platform = f"COALESCE({rows.value('platform')}, {quote_text(rows.stem)})"
    return _simple(rows, review_id=rows.key_sql("review_id"), platform=platform)


def _contacts(rows: Rows) -> dict[str, str]:
    variant = rows.value("variant")
    if not rows.has("variant"):
        rows.note("variant_assumed")
    return _simple(
        rows,
        contact_id=rows.key_sql("contact_id"),
        channel=f"COALESCE({rows.value('channel')}, 'unknown')",
        variant=f"COALESCE({choice_sql(variant, ('contacts', 'variant'))}, 'treatment')",
        assigned_at=f"COALESCE({rows.value('assigned_at')}, {rows.value('sent_at')})",
    )


def _points(rows: Rows) -> dict[str, str]:
    points, kind = rows.value("points"), choice_sql(rows.value("kind"), ("points", "kind"))
    named = f"COALESCE({kind}, CASE WHEN {points} < 0 THEN 'burn' ELSE 'earn' END)"
    # What is spent or expires is often written without its sign.
    signed = f"CASE WHEN {kind} IN ('burn', 'expire') THEN -abs({points}) ELSE {points} END"
    return _simple(rows, entry_id=rows.key_sql("entry_id"), kind=named, points=signed)


def _spend(rows: Rows) -> dict[str, str]:
    if not rows.has("purpose"):
        rows.note("purpose_assumed")
    purpose = f"COALESCE({choice_sql(rows.value('purpose'), ('spend', 'purpose'))}, 'acquisition')"
    return _simple(rows, spend_id=rows.key_sql("spend_id"), purpose=purpose)


def _competitors(rows: Rows) -> dict[str, str]:
    named = rows.value("competitor_id") if rows.has("competitor_id") else f"lower({rows.value('name')})"
    return _simple(rows, competitor_id=named)


_SHAPERS: Mapping[str, Callable[[Rows], dict[str, str]]] = MappingProxyType(
    {
        "customers": _customers,
        "orders": shape_orders,
        "order_lines": shape_order_lines,
        "subscriptions": _subscriptions,
        "events": _events,
        "tickets": _tickets,
        "answers": shape_answers,
        "reviews": _reviews,
        "contacts": _contacts,
        "points": _points,
        "spend": _spend,
        "scores": _simple,
        "merges": _simple,
        "competitors": _competitors,
    }
)
