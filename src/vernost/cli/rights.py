"""The rights of a person: everything that a log holds of them told, or taken away for good."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vernost.cli import options
from vernost.cli.customers import Log
from vernost.cli.load import without_password
from vernost.cli.outputs import writing
from vernost.cli.speech import say
from vernost.cli.tables import show
from vernost.errors import InvalidValue

if TYPE_CHECKING:
    from vernost.store.log import Log as CustomerLog

Ids = Annotated[list[str], typer.Argument(metavar="CUSTOMERS", help="Ids of the person.")]


def tell(
    ids: Ids,
    log: Log,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write it as JSON to this file, not to the screen.")
    ] = None,
    lang: options.Lang = options.SYSTEM_LANGUAGE,  # noqa: ARG001 - heard before the command is
) -> None:
    """Tell everything that the log holds of a person, from every table, as JSON."""
    from vernost.store import open_log, told

    with open_log(log) as found:
        text = json.dumps(told(found, _all_ids(found, ids)), ensure_ascii=False, indent=2)
    if out is None:
        typer.echo(text)
        return
    with writing("--out", out):
        out.write_text(text, encoding="utf-8")
    typer.echo(str(out))


def erase(
    ids: Ids,
    log: Log,
    confirm: Annotated[
        str, typer.Option("--confirm", metavar="ID", help="The first of the ids once more, for there is no way back.")
    ] = "",
    lang: options.Lang = options.SYSTEM_LANGUAGE,
) -> None:
    """Take from all rows of a person whose they are, for good; counts, times and money of the past stay."""
    from vernost.store import open_log, open_store

    if confirm != ids[0]:
        raise InvalidValue(
            "This cannot be undone, and neither can loads before it any more. Say so: --confirm {first}", first=ids[0]
        )
    with open_log(log) as found:
        everything = _all_ids(found, ids)
    receipt = open_store(log).erase(everything, at=options.now())
    rows = [{"table": tally.table, "count": tally.read} for tally in receipt.tallies]
    show(rows, ("table", "count"), language=lang.code)
    say(
        "Erased. Loads before {load} can no longer be undone or looked at in {url}.",
        load=receipt.load_id,
        url=without_password(log),
    )


def _all_ids(log: "CustomerLog", ids: list[str]) -> list[str]:
    """The ids, and all that were merged with them."""
    return list(dict.fromkeys(each for one in ids for each in log.belonging.ids_of(one)))


COMMANDS = (tell, erase)
"""Commands of the group of customers."""
