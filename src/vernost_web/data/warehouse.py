"""The only place that opens the customer log: a few logs of the newest state, each used by one thread at a time."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from vernost.store.connection import Store
    from vernost.store.log import Log

MOST_OPEN = 2
"""Logs that a process reads at once: more would only fight for the same cores and memory."""

LONGEST = 10.0
"""Seconds after which a log in PostgreSQL is let go: as long as it is open, the server keeps what it may see, also of
those who are erased meanwhile."""


State = tuple[int, str | None]
"""What a log shows: number of its last load, and the clock by which it is read."""


class Warehouse:
    """Logs at the newest state, lent out one thread at a time.

    Attributes:
        url: of the log.
        memory: bytes that one process may use for the engine.
    """

    def __init__(self, url: str, *, memory: int, timezone: str | None = None) -> None:
        self.url, self.memory, self.timezone = url, memory, timezone
        self._free: list[tuple[State, Log]] = []
        self._turns = threading.BoundedSemaphore(MOST_OPEN)
        self._guard = threading.Lock()
        self._opened_at: dict[int, float] = {}

    @contextmanager
    def reading(self) -> Iterator["Log"]:
        """The log at its newest state, this thread's own until it is given back.

        Raises:
            UnusableLog: while nothing was ever loaded.
        """
        from vernost.errors import UnusableLog

        with self._turns:
            state = (newest_load(self.url), self.timezone)
            if not state[0]:
                raise UnusableLog("Nothing is loaded yet. Load orders, subscriptions or events on the page of data.")
            log = self._idle(state) or self._opened()
            try:
                yield log
            except BaseException:
                self._shut(log)
                raise
            self._give_back(state, log)

    def _give_back(self, state: "State", log: "Log") -> None:
        """Keep a log for whoever reads next; one in PostgreSQL for a short time only."""
        if self._is_old(log):
            self._shut(log)
            return
        with self._guard:
            self._free.append((state, log))
        if log.engine == "postgres":
            waiting = threading.Timer(LONGEST, self._let_go)
            waiting.daemon = True
            waiting.start()

    def _let_go(self) -> None:
        """Close logs in PostgreSQL that are open for long and that nobody reads."""
        with self._guard:
            old = [log for _, log in self._free if self._is_old(log)]
            self._free = [pair for pair in self._free if pair[1] not in old]
        for log in old:
            self._shut(log)

    def _is_old(self, log: "Log") -> bool:
        return log.engine == "postgres" and time.monotonic() - self._opened_at.get(id(log), 0.0) >= LONGEST

    def _shut(self, log: "Log") -> None:
        self._opened_at.pop(id(log), None)
        log.close()

    def _idle(self, state: "State") -> "Log | None":
        """A log of that state that nobody uses; those of older states are closed."""
        with self._guard:
            stale = [log for each, log in self._free if each != state]
            self._free = [pair for pair in self._free if pair[0] == state]
            found = self._free.pop()[1] if self._free else None
        for log in stale:
            self._shut(log)
        return found

    def _opened(self) -> "Log":
        from vernost.store.connection import open_log

        log = open_log(self.url, timezone=self.timezone, memory_limit=f"{self.memory // MOST_OPEN // 1_000_000}MB")
        self._opened_at[id(log)] = time.monotonic()
        return log

    def close(self) -> None:
        """Close all logs that nobody uses."""
        with self._guard:
            free, self._free = self._free, []
        for _, log in free:
            self._shut(log)


def newest_load(url: str) -> int:
    """Number of the last load of a log; 0 while there is none."""
    from vernost.errors import UnusableLog
    from vernost.store.connection import newest_load as found

    try:
        return found(url)
    except UnusableLog:
        return 0


_warehouses: dict[str | None, Warehouse] = {}
_guard = threading.Lock()


def warehouse() -> Warehouse:
    """The installation's warehouse, by the company's clock."""
    from vernost_web.company.queries import company

    zone = company().timezone
    with _guard:
        if zone not in _warehouses:
            for each in _warehouses.values():
                each.close()
            _warehouses.clear()
            configuration = settings.CONFIGURATION
            _warehouses[zone] = Warehouse(configuration.log_url, memory=configuration.memory, timezone=zone)
        return _warehouses[zone]


def store() -> "Store":
    """The log to write into, made when there is none."""
    from vernost.store.connection import open_store

    return open_store(settings.CONFIGURATION.log_url, create=True)
