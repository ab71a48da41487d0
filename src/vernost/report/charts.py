"""Charts of values over time and over days, as Vega-Lite specifications without size and theme."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from vernost.measure.periods import Grain, day_number
from vernost.report.theme import BLUE, INK, MUTED, ORANGE, PAPER, PLUM, SERIES, TEAL
from vernost.report.voice import Voice

if TYPE_CHECKING:
    import altair as alt

Row = Mapping[str, Any]
AnyRow = TypeVar("AnyRow", bound=Row)
Spec = dict[str, Any]
HEIGHT = 260
ZOOM_FROM = 36
"""Courses longer than this can be zoomed and dragged."""

MOST_BANDS = 2
"""Bands of more lines would cover each other; what is pointed at tells its own."""

_CURVE_POINTS = 240
_DAY, _MARKS = 86_400_000, 10
_MILLIONS, _THOUSANDS = 1_000_000, 20_000


@dataclass(frozen=True, slots=True)
class Course:
    """A measure over time, to be drawn as a line.

    Attributes:
        name: as written beside the line.
        rows: period, complete, value, low, high.
        color: of the line.
    """

    name: str
    rows: Sequence[Row]
    color: str = BLUE


def known(rows: Sequence[AnyRow]) -> list[AnyRow]:
    """Rows with a value."""
    return [row for row in rows if row["value"] is not None]


def inline(rows: Sequence[Row]) -> "alt.InlineData":
    """Rows carried within the specification."""
    import altair as alt

    return alt.InlineData(values=[dict(row) for row in rows])


def course(voice: Voice, courses: Sequence[Course], unit: str, by: str, *, title: str = "") -> Spec:
    """Lines over periods with their bands, if these are few; the running period hollow and dashed."""
    import altair as alt

    points = [point for line in courses for point in _points(voice, line, unit, by)]
    names, colors = [line.name for line in courses], [line.color for line in courses]
    color = alt.Color("series:N", scale=alt.Scale(domain=names, range=colors), legend=None)
    x = period_axis(by, [row["period"] for line in courses for row in known(line.rows)])
    y = alt.Y("value:Q", title=title or None, axis=value_axis(voice, unit, [p["value"] for p in points]))
    seen = [alt.Tooltip("when:N", title=voice.say("axis.period"))]
    seen += [
        alt.Tooltip("text:N", title=voice.say("axis.value")),
        alt.Tooltip("range:N", title=voice.say("axis.interval")),
    ]
    base = alt.Chart(inline(points)).encode(x=x, color=color)
    bands = banded(points, base.transform_filter("datum.complete").mark_area(opacity=0.16, line=False))
    layers = [
        *(bands if len(courses) <= MOST_BANDS else ()),
        *_finished_marks(base, y),
        *(_running_marks(base) if any(point["tail"] for point in points) else ()),
        base.mark_point(size=260, opacity=0).encode(y=y, tooltip=seen),
    ]
    if len(courses) > 1:
        named = base.transform_filter("datum.named").mark_text(align="left", dx=2, dy=-18, fontWeight="bold")
        layers.append(named.encode(y="value:Q", text="series:N"))
    return finished(alt.layer(*layers), zoom=len(points) > ZOOM_FROM * len(courses))


def banded(rows: Sequence[Row], band: Any) -> list[Any]:
    """A band of intervals, where there are any: Vega complains of an axis without values."""
    return [band.encode(y="low:Q", y2="high:Q")] if any(row["low"] is not None for row in rows) else []


def _finished_marks(base: Any, y: Any) -> list[Any]:
    done = base.transform_filter("datum.complete")
    return [done.mark_line().encode(y=y), done.mark_point(filled=True, size=34, opacity=1).encode(y=y)]


def _running_marks(base: Any) -> list[Any]:
    """The running period: dashed from the last finished one to a hollow point."""
    hollow = base.transform_filter("!datum.complete").mark_point(
        filled=False, fill=PAPER, size=44, strokeWidth=1.5, opacity=1
    )
    dashed = base.transform_filter("datum.tail").mark_line(strokeDash=[4, 4], strokeWidth=1.5)
    return [dashed.encode(y="value:Q"), hollow.encode(y="value:Q")]


def _points(voice: Voice, line: Course, unit: str, by: str) -> list[dict[str, Any]]:
    rows = known(line.rows)
    done = [row for row in rows if row["complete"]]
    tail = {row["period"] for row in rows if not row["complete"]}
    tail |= {done[-1]["period"]} if tail and done else set()
    return [
        {
            "period": row["period"].isoformat(),
            "complete": bool(row["complete"]),
            "tail": row["period"] in tail,
            "named": row["period"] == (done or rows)[0]["period"],
            "value": row["value"],
            "low": row.get("low"),
            "high": row.get("high"),
            "series": line.name,
            "when": voice.formats.period(row["period"], by)
            + ("" if row["complete"] else f" ({voice.say('axis.running')})"),
            "text": voice.formats.value(row["value"], unit),
            "range": voice.formats.interval(row.get("low"), row.get("high"), unit) or "–",
        }
        | leading(row.get("href"))
        for row in rows
    ]


def leading(href: str | None) -> dict[str, str]:
    """Where a mark leads when it is pressed, as a part of its data; nothing on paper."""
    return {"href": href} if href else {}


def period_axis(by: str, periods: Sequence[date]) -> "alt.X":
    """The axis of time: months in short, years below January; instants are UTC so that no zone moves them."""
    import altair as alt

    if by in ("month", "quarter"):
        lead = "utcFormat(datum.value, '%b')"
        labels = f"[{lead}, utcmonth(datum.value) == 0 || datum.index == 0 ? utcFormat(datum.value, '%Y') : '']"
    elif by == "year":
        labels = "utcFormat(datum.value, '%Y')"
    else:
        labels = "[utcFormat(datum.value, '%e %b'), datum.index == 0 ? utcFormat(datum.value, '%Y') : '']"
    axis = alt.Axis(labelExpr=labels, labelOverlap="greedy", tickCount=12)
    if by in ("day", "week"):
        # By itself the axis would mark Sundays, and weeks here begin on Mondays.
        marks = sorted(set(periods))
        axis.values = [_milliseconds(day) for day in marks[:: -(-len(marks) // _MARKS)]]
    return alt.X("period:T", title=None, scale=alt.Scale(type="utc"), axis=axis)


def _milliseconds(day: date) -> int:
    return day_number(day) * _DAY


def value_axis(voice: Voice, unit: str, values: Sequence[float | None]) -> "alt.Axis":
    """The axis of values in their unit, big numbers in thousands or millions."""
    import altair as alt

    if unit == "share":
        return alt.Axis(format=".0%")
    top = max((abs(value) for value in values if value is not None), default=0)
    if unit in ("money", "count") and top >= _THOUSANDS:
        divisor, word = (1_000_000, "axis.millions") if top >= _MILLIONS else (1_000, "axis.thousands")
        return alt.Axis(labelExpr=f"datum.value ? format(datum.value / {divisor}, ',~r') + '{voice.say(word)}' : '0'")
    return alt.Axis(format=",~r")


def finished(chart: Any, *, height: int = HEIGHT, zoom: bool = False) -> Spec:
    """A chart as a specification: as wide as its place, without configuration."""
    import altair as alt

    drawn: alt.LayerChart = chart.properties(
        width="container", height=height, autosize=alt.AutoSizeParams(type="fit-x", contains="padding")
    )
    if zoom:
        # With the plain wheel a reader scrolls the page, not the chart.
        grip = alt.selection_interval(name="zoom", bind="scales", encodings=["x"], zoom="wheel![event.shiftKey]")
        drawn = drawn.add_params(grip)
    spec: Spec = drawn.to_dict()
    spec.pop("config", None)
    return spec


STATES = (("returning", BLUE), ("new", TEAL), ("resurrecting", PLUM), ("dormant", ORANGE))


def lifecycle(voice: Voice, rows: Sequence[Row], by: str) -> Spec:
    """Customers of each period by state, stacked; the dormant below zero."""
    import altair as alt

    bars = [bar for row in rows for bar in _bars(voice, row, by)]
    names = [voice.say(f"state.{state}") for state, _ in STATES]
    top = max((bar["y1"] for bar in bars), default=0)
    axis = value_axis(voice, "count", [top])
    if top < _THOUSANDS:
        axis = alt.Axis(labelExpr="format(abs(datum.value), ',~r')")
    base = alt.Chart(inline(bars)).encode(
        x=period_axis(by, [row["period"] for row in rows]),
        x2="end",
        color=alt.Color("state:N", scale=alt.Scale(domain=names, range=[color for _, color in STATES]), sort=names),
    )
    bar = base.mark_rect(stroke=PAPER, strokeWidth=1.2).encode(
        y=alt.Y("y0:Q", title=None, axis=axis),
        y2="y1",
        opacity=alt.condition("datum.complete", alt.value(1), alt.value(0.45)),
        tooltip=[
            alt.Tooltip("when:N", title=voice.say("axis.period")),
            alt.Tooltip("state:N", title=voice.say("axis.state")),
            alt.Tooltip("text:N", title=voice.say("axis.customers")),
        ],
    )
    zero = alt.Chart(inline([{"y": 0}])).mark_rule(color=INK, strokeWidth=1).encode(y="y:Q")
    return finished(alt.layer(bar, zero), height=300, zoom=len(rows) > ZOOM_FROM)


def _bars(voice: Voice, row: Row, by: str) -> list[dict[str, Any]]:
    grain, floor, bars = Grain(by), 0, []
    end: date = grain.first_day(grain.index_of(row["period"]) + 1)
    for state, _ in STATES:
        number = row[state] or 0
        low, high = (-number, 0) if state == "dormant" else (floor, floor + number)
        floor = high if state != "dormant" else floor
        bars.append(
            {
                "period": row["period"].isoformat(),
                "end": end.isoformat(),
                "complete": bool(row["complete"]),
                "state": voice.say(f"state.{state}"),
                "y0": low,
                "y1": high,
                "when": voice.formats.period(row["period"], by),
                "text": voice.formats.number(number),
            }
            | leading(row.get("hrefs", {}).get(state))
        )
    return [bar for bar in bars if bar["y0"] != bar["y1"]]


@dataclass(frozen=True, slots=True)
class Curve:
    """A value over days, to be drawn as a line with its band.

    Attributes:
        name: as written in the legend.
        points: day, value, low, high, in order of days.
        color: of the line.
        hrefs: day -> where its point leads when it is pressed.
    """

    name: str
    points: Sequence[tuple[float, float, float | None, float | None]]
    color: str = BLUE
    hrefs: Mapping[float, str] = field(default_factory=dict)


def curve(
    voice: Voice,
    curves: Sequence[Curve],
    *,
    x_title: str,
    y_title: str,
    marks: Sequence[tuple[float, str]] = (),
    unit: str = "share",
    shape: Literal["step-after", "linear"] = "step-after",
) -> Spec:
    """Values over days, or over other whole numbers, with marked ones.

    Args:
        voice: the language.
        curves: the lines.
        x_title: what the days are.
        y_title: what the values are.
        marks: day and words of what is marked.
        unit: of the values.
        shape: whether a value holds until the next one.
    """
    import altair as alt

    points = [point for line in curves for point in _steps(voice, line, unit)]
    names, colors = [line.name for line in curves], [line.color for line in curves]
    legend = alt.Legend() if len(curves) > 1 else None
    base = alt.Chart(inline(points)).encode(
        x=alt.X(
            "day:Q", title=x_title, axis=alt.Axis(format=",~r", tickMinStep=1), scale=alt.Scale(nice=False, zero=True)
        ),
        color=alt.Color("series:N", scale=alt.Scale(domain=names, range=colors), legend=legend),
    )
    axis = value_axis(voice, unit, [point["value"] for point in points])
    # A legend stands where the title would.
    y = alt.Y("value:Q", title=None if legend else y_title, axis=axis, scale=alt.Scale(zero=True))
    seen = [
        alt.Tooltip("when:N", title=x_title),
        alt.Tooltip("text:N", title=voice.say("axis.value")),
        alt.Tooltip("range:N", title=voice.say("axis.interval")),
    ]
    layers: list[Any] = [
        *banded(points, base.mark_area(opacity=0.16, interpolate=shape)),
        base.mark_line(interpolate=shape).encode(y=y),
        base.mark_point(size=120, opacity=0).encode(y="value:Q", tooltip=seen),
    ]
    if marks:
        layers += _marked(marks, middle=max((point["day"] for point in points), default=0) / 2)
    return finished(alt.layer(*layers))


def _marked(marks: Sequence[tuple[float, str]], *, middle: float) -> list[Any]:
    """Marked days as rules with their words, which stay within the chart."""
    import altair as alt

    layers: list[Any] = []
    for day, label in marks:
        base = alt.Chart(inline([{"day": day, "label": label}])).encode(x="day:Q")
        align: Literal["left", "right"] = "left" if day <= middle else "right"
        shift = 6 if align == "left" else -6
        words = base.mark_text(align=align, dx=shift, dy=4, baseline="top", color=ORANGE, fontWeight="bold")
        layers += [
            base.mark_rule(color=ORANGE, strokeDash=[5, 4], strokeWidth=1.5),
            words.encode(y=alt.value(0), text="label:N"),
        ]
    return layers


def _steps(voice: Voice, line: Curve, unit: str) -> list[dict[str, Any]]:
    stride = max(1, -(-len(line.points) // _CURVE_POINTS))
    kept = [point for place, point in enumerate(line.points) if place % stride == 0 or place == len(line.points) - 1]
    return [
        {
            "day": day,
            "value": value,
            "low": low,
            "high": high,
            "series": line.name,
            "when": voice.formats.number(day),
            "text": voice.formats.value(value, unit),
            "range": voice.formats.interval(low, high, unit) or "–",
        }
        | leading(line.hrefs.get(day))
        for day, value, low, high in kept
    ]


__all__ = [
    "HEIGHT",
    "MUTED",
    "SERIES",
    "STATES",
    "Course",
    "Curve",
    "Row",
    "Spec",
    "course",
    "curve",
    "finished",
    "inline",
    "leading",
    "lifecycle",
    "period_axis",
    "value_axis",
]
