"""A folder for temporary files that does not outlive its process for long, not even one that was killed.

A process holds a lock in each of its folders, which the operating system frees however the process ends. Whoever makes
the next folder removes those that nobody holds any more.
"""

import os
import shutil
import weakref
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

_PREFIX = "vernost-"
_LOCK = "held"


class Workdir(TemporaryDirectory[str]):
    """A temporary folder; made, it removes those that killed processes left.

    >>> with Workdir() as folder:
    ...     Path(folder, "rows").touch()
    >>> Path(folder).exists()
    False
    """

    def __init__(self) -> None:
        sweep(Path(gettempdir()))
        super().__init__(prefix=_PREFIX)
        self._release = weakref.finalize(self, os.close, _held(Path(self.name)))

    def cleanup(self) -> None:
        """Remove the folder and all that is in it."""
        super().cleanup()
        self._release()


def sweep(base: Path) -> None:
    """Remove the folders in ``base`` whose processes are gone."""
    for folder in base.glob(f"{_PREFIX}*"):
        if not folder.is_symlink() and _is_left(folder / _LOCK):
            shutil.rmtree(folder, ignore_errors=True)


def _held(folder: Path) -> int:
    """Descriptor of the lock of a folder, held until it is closed."""
    import fcntl

    draft = folder / f"{_LOCK}.draft"
    descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    except OSError:  # a file system without locks: a folder without a named lock is never swept
        return descriptor
    # Named only now, so that a lock that can be seen is held.
    draft.rename(folder / _LOCK)
    return descriptor


def _is_left(lock: Path) -> bool:
    """Whether there is a lock, and nobody holds it."""
    import fcntl

    try:
        descriptor = os.open(lock, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    else:
        return True
    finally:
        os.close(descriptor)
