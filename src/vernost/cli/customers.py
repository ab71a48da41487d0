"""Customers who are one person: found, merged by hand, and parted again."""

import csv
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vernost.cli import options
from vernost.cli.help import Command, Group
from vernost.cli.outputs import writing
from vernost.cli.speech import say, spoken
from vernost.cli.tables import show
from vernost.formulas import plain
from vernost.messages import recognized, told

if TYPE_CHECKING:
    from vernost.store.doubles import Double

customers = typer.Typer(
    name="customers",
    cls=Group,
    help="Find customers who may be one person, merge them, and part them again.",
    add_completion=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

COLUMNS = ("first_id", "second_id", "sureness", "agree", "differ")

Log = Annotated[str, typer.Option("--log", metavar="URL", help="The log.")]


@customers.command(cls=Command)
def doubles(
    log: Log,
    country: Annotated[
        str | None,
        typer.Option(
            "--country", metavar="CODE", help="Whose telephone numbers are written without a code, such as RU."
        ),
    ] = None,
    top: Annotated[int, typer.Option("--top", metavar="N", help="Pairs shown.")] = 20,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write all pairs to this CSV file.")] = None,
    lang: options.Lang = options.SYSTEM_LANGUAGE,
) -> None:
    """List customers who share a telephone or a mailbox, however spelt: nobody is merged by that."""
    from vernost.store import open_log
    from vernost.store.doubles import find_doubles

    with open_log(log) as found:
        pairs = (_row(each) for each in find_doubles(found, country=country))
        if out:
            _write(pairs, out)
            return
        shown = list(islice(pairs, max(top, 0)))
        more = sum(1 for _ in pairs)
    show([row | {name: _words(row[name]) for name in COLUMNS[2:]} for row in shown], COLUMNS, language=lang.code)
    if more:
        say("Further pairs: {count}. All of them: --out FILE", count=more)


@customers.command(cls=Command)
def merge(
    surviving_id: Annotated[str, typer.Argument(metavar="CUSTOMER", help="The customer who stays.")],
    absorbed_ids: Annotated[list[str], typer.Argument(metavar="DOUBLES", help="Ids of the same person.")],
    log: Log,
    lang: options.Lang = options.SYSTEM_LANGUAGE,  # noqa: ARG001 - heard before the command is
) -> None:
    """Let customers be one from now on: whatever is known of DOUBLES belongs to CUSTOMER; vernost customers part ends it."""  # noqa: E501 - shown as it is
    from vernost.store.merges import merge_customers

    receipt = merge_customers(log, surviving_id, absorbed_ids, at=options.now())
    say(
        "Merged into {customer}: {absorbed}. This is load {load}.",
        customer=surviving_id,
        absorbed=", ".join(absorbed_ids),
        load=receipt.load_id,
    )


@customers.command(cls=Command)
def part(
    absorbed_ids: Annotated[list[str], typer.Argument(metavar="DOUBLES", help="Ids that were merged into another.")],
    log: Log,
    lang: options.Lang = options.SYSTEM_LANGUAGE,  # noqa: ARG001 - heard before the command is
) -> None:
    """Let merged customers be by themselves again, with all that came under their own ids, also since."""
    from vernost.store.merges import part_customers

    receipt = part_customers(log, absorbed_ids, at=options.now())
    say("Parted: {absorbed}. This is load {load}.", absorbed=", ".join(absorbed_ids), load=receipt.load_id)


def _row(found: "Double") -> dict[str, str]:
    agree, differ = ", ".join(found.agree), ", ".join(found.differ)
    return {
        "first_id": found.first_id,
        "second_id": found.second_id,
        "sureness": found.sureness or "",
        "agree": agree,
        "differ": differ,
    }


def _words(names: str) -> str:
    """Kinds of evidence, or how sure it is, in the language of the run."""
    return ", ".join(told(recognized(name, "doubles"), spoken()) for name in names.split(", "))


def _write(pairs: Iterable[dict[str, str]], path: Path) -> None:
    with writing("--out", path), path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows({name: plain(value) for name, value in row.items()} for row in pairs)
    typer.echo(str(path))
