"""What customers say: loyalty, satisfaction and effort scores, reviews."""

from vernost.report.chapters.figures import changed, line, measured, over_time
from vernost.report.document import Chapter, Figure, Finding
from vernost.report.inquiry import Inquiry
from vernost.report.voice import Voice


def opinions(inquiry: Inquiry, voice: Voice) -> Chapter:
    """The chapter."""
    drawn = (
        measured(inquiry, voice, "nps"),
        _several(inquiry, voice, "satisfaction", {"csat": None, "ces": None}),
        measured(inquiry, voice, "rating"),
        _several(
            inquiry,
            voice,
            "reviews_share",
            {"negative_review_rate": voice.say("line.negative"), "answered_review_rate": voice.say("line.answered")},
        ),
    )
    figures = tuple(figure for figure in drawn if figure)
    return Chapter("opinions", voice.say("chapter.opinions"), figures, tuple(_findings(inquiry, figures)))


def _several(inquiry: Inquiry, voice: Voice, anchor: str, names: dict[str, str | None]) -> Figure | None:
    lines = [line(inquiry, voice, name, title) for name, title in names.items()]
    return over_time(
        inquiry, voice, anchor, lines, title=voice.say(f"figure.{anchor}"), notes=[voice.say("note.wilson")]
    )


def _findings(inquiry: Inquiry, figures: tuple[Figure, ...]) -> list[Finding]:
    """What a score says of its own, where its change is more than noise; else where it stands."""
    findings = []
    for figure in figures:
        answer = inquiry.ask(figure.anchor, by=inquiry.by) if figure.anchor in ("nps", "rating") else None
        if answer is None:
            continue
        change = changed(inquiry, answer.rows, answer.unit, inquiry.before)
        is_news = change is not None and change.sure not in ("noise", None)
        findings.append(
            Finding(figure.text, figure.anchor, weight=78 if is_news else 38, sure=change.sure if change else None)
        )
    return findings
