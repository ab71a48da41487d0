"""Data quality, before any analysis."""

from typing import TYPE_CHECKING

import typer

from vernost.cli import options
from vernost.cli.load import show_balance
from vernost.cli.opening import opened
from vernost.cli.speech import say

if TYPE_CHECKING:
    from vernost.store import Receipt


def check(
    sources: options.Sources = None,
    log: options.LogUrl = None,
    maps: options.Maps = None,
    map_file: options.MapFile = None,
    timezone: options.Timezone = None,
    lang: options.Lang = options.SYSTEM_LANGUAGE,
) -> None:
    """Check the quality of data: what would be rejected, gaps, doubles, orphans, odd dates and amounts."""
    from vernost.report.quality import sentence
    from vernost.report.voice import Voice
    from vernost.store import check as find

    receipts: list[Receipt] = []
    with opened(sources, log, given=options.given(maps, map_file), timezone=timezone, receipts=receipts) as found:
        for receipt in receipts:
            show_balance(receipt, lang.code)
        findings = find(found)
    voice = Voice(lang.code)
    for finding in findings:
        typer.echo(f"{voice.say(f'severity.{finding.severity}')}: {sentence(finding, lang.code)}")
    if not findings:
        say("Nothing odd was found.")
