"""Data quality, before any analysis."""

import typer

from vernost.cli import options
from vernost.cli.load import show_balance
from vernost.cli.opening import Loaded, matched, opened
from vernost.cli.speech import say, spoken
from vernost.cli.tables import show

MOST_REJECTED = 20
"""Rejected rows that are shown."""


def check(
    sources: options.Sources = None,
    log: options.LogUrl = None,
    maps: options.Maps = None,
    map_file: options.MapFile = None,
    timezone: options.Timezone = None,
    lang: options.Lang = options.SYSTEM_LANGUAGE,
) -> None:
    """Check the quality of data: how columns are read, what is rejected, gaps, doubles, orphans, odd dates, amounts."""
    from vernost.report.quality import sentence
    from vernost.report.voice import Voice
    from vernost.store import check as find

    loaded: list[Loaded] = []
    with opened(sources, log, given=options.given(maps, map_file), timezone=timezone, loaded=loaded) as found:
        for each in loaded:
            show_loaded(each)
        findings = find(found)
    voice = Voice(lang.code)
    for finding in findings:
        typer.echo(f"{voice.say(f'severity.{finding.severity}')}: {sentence(finding, lang.code)}")
    if not findings:
        say("Nothing odd was found.")


def show_loaded(loaded: Loaded) -> None:
    """Print how sources were understood, their balance, and why rows were rejected."""
    for line in matched(loaded.matches):
        typer.echo(line)
    show_balance(loaded.receipt, spoken())
    if any(tally.rejected for tally in loaded.receipt.tallies):
        show_rejected(loaded.url)


def show_rejected(url: str) -> None:
    """Print the first rejected rows of a log, each with its place and its reason."""
    from vernost.store import open_store
    from vernost.store.rejected import explained

    rejected = open_store(url).rejected()
    rows = explained(rejected.slice(0, MOST_REJECTED), spoken()).to_pylist()
    show(rows, ("table_name", "source", "line", "reason"), language=spoken())
    if rejected.num_rows > MOST_REJECTED:
        say(
            "Rejected rows: {count}; the first {shown} are shown. "
            "All of them: vernost load SOURCES --log URL, then vernost rejected --log URL --out FILE",
            count=rejected.num_rows,
            shown=MOST_REJECTED,
        )
