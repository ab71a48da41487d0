"""What is kept in a log long enough: rows that go, and texts of which remains that there were some."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from vernost.errors import UnknownName
from vernost.schema import TABLES, Table
from vernost.store.personal import ERASED
from vernost.store.receipt import Tally
from vernost.store.sifting import instant_literal, quoted

if TYPE_CHECKING:
    from vernost.store.log import Log


@dataclass(frozen=True, slots=True)
class Expiry:
    """A kind of data that may be kept for a time only.

    Attributes:
        table: the log's table; what counts is when its facts happened.
        texts: columns that are emptied; none where rows go as a whole.
    """

    table: Table
    texts: tuple[str, ...] = ()

    @property
    def happened(self) -> str:
        """The column that says when."""
        return self.table.happened[0]

    def test(self, before: datetime) -> str:
        """SQL condition, in every engine the same, of rows that are to go or to lose their texts.

        Args:
            before: an instant in UTC without a zone.
        """
        old = f"{quoted(self.happened)} < {instant_literal(before)}"
        texts = " OR ".join(f"{quoted(name)} <> '{ERASED}'" for name in self.texts)
        return f"{old} AND ({texts})" if texts else old

    def tally(self, count: int) -> Tally:
        """What is said of it in the history of the log."""
        if self.texts:
            return Tally(self.table.name, read=count, unchanged=count)
        return Tally(self.table.name, read=count, removed=count)


EXPIRIES: Mapping[str, Expiry] = MappingProxyType({
    "events": Expiry(TABLES["events"]),
    "contacts": Expiry(TABLES["contacts"]),
    "ticket_texts": Expiry(TABLES["tickets"], ("text",)),
    "answer_texts": Expiry(TABLES["answers"], ("text",)),
    "review_texts": Expiry(TABLES["reviews"], ("text", "reply")),
})  # fmt: skip
"""Kinds of data that may go, by name."""


def expiry(kind: str) -> Expiry:
    """A kind by its name."""
    if kind not in EXPIRIES:
        raise UnknownName("kind of data", kind, EXPIRIES)
    return EXPIRIES[kind]


def expiring(log: "Log", kind: str, before: datetime) -> int:
    """How many rows of a kind happened before an instant (UTC without a zone) and still have what is to go."""
    wanted = expiry(kind)
    if wanted.table.name not in log.tables:
        return 0
    rows: Any = log.tables[wanted.table.name]
    rows = rows.filter(rows[wanted.happened] < before)
    if wanted.texts:
        first, *others = (rows[name] != ERASED for name in wanted.texts)
        for each in others:
            first = first | each
        rows = rows.filter(first)
    return int(log.connection.to_pyarrow(rows.count()).as_py())
