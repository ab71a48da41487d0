"""A process that erases one person from a log, to be killed by tests."""

import sys
from datetime import UTC, datetime

from vernost.store.connection import open_store


def erase(url: str, *ids: str) -> None:
    store = open_store(url)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    store.erase(ids, at=datetime(2024, 6, 1, tzinfo=UTC), key="wish 1")
    sys.stdout.write("done\n")


if __name__ == "__main__":
    erase(*sys.argv[1:])
