"""The inbox piece by piece: a piece is settled on before it is loaded, so that it is loaded once whoever dies."""

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from vernost_web.data.queries import EVENTS
from vernost_web.tracking.inbox import Connection, Inbox, State, fetched, placeholders

LARGEST = 20_000
"""Events of a piece."""

_AT_ONCE = 500
"""Ids of one statement."""

Fields = dict[str, list[Any]]
"""Of a customer or an order: name -> what was said last, and when in microseconds since 1970."""


Row = Mapping[str, Any]
"""An event by the names of its columns, its body decoded."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Events that are brought into the log together.

    Attributes:
        number: its own.
        key: by which its load is known again, also from that of another inbox.
        rows: the events, the oldest first.
    """

    number: int
    key: str
    rows: Sequence[Row]


@dataclass(slots=True)
class Outcome:
    """What becomes of a piece.

    Attributes:
        held: numbers of events of visitors whom nobody has named.
        notes: number of an event -> what of it is not in the log, packed.
        links: visitors who were named -> their customers.
        facts: kind and id -> what is known from now on.
    """

    held: list[int] = field(default_factory=list)
    notes: dict[int, Any] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    facts: dict[tuple[str, str], Fields] = field(default_factory=dict)


def next_piece(inbox: Inbox, connection: Connection) -> Piece | None:
    """The piece that was begun and not settled, else a new one of the oldest that wait; None when nothing does."""
    begun = connection.execute("SELECT number, made_at FROM piece WHERE load IS NULL ORDER BY number").fetchone()
    found = begun or _cut(inbox, connection)
    if found is None:
        return None
    number, made_at = found
    rows = fetched(
        connection, "SELECT * FROM event WHERE state = 1 AND piece = ? ORDER BY occurred_at, number", [number]
    )
    decoded = [row | {"body": msgspec.json.decode(row["body"])} for row in rows]
    return Piece(number, f"{EVENTS}{number} {made_at}", decoded)


def _cut(inbox: Inbox, connection: Connection) -> tuple[int, int] | None:
    with inbox.transaction(connection):
        if connection.execute("SELECT 1 FROM event WHERE state = 0 LIMIT 1").fetchone() is None:
            return None
        made_at = time.time_ns() // 1_000
        (number,) = connection.execute("INSERT INTO piece (made_at) VALUES (?) RETURNING number", [made_at]).fetchone()
        connection.execute(
            "UPDATE event SET state = 1, piece = ? WHERE number IN "
            "(SELECT number FROM event WHERE state = 0 ORDER BY number LIMIT ?)",
            [number, LARGEST],
        )
    return number, made_at


def settle(inbox: Inbox, connection: Connection, piece: Piece, outcome: Outcome, load: int) -> None:
    """Write down what became of a piece; who was named has all that they did before wait for the next."""
    with inbox.transaction(connection):
        if outcome.held:
            _many(connection, "UPDATE event SET state = 2, piece = NULL WHERE number = ?", ([n] for n in outcome.held))
        if outcome.notes:
            told = ([json.dumps(why), number] for number, why in outcome.notes.items())
            _many(connection, "UPDATE event SET why = ? WHERE number = ?", told)
        connection.execute(
            "UPDATE event SET state = ? WHERE state = 1 AND piece = ?", [int(State.BROUGHT), piece.number]
        )
        for anonymous_id, customer_id in outcome.links.items():
            connection.execute(
                "INSERT INTO link (anonymous_id, customer_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
                [anonymous_id, customer_id],
            )
            connection.execute("UPDATE event SET state = 0 WHERE state = 2 AND anonymous_id = ?", [anonymous_id])
        known = ([*key, json.dumps(fields)] for key, fields in outcome.facts.items())
        _many(connection, _KNOW, known)
        connection.execute(
            "UPDATE piece SET load = ?, settled_at = ? WHERE number = ?", [load, time.time_ns() // 1_000, piece.number]
        )


_KNOW = (
    "INSERT INTO fact (kind, id, fields) VALUES (?, ?, ?) ON CONFLICT (kind, id) DO UPDATE SET fields = excluded.fields"
)


def facts(connection: Connection, kind: str, ids: Iterable[str]) -> dict[str, Fields]:
    """What is known of customers or orders."""
    found: dict[str, Fields] = {}
    for some in _chunks(ids):
        sql = f"SELECT id, fields FROM fact WHERE kind = ? AND id IN ({placeholders(some)})"  # noqa: S608 - gaps alone
        found |= {each: json.loads(fields) for each, fields in connection.execute(sql, [kind, *some]).fetchall()}
    return found


def links(connection: Connection, anonymous_ids: Iterable[str]) -> dict[str, str]:
    """Visitors who were named -> their customers."""
    found: dict[str, str] = {}
    for some in _chunks(anonymous_ids):
        sql = f"SELECT anonymous_id, customer_id FROM link WHERE anonymous_id IN ({placeholders(some)})"  # noqa: S608 - gaps alone
        found |= dict(connection.execute(sql, some).fetchall())
    return found


def _chunks(ids: Iterable[str]) -> Iterable[list[str]]:
    every = sorted(set(ids))
    return (every[place : place + _AT_ONCE] for place in range(0, len(every), _AT_ONCE))


def _many(connection: Connection, sql: str, values: Iterable[Sequence[Any]]) -> None:
    given = list(values)
    if given:
        connection.executemany(sql, given)
