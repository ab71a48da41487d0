"""Sources or a log become an open log; what happens on the way is shown to people, never to pipes."""

import shlex
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import typer

from vernost.cli.options import now
from vernost.cli.speech import say, saying, spoken
from vernost.errors import InvalidValue
from vernost.messages import told
from vernost.workdir import Workdir

if TYPE_CHECKING:
    from vernost.sources import Given
    from vernost.sources.source import TableMatch
    from vernost.store import Log, Receipt

Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of sources: a log at a URL, how their columns were understood, and the balance."""

    url: str
    matches: "tuple[TableMatch, ...]"
    receipt: "Receipt"


@contextmanager
def progress(title: str) -> Iterator[Progress | None]:
    """A progress bar on the terminal; nothing when the error output is a file or a pipe."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        said = saying(title)
        task = bar.add_task(said, total=1.0)

        def show(what: str, share: float) -> None:
            bar.update(task, description=f"{said}: {told(what, spoken())}", completed=share)

        yield show


@contextmanager
def opened(
    sources: list[str] | None,
    log: str | None,
    *,
    given: "Given",
    timezone: str | None,
    at_load: int | None = None,
    loaded: "list[Loaded] | None" = None,
) -> "Iterator[Log]":
    """The log asked for, or one made of sources for the time of the command.

    Args:
        sources: files, folders, patterns or URLs of databases.
        log: URL of a log; either this or sources.
        given: mappings of the sources' columns.
        timezone: the company's clock.
        at_load: state of the log after that load.
        loaded: where it is put what became of sources, for a command that tells more of it than others.
    """
    from vernost.store import open_log

    if bool(sources) == bool(log):
        raise InvalidValue("Name either SOURCES or --log URL: vernost measure retention_rate orders.csv --by month.")
    if log:
        with open_log(log, at_load=at_load, timezone=timezone) as found:
            yield found
        return
    with Workdir() as folder:
        url = str(Path(folder) / "log")
        matches: Literal["shown", "returned"] = "shown" if loaded is None else "returned"
        brought = load_into(url, sources or [], given=given, timezone=timezone or "UTC", matches=matches)
        if loaded is None:
            _warn_of_rejected(brought.receipt, sources or [])
        else:
            loaded.append(brought)
        with open_log(url) as temporary:
            yield temporary


def _warn_of_rejected(receipt: "Receipt", sources: list[str]) -> None:
    """Say how many rows a number made of sources leaves out, and where they can be seen."""
    for tally in receipt.tallies:
        if tally.rejected:
            say(
                "note: {table}: rejected rows: {count} of {all}. See why: vernost check {sources}",
                table=tally.table,
                count=tally.rejected,
                all=tally.read,
                sources=shlex.join(sources),
                err=True,
            )


def load_into(
    url: str,
    sources: list[str],
    *,
    given: "Given",
    timezone: str,
    matches: Literal["shown", "returned"] = "shown",
) -> Loaded:
    """Load sources into a log, made when there is none."""
    from vernost.sources import read
    from vernost.store import open_store

    with progress("Reading") as show, read(sources, given=given, timezone=timezone, progress=show) as reading:
        if matches == "shown":
            show_matches(reading.matches)
        store = open_store(url, create=True)
        receipt = store.load(reading, loaded_at=now(), progress=show)
    for note in receipt.notes:
        say("note: {note}", note=note, err=True)
    return Loaded(url, reading.matches, receipt)


def show_matches(matches: "Iterable[TableMatch]") -> None:
    """Say, on a terminal, how the columns were understood."""
    if sys.stderr.isatty():
        for line in matched(matches):
            typer.echo(line, err=True)


def matched(matches: "Iterable[TableMatch]") -> Iterator[str]:
    """How the columns of each source were understood, a line for each table that it fills."""
    for match in matches:
        filled = ", ".join(f"{c.column} ← {c.expression}" for c in match.columns)
        yield f"{match.source} → {match.table}: {filled}"
