"""Subscriptions: recurring revenue, what of it is lost and what is kept."""

from vernost.report import sentences
from vernost.report.chapters.figures import changes, interval_note, line, over_time, part
from vernost.report.document import Chapter, Figure, Finding
from vernost.report.inquiry import Inquiry
from vernost.report.voice import Voice


def contracts(inquiry: Inquiry, voice: Voice) -> Chapter:
    """The chapter."""
    mrr = over_time(
        inquiry,
        voice,
        "mrr",
        [line(inquiry, voice, "mrr")],
        notes=[interval_note(voice, inquiry.ask("mrr", by=inquiry.by))],
    )
    churn = line(inquiry, voice, "revenue_churn", voice.say("line.gross"))
    lost = over_time(
        inquiry,
        voice,
        "revenue_churn",
        [churn, part(churn, voice.say("line.net"), "net") if churn else None],
        title=voice.say("figure.revenue_churn"),
        text=_text(inquiry, voice, "revenue_churn"),
        notes=[interval_note(voice, inquiry.ask("revenue_churn", by=inquiry.by))],
    )
    kept, findings = _kept(inquiry, voice)
    figures = tuple(figure for figure in (mrr, lost, kept) if figure)
    return Chapter("subscriptions", voice.say("chapter.contracts"), figures, tuple(findings))


def _text(inquiry: Inquiry, voice: Voice, name: str) -> str:
    answer = inquiry.ask(name, by=inquiry.by)
    row = inquiry.current(answer.rows) if answer else None
    if answer is None or row is None:
        return ""
    when = voice.formats.period(inquiry.period, inquiry.by, "when")
    words = [sentences.measured(voice, voice.name(name), row, answer.unit, when)]
    return " ".join(words + changes(inquiry, voice, answer.rows, answer.unit))


def _kept(inquiry: Inquiry, voice: Voice) -> tuple[Figure | None, list[Finding]]:
    net, gross = (inquiry.current(inquiry.course(name)) for name in ("nrr", "grr"))
    if net is None or gross is None:
        return None, []
    text = voice.say(
        "contract.sentence",
        hundred=voice.formats.money(100),
        nrr=voice.formats.money(100 * net["value"]),
        when=voice.formats.period(inquiry.period, inquiry.by),
        gross=voice.formats.share(1 - gross["value"]),
    )
    figure = over_time(
        inquiry,
        voice,
        "kept_revenue",
        [line(inquiry, voice, "nrr"), line(inquiry, voice, "grr")],
        title=voice.say("figure.kept_revenue"),
        text=text,
        notes=[interval_note(voice, inquiry.ask("nrr", by=inquiry.by))],
    )
    return figure, [Finding(text, "kept_revenue", weight=88)] if figure else []
