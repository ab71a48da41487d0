"""The closing chapters: quality of the data, what further data would unlock, what each number means."""

import re
from collections.abc import Collection

from vernost.glossary import terms
from vernost.measure.notes import Note
from vernost.messages import told
from vernost.report.document import Chapter, Column, Figure, Table
from vernost.report.inquiry import Inquiry
from vernost.report.prospects import prospects_of, refusal_of
from vernost.report.quality import sentence
from vernost.report.segments import attributes_of
from vernost.report.voice import Voice
from vernost.schema import TABLES

_CUTS = ("customers.city", "customers.acquisition_channel", "orders.channel")
_NAME = re.compile(r"[a-z_]+(?:\.[a-z_]+)?")


def quality(inquiry: Inquiry, voice: Voice) -> Chapter:
    """What the checks of the data found, and which orders the numbers leave out."""
    from vernost.store.quality import check

    findings = check(inquiry.log)
    notes = {
        note.sentence(voice.language): None for name in ("orders", "nps", "rating") for note in _notes(inquiry, name)
    }
    rows = tuple(
        (voice.say(f"severity.{finding.severity}"), sentence(finding, voice.language), finding.count)
        for finding in sorted(findings, key=lambda finding: ("error", "warning", "info").index(finding.severity))
    )
    columns = (
        Column(voice.say("column.severity")),
        Column(voice.say("column.finding")),
        Column(voice.say("column.count"), "count"),
    )
    figure = Figure(
        anchor="quality",
        title=voice.say("figure.quality"),
        text="" if rows else voice.say("quality.none"),
        table=Table(voice.say("figure.quality"), columns, rows),
        notes=(*notes, *_no_forecast(inquiry, voice)),
    )
    return Chapter("data-quality", voice.say("chapter.quality"), (figure,))


def _no_forecast(inquiry: Inquiry, voice: Voice) -> list[str]:
    """Why the report says nothing of the future, or not who is leaving."""
    refusal, prospects = refusal_of(inquiry), prospects_of(inquiry)
    if refusal:
        return [voice.say("quality.no_forecast", why=refusal.told(voice.language))]
    return [voice.say("quality.no_risk")] if prospects and not prospects.tells_apart else []


def _notes(inquiry: Inquiry, name: str) -> Collection[Note]:
    answer = inquiry.ask(name, by=inquiry.by)
    return answer.finding.notes if answer else ()


def unlock(inquiry: Inquiry, voice: Voice) -> Chapter:
    """Tables and columns that are not there, and the measures that wait for them."""
    waiting: dict[str, list[str]] = {}
    for name, needs in inquiry.missing.items():
        waiting.setdefault(needed(voice, needs), []).append(voice.name(name))
    if not attributes_of(inquiry):
        waiting[voice.formats.listed(_CUTS, "or")] = [voice.say("label.unlock_cuts")]
    items = tuple((needs, ", ".join(names)) for needs, names in waiting.items())
    return Chapter("unlock", voice.say("chapter.unlock"), items=items, lead=voice.say("label.unlock_lead"))


def needed(voice: Voice, needs: str) -> str:
    """Tables and columns named in what a measure needs, joined in the report's language.

    >>> needed(Voice("ru"), "the table orders, subscriptions or events")
    'orders, subscriptions или events'
    """
    names = [word for word in _NAME.findall(needs) if word.partition(".")[0] in TABLES]
    return voice.formats.listed(list(dict.fromkeys(names)), "or") if names else told(needs, voice.language)


def glossary(inquiry: Inquiry, voice: Voice) -> Chapter:
    """The meaning of each number that the report shows."""
    asked = inquiry.asked
    items = tuple((voice.name(name), voice.meaning(name)) for name in terms() if name in asked)
    return Chapter("glossary", voice.say("chapter.glossary"), items=items)
