"""What the log says of each customer in one row, worked out in its engine."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from vernost.schema import TABLES
from vernost_web.ui.words import storable

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from vernost.measure.scope import Scope
    from vernost.store.log import Log

Row = dict[str, Any]
MOST_SIGNS = 500
"""Of an id; no company has longer ones."""

PIECE = 2_000
"""Rows that are written at once: others who write wait for no more than these."""

_TOLD = {
    "name": "name", "phone": "phone", "email": "email", "birthday_on": "birthday_on", "language": "language",
    "country": "country", "city": "city", "channel": "acquisition_channel", "segment": "segment",
    "manager": "account_manager", "is_business": "is_business", "known_at": "created_at",
}  # fmt: skip
"""Column of the directory -> column of the log's table of customers."""

_SCORED = {
    "scored_on": "scored_on", "risk": "risk", "band": "band", "revenue_expected": "revenue",
    "revenue_at_risk": "revenue_at_risk",
}  # fmt: skip
_HOLDERS = tuple(name for name, table in TABLES.items() if "customer_id" in table)
"""Tables whose rows are of customers."""

ADDING = frozenset({*_HOLDERS, "order_lines", "spend", "competitors"} - {"scores"})
"""Tables whose new rows change those customers alone that they name; a scoring changes what the last one is."""


def pieces(log: "Log", *, since: datetime | None = None) -> Iterator[list[Row]]:
    """All customers of a log, or those of whom loads after an instant brought something, so many at a time."""
    for batch in log.connection.to_pyarrow_batches(_rows(log, since), chunk_size=PIECE):
        found = [_typed(row) for row in batch.to_pylist()]
        for place in range(0, len(found), PIECE):
            yield found[place : place + PIECE]


def ids(log: "Log") -> "ir.Table":
    """The ids of all customers of a log, each once."""
    return _ids(log, None)


def _rows(log: "Log", since: datetime | None) -> "ir.Table":
    found = _ids(log, since)
    for beside in (_told(log), _ordered(log, found if since else None), _scored(log)):
        if beside is not None:
            found = found.left_join(beside, found.customer_id == beside.beside_id).drop("beside_id")
    return found


def _ids(log: "Log", since: datetime | None) -> "ir.Table":
    import ibis
    import ibis.expr.datatypes as dt

    parts = []
    for name in _HOLDERS:
        if name in log.tables:
            table = log.tables[name]
            table = table if since is None else table.filter(table.loaded_at > ibis.literal(since))
            # Of a type that all tables share: PostgreSQL tells that ids which are keys are never null.
            ids = table.filter(table.customer_id.notnull()).customer_id.cast(dt.String(nullable=True))
            parts.append(ids.name("customer_id").as_table().distinct())
    return (ibis.union(*parts, distinct=True) if len(parts) > 1 else parts[0]).select("customer_id")


def _told(log: "Log") -> "ir.Table | None":
    if "customers" not in log.tables:
        return None
    table = log.tables["customers"]
    return table.select(beside_id=table.customer_id, **{name: table[column] for name, column in _TOLD.items()})


def _ordered(log: "Log", of: "ir.Table | None") -> "ir.Table | None":
    """Orders and their money by customer; only of some where these are named."""
    if "orders" not in log.tables:
        return None
    orders = _scope(log).standing(log.tables["orders"])
    orders = orders.filter(orders.customer_id.notnull())
    if of is not None:
        orders = orders.semi_join(of, "customer_id")
    is_sale = orders.kind == "sale"
    return orders.group_by(beside_id=orders.customer_id).agg(
        orders=is_sale.sum(),
        revenue=orders.amount.cast("float64").sum(),
        first_order_at=orders.ordered_at.min(where=is_sale),
        last_order_at=orders.ordered_at.max(where=is_sale),
    )


def _scored(log: "Log") -> "ir.Table | None":
    """The last score of each customer of whom the last scoring told."""
    if "scores" not in log.tables:
        return None
    table = log.tables["scores"]
    last = table.filter(table.scored_on == table.scored_on.max().as_scalar())
    return last.select(beside_id=last.customer_id, **{name: last[column] for name, column in _SCORED.items()})


def _scope(log: "Log") -> "Scope":
    from vernost.measure.question import Question
    from vernost.measure.scope import Scope

    return Scope(log, Question(), measure="customers", reads=("orders",))


def _typed(row: Row) -> Row:
    """A row of the engine as the directory keeps it: instants with their zone, money as numbers."""
    return {name: _plain(value) for name, value in row.items()} | {"customer_id": listed_id(row["customer_id"])}


def listed_id(customer: str) -> str:
    """An id as the directory can keep it."""
    return storable(customer)[:MOST_SIGNS]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC)
    if value is None or isinstance(value, (str, bool, int, float, date)):
        return value
    return float(value)
