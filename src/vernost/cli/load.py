"""Loading: what came, what became of it, and taking it back."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vernost.cli import options
from vernost.cli.opening import load_into
from vernost.cli.outputs import writing
from vernost.cli.speech import say, saying
from vernost.cli.tables import show
from vernost.errors import InvalidValue

if TYPE_CHECKING:
    from vernost.store import Receipt

COUNTS = ("read", "accepted", "unchanged", "replaced", "rejected")


def load(
    log: Annotated[str, typer.Option("--log", metavar="URL", help="Where the log is, or is to be made.")],
    sources: options.Sources = None,
    maps: options.Maps = None,
    map_file: options.MapFile = None,
    timezone: options.Timezone = None,
    lang: options.Lang = options.SYSTEM_LANGUAGE,
) -> None:
    """Load SOURCES into a log and print the balance: read = accepted + unchanged + replaced + rejected."""
    if not sources:
        raise InvalidValue("There is nothing to load. Name SOURCES: vernost load orders.csv --log ./log.")
    given = options.given(maps, map_file)
    loaded = load_into(log, sources, given=given, timezone=timezone or known_timezone(log))
    show_receipt(loaded.receipt, without_password(log), lang.code)


def without_password(url: str) -> str:
    """The URL of a log as it may be shown."""
    from vernost.store.connection import place

    if place(url).kind != "postgres":
        return url
    from vernost.store.postgres_address import Address

    return Address(url).shown


def known_timezone(url: str) -> str:
    """The clock that a log remembers, or UTC for a new one."""
    from vernost.errors import UnusableLog
    from vernost.store import open_log

    try:
        with open_log(url) as log:
            return log.timezone
    except UnusableLog:
        return "UTC"


def show_balance(receipt: "Receipt", language: str) -> None:
    """Print what became of the rows of a load, by table."""
    rows = [{"table": tally.table} | {name: getattr(tally, name) for name in COUNTS} for tally in receipt.tallies]
    show(rows, ("table", *COUNTS), language=language)


def show_receipt(receipt: "Receipt", url: str, language: str) -> None:
    """Print the balance of a load, where it is, and how its rejected rows can be seen."""
    show_balance(receipt, language)
    rejected = sum(tally.rejected for tally in receipt.tallies)
    say("Load {load} is in {url}; each row is accounted for.", load=receipt.load_id, url=url)
    if rejected:
        say("Rejected rows: {count}. See why: vernost rejected --log {url}", count=rejected, url=shlex.quote(url))


def loads(
    log: Annotated[str, typer.Option("--log", metavar="URL", help="The log.")],
    lang: options.Lang = options.SYSTEM_LANGUAGE,
) -> None:
    """List the loads of a log."""
    from vernost.store import open_store

    rows = [
        {
            "load": record.load_id,
            "loaded_at": record.loaded_at.replace(microsecond=0),
            "kind": saying("undo {load}", load=record.undoes) if record.undoes else saying("load"),
            "sources": ", ".join(record.sources),
        }
        | {name: sum(getattr(tally, name) for tally in record.tallies) for name in COUNTS}
        for record in open_store(log).loads()
    ]
    show(rows, ("load", "loaded_at", "kind", "sources", *COUNTS), language=lang.code)


def undo(
    load_id: Annotated[int, typer.Argument(metavar="LOAD", help="Number of the load (see vernost loads).")],
    log: Annotated[str, typer.Option("--log", metavar="URL", help="The log.")],
    lang: options.Lang = options.SYSTEM_LANGUAGE,
) -> None:
    """Take a load back, as if it had never been; the newest version of each of its rows that stands comes back."""
    from vernost.store import open_store

    receipt = open_store(log).undo(load_id, at=options.now())
    rows = [
        {"table": t.table, "restored": t.replaced + t.accepted, "removed": t.removed, "kept": t.unchanged}
        for t in receipt.tallies
    ]
    show(rows, ("table", "restored", "removed", "kept"), language=lang.code)
    for note in receipt.notes:
        say("note: {note}", note=note, err=True)


def rejected(
    log: Annotated[str, typer.Option("--log", metavar="URL", help="The log.")],
    load_id: Annotated[int, typer.Option("--load", metavar="N", help="Only those of load N; 0 for all.")] = 0,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write them as CSV to this file.")] = None,
    lang: options.Lang = options.SYSTEM_LANGUAGE,
) -> None:
    """List rejected rows with their place, their reason and their raw content."""
    from vernost.store import open_store
    from vernost.store.rejected import explained

    table = explained(open_store(log).rejected(load_id or None), lang.code)
    if out:
        from pyarrow import csv

        from vernost.formulas import plain_columns

        with writing("--out", out):
            csv.write_csv(plain_columns(table), out)
        typer.echo(str(out))
        return
    show(table.to_pylist(), tuple(table.column_names), language=lang.code)
