"""What a load did: how many rows of each table came, and what became of them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, Literal

load_kinds = Literal["load", "undo", "erasure"]


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of the rows of one table in one load.

    Attributes:
        table: the log's table.
        read: rows that came, those that could not be typed included. In an undo: rows that the undone load had changed.
        accepted: rows with a key that the log did not have.
        unchanged: rows that the log has already, word for word. In an undo: rows that a later load brought too. In an
            erasure: rows that lost whose they are, for all that is measured of them stays.
        replaced: rows that gave a known key new content, and those outdone by a later row of the same load.
        rejected: rows that are kept aside with their reason.
        removed: rows that an undo took away; 0 in a load.

    >>> Tally("orders", read=10, accepted=7, unchanged=1, replaced=1, rejected=1).balances
    True
    """

    table: str
    read: int
    accepted: int = 0
    unchanged: int = 0
    replaced: int = 0
    rejected: int = 0
    removed: int = 0

    @property
    def balances(self) -> bool:
        """Whether each row that was read is accounted for once."""
        parts = (self.accepted, self.unchanged, self.replaced, self.rejected, self.removed)
        return min(parts) >= 0 and self.read == sum(parts)


class UnbalancedLoad(RuntimeError):
    """A fault of the program: rows of a load are lost or counted twice; nothing of the load was kept."""

    def __init__(self, what: object) -> None:
        super().__init__(f"{what} does not balance. Nothing was loaded; please report this.")


def checked(tallies: tuple[Tally, ...]) -> tuple[Tally, ...]:
    """The tallies, when each of them balances."""
    for tally in tallies:
        if not tally.balances:
            raise UnbalancedLoad(tally)
    return tallies


@dataclass(frozen=True, slots=True)
class LoadRecord:
    """One load, undo or erasure in the history of a log.

    Attributes:
        load_id: 1, 2, 3 … in the order of the loads.
        loaded_at: the instant of the load, in UTC.
        kind: 'load', 'undo' of the load ``undoes``, or 'erasure' of persons.
        sources: where the rows came from.
        timezone: the company's clock by which times without an offset were read.
        tallies: what became of the rows, by table.
        notes: sentences worth knowing.
        undoes: the load that this one undid.
        numbers_begin_anew: columns of numbers that name an order only together with its day, as ``Reading`` has them.
        key: by which its caller knows it again; empty when nobody asked for that.
    """

    load_id: int
    loaded_at: datetime
    kind: load_kinds = "load"
    sources: tuple[str, ...] = ()
    timezone: str = "UTC"
    tallies: tuple[Tally, ...] = ()
    notes: tuple[str, ...] = ()
    undoes: int | None = None
    numbers_begin_anew: tuple[str, ...] = ()
    key: str = ""

    def as_json(self) -> dict[str, Any]:
        """The record as JSON values."""
        return {**asdict(self), "loaded_at": self.loaded_at.isoformat()}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "LoadRecord":
        """The record that ``as_json`` wrote; what a newer version added is left out."""
        return cls(
            load_id=int(values["load_id"]),
            loaded_at=datetime.fromisoformat(values["loaded_at"]),
            kind=values["kind"],
            sources=tuple(values["sources"]),
            timezone=values["timezone"],
            tallies=tuple(_tally(tally) for tally in values["tallies"]),
            notes=tuple(values["notes"]),
            undoes=values["undoes"],
            numbers_begin_anew=tuple(values.get("numbers_begin_anew", ())),
            key=values.get("key", ""),
        )


def _tally(values: Mapping[str, Any]) -> Tally:
    known = {field.name for field in fields(Tally)}
    return Tally(**{name: value for name, value in values.items() if name in known})


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a load or an undo did, after it was kept."""

    load_id: int
    loaded_at: datetime
    tallies: tuple[Tally, ...]
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, record: LoadRecord) -> "Receipt":
        """The receipt of a load that is in the history."""
        return cls(record.load_id, record.loaded_at, record.tallies, record.notes)


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a load of a reading would do, as the log is now; nothing was kept."""

    tallies: tuple[Tally, ...]
    notes: tuple[str, ...] = ()
