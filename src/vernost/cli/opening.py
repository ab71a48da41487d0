"""Sources or a log become an open log; what happens on the way is shown to people, never to pipes."""

import shlex
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

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
    receipts: "list[Receipt] | None" = None,
) -> "Iterator[Log]":
    """The log asked for, or one made of sources for the time of the command.

    Args:
        sources: files, folders, patterns or URLs of databases.
        log: URL of a log; either this or sources.
        given: mappings of the sources' columns.
        timezone: the company's clock.
        at_load: state of the log after that load.
        receipts: where the receipt of a temporary load is put.
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
        receipt = load_into(url, sources or [], given=given, timezone=timezone or "UTC")
        if receipts is None:
            _warn_of_rejected(receipt, sources or [])
        else:
            receipts.append(receipt)
        with open_log(url) as found:
            yield found


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


def load_into(url: str, sources: list[str], *, given: "Given", timezone: str) -> "Receipt":
    """Load sources into a log, made when there is none."""
    from vernost.sources import read
    from vernost.store import open_store

    with progress("Reading") as show, read(sources, given=given, timezone=timezone, progress=show) as reading:
        show_matches(reading.matches)
        store = open_store(url, create=True)
        receipt = store.load(reading, loaded_at=now(), progress=show)
    for note in receipt.notes:
        say("note: {note}", note=note, err=True)
    return receipt


def show_matches(matches: "Iterable[TableMatch]") -> None:
    """Say, on a terminal, how the columns were understood."""
    if not sys.stderr.isatty():
        return
    for match in matches:
        filled = ", ".join(f"{c.column} ← {c.expression}" for c in match.columns)
        typer.echo(f"{match.source} → {match.table}: {filled}", err=True)
