"""What customers are worth: lifetime value by group and by customer, what one kept is worth, and what one costs."""

from collections.abc import Sequence

from vernost.predict.worth import Group
from vernost.report import charts, maps
from vernost.report.chapters.groups import (
    BARS_WIDTH,
    GroupColumn,
    drift_notes,
    group_name,
    group_table,
    money_bars,
    solid,
)
from vernost.report.chapters.worth import assumed
from vernost.report.document import Chapter, Column, Figure, Finding, Kind, Table
from vernost.report.inquiry import LEAST_CUSTOMERS, Inquiry, Row
from vernost.report.prospects import RFM, Prospects, prospects_of
from vernost.report.voice import Voice

CHANNEL = "acquisition_channel"
"""The cut by which customers cost differently."""

_FIRST, _SHOWN = 1000, 20
"""The most valuable customers in the workbook, and on the page."""

_COLUMNS: tuple[GroupColumn, ...] = (
    ("customers", "count", lambda group: group.customers),
    ("each_value", "money", lambda group: group.value),
    ("each_historic", "money", lambda group: group.historic / group.customers),
    ("each_expected", "money", lambda group: group.expected / group.customers),
    ("expected_margin", "money", lambda group: group.expected),
    ("avoided_loss", "money", lambda group: group.avoided_loss),
)


def values(inquiry: Inquiry, voice: Voice) -> Chapter:
    """The chapter."""
    prospects, title = prospects_of(inquiry), voice.say("chapter.values")
    if prospects is None or not prospects.has_money or prospects.customers.num_rows < LEAST_CUSTOMERS:
        return Chapter("values", title)
    value = _value(inquiry, voice, prospects)
    cost, findings = _cost(inquiry, voice, prospects)
    figures = [value, *cost, _most_valuable(voice, prospects)]
    return Chapter("values", title, tuple(figures), (Finding(value.text, value.anchor, weight=91), *findings))


# -- by group ---------------------------------------------------------------------------------------------------------


def _value(inquiry: Inquiry, voice: Voice, prospects: Prospects) -> Figure:
    cuts = prospects.grouped(prospects.customers)
    drawn = next((cut for cut in (RFM, "plan", CHANNEL, *cuts) if len(solid(cuts.get(cut, []))) > 1), None)
    name = voice.say("figure.customer_value")
    notes = [
        assumed(inquiry, voice),
        voice.say("value.method"),
        voice.say("value.avoided"),
        *drift_notes(voice, prospects),
    ]
    if drawn:
        notes.insert(0, voice.say("value.drawn", attribute=voice.say(f"attribute.{drawn}")))
    everyone = prospects.whole(prospects.customers)
    return Figure(
        anchor="customer-value",
        title=name,
        text=" ".join(_sentences(voice, everyone)),
        spec=money_bars(
            voice,
            drawn,
            [group for group in solid(cuts[drawn]) if group.value > 0],
            lambda group: group.value,
            x_title=voice.name("clv"),
            marked=None,
        )
        if drawn
        else None,
        table=group_table(voice, name, {"everyone": [everyone]} | cuts, _COLUMNS),
        notes=tuple(notes),
        min_width=BARS_WIDTH,
    )


def _sentences(voice: Voice, everyone: Group) -> list[str]:
    money = voice.formats.money
    words = [
        voice.count(
            "value.sentence",
            everyone.customers,
            value=money(everyone.value),
            historic=money(everyone.historic / everyone.customers),
            expected=money(everyone.expected / everyone.customers),
            total=money(everyone.expected),
        )
    ]
    if everyone.avoided_loss:
        words.append(voice.say("value.avoided_loss", value=money(everyone.avoided_loss)))
    return words


# -- against what they cost -------------------------------------------------------------------------------------------


def _cost(inquiry: Inquiry, voice: Voice, prospects: Prospects) -> tuple[list[Figure], list[Finding]]:
    rows = [row for row in _costs(inquiry, voice, prospects) if row["cost"]]
    if not rows:
        return [], []
    name = voice.say("figure.value_to_cost")
    worst = min((row for row in rows if row["cut"]), key=lambda row: row["ratio"], default=None)
    text = _ratio_sentence(voice, rows[0] if not rows[0]["cut"] else None, worst)
    keys: tuple[tuple[str, Kind], ...] = (
        ("value", "money"),
        ("cost", "money"),
        ("ratio", "ratio"),
        ("payback", "number"),
        ("customers", "count"),
    )
    titles = {"value": voice.name("clv"), "cost": voice.name("cac"), "ratio": voice.name("clv_to_cac")}
    titles |= {"payback": voice.name("payback"), "customers": voice.say("column.customers")}
    columns = (Column(voice.say(f"attribute.{CHANNEL}")), *(Column(titles[key], kind) for key, kind in keys))
    figure = Figure(
        anchor="value-to-cost",
        title=name,
        text=text,
        spec=_ratios(voice, rows) if len(rows) > 1 else None,
        table=Table(name, columns, tuple((row["name"], *(row[key] for key, _ in keys)) for row in rows), first=60),
        notes=(assumed(inquiry, voice),),
        min_width=BARS_WIDTH,
    )
    is_loss = worst is not None and worst["ratio"] < 1
    return [figure], [Finding(text, figure.anchor, weight=86 if is_loss else 58)] if text else []


def _costs(inquiry: Inquiry, voice: Voice, prospects: Prospects) -> list[Row]:
    """Value beside cost of all customers, then of each channel, the dearest in terms of value last."""
    rows = [_row(voice.say("attribute.everyone"), None, prospects.whole(prospects.customers), inquiry.rows("cac"),
                 inquiry.rows("payback"))]  # fmt: skip
    if CHANNEL in prospects.cuts:
        costs, paid = inquiry.rows("cac", cut=CHANNEL), inquiry.rows("payback", cut=CHANNEL)
        channels = [
            _row(
                group_name(voice, CHANNEL, group),
                group.name,
                group,
                [row for row in costs if row[CHANNEL] == group.name],
                [row for row in paid if row[CHANNEL] == group.name],
            )
            for group in solid(prospects.grouped(prospects.customers).get(CHANNEL, []))
        ]
        rows += sorted(channels, key=lambda row: -(row["ratio"] or 0))
    return rows


def _row(name: str, cut: object, group: Group, costs: Sequence[Row], paid: Sequence[Row]) -> Row:
    cost = costs[0]["value"] if costs else None
    ratio = group.value / cost if cost else None
    return {
        "name": name,
        "cut": cut,
        "value": group.value,
        "cost": cost,
        "ratio": ratio,
        "payback": paid[0]["value"] if paid else None,
        "customers": group.customers,
    }


def _ratio_sentence(voice: Voice, everyone: Row | None, worst: Row | None) -> str:
    words = []
    if everyone:
        gaps = {key: voice.formats.money(everyone[key]) for key in ("value", "cost")}
        words.append(voice.say("value.ratio", ratio=voice.formats.number(everyone["ratio"], 1), **gaps))
    if worst:
        gaps = {key: voice.formats.money(worst[key]) for key in ("value", "cost")}
        key = "value.worst_loss" if worst["ratio"] < 1 else "value.worst"
        ratio = voice.formats.number(worst["ratio"], 1)
        words.append(voice.say(key, channel=voice.quoted(worst["name"]), ratio=ratio, **gaps))
    return " ".join(words)


def _ratios(voice: Voice, rows: Sequence[Row]) -> charts.Spec:
    dots = [
        maps.Dot(
            name=row["name"],
            value=row["ratio"],
            low=None,
            high=None,
            text=voice.formats.number(row["ratio"], 1),
            range=voice.count("kept.customers", row["customers"]),
            is_marked=row["ratio"] < 1,
        )
        for row in rows
    ]
    return maps.bars(voice, dots, "ratio", x_title=voice.name("clv_to_cac"), range_title=voice.say("axis.customers"))


# -- by customer ------------------------------------------------------------------------------------------------------


def _most_valuable(voice: Voice, prospects: Prospects) -> Figure:
    order = [("value", "descending"), ("customer_id", "ascending")]
    keys: tuple[tuple[str, Kind], ...] = (
        ("customer_id", "text"),
        ("value", "money"),
        ("historic", "money"),
        ("expected", "money"),
        ("risk", "share"),
    )
    found = prospects.customers.sort_by(order).slice(0, _FIRST).select([key for key, _ in keys])
    titles = ("customer", "each_value", "each_historic", "each_expected", "risk")
    name = voice.say("figure.most_valuable")
    columns = tuple(Column(voice.say(f"column.{title}"), kind) for title, (_, kind) in zip(titles, keys, strict=True))
    rows = tuple(tuple(row.values()) for row in found.to_pylist())
    return Figure("most-valuable", name, voice.say("value.list"), Table(name, columns, rows, first=_SHOWN))
