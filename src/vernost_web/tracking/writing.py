"""Writing into the inbox from many threads: what comes while one commit waits for the disk shares the next."""

import queue
import threading
from collections.abc import Sequence
from concurrent.futures import Future

from vernost_web.tracking.inbox import Connection, Inbox, Row

MOST_WAITING = 64
"""Requests that may wait for the disk; more are told to come again."""

MOST_AT_ONCE = 64
_IDLE = 60.0
"""Requests of one commit, and seconds without any after which the connection is closed."""

Waiting = tuple[Sequence[Row], "Future[None]"]


class Full(Exception):
    """More came than can be written."""


class Writer:
    """The one who writes for a process: a thread that lives while something comes.

    Attributes:
        inbox: where it writes.
    """

    def __init__(self, inbox: Inbox) -> None:
        self.inbox = inbox
        self._queue: queue.Queue[Waiting] = queue.Queue(MOST_WAITING)
        self._guard = threading.Lock()
        self._is_alive = False

    def write(self, rows: Sequence[Row]) -> None:
        """Write events: durable at the return; Full when it cannot be done soon."""
        done: Future[None] = Future()
        with self._guard:
            try:
                self._queue.put_nowait((rows, done))
            except queue.Full:
                raise Full from None
            if not self._is_alive:
                self._is_alive = True
                threading.Thread(target=self._live, name="writes the inbox", daemon=True).start()
        done.result()

    def _live(self) -> None:
        connection: Connection | None = None
        try:
            while some := self._gathered():
                try:
                    connection = connection or self.inbox.connect()
                    self.inbox.add(connection, [row for rows, _ in some for row in rows])
                except Exception as error:  # noqa: BLE001 - whoever waits is told; the next has a new connection
                    _close(connection)
                    connection = None
                    for _, done in some:
                        done.set_exception(error)
                else:
                    for _, done in some:
                        done.set_result(None)
        finally:
            _close(connection)

    def _gathered(self) -> list[Waiting]:
        """All that waits, after waiting for the first; nothing once nobody comes for long."""
        try:
            some = [self._queue.get(timeout=_IDLE)]
        except queue.Empty:
            with self._guard:
                if self._queue.empty():
                    self._is_alive = False
                    return []
            return self._gathered()
        while len(some) < MOST_AT_ONCE:
            try:
                some.append(self._queue.get_nowait())
            except queue.Empty:
                break
        return some


def _close(connection: Connection | None) -> None:
    if connection is not None:
        connection.close()
