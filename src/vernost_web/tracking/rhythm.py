"""How often events are brought into the log: each load costs, and the more the larger the log."""

import time
from collections.abc import Callable

from vernost_web.tracking.inbox import Inbox, opened
from vernost_web.tracking.message import SECOND

SHORTEST, SHARE = 300 * SECOND, 20
"""Microseconds between two loads at least, and how many times as long as the last one took there is rest after it."""

_LOOK = 5.0
"""Seconds between looks into the inbox, for workers ask twice a second."""


class Rhythm:
    """Says when it is time to bring events into the log."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._looked_at = clock, float("-inf")

    def is_time(self, inbox: Inbox, *, now: int) -> bool:
        """Whether it is time, as far as this process has looked."""
        if self._clock() - self._looked_at < _LOOK:
            return False
        self._looked_at = self._clock()
        return is_time(inbox, now=now)


def is_time(inbox: Inbox, *, now: int) -> bool:
    """Whether something was begun, or something waits and the last load is long enough ago."""
    with opened(inbox) as connection:
        if connection.execute("SELECT 1 FROM piece WHERE load IS NULL").fetchone():
            return True
        if connection.execute("SELECT 1 FROM event WHERE state = 0 LIMIT 1").fetchone() is None:
            return False
        last = connection.execute("SELECT made_at, settled_at FROM piece ORDER BY number DESC LIMIT 1").fetchone()
    if last is None:
        return True
    begun, ended = last
    return bool(now - ended >= max(SHORTEST, SHARE * (ended - begun)))
