"""The command that does jobs."""

import signal
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from vernost_web.jobs.worker import Worker


class Command(BaseCommand):
    """Does background jobs until it is stopped."""

    help = "Do background jobs until stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--until-idle", action="store_true", help="stop when no job is due")

    def handle(self, *_: Any, until_idle: bool, **__: Any) -> None:
        """Do jobs."""
        worker = Worker()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: worker.stop())
        worker.run(until_idle=until_idle)
