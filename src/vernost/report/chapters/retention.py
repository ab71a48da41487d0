"""Who stays: retention and churn, cohorts, the life cycle."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from vernost.report import charts, maps, sentences
from vernost.report.chapters.figures import changed, changes, interval_note, line, over_time
from vernost.report.comparison import Change, compare
from vernost.report.document import Chapter, Column, Figure, Finding, Table
from vernost.report.inquiry import LEAST_CUSTOMERS, Inquiry, Row
from vernost.report.tables import over_periods
from vernost.report.voice import Voice

MOST_COHORTS, MOST_AGES = 24, 24
"""Cohorts and ages drawn; more cannot be read."""

_YOUNG, _RECENT = 3, 12
_CELL_WIDTH, _LABEL_WIDTH = 38, 150


def retention(inquiry: Inquiry, voice: Voice) -> Chapter:
    """The chapter."""
    found = [part for part in (_kept(inquiry, voice), _cohorts(inquiry, voice), _lifecycle(inquiry, voice)) if part]
    return Chapter(
        anchor="who-stays",
        title=voice.say("chapter.retention"),
        figures=tuple(figure for figure, _ in found),
        findings=tuple(finding for _, findings in found for finding in findings),
    )


Part = tuple[Figure, list[Finding]]


def _kept(inquiry: Inquiry, voice: Voice) -> Part | None:
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


# -- cohorts ----------------------------------------------------------------------------------------------------------


def _cohorts(inquiry: Inquiry, voice: Voice) -> Part | None:
    answer = inquiry.ask("cohort_retention", by=inquiry.by)
    rows = [row for row in answer.rows if row["value"] is not None] if answer else []
    means = {
        mean["age"]: mean["weighted"]
        for mean in (answer.summary["mean"] if answer else ())
        if mean["weighted"] is not None
    }
    if answer is None or 1 not in means:
        return None
    cohorts = sorted({row["cohort"] for row in rows})
    drawn = cohorts[-MOST_COHORTS:]
    cells = [row for row in rows if row["cohort"] in set(drawn) and 1 <= row["age"] <= MOST_AGES]
    notes = [voice.say("note.cohort_size"), voice.say("note.blank_cells")]
    if any(not row["complete"] for row in cells):
        notes.append(voice.say("note.open_cells"))
    deepest = max(row["age"] for row in rows)
    if len(drawn) < len(cohorts) or deepest > MOST_AGES:
        notes.append(voice.say("note.drawn_cohorts", drawn=len(drawn), all=len(cohorts), ages=min(MOST_AGES, deepest)))
    change = _newer(rows)
    text = sentences.cohorts(voice, {age: mean for age, mean in means.items() if age <= MOST_AGES})
    findings = []
    if change:
        sentence = sentences.newer_cohorts(voice, change, **_spans(inquiry, voice, change))
        text = f"{text} {sentence}"
        findings.append(Finding(sentence, "cohorts", weight=75 if change.sure != "noise" else 30, sure=change.sure))
    figure = Figure(
        anchor="cohorts",
        title=voice.say("figure.cohorts"),
        text=text,
        spec=_heat_map(inquiry, voice, cells, drawn) if len(drawn) > 1 else None,
        table=_cohort_table(inquiry, voice, answer.rows),
        notes=tuple(notes),
        min_width=_LABEL_WIDTH + _CELL_WIDTH * min(deepest, MOST_AGES),
    )
    return figure, findings


def _heat_map(inquiry: Inquiry, voice: Voice, rows: Sequence[Row], cohorts: Sequence[date]) -> charts.Spec:
    formats, by = voice.formats, inquiry.by
    sizes = {row["cohort"]: row["cohort_size"] for row in rows}
    names = {day: f"{formats.short_period(day, by)} · {formats.number(sizes.get(day, 0))}" for day in cohorts}
    cells = [
        maps.Cell(
            row=names[row["cohort"]],
            column=str(row["age"]),
            value=row["value"],
            text=formats.number(100 * row["value"]),
            details={
                voice.say("axis.cohort"): formats.period(row["cohort"], by),
                voice.say("axis.since_first"): str(row["age"]),
                voice.say("axis.share"): formats.share(row["value"]) + sentences.interval(voice, row, "share"),
                voice.say(
                    "axis.customers"
                ): f"{formats.number(row['customers'])} / {formats.number(row['cohort_size'])}",
            },
            is_open=not row["complete"],
            weight=row["cohort_size"],
        )
        for row in rows
    ]
    ages = sorted({row["age"] for row in rows})
    shown = [names[day] for day in cohorts if any(row["cohort"] == day for row in rows)]
    return maps.heat_map(cells, rows=shown, columns=[str(age) for age in ages], x_title=voice.say("axis.since_first"))


def _cohort_table(inquiry: Inquiry, voice: Voice, rows: Sequence[Row]) -> Table:
    ages = sorted({row["age"] for row in rows if row["value"] is not None})
    values = {(row["cohort"], row["age"]): row["value"] for row in rows}
    sizes = {row["cohort"]: row["cohort_size"] for row in rows}
    return Table(
        name=voice.say("figure.cohorts"),
        columns=(
            Column(voice.say("axis.cohort"), inquiry.by),  # type: ignore[arg-type]  # a length of period is a kind
            Column(voice.say("column.size"), "count"),
            *(Column(str(age), "share") for age in ages),
        ),
        rows=tuple((day, sizes[day], *(values.get((day, age)) for age in ages)) for day in sorted(sizes)),
    )


def _newer(rows: Sequence[Row]) -> Change | None:
    """The newest finished cohorts against those before, one period after the first."""
    first = [row for row in rows if row["age"] == 1 and row["complete"]][-_RECENT:]
    first = [row for row in first if row["cohort_size"] >= LEAST_CUSTOMERS]
    if len(first) < 2 * _YOUNG:
        return None
    groups = (first[-_YOUNG:], first[-2 * _YOUNG : -_YOUNG])
    now, before = (
        {
            "numerator": sum(row["customers"] for row in group),
            "denominator": sum(row["cohort_size"] for row in group),
            "span": (group[0]["cohort"], group[-1]["cohort"]),
        }
        for group in groups
    )
    return compare(_with_value(now), _with_value(before), "share")


def _with_value(row: dict[str, Any]) -> Row:
    return row | {"value": row["numerator"] / row["denominator"]}


def _spans(inquiry: Inquiry, voice: Voice, change: Change) -> dict[str, str]:
    def span(row: Any) -> str:
        first, last = (voice.formats.short_period(day, inquiry.by) for day in row["span"])
        return voice.say("cohorts.span", first=first, last=last)

    return {"new": span(change.now), "old": span(change.before)}


# -- life cycle -------------------------------------------------------------------------------------------------------


def _lifecycle(inquiry: Inquiry, voice: Voice) -> Part | None:
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
        spec=charts.lifecycle(voice, answer.rows, inquiry.by) if len(answer.rows) > 1 else None,
        table=over_periods(voice, voice.say("figure.lifecycle"), answer.rows, inquiry.by, columns),
        notes=tuple(notes),
    )
    if row["dormant"] < LEAST_CUSTOMERS:
        return figure, []
    base = answer.finding.base or "orders"
    each = _each(inquiry, base)
    text = sentences.lost(voice, row["dormant"], base, before=before, now=now, each=each)
    return figure, [Finding(text, "lifecycle", weight=90)]


def _each(inquiry: Inquiry, base: str) -> float | None:
    """What a customer brought in the period before, on average."""
    if base != "orders":
        return None
    row = inquiry.at(inquiry.course("revenue_per_customer"), inquiry.before)
    return row["value"] if row else None
