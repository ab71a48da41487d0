"""What retention is worth here: more of it, and the economics of a customer."""

from collections.abc import Sequence

from vernost.options import POINTS
from vernost.report import maps, sentences
from vernost.report.document import Chapter, Column, Figure, Finding, Table
from vernost.report.inquiry import LEAST_CUSTOMERS, Inquiry, Row
from vernost.report.prospects import prospects_of
from vernost.report.voice import Voice

ECONOMICS = ("clv", "cac", "clv_to_cac", "payback", "roas", "roi")
FORECAST = ("clv", "clv_to_cac")
"""What the chapter on the worth of customers tells by the forecast, which knows more than the measures do."""

_BARS_WIDTH = 460


def worth(inquiry: Inquiry, voice: Voice) -> Chapter:
    """The chapter."""
    figure, findings = _worth(inquiry, voice)
    figures = tuple(figure for figure in (figure, _economics(inquiry, voice)) if figure)
    return Chapter("worth-chapter", voice.say("chapter.worth"), figures, tuple(findings))


def _worth(inquiry: Inquiry, voice: Voice) -> tuple[Figure | None, list[Finding]]:
    rows = [row for row in inquiry.rows("retention_value", points=POINTS) if row["value"] and row["profit"]]
    # Who already keeps 98 % cannot win five points more.
    rows = [row for row in rows if row["retention"] < 1]
    row = rows[-1] if rows else None
    if row is None or row["customers"] < LEAST_CUSTOMERS:
        return None, []
    text = sentence(voice, row)
    figure = Figure(
        anchor="worth",
        title=voice.say("figure.worth"),
        text=f"{now(voice, rows[0])} {text}",
        spec=maps.bars(voice, _bars(voice, rows), "money", x_title=voice.say("axis.yearly_profit")),
        table=_table(voice, rows),
        notes=(assumed(inquiry, voice),),
        min_width=_BARS_WIDTH,
    )
    return figure, [Finding(text, "worth", weight=92)]


def sentence(voice: Voice, row: Row) -> str:
    """What so many points more are worth, a year and in all."""
    gained = voice.say(
        "worth.value", value=voice.formats.money(row["value"]), interval=sentences.interval(voice, row, "money")
    )
    yearly = voice.count("worth.sentence", row["points"], profit=voice.formats.money(row["profit"]))
    return f"{yearly} {gained}"


def now(voice: Voice, row: Row) -> str:
    """The yearly retention that the points are added to."""
    return voice.say("worth.now", retention=voice.formats.share(row["retention"] - row["points"] / 100))


def assumed(inquiry: Inquiry, voice: Voice) -> str:
    """The settings that the data cannot tell."""
    settings = inquiry.settings
    margin, discount = (voice.formats.share(rate, 0) for rate in (settings.margin_rate, settings.discount_rate))
    return voice.say("worth.assumed", margin=margin, discount=discount, years=settings.horizon)


def _bars(voice: Voice, rows: Sequence[Row]) -> list[maps.Dot]:
    return [
        maps.Dot(
            name=voice.say("worth.points", points=row["points"]),
            value=row["profit"],
            low=None,
            high=None,
            text=voice.formats.money(row["profit"]),
            range="",
            is_marked=row is rows[-1],
        )
        for row in rows
    ]


def _table(voice: Voice, rows: Sequence[Row]) -> Table:
    columns = (
        Column(voice.say("column.points"), "count"),
        Column(voice.say("column.retention"), "share"),
        Column(voice.say("column.profit"), "money"),
        Column(voice.say("column.value_added"), "money"),
        Column(voice.say("column.low"), "money"),
        Column(voice.say("column.high"), "money"),
    )
    keys = ("points", "retention", "profit", "value", "low", "high")
    return Table(voice.say("figure.worth"), columns, tuple(tuple(row[key] for key in keys) for row in rows))


def _economics(inquiry: Inquiry, voice: Voice) -> Figure | None:
    prospects = prospects_of(inquiry)
    is_foretold = prospects is not None and prospects.has_money
    rows = []
    for name in [name for name in ECONOMICS if not (is_foretold and name in FORECAST)]:
        answer = inquiry.ask(name)
        row = next((row for row in answer.rows if row.get("value") is not None), None) if answer else None
        if answer and row and row.get("customers", LEAST_CUSTOMERS) >= LEAST_CUSTOMERS:
            shown = voice.formats.value(row["value"], answer.unit)
            bounds = voice.formats.interval(row.get("low"), row.get("high"), answer.unit)
            rows.append((voice.name(name), shown, bounds, voice.meaning(name)))
    if not rows:
        return None
    columns = tuple(Column(voice.say(f"column.{name}")) for name in ("measure", "value", "low_high", "meaning"))
    table = Table(voice.say("figure.economics"), columns, tuple(rows))
    return Figure("economics", table.name, assumed(inquiry, voice), table)
