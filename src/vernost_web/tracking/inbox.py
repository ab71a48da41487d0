"""The inbox: what tracking clients sent, durable before it is answered, on its way into the log.

It stands in a file of its own beside the application's, or in a schema of PostgreSQL, for it takes in more a second
than the tables of the application do in a day. The statements are the same for both.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Protocol

COLUMNS = (
    "source", "id", "kind", "name", "user_id", "anonymous_id", "received_at", "occurred_at", "state", "why", "body",
)  # fmt: skip
"""Of the table of events, as they are written; the source is the number of a `Source`."""

Row = tuple[Any, ...]
"""An event in the order of `COLUMNS`."""


class State(IntEnum):
    """What has become of an event."""

    WAITING = 0
    UNDER_WAY = 1
    HELD = 2
    BROUGHT = 3
    REFUSED = 4


SCHEMA = (
    """CREATE TABLE IF NOT EXISTS event (
    number {serial}, source integer NOT NULL, id text NOT NULL, kind text NOT NULL, name text NOT NULL, user_id text,
    anonymous_id text, received_at bigint NOT NULL, occurred_at bigint NOT NULL, state smallint NOT NULL, why text,
    piece bigint, body text NOT NULL, UNIQUE (source, id))""",
    "CREATE INDEX IF NOT EXISTS waiting ON event (number) WHERE state = 0",
    "CREATE INDEX IF NOT EXISTS under_way ON event (number) WHERE state = 1",
    "CREATE INDEX IF NOT EXISTS held ON event (anonymous_id, number) WHERE state = 2",
    "CREATE TABLE IF NOT EXISTS piece (number {serial}, made_at bigint NOT NULL, settled_at bigint, load bigint)",
    "CREATE TABLE IF NOT EXISTS link (anonymous_id text PRIMARY KEY, customer_id text NOT NULL)",
    "CREATE TABLE IF NOT EXISTS fact (kind text, id text, fields text NOT NULL, PRIMARY KEY (kind, id))",
    """CREATE TABLE IF NOT EXISTS tally (source integer, hour bigint, taken bigint NOT NULL, repeated bigint NOT NULL,
    refused bigint NOT NULL, PRIMARY KEY (source, hour))""",
)
"""A link says who a visitor is; a fact is what messages said so far of a customer or an order, with when each was said;
a tally counts what came in an hour."""

HOUR = 3_600_000_000
"""Microseconds of an hour."""


class Connection(Protocol):
    """A connection to the inbox: of SQLite or of PostgreSQL."""

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> Any: ...

    def executemany(self, sql: str, parameters: Sequence[Sequence[Any]]) -> Any: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Taken:
    """How many events were written, and how many were there already."""

    fresh: int
    repeated: int


class Inbox(Protocol):
    """Where events are kept.

    Attributes:
        snapshot: begins a transaction that sees all as it is now.
    """

    snapshot: str

    def connect(self) -> Connection:
        """A connection to the inbox, which is made when it is not there."""

    def add(self, connection: Connection, rows: Sequence[Row]) -> Taken:
        """Write events, those that are there already left as they are; durable at the return."""

    def transaction(self, connection: Connection) -> AbstractContextManager[None]:
        """All or nothing."""

    def number_on(self, connection: Connection) -> None:
        """Number what comes next after all that was written under numbers of its own."""

    def give_up_space(self, connection: Connection) -> None:
        """Let nothing of what was deleted stay on the disk."""

    def alone(self) -> AbstractContextManager[bool]:
        """Whether nobody else brings events into the log; it stays so for the time being."""


def counted(rows: Sequence[Row], fresh: int) -> list[tuple[int, ...]]:
    """What to add to the tallies: source, hour, taken, repeated, refused.

    How many were there already is known of all together; they are counted with the first source.
    """
    found: dict[tuple[int, int], list[int]] = {}
    for row in rows:
        of = found.setdefault((row[0], row[6] // HOUR), [0, 0, 0])
        of[2 if row[8] == State.REFUSED else 0] += 1
    repeated = len(rows) - fresh
    for of in found.values():
        of[1] = min(repeated, of[0])
        of[0] -= of[1]
        repeated -= of[1]
    return [(source, hour, *of) for (source, hour), of in found.items()]


TALLY = (
    "INSERT INTO tally (source, hour, taken, repeated, refused) VALUES (?, ?, ?, ?, ?) ON CONFLICT (source, hour) "
    "DO UPDATE SET taken = tally.taken + excluded.taken, repeated = tally.repeated + excluded.repeated, "
    "refused = tally.refused + excluded.refused"
)


@contextmanager
def opened(inbox: Inbox) -> Iterator[Connection]:
    """A connection for the time being."""
    connection = inbox.connect()
    try:
        yield connection
    finally:
        connection.close()


def placeholders(values: Sequence[Any]) -> str:
    """Gaps for so many values."""
    return ", ".join("?" * len(values))


def fetched(connection: Connection, sql: str, parameters: Sequence[Any] = ()) -> list[dict[str, Any]]:
    """The rows of a query by the names of their columns."""
    cursor = connection.execute(sql, parameters)
    names = [each[0] for each in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


Fields = Mapping[str, Any]
