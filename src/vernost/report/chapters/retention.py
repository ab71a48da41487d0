"""Who stays: retention and churn, the life cycle."""

from collections.abc import Sequence
from datetime import date

from vernost.report import charts, sentences
from vernost.report.chapters.cohorts import cohorts
from vernost.report.chapters.figures import changed, changes, interval_note, line, over_time
from vernost.report.document import Chapter, Figure, Finding, Part
from vernost.report.inquiry import LEAST_CUSTOMERS, Inquiry, Row
from vernost.report.tables import over_periods
from vernost.report.voice import Voice


def retention(inquiry: Inquiry, voice: Voice) -> Chapter:
    """The chapter."""
    found = [part for part in (kept(inquiry, voice), cohorts(inquiry, voice), lifecycle(inquiry, voice)) if part]
    return Chapter(
        anchor="who-stays",
        title=voice.say("chapter.retention"),
        figures=tuple(figure for figure, _ in found),
        findings=tuple(finding for _, findings in found for finding in findings),
    )


def kept(inquiry: Inquiry, voice: Voice) -> Part | None:
    """Retention and churn over the periods."""
    answer = inquiry.ask("retention_rate", by=inquiry.by)
    rows = inquiry.course("retention_rate")
    row = inquiry.current(rows)
    if answer is None or row is None:
        return None
    words = [_kept_sentence(inquiry, voice, row, answer.finding.base or "orders")]
    words += changes(inquiry, voice, rows, "share")
    text = " ".join(words)
    figure = over_time(
        inquiry,
        voice,
        "retention",
        [line(inquiry, voice, "retention_rate"), line(inquiry, voice, "churn_rate")],
        title=voice.say("figure.retention"),
        text=text,
        notes=[interval_note(voice, answer)],
    )
    change = changed(inquiry, rows, "share", inquiry.before)
    if row["denominator"] < LEAST_CUSTOMERS:
        return (figure, []) if figure else None
    finding = Finding(text, "retention", weight=100, sure=change.sure if change else None)
    return (figure, [finding]) if figure else None


def _kept_sentence(inquiry: Inquiry, voice: Voice, row: Row, base: str) -> str:
    return sentences.kept(voice, row, base, before=_when(inquiry, voice, inquiry.before), now=_when(inquiry, voice))


def _when(inquiry: Inquiry, voice: Voice, period: date | None = None) -> str:
    return voice.formats.period(period or inquiry.period, inquiry.by, "when")


# -- life cycle -------------------------------------------------------------------------------------------------------


def lifecycle(inquiry: Inquiry, voice: Voice) -> Part | None:
    """Customers of each period by state."""
    answer = inquiry.ask("lifecycle", by=inquiry.by)
    row = next((row for row in answer.rows if row["period"] == inquiry.period), None) if answer else None
    if answer is None or row is None:
        return None
    now, before = _when(inquiry, voice), _when(inquiry, voice, inquiry.before)
    notes = [voice.say("note.running_bar")] if any(not row["complete"] for row in answer.rows) else []
    columns = [(voice.say(f"state.{state}"), state, "count") for state, _ in charts.STATES]
    columns.append((voice.say("column.quick_ratio"), "quick_ratio", "ratio"))
    figure = Figure(
        anchor="lifecycle",
        title=voice.say("figure.lifecycle"),
        text=sentences.lifecycle(voice, row, now),
        spec=charts.lifecycle(voice, _leading(inquiry, answer.rows), inquiry.by) if len(answer.rows) > 1 else None,
        table=over_periods(voice, voice.say("figure.lifecycle"), answer.rows, inquiry.by, columns),
        notes=tuple(notes),
    )
    if row["dormant"] < LEAST_CUSTOMERS:
        return figure, []
    base = answer.finding.base or "orders"
    each = _each(inquiry, base)
    text = sentences.lost(voice, row["dormant"], base, before=before, now=now, each=each)
    return figure, [Finding(text, "lifecycle", weight=90)]


def _leading(inquiry: Inquiry, rows: Sequence[Row]) -> list[Row]:
    """Rows with where each of their states leads."""
    return [
        row
        | {
            "hrefs": {
                state: inquiry.href("lifecycle", row | {"state": state}, by=inquiry.by) for state, _ in charts.STATES
            }
        }
        for row in rows
    ]


def _each(inquiry: Inquiry, base: str) -> float | None:
    """What a customer brought in the period before, on average."""
    if base != "orders":
        return None
    row = inquiry.at(inquiry.course("revenue_per_customer"), inquiry.before)
    return row["value"] if row else None
