"""Cohorts: how many of those who came together are still there, as a heat map and as means."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from vernost.measure.answer import Answer
from vernost.report import charts, maps, sentences
from vernost.report.comparison import Change, compare
from vernost.report.document import Column, Figure, Finding, Part, Table
from vernost.report.inquiry import LEAST_CUSTOMERS, Inquiry, Row
from vernost.report.tables import as_kind, kind_of_period
from vernost.report.theme import SERIES
from vernost.report.voice import Voice

MOST_COHORTS, MOST_AGES = 24, 24
"""Cohorts and ages drawn; more cannot be read."""

MOST_GROUPS = 4
"""Groups drawn when cohorts are cut by an attribute, the largest ones."""

_YOUNG, _RECENT = 3, 12
_CELL_WIDTH, _LABEL_WIDTH = 38, 150
Group = tuple[Any, ...]


def cohorts(inquiry: Inquiry, voice: Voice, **options: Any) -> Part | None:
    """The heat map of cohorts.

    Args:
        inquiry: the log.
        voice: the language.
        **options: those of the measure, and ``cut``.
    """
    answer = inquiry.ask("cohort_retention", by=inquiry.by, **options)
    rows = [row for row in answer.rows if row["value"] is not None] if answer else []
    if answer is None or not rows:
        return None
    drawn = _drawn(answer, rows)
    text, findings = _told(inquiry, voice, answer, rows, options)
    if not text:
        return None
    lines = {(_group(answer, row), row["cohort"]) for row in drawn}
    figure = Figure(
        anchor="cohorts",
        title=voice.say("figure.cohorts"),
        text=text,
        spec=_heat_map(inquiry, voice, answer, drawn, options) if len(lines) > 1 else None,
        table=_table(inquiry, voice, answer),
        notes=_notes(voice, rows, drawn),
        min_width=_LABEL_WIDTH + _CELL_WIDTH * len({row["age"] for row in drawn}),
    )
    return figure, findings


def cohort_means(inquiry: Inquiry, voice: Voice, **options: Any) -> Part | None:
    """The mean over cohorts by the periods since the first, for each group a line."""
    answer = inquiry.ask("cohort_retention", by=inquiry.by, **options)
    means = [mean for mean in _means(answer) if mean["age"] >= _first_age(answer)] if answer else []
    drawn = _settled(answer, means) if answer else []
    if answer is None or len({mean["age"] for mean in drawn}) < 2:
        return None
    groups = _largest(answer, answer.rows)
    curves = [
        charts.Curve(
            name or voice.say("axis.mean"),
            [(mean["age"], mean["weighted"], None, None) for mean in drawn if _group(answer, mean) == group],
            SERIES[place],
        )
        for place, group in enumerate(groups)
        for name in [_named(group)]
    ]
    spec = charts.curve(
        voice,
        [curve for curve in curves if curve.points],
        x_title=voice.say("axis.since_first"),
        y_title=voice.say("axis.mean"),
        unit=answer.unit,
        shape="linear",
    )
    figure = Figure(
        anchor="cohort-means",
        title=voice.say("figure.cohort_means"),
        text=voice.say("cohorts.means"),
        table=_mean_table(voice, answer, means),
        spec=spec,
        notes=(voice.say("note.few_behind", least=LEAST_CUSTOMERS),) if len(drawn) < len(means) else (),
    )
    return figure, []


# -- what is shown ----------------------------------------------------------------------------------------------------


def _first_age(answer: Answer) -> int:
    """Shares begin with 100 %, which says nothing; sums begin with what was bought first."""
    return 1 if answer.unit == "share" else 0


def _group(answer: Answer, row: Mapping[str, Any]) -> Group:
    return tuple(row[name] for name in answer.scope.question.cut)


def _named(group: Group) -> str:
    return ", ".join("–" if part is None else str(part) for part in group)


def _largest(answer: Answer, rows: Sequence[Row]) -> list[Group]:
    """Groups by the customers of their cohorts, the largest first."""
    sizes: dict[Group, int] = {}
    for row in rows:
        if row["age"] == 0:
            group = _group(answer, row)
            sizes[group] = sizes.get(group, 0) + row["cohort_size"]
    return sorted(sizes, key=lambda group: -sizes[group])[:MOST_GROUPS]


def _drawn(answer: Answer, rows: Sequence[Row]) -> list[Row]:
    """The newest cohorts of the largest groups, up to an age."""
    groups = _largest(answer, rows)
    most = MOST_COHORTS // max(len(groups), 1)
    newest = {
        (group, day)
        for group in groups
        for day in sorted({row["cohort"] for row in rows if _group(answer, row) == group})[-most:]
    }
    return [
        row
        for row in rows
        if (_group(answer, row), row["cohort"]) in newest and _first_age(answer) <= row["age"] <= MOST_AGES
    ]


def _means(answer: Answer) -> list[Mapping[str, Any]]:
    return [mean for mean in answer.summary["mean"] if mean["weighted"] is not None]


def _settled(answer: Answer, means: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Means with enough customers behind them: the highest ages are often known of one small cohort."""
    behind: Counter[tuple[Group, int]] = Counter()
    for row in answer.rows:
        if row["complete"] and row["value"] is not None:
            behind[_group(answer, row), row["age"]] += row["cohort_size"]
    return [mean for mean in means if mean["age"] <= 1 or behind[_group(answer, mean), mean["age"]] >= LEAST_CUSTOMERS]


# -- what is said -----------------------------------------------------------------------------------------------------


def _told(
    inquiry: Inquiry, voice: Voice, answer: Answer, rows: Sequence[Row], options: Mapping[str, Any]
) -> tuple[str, list[Finding]]:
    """Sentences on the cohorts; those of the plain question compare the newest ones with those before."""
    means = {mean["age"]: mean["weighted"] for mean in _settled(answer, _means(answer)) if mean["age"] <= MOST_AGES}
    if answer.scope.question.cut:
        return voice.say("cohorts.cut"), []
    if 1 not in means:
        return "", []
    if options:
        return sentences.cohort_means(voice, means, answer.unit), []
    text, change = sentences.cohorts(voice, means), _newer(rows)
    if change is None:
        return text, []
    sentence = sentences.newer_cohorts(voice, change, **_spans(inquiry, voice, change))
    finding = Finding(sentence, "cohorts", weight=75 if change.sure != "noise" else 30, sure=change.sure)
    return f"{text} {sentence}", [finding]


def _notes(voice: Voice, rows: Sequence[Row], drawn: Sequence[Row]) -> tuple[str, ...]:
    notes = [voice.say("note.cohort_size"), voice.say("note.blank_cells")]
    if any(not row["complete"] for row in drawn):
        notes.append(voice.say("note.open_cells"))
    deepest, known, shown = (
        max(row["age"] for row in rows), len({row["cohort"] for row in rows}), len({row["cohort"] for row in drawn})
    )  # fmt: skip
    if shown < known or deepest > MOST_AGES:
        notes.append(voice.say("note.drawn_cohorts", drawn=shown, all=known, ages=min(MOST_AGES, deepest)))
    return tuple(notes)


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


# -- how it is drawn --------------------------------------------------------------------------------------------------


def _heat_map(
    inquiry: Inquiry, voice: Voice, answer: Answer, rows: Sequence[Row], options: Mapping[str, Any]
) -> charts.Spec:
    names = {
        (_group(answer, row), row["cohort"]): _line_name(inquiry, voice, answer, row)
        for row in sorted(rows, key=lambda row: row["cohort"])
    }
    cells = [
        maps.Cell(
            row=names[_group(answer, row), row["cohort"]],
            column=str(row["age"]),
            value=row["value"],
            text=_cell_text(voice, row["value"], answer.unit),
            details=_details(inquiry, voice, answer, row),
            is_open=not row["complete"],
            weight=row["cohort_size"],
            href=inquiry.href("cohort_retention", row, by=inquiry.by, **options),
        )
        for row in rows
    ]
    groups = _largest(answer, answer.rows)
    shown = [name for (_, _), name in sorted(names.items(), key=lambda pair: (groups.index(pair[0][0]), pair[0][1]))]
    ages = sorted({row["age"] for row in rows})
    return maps.heat_map(cells, rows=shown, columns=[str(age) for age in ages], x_title=voice.say("axis.since_first"))


def _line_name(inquiry: Inquiry, voice: Voice, answer: Answer, row: Row) -> str:
    period = voice.formats.short_period(row["cohort"], inquiry.by)
    return " · ".join(filter(None, [_named(_group(answer, row)), period, voice.formats.number(row["cohort_size"])]))


def _cell_text(voice: Voice, value: float, unit: str) -> str:
    if unit == "share":
        return voice.formats.number(100 * value)
    return voice.formats.number(value, 2 if unit == "ratio" else 0)


def _details(inquiry: Inquiry, voice: Voice, answer: Answer, row: Row) -> dict[str, str]:
    formats, unit = voice.formats, answer.unit
    return {
        voice.say("axis.cohort"): formats.period(row["cohort"], inquiry.by),
        voice.say("axis.since_first"): str(row["age"]),
        voice.say("axis.share" if unit == "share" else "axis.value"): formats.value(row["value"], unit)
        + sentences.interval(voice, row, unit),
        voice.say("axis.customers"): f"{formats.number(row['customers'])} / {formats.number(row['cohort_size'])}",
    }


def _table(inquiry: Inquiry, voice: Voice, answer: Answer) -> Table:
    rows, cut = answer.rows, answer.scope.question.cut
    ages = sorted({row["age"] for row in rows if row["value"] is not None})
    values = {(_group(answer, row), row["cohort"], row["age"]): row["value"] for row in rows}
    sizes = {(_group(answer, row), row["cohort"]): row["cohort_size"] for row in rows}
    return Table(
        name=voice.say("figure.cohorts"),
        columns=(
            *(Column(name) for name in cut),
            Column(voice.say("axis.cohort"), kind_of_period(inquiry.by)),
            Column(voice.say("column.size"), "count"),
            *(Column(str(age), as_kind(answer.unit)) for age in ages),
        ),
        rows=tuple(
            (*group, day, sizes[group, day], *(values.get((group, day, age)) for age in ages))
            for group, day in _in_order(sizes)
        ),
    )


def _in_order(lines: Mapping[tuple[Group, date], int]) -> list[tuple[Group, date]]:
    return sorted(lines, key=lambda line: (tuple((part is None, str(part)) for part in line[0]), line[1]))


def _mean_table(voice: Voice, answer: Answer, means: Sequence[Mapping[str, Any]]) -> Table:
    kind = as_kind(answer.unit)
    columns = (
        *(Column(name) for name in answer.scope.question.cut),
        Column(voice.say("axis.since_first"), "count"),
        Column(voice.say("column.mean_weighted"), kind),
        Column(voice.say("column.mean_simple"), kind),
        Column(voice.say("column.cohorts"), "count"),
    )
    rows = tuple((*_group(answer, m), m["age"], m["weighted"], m["simple"], m["cohorts"]) for m in means)
    return Table(voice.say("figure.cohort_means"), columns, rows)
