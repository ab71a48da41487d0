"""Help of commands in the language of the run."""

import re
from typing import TYPE_CHECKING

import typer
from typer._click.formatting import HelpFormatter  # typer brings its own click, and no other name for this
from typer.core import TyperCommand, TyperGroup

from vernost.cli.speech import saying, spoken
from vernost.messages import recognized, told

if TYPE_CHECKING:
    from collections.abc import Iterable

_KIND = re.compile(r" <(?!.*\|)\S+>$")
"""What typer says of the type of an argument: ``<list[str]>``."""
_DESCRIBED = re.compile(r"(.*?)(?:  \[(.*)\])?", re.DOTALL)
"""What an option means, and what typer adds to it: its default, its variable, that it is required."""
_PLACEHOLDER = re.compile(r"\b[A-Z]{2,}\b")


class Formatter(HelpFormatter):
    """Writes help as typer does, in words of the run's language."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the line that shows how a command is typed."""
        super().write_usage(prog, placed(args.replace("{", "").replace("}", "")), prefix or saying("Usage: "))

    def write_heading(self, heading: str) -> None:
        """Write the heading of a list."""
        super().write_heading(saying(heading))

    def write_text(self, text: str) -> None:
        """Write what a command does."""
        super().write_text(saying(" ".join(text.split())))

    def write_dl(self, rows: "Iterable[tuple[str, str]]", col_max: int = 30, col_spacing: int = 2) -> None:
        """Write a list of arguments, options or commands with their meanings."""
        said = [(placed(_KIND.sub("", name)), _described(text)) for name, text in rows]
        super().write_dl(said, col_max, col_spacing)


class Context(typer.Context):
    """What a command knows when it runs; its help is written by our formatter."""

    formatter_class = Formatter


class Command(TyperCommand):
    """A command whose help is in the language of the run."""

    context_class = Context

    def get_short_help_str(self, limit: int = 45) -> str:  # noqa: ARG002 - typer calls it so
        """What it does, up to the first details."""
        return _shortly(self.help)


class Group(TyperGroup):
    """The commands together, or some of them under a word of their own."""

    context_class = Context

    def get_short_help_str(self, limit: int = 45) -> str:  # noqa: ARG002 - typer calls it so
        """What its commands are for."""
        return _shortly(self.help)


def _shortly(text: str | None) -> str:
    return re.split("[:;]", saying(text or ""))[0].rstrip(".")


def placed(text: str) -> str:
    """A text with its placeholders, such as FILE, in the language of the run."""
    return _PLACEHOLDER.sub(lambda found: saying(found[0]), text)


def _described(text: str) -> str:
    found = _DESCRIBED.fullmatch(text)
    if not found or spoken() == "en":
        return text
    meaning, additions = saying(found[1]), found[2]
    said = "; ".join(told(recognized(each, "additions"), spoken()) for each in (additions or "").split("; "))
    return f"{meaning}  [{said}]" if additions else meaning
