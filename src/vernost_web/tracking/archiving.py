"""The inbox as lines of JSON, the same for both engines: what a backup holds of it."""

import json
from collections.abc import Iterable, Iterator
from typing import IO, Any

from vernost_web.tracking.inbox import COLUMNS, Connection, Inbox, fetched, opened, placeholders

TABLES = {
    "piece": ("number", "made_at", "settled_at", "load"),
    "link": ("anonymous_id", "customer_id"),
    "fact": ("kind", "id", "fields"),
    "tally": ("source", "hour", "taken", "repeated", "refused"),
    "event": ("number", *COLUMNS, "piece"),
}
_AT_ONCE = 5_000


def write(inbox: Inbox, file: IO[bytes]) -> int:
    """Write all rows as of one instant; how many."""
    count = 0
    with opened(inbox) as connection:
        connection.execute(inbox.snapshot)
        for table in TABLES:
            for row in _rows(connection, table):
                file.write(json.dumps([table, row]).encode() + b"\n")
                count += 1
        connection.execute("COMMIT")
    file.seek(0)
    return count


def read(inbox: Inbox, file: Iterable[bytes]) -> int:
    """Read all rows into an empty inbox, in one transaction; how many."""
    count = 0
    with opened(inbox) as connection, inbox.transaction(connection):
        for line in file:
            table, row = json.loads(line)
            names = TABLES[table]
            sql = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({placeholders(names)})"  # noqa: S608 - our names
            connection.execute(sql, [row[name] for name in names])
            count += 1
        inbox.number_on(connection)
    return count


def _rows(connection: Connection, table: str) -> Iterator[dict[str, Any]]:
    names = ", ".join(TABLES[table])
    if table != "event":
        yield from fetched(connection, f"SELECT {names} FROM {table}")  # noqa: S608 - our names
        return
    last = 0
    while rows := fetched(
        connection,
        f"SELECT {names} FROM event WHERE number > ? ORDER BY number LIMIT ?",  # noqa: S608 - our names
        [last, _AT_ONCE],
    ):
        yield from rows
        last = rows[-1]["number"]
