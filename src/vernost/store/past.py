"""What a log knew at an instant: the load after which each of its tables stood so.

A log begins with history in bulk, perhaps in several files, so what the first day of loads of a table holds was known
when it happened. What later loads brought or changed was known from then on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from vernost.store.history import undone
from vernost.store.receipt import LoadRecord

if TYPE_CHECKING:
    import ibis.expr.types as ir


BULK = timedelta(days=1)
"""Loads of a table within this time of its first one are the history that a company begins with, file after file."""


@dataclass(frozen=True, slots=True)
class Past:
    """Tables that stood otherwise at an instant than they stand now.

    Attributes:
        tables: table -> its rows as they were known then; what is not here stands as it stood.
        is_exact: whether each state was still kept; else the oldest kept one stands in for it.
    """

    tables: "Mapping[str, ir.Table]"
    is_exact: bool = True


def load_known_by(history: Sequence[LoadRecord], table: str, instant: datetime) -> int | None:
    """Number of the load after which a table stood as it was known at an instant; None when it stands so still.

    Args:
        history: all loads and undoes, the first one first.
        table: table of the log.
        instant: UTC without a zone.
    """
    changes = [record for record in history if _changes(record, table)]
    taken_back = undone(history)
    first = next((record for record in changes if record.kind == "load" and record.load_id not in taken_back), None)
    if first is None:
        return None
    until = max(instant, first.loaded_at + BULK)
    known = [record for record in changes if first.load_id < record.load_id and record.loaded_at <= until]
    last = (known or [first])[-1]
    return None if last is changes[-1] else last.load_id


def _changes(record: LoadRecord, table: str) -> bool:
    return any(tally.table == table and tally.accepted + tally.replaced + tally.removed for tally in record.tallies)
