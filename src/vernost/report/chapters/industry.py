"""The company against published figures of its industry, each with its source, date and population."""

from collections.abc import Sequence

from vernost.report import charts, maps, sentences
from vernost.report.document import Chapter, Column, Figure, Table
from vernost.report.inquiry import Inquiry, Row
from vernost.report.voice import Voice

MOST_DRAWN = 20
"""Comparisons drawn; the table has all."""

_UNITS = ("share", "points", "hours", "months", "rating")
_WIDTH = 620


def industry(inquiry: Inquiry, voice: Voice) -> Chapter:
    """The chapter."""
    title = voice.say("chapter.industry")
    rows = [row for row in inquiry.rows("benchmarks", industry=inquiry.industry) if _is_comparable(voice, row)]
    if not rows:
        return Chapter("industry-chapter", title)
    shares = [row for row in rows if row["unit"] == "share" and row["value"] is not None]
    drawn = [row | {"name": name} for row, name in zip(shares, _names(voice, shares), strict=True)][:MOST_DRAWN]
    notes = [voice.say("note.drawn_groups", drawn=len(drawn), all=len(shares))] if len(drawn) < len(shares) else []
    figure = Figure(
        anchor="industry",
        title=voice.say("figure.industry"),
        text=voice.say("industry.sentence"),
        spec=_chart(voice, drawn) if drawn else None,
        table=_table(voice, rows),
        notes=tuple(notes),
        min_width=_WIDTH,
    )
    return Chapter("industry-chapter", title, (figure,))


def _chart(voice: Voice, rows: Sequence[Row]) -> charts.Spec:
    return maps.pairs(
        voice,
        [_pair(voice, row) for row in rows],
        names=(voice.say("industry.published"), voice.say("axis.ours")),
        x_title=voice.say("axis.share"),
        note_title=voice.say("column.source"),
    )


def _is_comparable(voice: Voice, row: Row) -> bool:
    """Whether a figure is in a unit of ours: money of another currency says nothing here."""
    return row["unit"] in _UNITS or row["unit"] == voice.currency.strip().upper()


def trade(voice: Voice, name: str) -> str:
    """An industry's name."""
    key = f"trade.{name}"
    return voice.say(key) if key in voice.texts else name


def published(voice: Voice, row: Row) -> str:
    """A published figure in words: a value, bounds, or both."""
    unit = row["unit"] if row["unit"] in _UNITS else "money"
    value, low, high = row["figure"], row["figure_low"], row["figure_high"]
    bounds = {"low": low, "high": high}
    if value is not None:
        return voice.formats.value(value, unit) + sentences.interval(voice, bounds, unit)
    if low is not None and high is not None:
        return voice.formats.interval(low, high, unit)
    if low is not None:
        return voice.say("industry.from", value=voice.formats.value(low, unit))
    return voice.say("industry.up_to", value=voice.formats.value(high, unit))


def _ours(voice: Voice, row: Row) -> str:
    unit = row["unit"] if row["unit"] in _UNITS else "money"
    return voice.formats.value(row["value"], unit) + sentences.interval(voice, row, unit)


def _names(voice: Voice, rows: Sequence[Row]) -> list[str]:
    """What each row compares; who measured it is added where two rows would be named alike."""
    names = [
        voice.say("industry.place", measure=voice.name(row["measure"]), industry=trade(voice, row["industry"]))
        for row in rows
    ]
    return [
        f"{name} ({row['publisher']})" if names.count(name) > 1 else name for name, row in zip(names, rows, strict=True)
    ]


def _pair(voice: Voice, row: Row) -> maps.Pair:
    return maps.Pair(
        name=row["name"],
        ours=row["value"],
        theirs=row["figure"],
        low=row["figure_low"],
        high=row["figure_high"],
        ours_text=_ours(voice, row),
        theirs_text=published(voice, row),
        note=f"{row['publisher']}, {_date(voice, row)}",
    )


def _date(voice: Voice, row: Row) -> str:
    return voice.say("industry.undated") if row["date"] == "undated" else row["date"]


def _table(voice: Voice, rows: Sequence[Row]) -> Table:
    titles = ("measure", "industry", "ours", "theirs", "date", "source", "population")
    return Table(
        name=voice.say("figure.industry"),
        columns=tuple(Column(voice.say(f"column.{title}")) for title in titles),
        rows=tuple(
            (
                voice.name(row["measure"]),
                trade(voice, row["industry"]),
                _ours(voice, row),
                published(voice, row),
                _date(voice, row),
                f"{row['publisher']}. {row['title']}",
                row[f"population_{voice.language}"],
            )
            for row in rows
        ),
    )
