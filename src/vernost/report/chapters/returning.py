"""Who comes back, and when: the return curve, the second order, how long customers stay."""

from collections.abc import Sequence

from vernost.measure.gaps import RETURNING_SHARE
from vernost.measure.lifetime import UNTIL_LAPSE
from vernost.report import charts, maps, sentences
from vernost.report.document import Chapter, Column, Figure, Finding, Part, Table
from vernost.report.inquiry import LEAST_CUSTOMERS, Inquiry, Row
from vernost.report.voice import Voice

SPANS = (7, 14, 30, 60, 90, 180, 365)
"""Days within which a second order is asked for."""

_NAMED_SPAN = 90
_LEAST_RIPE = 5
_HALF, _BLIND = 0.5, 0.75


def returning(inquiry: Inquiry, voice: Voice) -> Chapter:
    """The chapter."""
    found = [part for part in (returns(inquiry, voice), second(inquiry, voice), survival(inquiry, voice)) if part]
    return Chapter(
        anchor="returns",
        title=voice.say("chapter.returning"),
        figures=tuple(figure for figure, _ in found),
        findings=tuple(finding for _, findings in found for finding in findings),
    )


def returns(inquiry: Inquiry, voice: Voice) -> Part | None:
    """The return curve with the lapse window."""
    rows = inquiry.rows("return_curve")
    window = next(iter(inquiry.rows("lapse_window")), None)
    if len(rows) < 2 or window is None or window["denominator"] < LEAST_CUSTOMERS:
        return None
    words, findings, marks = [sentences.returns(voice, rows)], [], []
    if window["value"] is not None:
        text = sentences.lapse(voice, window, RETURNING_SHARE)
        words.append(text)
        findings.append(Finding(text, "return", weight=70))
        marks.append((window["value"], voice.say("lapse.mark", days=voice.formats.number(window["value"]))))
    points = [(row["days"], row["value"], row["low"], row["high"]) for row in rows]
    hrefs = {row["days"]: inquiry.href("return_curve", row) for row in rows}
    figure = Figure(
        anchor="return",
        title=voice.say("figure.return"),
        text=" ".join(words),
        spec=charts.curve(
            voice,
            [charts.Curve(voice.say("axis.returned"), points, hrefs=hrefs)],
            x_title=voice.say("axis.silence"),
            y_title=voice.say("axis.returned"),
            marks=marks,
        ),
        table=_curve_table(voice, voice.say("figure.return"), rows, "days"),
        notes=(voice.say("note.log_log"),),
    )
    return figure, findings


def _curve_table(voice: Voice, name: str, rows: Sequence[Row], axis: str) -> Table:
    columns = (
        Column(voice.say("column.days"), "days"),
        Column(voice.say("column.share"), "share"),
        Column(voice.say("column.low"), "share"),
        Column(voice.say("column.high"), "share"),
        Column(voice.say("column.at_risk"), "count"),
    )
    keys = (axis, "value", "low", "high", "at_risk")
    return Table(name, columns, tuple(tuple(row[key] for key in keys) for row in rows))


def second(inquiry: Inquiry, voice: Voice) -> Part | None:
    """How many order a second time, and within how many days."""
    span = (inquiry.day - inquiry.first_day).days
    found = []
    for days in SPANS:
        row = next(iter(inquiry.rows("second_order_rate", days=days)), None) if days <= span else None
        if row and row["denominator"] >= _LEAST_RIPE:
            found.append((days, row))
    repeat = next(iter(inquiry.rows("repeat_rate")), None)
    if not found or repeat is None or not repeat["denominator"]:
        return None
    named = next((pair for pair in found if pair[0] == _NAMED_SPAN), found[-1])
    text = sentences.second_order(voice, named[1], named[0], _median(inquiry))
    again = sentences.repeat(voice, repeat)
    figure = Figure(
        anchor="second",
        title=voice.say("figure.second"),
        text=f"{again} {text}",
        spec=maps.dots(
            voice, [_dot(inquiry, voice, *pair) for pair in found], "share", x_title=voice.say("axis.share")
        ),
        table=_spans_table(voice, found),
        notes=(voice.say("note.ripe"), voice.say("note.wilson")),
    )
    findings = [Finding(again, "second", weight=65), Finding(text, "second", weight=35)]
    return figure, findings if repeat["denominator"] >= LEAST_CUSTOMERS else []


def _median(inquiry: Inquiry) -> float | None:
    rows = inquiry.rows("order_gaps", by_order=True)
    return next((row["value"] for row in rows if row["order_number"] == 1 and row["quantile"] == _HALF), None)


def _dot(inquiry: Inquiry, voice: Voice, days: int, row: Row) -> maps.Dot:
    return maps.Dot(
        name=voice.count("second.days", days),
        value=row["value"],
        low=row["low"],
        high=row["high"],
        text=voice.formats.share(row["value"]),
        range=voice.formats.interval(row["low"], row["high"], "share"),
        note=f"{voice.formats.number(row['numerator'])} / {voice.formats.number(row['denominator'])}",
        href=inquiry.href("second_order_rate", row, days=days),
    )


def _spans_table(voice: Voice, found: Sequence[tuple[int, Row]]) -> Table:
    columns = (
        Column(voice.say("column.gap"), "days"),
        Column(voice.say("column.share"), "share"),
        Column(voice.say("column.low"), "share"),
        Column(voice.say("column.high"), "share"),
        Column(voice.say("column.kept"), "count"),
        Column(voice.say("column.base"), "count"),
    )
    keys = ("value", "low", "high", "numerator", "denominator")
    return Table(voice.say("figure.second"), columns, tuple((days, *(row[key] for key in keys)) for days, row in found))


def survival(inquiry: Inquiry, voice: Voice) -> Part | None:
    """How long customers stay."""
    # Of customers, not of single subscriptions: a change of plan ends nobody.
    unit = "customer" if inquiry.scope.has("subscriptions") else None
    answer = inquiry.ask("survival", unit=unit)
    rows = answer.rows if answer else []
    if answer is None or len(rows) < 2 or _is_blind(answer.finding.base, rows):
        return None
    text = sentences.survival(voice, answer.summary, rows[-1])
    if answer.summary["size"] < LEAST_CUSTOMERS:
        return None
    median = answer.summary.get("median")
    marks = [(median, f"{voice.say('column.median')}: {voice.formats.number(median)}")] if median is not None else []
    points = [(row["time"], row["value"], row["low"], row["high"]) for row in rows]
    if points[0][0] > 0:
        points.insert(0, (0, 1.0, None, None))
    hrefs = {row["time"]: inquiry.href("survival", row, unit=unit) for row in rows}
    figure = Figure(
        anchor="survival",
        title=voice.say("figure.survival"),
        text=text,
        spec=charts.curve(
            voice,
            [charts.Curve(voice.say("axis.staying"), points, hrefs=hrefs)],
            x_title=voice.say("axis.lifetime"),
            y_title=voice.say("axis.staying"),
            marks=marks,
        ),
        table=_curve_table(voice, voice.say("figure.survival"), rows, "time"),
        notes=(
            voice.say("note.log_log"),
            *(note.sentence(voice.language) for note in answer.finding.notes if note.code == UNTIL_LAPSE),
        ),
    )
    return figure, [Finding(text, "survival", weight=40)]


def _is_blind(base: str | None, rows: Sequence[Row]) -> bool:
    """Whether nearly all that was seen is shorter than a lapse, so that the curve says nothing of lifetimes."""
    first_end = next((row["time"] for row in rows if row["events"]), rows[-1]["time"])
    return base != "subscriptions" and first_end > _BLIND * rows[-1]["time"]
