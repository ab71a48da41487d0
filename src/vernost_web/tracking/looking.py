"""What is in the inbox, as pages show it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from vernost_web.tracking.inbox import HOUR, Connection, Inbox, State, fetched, opened
from vernost_web.tracking.message import EPOCH

PAGE = 50
MOST_LOOKED_AT = 100_000
"""Events on a page, and how far back those are looked for that are asked for."""

_SHOWN = "number, source, kind, name, user_id, anonymous_id, received_at, occurred_at, state, why"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events are looked for; what is empty asks for all.

    Attributes:
        source: number of the source.
        kind: of the call.
        state: what has become of them.
        name: part of what happened.
        who: of a customer or a visitor, by the whole id.
    """

    source: int | None = None
    kind: str = ""
    state: int | None = None
    name: str = ""
    who: str = ""

    def conditions(self) -> tuple[list[str], list[Any]]:
        """What SQL asks, and what fills its gaps."""
        found: list[tuple[str, list[Any]]] = []
        for column, value in (("source", self.source), ("kind", self.kind or None), ("state", self.state)):
            if value is not None:
                found.append((f"{column} = ?", [value]))
        if self.name:
            pattern = self.name.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
            found.append(("lower(name) LIKE ? ESCAPE '\\'", [f"%{pattern}%"]))
        if self.who:
            found.append(("(user_id = ? OR anonymous_id = ?)", [self.who, self.who]))
        return [sql for sql, _ in found], [value for _, values in found for value in values]


@dataclass(frozen=True, slots=True)
class Flow:
    """How much comes, and how far behind the log is.

    Attributes:
        waiting: events that are not in the log yet.
        held: events of visitors whom nobody has named.
        since: when the oldest of those that wait came; None when nothing waits.
        hours: hour, taken, repeated and refused, the oldest first.
    """

    waiting: int
    held: int
    since: datetime | None
    hours: list[dict[str, Any]]

    def of_day(self, name: str) -> int:
        """How many in all hours."""
        return sum(each[name] for each in self.hours)


def instant_of(microseconds: int) -> datetime:
    """An instant of the inbox."""
    return EPOCH + timedelta(microseconds=microseconds)


def newest(inbox: Inbox, wanted: Wanted, *, before: int | None = None, most: int = PAGE) -> list[dict[str, Any]]:
    """Events as they came, the newest first."""
    with opened(inbox) as connection:
        top = before or _top(connection) + 1
        conditions, values = wanted.conditions()
        where = " AND ".join(["number < ?", "number >= ?", *conditions])
        sql = f"SELECT {_SHOWN} FROM event WHERE {where} ORDER BY number DESC LIMIT ?"  # noqa: S608 - gaps alone
        rows = fetched(connection, sql, [top, max(top - MOST_LOOKED_AT, 0), *values, most])
    return [_shown(row) for row in rows]


def newest_number(inbox: Inbox) -> int:
    """Number of the last event that came."""
    with opened(inbox) as connection:
        return _top(connection)


def event(inbox: Inbox, number: int) -> dict[str, Any] | None:
    """One event with all that it says."""
    with opened(inbox) as connection:
        rows = fetched(connection, f"SELECT {_SHOWN}, body FROM event WHERE number = ?", [number])  # noqa: S608
    return _shown(rows[0]) if rows else None


def flow(inbox: Inbox, *, now: datetime, source: int | None = None, hours: int = 24) -> Flow:
    """How much came in the last hours."""
    first = (now - EPOCH) // timedelta(hours=1) - hours + 1
    with opened(inbox) as connection:
        one = "AND source = ?" if source is not None else ""
        found = fetched(
            connection,
            f"SELECT hour, sum(taken) AS taken, sum(repeated) AS repeated, sum(refused) AS refused FROM tally "  # noqa: S608
            f"WHERE hour >= ? {one} GROUP BY hour",
            [first, *([source] if source is not None else [])],
        )
        counts = [connection.execute(f"SELECT count(*) FROM event WHERE state = {int(s)}").fetchone()[0] for s in _OPEN]  # noqa: S608
        since = connection.execute("SELECT received_at FROM event WHERE state = 0 ORDER BY number LIMIT 1").fetchone()
    known = {each["hour"]: each for each in found}
    nothing = {"taken": 0, "repeated": 0, "refused": 0}
    every = [
        {**nothing, **{name: int(value) for name, value in known.get(first + number, {}).items()},
         "hour": instant_of((first + number) * HOUR)}
        for number in range(hours)
    ]  # fmt: skip
    return Flow(counts[0] + counts[1], counts[2], instant_of(since[0]) if since else None, every)


_OPEN = (State.WAITING, State.UNDER_WAY, State.HELD)


def _top(connection: Connection) -> int:
    return int(connection.execute("SELECT max(number) FROM event").fetchone()[0] or 0)


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **row,
        "received_at": instant_of(row["received_at"]),
        "occurred_at": instant_of(row["occurred_at"]),
        "state": State(row["state"]).name.lower(),
        "why": json.loads(row["why"]) if row["why"] else None,
    }
