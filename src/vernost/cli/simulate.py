"""A company to practise on: made-up facts, and the truth behind them."""

import os
from pathlib import Path
from typing import Annotated

import typer

from vernost.cli import options
from vernost.cli.opening import progress

PROCESSES = 2
"""Processors used at most: more would take memory, and the bytes are the same."""


def simulate(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="A new or empty folder.")],
    preset: Annotated[
        str,
        typer.Option(
            "--preset",
            metavar="NAME",
            help="shop, subscription, saas, telecom, restaurant, or a TOML file of your own.",
        ),
    ] = "shop",
    customers: Annotated[int, typer.Option("--customers", metavar="N", help="How many customers.")] = 20_000,
    months: Annotated[int, typer.Option("--months", metavar="N", help="How many months.")] = 24,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="The same seed gives the same bytes.")] = 1,
    lang: Annotated[
        options.Language, typer.Option("--lang", help="Language of names and texts.")
    ] = options.Language.en,
    end: Annotated[
        str | None, typer.Option("--end", metavar="DATE", help="The last day; 2025-12-31 when it is not named.")
    ] = None,
) -> None:
    """Make up a company: all tables of the log in OUT, and the truth behind them in OUT/truth."""
    from vernost.sources.synthetic import LAST_DAY, Setting, load_preset
    from vernost.sources.synthetic import simulate as write

    last_day = options.day(end, "--end") or LAST_DAY
    setting = Setting(
        load_preset(preset), customers=customers, months=months, seed=seed, language=lang.code, last_day=last_day
    )
    with progress("Simulating") as show:
        made = write(setting, out, processes=min(PROCESSES, os.cpu_count() or 1), progress=show)
    for table, count in made.rows.items():
        typer.echo(f"{table}: {count}")
    typer.echo(f"{made.folder} (the truth, which no analysis may read: {made.truth})")
