"""Service and delivery: how fast tickets are answered, how often a promise is broken."""

from vernost.report.chapters.figures import interval_note, line, over_time
from vernost.report.document import Chapter, Column, Figure, Finding, Table
from vernost.report.inquiry import Inquiry
from vernost.report.tables import as_kind
from vernost.report.voice import Voice


def service(inquiry: Inquiry, voice: Voice) -> Chapter:
    """The chapter."""
    late, unanswered = (_rate(inquiry, voice, name) for name in ("late_delivery_rate", "unanswered_24h_rate"))
    times = over_time(
        inquiry,
        voice,
        "reply",
        [
            line(inquiry, voice, "first_reply_time", voice.say("line.reply")),
            line(inquiry, voice, "resolution_time", voice.say("line.resolution")),
        ],
        title=voice.say("figure.reply"),
    )
    drawn = (unanswered, times, _rate(inquiry, voice, "backlog"), late, _delay(inquiry, voice))
    findings = [
        Finding(figure.text, figure.anchor, weight=weight)
        for figure, weight in ((unanswered, 44), (late, 46))
        if figure
    ]
    figures = tuple(figure for figure in drawn if figure)
    return Chapter("service", voice.say("chapter.service"), figures, tuple(findings))


def _rate(inquiry: Inquiry, voice: Voice, name: str) -> Figure | None:
    note = interval_note(voice, inquiry.ask(name, by=inquiry.by))
    return over_time(inquiry, voice, name, [line(inquiry, voice, name)], notes=[note] if note else [])


def _delay(inquiry: Inquiry, voice: Voice) -> Figure | None:
    answer = inquiry.ask("delivery_delay")
    rows = [row for row in answer.rows if row["value"] is not None] if answer else []
    if answer is None or not rows:
        return None
    columns = (Column(voice.say("column.quantile"), "share"), Column(voice.say("column.days"), as_kind(answer.unit)))
    table = Table(voice.say("figure.delay"), columns, tuple((row["quantile"], row["value"]) for row in rows))
    return Figure("delay", voice.say("figure.delay"), voice.meaning("delivery_delay"), table)
