"""Of whom anything became known since a load, so that the others need not be looked at again."""

from collections.abc import Sequence
from functools import reduce
from typing import TYPE_CHECKING

from vernost.measure.periods import literal_of
from vernost.schema import TABLES

if TYPE_CHECKING:
    from datetime import datetime

    import ibis.expr.types as ir

    from vernost.store.log import Log
    from vernost.store.receipt import LoadRecord

_OF_NOBODY = frozenset({"spend", "competitors"})
_SAME_OWNER = frozenset({"customers", "order_lines"}) | _OF_NOBODY
"""Tables of which a row that is replaced stays that of the same customer."""


def changed_since(log: "Log", history: "Sequence[LoadRecord]", load: int) -> "ir.Table | None":
    """The customers of whom later loads brought anything, each once: customer_id; None when that cannot be told.

    It cannot where rows were taken back, erased or replaced by others that may be somebody else's, or where customers
    were merged.

    Args:
        log: the log in its newest state.
        history: all its loads, the first one first.
        load: number of the load after which everything counts as new.
    """
    later = [record for record in history if record.load_id > load]
    since = next((record.loaded_at for record in history if record.load_id == load), None)
    if since is None or any(not _is_plain(record) for record in later):
        return None
    names = {tally.table for record in later for tally in record.tallies} & set(log.tables)
    found = [_changed(log, name, since) for name in sorted(names - _OF_NOBODY)]
    if not found:
        return (
            log.tables[next(name for name in log.tables if "customer_id" in TABLES[name])]
            .select("customer_id")
            .limit(0)
        )
    together = reduce(lambda one, other: one.union(other), found)
    return together.filter(together.customer_id.notnull()).distinct()


def _is_plain(record: "LoadRecord") -> bool:
    return record.kind == "load" and all(
        tally.table in _KNOWN and not tally.removed and (not tally.replaced or tally.table in _SAME_OWNER)
        for tally in record.tallies
    )


def _changed(log: "Log", name: str, since: "datetime") -> "ir.Table":
    import ibis.expr.datatypes as dt

    rows = log.tables[name]
    rows = rows.filter(rows.loaded_at > literal_of(since))
    if name == "order_lines":
        orders = log.tables["orders"]
        rows = orders.semi_join(rows, "order_id")
    return rows.select(customer_id=rows.customer_id.cast(dt.String(nullable=True)))


_KNOWN = frozenset(name for name, table in TABLES.items() if "customer_id" in table) | _SAME_OWNER
"""Tables that bring news of single customers, or of nobody; others, such as that of merges, change who is who."""
