"""Which ids are of one customer, remembered for each state of the log; and making them so."""

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from vernost_web.data.bringing import patiently
from vernost_web.data.warehouse import newest_load
from vernost_web.jobs.kinds import Run

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


def merge(run: Run, surviving_id: str, absorbed_ids: Sequence[str], *, key: str) -> int:
    """Let customers be one from now on, after others that load have done; number of the load that says so.

    Args:
        run: the job that does it.
        surviving_id: the customer who stays.
        absorbed_ids: those who belong to that one then.
        key: makes repeats harmless.
    """
    from vernost.store.merges import merge_customers

    url = settings.CONFIGURATION.log_url
    return patiently(run, lambda: merge_customers(url, surviving_id, absorbed_ids, at=timezone.now(), key=key)).load_id


def part(run: Run, absorbed_ids: Sequence[str], *, key: str) -> int:
    """Let merged customers be by themselves again, as ``merge`` lets them be one."""
    from vernost.store.merges import part_customers

    url = settings.CONFIGURATION.log_url
    return patiently(run, lambda: part_customers(url, absorbed_ids, at=timezone.now(), key=key)).load_id
