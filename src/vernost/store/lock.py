"""One writer at a time in a folder, by a lock that the operating system frees when its holder dies."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vernost.errors import LogBusy, UnusableLog
from vernost.messages import reason, recognized

_PAUSE_SECONDS = 0.1


@contextmanager
def locked(path: Path, *, wait_seconds: float = 10.0) -> Iterator[None]:
    """Hold the lock file ``path``; LogBusy, with who holds it, after waiting in vain."""
    import fcntl

    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise UnusableLog(
            "{path} cannot be written: {reason}. Check its permissions.", path=path.parent, reason=reason(error)
        ) from error
    with os.fdopen(descriptor, "r+") as file:
        for attempt in range(round(wait_seconds / _PAUSE_SECONDS) + 1):
            if attempt:
                time.sleep(_PAUSE_SECONDS)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                continue
        else:
            holder = recognized(file.read(100).strip() or "another process", "holders")
            raise LogBusy(
                "{path} is being loaded by {holder}. Try again when it is done.", path=path.parent, holder=holder
            )
        file.truncate(0)
        file.write(f"process {os.getpid()} on {os.uname().nodename}")
        file.flush()
        yield
