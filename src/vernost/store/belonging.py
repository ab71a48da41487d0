"""Who belongs to whom: ids of one person, put together by merges and taken apart again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple


class Merge(NamedTuple):
    """One row of the table of merges: a customer who was found to be another one.

    Attributes:
        absorbed_id: the id that gives way.
        surviving_id: the id that it belongs to; that may have been merged into a further one.
        merged_at: since when, in UTC.
        ended_at: until when; None while it holds.
    """

    absorbed_id: str
    surviving_id: str
    merged_at: datetime
    ended_at: datetime | None = None

    def holds(self, at: datetime | None) -> bool:
        """Whether it held at an instant (UTC without a zone), or holds now."""
        if at is None:
            return self.ended_at is None
        return self.merged_at <= at and (self.ended_at is None or self.ended_at > at)


@dataclass(frozen=True, slots=True)
class Belonging:
    """Which customer each merged id belongs to.

    Attributes:
        survivors: each absorbed id -> the id at the end of its chain of merges.
        families: each surviving id -> the absorbed ones, the one merged first in front.
    """

    survivors: Mapping[str, str] = field(default_factory=dict)
    families: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.survivors)

    def belongs_to(self, customer_id: str) -> str:
        """The customer of an id: itself, unless it was merged into another."""
        return self.survivors.get(customer_id, customer_id)

    def ids_of(self, customer_id: str) -> tuple[str, ...]:
        """All ids of the customer to whom an id belongs, the surviving one first."""
        survivor = self.belongs_to(customer_id)
        return (survivor, *self.families.get(survivor, ()))


def belonging(merges: Iterable[Merge], *, at: datetime | None = None) -> Belonging:
    """Who belongs to whom by those merges that hold, chains followed to their ends.

    No merge is made that closes a circle. Undoing a load may still let two stand that do, and files may bring some:
    of such the one made first holds.

    Args:
        merges: rows of the table of merges.
        at: an instant in UTC without a zone; None for now.

    >>> day = datetime(2024, 5, 1)
    >>> found = belonging([Merge("a", "b", day), Merge("b", "c", day)])
    >>> found.belongs_to("a"), found.ids_of("b")
    ('c', ('c', 'a', 'b'))
    """
    ends: dict[str, str] = {}
    held = sorted((each for each in merges if each.holds(at)), key=lambda each: (each.merged_at, each.absorbed_id))
    # Of one customer's merges the last, so that whoever is linked belonged to nobody: then no circle can close unseen.
    for each in {each.absorbed_id: each for each in held}.values():
        if _end(ends, each.surviving_id) != each.absorbed_id:
            ends[each.absorbed_id] = each.surviving_id
    survivors = {absorbed: _end(ends, absorbed) for absorbed in ends}
    families: dict[str, list[str]] = {}
    for absorbed, survivor in survivors.items():
        families.setdefault(survivor, []).append(absorbed)
    return Belonging(survivors, {survivor: tuple(absorbed) for survivor, absorbed in families.items()})


def _end(ends: dict[str, str], customer_id: str) -> str:
    """The end of a chain; its links are shortened on the way, so that long chains cost no more than short ones."""
    passed: list[str] = []
    while customer_id in ends:
        passed.append(customer_id)
        customer_id = ends[customer_id]
    ends.update(dict.fromkeys(passed, customer_id))
    return customer_id


def rows_of(found: Belonging) -> Sequence[tuple[str, str, int]]:
    """Each id of a family, the customer whom it belongs to, and its place: 0 is that of the surviving one."""
    return [
        (customer_id, survivor, place)
        for survivor, absorbed in found.families.items()
        for place, customer_id in enumerate((survivor, *absorbed))
    ]
