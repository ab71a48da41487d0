"""Web and worker processes under one parent: what dies is started again, what is stopped stops together."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from vernost_web.project.configuration import Configuration
from vernost_web.project.member import PATIENCE

_LOOK, _QUICK, _LONGEST = 0.3, 5.0, 30.0
_MEMBER = (sys.executable, "-m", "vernost_web.project.member")


@dataclass
class Member:
    """A process that is kept alive.

    Attributes:
        words: how it is started.
        process: it, while it lives.
        pause: seconds to wait before it is started again; grows while it dies at once.
    """

    words: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    pause: float = 1.0
    started: float = field(default=0.0)
    due: float = field(default=0.0)


class Supervisor:
    """Keeps the processes of an installation alive until it is told to stop."""

    def __init__(self, commands: Sequence[Sequence[str]], environment: Mapping[str, str]) -> None:
        self._members = [Member(words) for words in commands]
        self._environment = {**os.environ, **environment}
        self._is_stopping = False

    def run(self) -> None:
        """Start all, start again what dies, until a signal to stop comes; then wait until all have finished."""
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._stop)
        try:
            while not self._is_stopping:
                self.tend()
                time.sleep(_LOOK)
        finally:
            self._finish()

    def tend(self) -> None:
        """Start whatever is not running and is due."""
        now = time.monotonic()
        for member in self._members:
            if member.process is not None and member.process.poll() is not None:
                member.pause = 1.0 if now - member.started > _QUICK else min(2 * member.pause, _LONGEST)
                member.due, member.process = now + member.pause, None
            if member.process is None and now >= member.due:
                # A group of its own: Ctrl-C reaches the supervisor alone, which lets each finish. By its standard
                # input, which ends with the supervisor, a process knows that nobody tends it any more.
                member.process = subprocess.Popen(  # noqa: S603 - words are ours
                    member.words, env=self._environment, start_new_session=True, stdin=subprocess.PIPE
                )
                member.started = now

    def _stop(self, *_: object) -> None:
        self._is_stopping = True

    def _finish(self) -> None:
        alive = [member.process for member in self._members if member.process is not None]
        for process in alive:
            process.terminate()
        limit = time.monotonic() + PATIENCE
        for process in alive:
            try:
                process.wait(max(0.1, limit - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()


def web_command(configuration: Configuration) -> list[str]:
    """How the process that answers browsers is started."""
    return [
        *_MEMBER, "granian", "--interface", "wsgi", "vernost_web.project.wsgi:application",
        "--host", configuration.host, "--port", str(configuration.port),
        "--workers", str(configuration.web_processes), "--blocking-threads", "4", "--respawn-failed-workers",
        "--no-ws", "--log-level", "warning",
    ]  # fmt: skip


def worker_command() -> list[str]:
    """How a process that does jobs is started."""
    return [*_MEMBER, "vernost_web", "worker"]
