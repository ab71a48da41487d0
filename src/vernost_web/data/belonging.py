"""Which ids are of one customer, remembered for each state of the log."""

import threading
from typing import TYPE_CHECKING

from django.conf import settings

from vernost_web.data.warehouse import newest_load

if TYPE_CHECKING:
    from vernost.store.belonging import Belonging

_known: dict[str, tuple[int, "Belonging"]] = {}
_guard = threading.Lock()


def belonging() -> "Belonging":
    """Who belongs to whom by the newest state of the log."""
    url = settings.CONFIGURATION.log_url
    state = newest_load(url)
    with _guard:
        number, found = _known.get(url, (0, None))
        if found is None or number != state:
            found = _read(url, state)
            _known.clear()
            _known[url] = state, found
    return found


def _read(url: str, state: int) -> "Belonging":
    """Read from a log of its own: whoever asks may hold one of the warehouse's few already."""
    from vernost.store.belonging import Belonging
    from vernost.store.connection import open_log

    if not state:
        return Belonging()
    with open_log(url, at_load=state) as log:
        return log.belonging
