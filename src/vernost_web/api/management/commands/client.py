"""The command that writes the Python client."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from vernost_web.api.clientcode import client_code
from vernost_web.api.document import document


class Command(BaseCommand):
    """Writes the client of this version."""

    help = "Write the Python client of the API."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "path", nargs="?", default="vernost_client.py", help="the file; vernost_client.py by default"
        )

    def handle(self, *_: Any, path: str, **__: Any) -> None:
        """Write it."""
        Path(path).write_text(client_code(document("en")), encoding="utf-8")
        self.stdout.write(path)
