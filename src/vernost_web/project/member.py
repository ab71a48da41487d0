"""A process that does not outlive its parent: ``python -m vernost_web.project.member MODULE WORDS``.

A parent that is killed cannot stop its processes; then they stop by themselves, else they would hold the port and the
jobs against those that are started next.
"""

import multiprocessing
import os
import runpy
import signal
import sys
import threading
import time
from collections.abc import Callable

PATIENCE = 20.0
"""Seconds that a process has to finish what it does."""


def follow_supervisor() -> None:
    """Stop when the supervisor is gone: it holds the other end of standard input, on which it says nothing."""
    # Not through sys.stdin: the server forks, and its children would wait for the lock of that for ever.
    _when(lambda: os.read(sys.stdin.fileno(), 1), "supervisor")


def follow_server() -> None:
    """Stop when the server is gone that started this process, where one did."""
    server = multiprocessing.parent_process()
    if server is not None:
        _when(server.join, "server")


def _when(is_gone: Callable[[], object], who: str) -> None:
    def wait() -> None:
        is_gone()
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(PATIENCE)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=wait, name=f"follows the {who}", daemon=True).start()


def main(words: list[str]) -> None:
    """Be a program of Python that follows the supervisor.

    Args:
        words: its module, and what it is told.
    """
    follow_supervisor()
    sys.argv[1:] = words[1:]
    runpy.run_module(words[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(sys.argv[1:])
