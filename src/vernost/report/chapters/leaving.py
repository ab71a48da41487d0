"""Who is leaving: the map of risk and money, the customers to keep first, and where the revenue at risk is."""

from collections.abc import Callable
from typing import Any

from vernost.predict.card_words import BANDS
from vernost.predict.reasons import from_json
from vernost.report import charts, maps
from vernost.report.chapters.groups import BARS_WIDTH, drift_notes
from vernost.report.chapters.risk_groups import risk_by_group
from vernost.report.document import Chapter, Column, Figure, Finding, Kind, Table
from vernost.report.inquiry import LEAST_CUSTOMERS, Inquiry, Row
from vernost.report.prospects import Prospects, Scored, prospects_of
from vernost.report.risk_map import Place, RiskMap, Step, risk_map
from vernost.report.voice import Voice

_MAP_WIDTH = 620

Lead = Callable[[dict[str, Any]], str]
"""Where a mark leads, by what its customers share: their band, or the ends of their spans; empty when nowhere."""


def _nowhere(_shared: dict[str, Any]) -> str:
    return ""


def leaving(inquiry: Inquiry, voice: Voice) -> Chapter:
    """The chapter."""
    prospects = prospects_of(inquiry)
    title = voice.say("chapter.leaving")
    if prospects is None or not prospects.tells_apart or prospects.present.num_rows < LEAST_CUSTOMERS:
        return Chapter("leaving", title)
    text = _summary(voice, prospects)
    figures = [risk_figure(voice, prospects, text), _list(voice, prospects)]
    findings = [Finding(text, "risk-map", weight=96)]
    if prospects.has_money:
        for figure, finding in risk_by_group(voice, prospects):
            figures.append(figure)
            findings += [finding] if finding else []
    lead = _meaning(voice, prospects)
    return Chapter("leaving", title, tuple(f for f in figures if f.table.rows), tuple(findings), lead=lead)


def _meaning(voice: Voice, prospects: Prospects) -> str:
    card = prospects.card
    kind = "contract" if card.kind == "contract" else card.base
    words = [voice.count(f"risk.of_{kind}", card.days)]
    share = voice.formats.share
    words.append(voice.say("risk.bands", medium=share(card.medium, 0), high=share(card.high, 0)))
    if card.window:
        words.append(voice.count("risk.gone", card.window))
    return " ".join(words)


def _summary(voice: Voice, prospects: Prospects) -> str:
    """How many are at risk, how much money with them, and how much of it with the first of the list."""
    words, endangered = [endangered_words(voice, prospects)], prospects.endangered
    theirs = prospects.whole(endangered).revenue_at_risk if prospects.has_money and endangered.num_rows else 0.0
    if theirs > 0 and len(prospects.first) < endangered.num_rows:
        first = prospects.drift * sum(row["revenue_at_risk"] or 0.0 for row in prospects.first)
        names = voice.formats.number(len(prospects.first))
        words.append(voice.say("risk.first", count=names, share=voice.formats.share(first / theirs)))
    return " ".join(words)


def endangered_words(voice: Voice, scored: Scored) -> str:
    """How many are at risk, and how much money with them."""
    endangered, present = scored.endangered, scored.present
    customers = voice.count("kept.customers", endangered.num_rows)
    share = voice.formats.share(endangered.num_rows / present.num_rows)
    words = [voice.say("risk.customers", customers=customers, share=share)]
    everyone = scored.whole(present)
    if scored.has_money and everyone.share_at_risk is not None and endangered.num_rows:
        money = voice.formats.money
        words.append(
            voice.say(
                "risk.money",
                revenue=money(everyone.revenue),
                at_risk=money(everyone.revenue_at_risk),
                share=voice.formats.share(everyone.share_at_risk),
                theirs=money(scored.whole(endangered).revenue_at_risk),
            )
        )
    return " ".join(words)


# -- the map ----------------------------------------------------------------------------------------------------------


def risk_figure(voice: Voice, scored: Scored, text: str, lead: Lead = _nowhere) -> Figure:
    """Customers by risk and by money; where no money is known, by band of risk.

    Args:
        voice: of the report.
        scored: the customers.
        text: what the figure says.
        lead: where its marks lead when they are pressed.
    """
    gone = scored.customers.num_rows - scored.present.num_rows
    notes = [voice.count("risk.not_drawn", gone)] if gone else []
    if not scored.has_money:
        return _bands(voice, scored, text, lead)
    found = risk_map(scored.present, drift=scored.drift)
    return Figure(
        anchor="risk-map",
        title=voice.say("figure.risk_map"),
        text=text,
        spec=_heat(voice, found, lead),
        table=_map_table(voice, found),
        notes=(voice.say("risk.map_note"), *drift_notes(voice, scored), *notes),
        min_width=_MAP_WIDTH,
    )


def _heat(voice: Voice, found: RiskMap, lead: Lead) -> charts.Spec:
    risks = [_percents(voice, step) for step in found.risks]
    revenues = [_money(voice, step) for step in found.revenues]
    cells = [
        maps.Cell(
            row=revenues[place.revenue],
            column=risks[place.risk],
            value=place.at_risk,
            text=voice.formats.number(place.customers),
            details=_details(voice, place, risks[place.risk], revenues[place.revenue]),
            href=lead(_limits(found.risks[place.risk], found.revenues[place.revenue])),
        )
        for place in found.places
    ]
    return maps.heat_map(cells, rows=revenues[::-1], columns=risks, x_title=voice.say("axis.risk"))


def _limits(risk: Step, revenue: Step) -> dict[str, Any]:
    return {
        "risk_from": risk.low, "risk_to": risk.high, "revenue_from": revenue.low, "revenue_to": revenue.high
    }  # fmt: skip


def _details(voice: Voice, place: Place, risk: str, revenue: str) -> dict[str, str]:
    return {
        voice.say("axis.risk"): risk,
        voice.say("column.expected_revenue"): revenue,
        voice.say("axis.customers"): voice.formats.number(place.customers),
        voice.say("column.revenue_at_risk"): voice.formats.money(place.at_risk),
    }


def _percents(voice: Voice, step: Step) -> str:
    low = round(100 * (step.low or 0))
    return voice.say("industry.from", value=low) if step.high is None else f"{low}\u2013{round(100 * step.high)}"


def _money(voice: Voice, step: Step) -> str:
    if step.low is None:
        return voice.say("industry.up_to", value=voice.formats.money(step.high or 0))
    if step.high is None:
        return voice.say("industry.from", value=voice.formats.money(step.low))
    return voice.formats.interval(step.low, step.high, "money")


def _map_table(voice: Voice, found: RiskMap) -> Table:
    columns = (
        Column(voice.say("axis.risk")),
        Column(voice.say("column.expected_revenue")),
        Column(voice.say("column.customers"), "count"),
        Column(voice.say("column.revenue_at_risk"), "money"),
    )
    rows = tuple(
        (_percents(voice, found.risks[p.risk]), _money(voice, found.revenues[p.revenue]), p.customers, p.at_risk)
        for p in sorted(found.places, key=lambda place: -place.at_risk)
    )
    return Table(voice.say("figure.risk_map"), columns, rows, first=len(rows))


def _bands(voice: Voice, scored: Scored, text: str, lead: Lead) -> Figure:
    """Where no money is known, customers by band."""
    counts = {row["values"]: row["counts"] for row in scored.customers["band"].value_counts().to_pylist()}
    total = scored.customers.num_rows
    rows = [(band, counts[band]) for band in BANDS if counts.get(band)]
    dots = [
        maps.Dot(
            name=BANDS[band].told(voice.language),
            value=count,
            low=None,
            high=None,
            text=f"{voice.formats.number(count)} · {voice.formats.share(count / total)}",
            range="",
            is_marked=band == "high",
            href=lead({"band": band}),
        )
        for band, count in rows
    ]
    columns = (Column(voice.say("column.band")), Column(voice.say("column.customers"), "count"))
    return Figure(
        anchor="risk-map",
        title=voice.say("figure.bands"),
        text=text,
        spec=maps.bars(voice, dots, "count", x_title=voice.say("axis.customers")),
        table=Table(
            voice.say("figure.bands"), columns, tuple((BANDS[band].told(voice.language), count) for band, count in rows)
        ),
        min_width=BARS_WIDTH,
    )


# -- the list ---------------------------------------------------------------------------------------------------------

_LISTED: tuple[tuple[str, Kind], ...] = (
    ("customer_id", "text"),
    ("risk", "share"),
    ("band", "text"),
    ("revenue", "money"),
    ("revenue_at_risk", "money"),
    ("alarming_on", "day"),
    ("reasons", "prose"),
)
_MONEY = ("revenue", "revenue_at_risk")
_TITLES = {"revenue": "expected_revenue", "customer_id": "customer"}


def _list(voice: Voice, prospects: Prospects) -> Figure:
    known = [
        (name, kind)
        for name, kind in _LISTED
        if (prospects.has_money or name not in _MONEY) and any(row[name] is not None for row in prospects.first)
    ]
    rows = tuple(tuple(_cell(voice, row, name) for name, _ in known) for row in prospects.first)
    columns = tuple(Column(voice.say(f"column.{_TITLES.get(name, name)}"), kind) for name, kind in known)
    return Figure(
        anchor="at-risk",
        title=voice.count("figure.at_risk", len(rows)),
        text=voice.say("risk.list" if prospects.has_money else "risk.list_bare"),
        table=Table(voice.say("figure.at_risk_sheet"), columns, rows, first=len(rows)),
    )


def _cell(voice: Voice, row: Row, name: str) -> Any:
    if name == "band":
        return BANDS[row[name]].told(voice.language)
    if name == "reasons":
        return "; ".join(reason.sentence(voice.language) for reason in from_json(row[name]))
    return row[name]
