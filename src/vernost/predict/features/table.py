"""The features of all customers who are present at the end of a day, in one lazy table."""

from datetime import date
from math import cos, pi, sin
from typing import TYPE_CHECKING, Any

from vernost.predict.features.catalogue import SUBJECTS, Feature, catalogue, subject
from vernost.predict.features.known import Known

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from vernost.store.log import Log

PRESENT = {"subscriptions": "contracts_running", "orders": "orders", "events": "events"}
"""Base -> the count that is above 0 for who is present."""


def features(log: "Log", as_of: date | str, *, base: str | None = None, timezone: str | None = None) -> "ir.Table":
    """One row for each customer who is present at the end of a day, with what was known of the customer then.

    Present is who has a running subscription; without subscriptions, who has bought (or done anything) by then. Nothing
    is read that happened after the day, nor what a later load brought or replaced. Columns depend on which tables the
    log has, not on what is in them: counts are whole numbers and 0 where there is nothing, numbers are floats and null
    where they are not known, categories are texts.

    Args:
        log: the customer log.
        as_of: the day at whose end it is looked at.
        base: subscriptions, orders or events; by default whichever there is, in this order.
        timezone: the company's clock; by default that of the log.

    >>> import pandas
    >>> from vernost.store.log import Log
    >>> orders = pandas.DataFrame({"customer_id": ["ann", "ann"], "ordered_at": ["2024-05-01", "2024-06-01"]})
    >>> log = Log.wrap(orders=orders)
    >>> features(log, "2024-05-20").select("customer_id", "orders", "silence").execute().values.tolist()
    [['ann', 1, 19.0]]
    """
    known = Known(log, as_of, base=base, timezone=timezone)
    table = subject(known.base).summary(known)
    table = table.filter(table[PRESENT[known.base]] > 0)
    held = [name for name in SUBJECTS if name in known.scope.log.tables and _is_readable(known, name)]
    for name in held:
        if name != known.base:
            table = _beside(table, subject(name).summary(known))
    wanted = [each for each in catalogue().values() if each.table in held and (each.beside or each.table) in held]
    return table.select(
        "customer_id", **{each.name: _typed(table[each.name], each) for each in wanted}, **_season(known)
    )


def _is_readable(known: Known, table: str) -> bool:
    return table != "order_lines" or "orders" in known.scope.log.tables


def _beside(customers: "ir.Table", others: "ir.Table") -> "ir.Table":
    """Customers with what another subject says of them, where it says anything."""
    found = catalogue()
    theirs = {name: others[name] for name in others.columns if name in found}
    others = others.select(who_=others.customer_id, **theirs)
    return customers.left_join(others, customers.customer_id == others.who_).drop("who_")


def _typed(value: "ir.Value", feature: Feature) -> "ir.Value":
    if feature.kind in ("count", "flag"):
        return value.fill_null(0).cast("int64")
    return value.cast("float64" if feature.kind == "number" else "string")


def _season(known: Known) -> dict[str, Any]:
    """The month of the day on a circle, so that December stands beside January."""
    import ibis

    angle = 2 * pi * (known.scope.as_of.month - 1) / 12
    place = {"month_sin": sin(angle), "month_cos": cos(angle)}
    # Told as text, for a number with a point is an exact decimal to PostgreSQL.
    return {name: ibis.literal(str(value)).cast("float64") for name, value in place.items()}
