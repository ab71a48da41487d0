"""Numbers of some of the customers alone: which groups there are to choose, and the log narrowed to one."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from vernost_web.data.queries import reading
from vernost_web.ui.slice import Narrowing, narrowing

if TYPE_CHECKING:
    from vernost.store.log import Log


@contextmanager
def reading_among(among: str) -> Iterator["Log"]:
    """The log at its newest state, of a group of customers alone where one is named."""
    found = narrowing()
    with reading() as log:
        if not among or found is None:
            yield log
            return
        with found.narrowed(log, among) as part:
            yield part


def state_of(among: str) -> str:
    """What names who is in a group, so that answers can be kept by it; nothing for all customers."""
    found: Narrowing | None = narrowing()
    return found.state(among) if among and found else ""
