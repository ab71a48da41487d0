"""The rules of a log's history that every engine keeps: instants of loads strictly rise, the clock stays."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from vernost.errors import InvalidValue, UnknownName
from vernost.store.receipt import LoadRecord


def next_instant(history: Sequence[LoadRecord], wanted: datetime) -> tuple[datetime, tuple[str, ...]]:
    """The instant of the next load in UTC without a zone, with a note when it is not the one wanted.

    Instants of loads strictly rise, so ``loaded_at`` of a row names the load that wrote it; a clock that was set back
    would break that.
    """
    if wanted.tzinfo is None:
        raise InvalidValue("The instant of a load has no time zone; give an aware datetime such as datetime.now(UTC).")
    instant = wanted.astimezone(UTC).replace(tzinfo=None)
    if not history or instant > history[-1].loaded_at:
        return instant, ()
    last = history[-1].loaded_at
    note = f"The clock says {instant:%Y-%m-%d %H:%M:%S} UTC, before the last load; this load is booked just after it."
    return last + timedelta(microseconds=1), (note,) if instant < last else ()


def clock(history: Sequence[LoadRecord], wanted: str) -> tuple[str, tuple[str, ...]]:
    """The company's clock: that of the first load, with a note when a later reading took another."""
    if not history or history[0].timezone == wanted:
        return wanted, ()
    kept = history[0].timezone
    return kept, (f"This reading was read by the clock of {wanted}; the log keeps {kept}.",)


def record_of(history: Sequence[LoadRecord], load_id: int) -> LoadRecord:
    """The load of that number."""
    for record in history:
        if record.load_id == load_id:
            return record
    raise UnknownName("load", str(load_id), (str(record.load_id) for record in history))
