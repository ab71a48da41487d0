"""The rules of a log's history that every engine keeps: instants of loads strictly rise, the clock stays."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from vernost.errors import InvalidValue, UnknownName
from vernost.messages import Message
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
    note = Message(
        "The clock says {instant} UTC, before the last load; this load is booked just after it.",
        instant=f"{instant:%Y-%m-%d %H:%M:%S}",
    )
    # Clocks of callers go by whole seconds: within the second of the last load nothing is wrong with them.
    is_behind = instant < last.replace(microsecond=0)
    return last + timedelta(microseconds=1), (note,) if is_behind else ()


def clock(history: Sequence[LoadRecord], wanted: str) -> tuple[str, tuple[str, ...]]:
    """The company's clock: that of the first load, with a note when a later reading took another."""
    if not history or history[0].timezone == wanted:
        return wanted, ()
    kept = history[0].timezone
    return kept, (
        Message("This reading was read by the clock of {wanted}; the log keeps {kept}.", wanted=wanted, kept=kept),
    )


def record_of(history: Sequence[LoadRecord], load_id: int) -> LoadRecord:
    """The load of that number."""
    for record in history:
        if record.load_id == load_id:
            return record
    raise UnknownName("load number", str(load_id), (str(record.load_id) for record in history))


def keyed(history: Sequence[LoadRecord], key: str) -> LoadRecord | None:
    """The load or undo that was done under a key; None when there is none, or no key."""
    return next((record for record in history if key and record.key == key), None)


def undone(history: Sequence[LoadRecord]) -> frozenset[int]:
    """Numbers of the loads and undoes that are taken back; an undo that is taken back itself takes nothing back.

    >>> day = datetime(2024, 5, 1)
    >>> taken_back = [LoadRecord(1, day), LoadRecord(2, day, "undo", undoes=1), LoadRecord(3, day, "undo", undoes=2)]
    >>> sorted(undone(taken_back[:2])), sorted(undone(taken_back))
    ([1], [2])
    """
    found: set[int] = set()
    for record in reversed(history):
        if record.undoes is not None and record.load_id not in found:
            found.add(record.undoes)
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Turn:
    """What an undo turns: one load that stood falls, or one that had fallen stands again.

    Attributes:
        load: that load.
        undone: instants of all loads that are undone then.
        oldest: the oldest load whose state is needed to tell what stands then.
    """

    load: LoadRecord
    undone: tuple[datetime, ...]
    oldest: int


def turn(history: Sequence[LoadRecord], load_id: int) -> Turn | None:
    """What an undo of that load or undo turns; None when it was undone before, so that nothing changes."""
    wanted = record_of(history, load_id)
    before = undone(history)
    after = undone((*history, replace(wanted, load_id=len(history) + 1, undoes=load_id)))
    for record in history:
        if record.kind == "load" and (record.load_id in before) != (record.load_id in after):
            fallen = tuple(one.loaded_at for one in history if one.kind == "load" and one.load_id in after)
            return Turn(record, fallen, oldest_needed(history, record.load_id - 1))
    return None


def oldest_needed(history: Sequence[LoadRecord], oldest: int) -> int:
    """The oldest load whose state is needed for an undo of any load or undo after ``oldest``.

    No undo since has turned a load up to that one, so its state holds the newest standing version of their rows.
    """
    for record in reversed(history):
        if record.undoes is not None and record.load_id > oldest:
            oldest = min(oldest, record.undoes - 1)
    return oldest


def oldest_kept(history: Sequence[LoadRecord], kept_from: int, *, at: datetime, keep_days: int) -> int:
    """The oldest load whose state is kept once those older than some days are given up, and not needed by later undoes.

    Args:
        history: all loads and undoes.
        kept_from: the oldest load whose state is kept now.
        at: when they are given up; an aware instant.
        keep_days: age of the states that stay.
    """
    now, _ = next_instant((), at)
    recent = [record.load_id for record in history if record.loaded_at >= now - timedelta(days=keep_days)]
    return max(kept_from, oldest_needed(history, min([*recent, len(history) + 1]) - 1))
