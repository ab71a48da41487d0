"""A company to practise on: made-up facts, and the truth behind them."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from vernost.cli import options
from vernost.cli.opening import progress, show_matches
from vernost.cli.speech import say, spoken
from vernost.cli.tables import show
from vernost.errors import InvalidValue
from vernost.messages import Message

if TYPE_CHECKING:
    from vernost.sources.synthetic import Preset, Setting, Simulated
    from vernost.sources.synthetic.fitting import Likeness
    from vernost.sources.synthetic.likeness import Agreement

PROCESSES = 2
"""Processors used at most: more would take memory, and the bytes are the same."""


CUSTOMERS, MONTHS = 20_000, 24


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
    like: Annotated[
        Optional[list[str]],  # noqa: UP045 - typer reads it at run time
        typer.Option(
            "--like",
            metavar="SOURCE",
            help="Be like these orders in rates, leaving, money, season and channels; the preset gives the rest.",
        ),
    ] = None,
    maps: options.Maps = None,
    map_file: options.MapFile = None,
    timezone: options.Timezone = None,
    customers: Annotated[
        int | None,
        typer.Option("--customers", metavar="N", help="How many customers; 20000, or those of SOURCE."),
    ] = None,
    months: Annotated[
        int | None, typer.Option("--months", metavar="N", help="How many months; 24, or those of SOURCE.")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="The same seed gives the same bytes.")] = 1,
    lang: Annotated[
        options.Language, typer.Option("--lang", help="Language of names and texts.")
    ] = options.Language.en,
    end: Annotated[
        str | None,
        typer.Option("--end", metavar="DATE", help="The last day; 2025-12-31, or that of SOURCE."),
    ] = None,
) -> None:
    """Make up a company: all tables of the log in OUT, and the truth behind them in OUT/truth."""
    from dataclasses import replace

    from vernost.sources.synthetic import LAST_DAY, Setting, load_preset

    template = load_preset(preset)
    if not like:
        if maps or map_file or timezone:
            raise InvalidValue("--map, --map-file and --timezone say how SOURCES are read. Name some with --like.")
        last_day = options.day(end, "--end") or LAST_DAY
        size, span = CUSTOMERS if customers is None else customers, MONTHS if months is None else months
        _write(Setting(template, customers=size, months=span, seed=seed, language=lang.code, last_day=last_day), out)
        return
    if months is not None or end is not None:
        raise InvalidValue("With --like the months and the last day are those of SOURCE. Leave out --months and --end.")
    likeness = _fitted(like, template, maps, map_file, timezone or "UTC", seed, lang)
    setting = likeness.setting if customers is None else replace(likeness.setting, customers=customers)
    made = _write(setting, out)
    _show_likeness(likeness, setting, made, customers)


def _write(setting: "Setting", out: Path) -> "Simulated":
    """Write a company and say what was written."""
    from vernost.sources.synthetic import simulate as write

    with progress("Simulating") as hear:
        made = write(setting, out, processes=min(PROCESSES, os.cpu_count() or 1), progress=hear)
    for table, count in made.rows.items():
        typer.echo(f"{table}: {count}")
    say("{folder} (the truth, which no analysis may read: {truth})", folder=made.folder, truth=made.truth)
    if setting.timezone != "UTC":
        say("The company's clock is {zone}: read it with --timezone {zone}.", zone=setting.timezone)
    return made


def _fitted(
    sources: list[str],
    template: "Preset",
    maps: list[str] | None,
    map_file: Path | None,
    timezone: str,
    seed: int,
    lang: options.Language,
) -> "Likeness":
    """What SOURCES tell of a company."""
    from vernost.sources import read
    from vernost.sources.synthetic.fitting import fit

    given = options.given(maps, map_file)
    with progress("Fitting") as hear, read(sources, given=given, timezone=timezone, progress=hear) as reading:
        show_matches(reading.matches)
        for note in reading.notes:
            say("note: {note}", note=note, err=True)
        if "subscriptions" in reading.tables:
            say("note: {note}", note=Message("Subscriptions are not learned, only orders are."), err=True)
        return fit(reading, template, language=lang.code, seed=seed, progress=hear)


def _show_likeness(likeness: "Likeness", setting: "Setting", made: "Simulated", customers: int | None) -> None:
    """Print each figure of the log beside that of the company, with the error that is allowed."""
    from vernost.sources.synthetic.labels import label
    from vernost.sources.synthetic.likeness import agreements, portrait_of_company, worst

    found = agreements(likeness.portrait, portrait_of_company(made.folder, setting), buyers=customers)
    rows = [
        {
            "likeness": label("figures", each.figure, spoken()) + _part(each, spoken()),
            "in_log": _digits(each.log),
            "made_up": _digits(each.made),
            "allowed": _digits(each.allowed),
            "is_within": each.is_within,
        }
        for each in worst(found)
    ]
    show(rows, ("likeness", "in_log", "made_up", "allowed", "is_within"), language=spoken())


def _part(each: "Agreement", language: str) -> str:
    """Of which weekday, month, hour or channel a figure is."""
    from babel.dates import get_day_names

    if not each.of:
        return ""
    return f" ({get_day_names(locale=language)[int(each.of)] if each.figure == 'weekday' else each.of})"


def _digits(value: float) -> str:
    """Three digits that count, and no more of a large number than its whole part."""
    return f"{value:.0f}" if abs(value) >= 1000 else f"{value:.3g}"
