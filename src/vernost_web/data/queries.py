"""What is in the log, for the slices that read it."""

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from django.conf import settings

from vernost_web.data.warehouse import newest_load, store, warehouse

if TYPE_CHECKING:
    from vernost.store.log import Log

__all__ = ["load_number", "reading", "store"]


def reading() -> AbstractContextManager["Log"]:
    """The log at its newest state, this thread's own while the context lasts."""
    return warehouse().reading()


def load_number() -> int:
    """Number of the last load, which names the state of the log; 0 while it is empty."""
    return newest_load(settings.CONFIGURATION.log_url)
