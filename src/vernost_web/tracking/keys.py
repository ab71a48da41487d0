"""Write keys as each process remembers them, for they are asked at every call."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256

_REMEMBERED, _ASKED_AGAIN = 5.0, 0.5
"""Seconds for which keys are remembered, and between looks for one that is not known."""


@dataclass(frozen=True, slots=True)
class Known:
    """A key that works.

    Attributes:
        source: number of its source.
        origins: sites that may use it; empty: any sender.
        most_a_minute: events that the source may send in a minute; 0 as many as it likes.
    """

    source: int
    origins: frozenset[str]
    most_a_minute: int


def digest_of(key: str) -> str:
    """What is kept of a key."""
    return sha256(key.encode(errors="surrogatepass")).hexdigest()


class KeyRing:
    """The keys that work, looked up anew every few seconds."""

    def __init__(self, read: "Callable[[], Mapping[str, Known]]", clock: Callable[[], float] = time.monotonic) -> None:
        self._read, self._clock = read, clock
        self._known: Mapping[str, Known] = {}
        self._read_at = float("-inf")
        self._guard = threading.Lock()

    def find(self, key: str) -> Known | None:
        """What is known of a key; None when it does not work."""
        digest = digest_of(key)
        age = self._clock() - self._read_at
        if age > _REMEMBERED or (digest not in self._known and age > _ASKED_AGAIN):
            with self._guard:
                if self._clock() - self._read_at >= age:
                    self._known, self._read_at = self._read(), self._clock()
        return self._known.get(digest)


class Pace:
    """How much each source has sent in this minute, as far as one process knows."""

    def __init__(self, processes: int, clock: Callable[[], float] = time.time) -> None:
        self._processes, self._clock = processes, clock
        self._minute, self._sent = 0, {}  # type: tuple[int, dict[int, int]]
        self._guard = threading.Lock()

    def wait(self, known: Known, count: int) -> int:
        """Count events in; or the seconds after which they may come, when they are too many."""
        if not known.most_a_minute:
            return 0
        now = self._clock()
        with self._guard:
            if int(now // 60) != self._minute:
                self._minute, self._sent = int(now // 60), {}
            sent = self._sent.get(known.source, 0) + count
            # The first call of a minute always passes, or a batch above the limit would never come in.
            if sent > max(known.most_a_minute // self._processes, 1) and sent > count:
                return 60 - int(now % 60)
            self._sent[known.source] = sent
        return 0
