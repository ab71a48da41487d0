"""Charts over categories: heat maps, grids, dots with intervals, bars, the Lorenz curve."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vernost.report.charts import Spec, finished, inline, leading, value_axis
from vernost.report.theme import BLUE, HEAT, INK, MUTED, ORANGE, PAPER
from vernost.report.voice import Voice

Row = Mapping[str, Any]
_CELL, _SOLID = 26, 30
_LEAST_BAR, _ROOM = 34, 1.22


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a heat map.

    Attributes:
        row: label of its line.
        column: label of its column.
        value: what colours it.
        text: what is written in it.
        details: what is shown on pointing, title to text.
        is_open: whether it can still change.
        weight: how many units it stands for.
        href: where it leads when it is pressed; empty on paper.
    """

    row: str
    column: str
    value: float | None
    text: str
    details: Mapping[str, str]
    is_open: bool = False
    weight: int = 0
    href: str = ""


def heat_map(cells: Sequence[Cell], *, rows: Sequence[str], columns: Sequence[str], x_title: str) -> Spec:
    """Cohorts by age: the darker the more stay; cells still open are framed and in italics."""
    import altair as alt

    known = [cell for cell in cells if cell.value is not None]
    # Cells of a few customers reach 100 % by chance and would pale all others.
    solid = [cell for cell in known if cell.weight >= _SOLID] or known
    top = max((cell.value or 0 for cell in solid), default=0) or 1
    data: list[dict[str, Any]] = [
        {"row": cell.row, "column": cell.column, "value": cell.value, "text": cell.text, "open": cell.is_open}
        | {f"d{number}": text for number, text in enumerate(cell.details.values())}
        | leading(cell.href)
        for cell in known
    ]
    titles = list(known[0].details) if known else []
    base = alt.Chart(inline(data)).encode(
        x=alt.X(
            "column:O",
            sort=list(columns),
            title=x_title,
            axis=alt.Axis(orient="top", labelAngle=0, ticks=False, domain=False),
        ),
        y=alt.Y("row:O", sort=list(rows), title=None, axis=alt.Axis(labelLimit=240)),
        tooltip=[alt.Tooltip(f"d{number}:N", title=title) for number, title in enumerate(titles)],
    )
    color = alt.Color(
        "value:Q", scale=alt.Scale(domain=[0, top], range=list(HEAT), interpolate="lab", clamp=True), legend=None
    )
    ink = alt.condition(f"datum.value > {top * 0.55}", alt.value(PAPER), alt.value(INK))
    layers = []
    if any(not cell.is_open for cell in known):
        done = base.transform_filter("!datum.open")
        layers.append(done.mark_rect(stroke=PAPER, strokeWidth=1.5).encode(color=color))
        layers.append(done.mark_text(fontSize=11).encode(text="text:N", color=ink))
    if any(cell.is_open for cell in known):
        running = base.transform_filter("datum.open")
        framed = running.mark_rect(stroke=ORANGE, strokeWidth=1.2, strokeDash=[2, 2], opacity=0.75)
        layers.append(framed.encode(color=color))
        layers.append(running.mark_text(fontSize=11, fontStyle="italic").encode(text="text:N", color=ink))
    return finished(alt.layer(*layers), height=max(_CELL * len(rows), 2 * _CELL) + 44)


def grid(cells: Sequence[Row], *, x_title: str, y_title: str) -> Spec:
    """The RFM map: recency by frequency, area by customers, colour by revenue of each.

    Args:
        cells: r, f, customers, value (money of each, or None), text, details (title to text), href (where it leads).
        x_title: what the columns are.
        y_title: what the lines are.
    """
    import altair as alt

    titles = list(cells[0]["details"]) if cells else []
    data = [
        {key: cell[key] for key in ("r", "f", "customers", "value", "text")}
        | {f"d{number}": text for number, text in enumerate(cell["details"].values())}
        | leading(cell["href"])
        for cell in cells
    ]
    has_money = any(cell["value"] is not None for cell in cells)
    top = max((cell["value"] or 0 for cell in cells), default=0) or 1
    base = alt.Chart(inline(data)).encode(
        x=alt.X("r:O", title=x_title, axis=alt.Axis(labelAngle=0), scale=alt.Scale(domain=[1, 2, 3, 4, 5])),
        y=alt.Y("f:O", title=y_title, sort="descending", scale=alt.Scale(domain=[5, 4, 3, 2, 1])),
        tooltip=[alt.Tooltip(f"d{number}:N", title=title) for number, title in enumerate(titles)],
    )
    scale = alt.Scale(domain=[0, top], range=list(HEAT), interpolate="lab")
    color = alt.Color("value:Q", scale=scale, legend=None) if has_money else alt.value(BLUE)
    bubbles = base.mark_circle(opacity=1, stroke=MUTED, strokeWidth=0.5).encode(
        size=alt.Size("customers:Q", scale=alt.Scale(range=[40, 3200], zero=True), legend=None), color=color
    )
    ink = alt.condition(f"datum.value > {top * 0.55}", alt.value(PAPER), alt.value(INK))
    words = base.mark_text(fontSize=11).encode(text="text:N", color=ink)
    return finished(alt.layer(bubbles, words), height=360)


@dataclass(frozen=True, slots=True)
class Dot:
    """A category with a value and its interval.

    Attributes:
        name: of the category.
        value: its value.
        low: lower end, or None.
        high: upper end, or None.
        text: the value in words.
        range: the interval in words.
        is_marked: whether it is set off from the others.
        note: a further line on pointing.
        href: where it leads when it is pressed; empty on paper.
    """

    name: str
    value: float
    low: float | None
    high: float | None
    text: str
    range: str
    is_marked: bool = False
    note: str = ""
    href: str = ""


def dots(
    voice: Voice, items: Sequence[Dot], unit: str, *, x_title: str, reference: tuple[float, str] | None = None
) -> Spec:
    """Categories one below the other, each a dot on its interval, with a line for what they are compared to."""
    import altair as alt

    ends = [end for item in items for end in (item.value, item.low, item.high) if end is not None]
    y = alt.Y("name:N", sort=[item.name for item in items], title=None, axis=alt.Axis(labelLimit=230, labelColor=INK))
    color = alt.condition("datum.marked", alt.value(ORANGE), alt.value(BLUE))
    axis = value_axis(voice, unit, ends)
    axis.grid, axis.tickCount = True, 6
    base = alt.Chart(inline([_dot(item) for item in items])).encode(y=y)
    span = base.mark_rule(strokeWidth=4, opacity=0.35, strokeCap="round").encode(
        x=alt.X("low:Q", title=x_title, axis=axis), x2="high", color=color
    )
    dot = base.mark_point(filled=True, size=90, opacity=1).encode(
        x=alt.X("value:Q", title=x_title, axis=axis),
        color=color,
        tooltip=[
            alt.Tooltip("name:N", title=voice.say("axis.group")),
            alt.Tooltip("text:N", title=voice.say("axis.value")),
            alt.Tooltip("range:N", title=voice.say("axis.interval")),
            alt.Tooltip("note:N", title=voice.say("axis.note")),
        ],
    )
    words = base.mark_text(dy=-11, fontSize=11).encode(x="value:Q", text="text:N")
    layers: list[Any] = [span, dot, words]
    if reference:
        line = alt.Chart(inline([{"x": reference[0], "label": reference[1]}])).encode(x="x:Q")
        layers = [line.mark_rule(color=MUTED, strokeDash=[5, 4]), *layers]
        layers.append(line.mark_text(color=MUTED, baseline="bottom").encode(y=alt.value(-4), text="label:N"))
    return finished(alt.layer(*layers), height=_LEAST_BAR * max(len(items), 2) + 16)


def _dot(item: Dot) -> dict[str, Any]:
    """A dot as the data of its mark."""
    return {
        "name": item.name,
        "value": item.value,
        "low": item.low,
        "high": item.high,
        "text": item.text,
        "range": item.range or "–",
        "marked": item.is_marked,
        "note": item.note or "–",
    } | leading(item.href)


@dataclass(frozen=True, slots=True)
class Pair:
    """A value of ours beside what it is held against: a published one, or what came.

    Attributes:
        name: what is compared.
        ours: our value, or None.
        theirs: the other value, or None where only bounds are.
        low: lower bound of the other, or None.
        high: upper bound of the other, or None.
        ours_text: our value in words.
        theirs_text: the other in words.
        note: a further line on pointing, such as where it is published.
    """

    name: str
    ours: float | None
    theirs: float | None
    low: float | None
    high: float | None
    ours_text: str
    theirs_text: str
    note: str


def pairs(voice: Voice, items: Sequence[Pair], *, names: tuple[str, str], x_title: str, note_title: str) -> Spec:
    """Shares beside shares, one comparison a line.

    Args:
        voice: the language.
        items: what is compared.
        names: of the others and of ours.
        x_title: what the shares are.
        note_title: what the notes are.
    """
    import altair as alt

    order = list(names)
    data = [
        {"name": item.name, "who": who, "value": value, "low": low, "high": high, "o": item.ours_text}
        | {"t": item.theirs_text, "n": item.note}
        for item in items
        for who, value, low, high in (
            (names[0], item.theirs, item.low, item.high),
            (names[1], item.ours, None, None),
        )
    ]
    axis = alt.Axis(format=".1~%", grid=True, tickCount=6)
    solid = alt.Legend(symbolOpacity=1)
    base = alt.Chart(inline(data)).encode(
        y=alt.Y(
            "name:N", sort=[item.name for item in items], title=None, axis=alt.Axis(labelLimit=300, labelColor=INK)
        ),
        color=alt.Color("who:N", scale=alt.Scale(domain=order, range=[BLUE, ORANGE]), sort=order, legend=solid),
    )
    span = base.mark_rule(strokeWidth=4, opacity=0.35, strokeCap="round")
    dot = base.mark_point(filled=True, size=90, opacity=1).encode(
        shape=alt.Shape("who:N", scale=alt.Scale(domain=order, range=["circle", "diamond"]), sort=order),
        tooltip=[
            alt.Tooltip("name:N", title=voice.say("axis.group")),
            alt.Tooltip("o:N", title=names[1]),
            alt.Tooltip("t:N", title=names[0]),
            alt.Tooltip("n:N", title=note_title),
        ],
    )
    layers = [dot.encode(x=alt.X("value:Q", title=x_title, axis=axis))]
    if any(item.low is not None for item in items):
        layers.insert(0, span.encode(x=alt.X("low:Q", title=x_title, axis=axis), x2="high"))
    return finished(alt.layer(*layers), height=_CELL * max(len(items), 2) + 16)


def bars(voice: Voice, items: Sequence[Dot], unit: str, *, x_title: str, range_title: str = "") -> Spec:
    """Categories one below the other as bars from zero.

    Args:
        voice: the language.
        items: the categories.
        unit: of their values.
        x_title: what the values are.
        range_title: what the ranges are; by default intervals.
    """
    import altair as alt

    data = [
        {
            "name": item.name,
            "value": item.value,
            "text": item.text,
            "range": item.range or "–",
            "marked": item.is_marked,
        }
        | leading(item.href)
        for item in items
    ]
    axis = value_axis(voice, unit, [item.value for item in items])
    axis.tickCount = 6
    # Room for the words after the longest bar.
    scale = alt.Scale(domainMax=_ROOM * max((item.value for item in items), default=1), nice=False)
    base = alt.Chart(inline(data)).encode(
        y=alt.Y(
            "name:N", sort=[item.name for item in items], title=None, axis=alt.Axis(labelLimit=230, labelColor=INK)
        ),
        x=alt.X("value:Q", title=x_title, axis=axis, scale=scale),
        tooltip=[
            alt.Tooltip("name:N", title=voice.say("axis.group")),
            alt.Tooltip("text:N", title=voice.say("axis.value")),
            alt.Tooltip("range:N", title=range_title or voice.say("axis.interval")),
        ],
    )
    color = alt.condition("datum.marked", alt.value(ORANGE), alt.value(BLUE))
    bar = base.mark_bar(cornerRadiusEnd=2, height={"band": 0.62}).encode(color=color)
    words = base.mark_text(align="left", dx=5, fontSize=11).encode(text="text:N")
    return finished(alt.layer(bar, words), height=_LEAST_BAR * max(len(items), 2) + 16)


def lorenz(
    voice: Voice, points: Sequence[tuple[float, float]], mark: tuple[float, float, str], *, href: str = ""
) -> Spec:
    """Share of revenue by share of customers, the largest first, with one point named.

    Args:
        voice: the language.
        points: share of customers and share of revenue, both from 0 to 1, the largest customers first.
        mark: share of customers, share of revenue, words.
        href: where the mark leads when it is pressed.
    """
    import altair as alt

    data = [
        {"x": x, "y": y, "customers": voice.formats.share(x, 0), "revenue": voice.formats.share(y)} for x, y in points
    ]
    base = alt.Chart(inline(data)).encode(
        x=alt.X("x:Q", title=voice.say("axis.top_customers"), axis=alt.Axis(format=".0%", tickCount=6)),
        y=alt.Y("y:Q", title=voice.say("axis.revenue_share"), axis=alt.Axis(format=".0%")),
    )
    seen = [
        alt.Tooltip("customers:N", title=voice.say("axis.top_customers")),
        alt.Tooltip("revenue:N", title=voice.say("axis.revenue_share")),
    ]
    even = alt.Chart(inline([{"x": 0, "y": 0}, {"x": 1, "y": 1}])).mark_line(
        color=MUTED, strokeWidth=1.2, strokeDash=[4, 4]
    )
    named = alt.Chart(inline([{"x": mark[0], "y": mark[1], "label": mark[2]} | leading(href)])).encode(x="x:Q", y="y:Q")
    return finished(
        alt.layer(
            even.encode(x="x:Q", y="y:Q"),
            base.mark_area(opacity=0.12, color=BLUE),
            base.mark_line(color=BLUE),
            base.mark_point(size=140, opacity=0).encode(tooltip=seen),
            named.mark_point(filled=True, size=110, color=ORANGE, opacity=1),
            named.mark_text(align="left", dx=12, dy=12, color=ORANGE, fontWeight="bold").encode(text="label:N"),
        ),
        height=300,
    )
