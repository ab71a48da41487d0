"""The inbox as a file of SQLite."""

import fcntl
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from vernost_web.tracking.inbox import COLUMNS, SCHEMA, TALLY, Connection, Row, Taken, counted

_AT_ONCE = (256, 64, 16, 4, 1)
"""Rows of one statement: each size is prepared once. The engine takes so many without asking the interpreter."""

_SERIAL = "integer PRIMARY KEY AUTOINCREMENT"


class SqliteInbox:
    """Events in a file; of several processes one writes at a time.

    Attributes:
        path: the file.
    """

    snapshot = "BEGIN"

    def __init__(self, path: Path) -> None:
        self.path = path

    def connect(self) -> sqlite3.Connection:
        """A connection to the file, which is made when it is not there, for nobody else of this machine to read."""
        is_new = not self.path.exists()
        if is_new:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.path.touch(mode=0o600)
        connection = sqlite3.connect(self.path, timeout=30, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA journal_mode = WAL")
        # Each commit waits for the disk: what is answered outlives a power cut.
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA cache_size = -65536")
        # What is deleted or replaced is overwritten: people have the right to be forgotten.
        connection.execute("PRAGMA secure_delete = ON")
        if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'tally'").fetchone() is None:
            with self._turn():
                for statement in SCHEMA:
                    connection.execute(statement.format(serial=_SERIAL))
        return connection

    def add(self, connection: Connection, rows: Sequence[Row]) -> Taken:
        """Write events in one transaction."""
        fresh = 0
        with self.transaction(connection):
            place = 0
            for size in _AT_ONCE:
                while len(rows) - place >= size:
                    values = [value for row in rows[place : place + size] for value in row]
                    fresh += connection.execute(_insert(size), values).rowcount
                    place += size
            connection.executemany(TALLY, counted(rows, fresh))
        return Taken(fresh, len(rows) - fresh)

    @contextmanager
    def transaction(self, connection: Connection) -> Iterator[None]:
        """All or nothing."""
        # Processes take turns by a lock that wakes whoever is next; SQLite's own would have them sleep and look again.
        with self._turn():
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def number_on(self, connection: Connection) -> None:
        """Nothing is to be done: the engine looks for the last number itself."""

    def give_up_space(self, connection: Connection) -> None:
        """Empty the file of what is not yet in the main one; what was deleted there is overwritten already."""
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Whether nobody else brings events into the log."""
        with self._lock("bringing") as descriptor:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True

    @contextmanager
    def _turn(self) -> Iterator[None]:
        with self._lock("turn") as descriptor:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield

    @contextmanager
    def _lock(self, name: str) -> Iterator[int]:
        """A file whose lock the system frees when its holder dies."""
        descriptor = os.open(f"{self.path}-{name}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            yield descriptor
        finally:
            os.close(descriptor)


@cache
def _insert(count: int) -> str:
    row = f"({', '.join('?' * len(COLUMNS))})"
    return f"INSERT OR IGNORE INTO event ({', '.join(COLUMNS)}) VALUES {', '.join([row] * count)}"  # noqa: S608 - our names
