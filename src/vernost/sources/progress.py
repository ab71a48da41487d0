"""Telling how far a long query of the staging engine is, while it runs; whoever hears it may stop it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

Progress = Callable[[str, float], None]
"""Told what is being done and the share of it that is done; what it raises stops the work."""

_PAUSE = 0.25


def within(progress: Progress | None, first: float, last: float) -> Progress | None:
    """Tells the share of a part of the work, from ``first`` to ``last``, as that of all.

    >>> heard = []
    >>> part = within(lambda what, share: heard.append((what, share)), 0.5, 1.0)
    >>> part("orders", 0.5)
    >>> heard
    [('orders', 0.75)]
    """
    return progress and (lambda what, share: progress(what, first + (last - first) * share))


@contextmanager
def told_while_busy(connection: "duckdb.DuckDBPyConnection", what: str, progress: Progress | None) -> Iterator[None]:
    """Tell how far the engine is with each of its queries.

    What ``progress`` raises interrupts the query, and is raised when that has ended.
    """
    if progress is None:
        yield
        return
    teller = _Teller(connection, what, progress)
    teller.start()
    try:
        yield
    except BaseException:
        teller.stop()
        if teller.raised is not None:
            raise teller.raised from None
        raise
    teller.stop()
    if teller.raised is not None:
        raise teller.raised


class _Teller(threading.Thread):
    def __init__(self, connection: "duckdb.DuckDBPyConnection", what: str, progress: Progress) -> None:
        super().__init__(daemon=True)
        self._connection, self._what, self._progress = connection, what, progress
        self._over = threading.Event()
        self.raised: BaseException | None = None

    def run(self) -> None:
        while not self._over.wait(_PAUSE):
            try:
                if self.raised is None:
                    self._progress(self._what, max(self._connection.query_progress(), 0.0) / 100)
            except BaseException as error:  # noqa: BLE001 - it is raised where the query was asked
                self.raised = error
            if self.raised is not None:
                # Again and again, for it may come between two queries.
                self._connection.interrupt()

    def stop(self) -> None:
        self._over.set()
        self.join()
