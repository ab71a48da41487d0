"""Service and delivery: how fast tickets are answered, how often a promise is broken."""

from vernost.report.chapters.figures import line, measured, over_time
from vernost.report.document import Chapter, Column, Figure, Finding, Table
from vernost.report.inquiry import Inquiry
from vernost.report.tables import as_kind
from vernost.report.voice import Voice


def service(inquiry: Inquiry, voice: Voice) -> Chapter:
    """The chapter."""
    late, unanswered = (measured(inquiry, voice, name) for name in ("late_delivery_rate", "unanswered_24h_rate"))
    drawn = (unanswered, reply(inquiry, voice), measured(inquiry, voice, "backlog"), late, delay(inquiry, voice))
    findings = [
        Finding(figure.text, figure.anchor, weight=weight)
        for figure, weight in ((unanswered, 44), (late, 46))
        if figure
    ]
    figures = tuple(figure for figure in drawn if figure)
    return Chapter("service", voice.say("chapter.service"), figures, tuple(findings))


def reply(inquiry: Inquiry, voice: Voice) -> Figure | None:
    """How soon tickets are answered and solved."""
    lines = [
        line(inquiry, voice, "first_reply_time", voice.say("line.reply")),
        line(inquiry, voice, "resolution_time", voice.say("line.resolution")),
    ]
    return over_time(inquiry, voice, "reply", lines, title=voice.say("figure.reply"))


def delay(inquiry: Inquiry, voice: Voice) -> Figure | None:
    """How many days late deliveries come."""
    answer = inquiry.ask("delivery_delay")
    rows = [row for row in answer.rows if row["value"] is not None] if answer else []
    if answer is None or not rows:
        return None
    columns = (Column(voice.say("column.quantile"), "share"), Column(voice.say("column.days"), as_kind(answer.unit)))
    table = Table(voice.say("figure.delay"), columns, tuple((row["quantile"], row["value"]) for row in rows))
    return Figure("delay", voice.say("figure.delay"), voice.meaning("delivery_delay"), table)
