"""Commands that other installed packages add to the command line, such as those of the web application."""

from collections.abc import Callable, Iterator
from importlib.metadata import entry_points
from typing import Any

GROUP = "vernost.commands"


def added() -> Iterator[Callable[..., Any]]:
    """Each command that an installed package offers under the entry point ``vernost.commands``."""
    for each in entry_points(group=GROUP):
        yield from each.load()
