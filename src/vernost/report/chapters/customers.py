"""Who the customers are: the RFM map, ready segments, concentration of revenue, those who leave in silence."""

from collections.abc import Mapping, Sequence
from typing import Any

from vernost.measure.rfm import segments as rfm_segments
from vernost.report import maps, sentences
from vernost.report.chapters.figures import interval_note, line, over_time
from vernost.report.document import Chapter, Column, Figure, Finding, Part, Table
from vernost.report.inquiry import LEAST_CUSTOMERS, Inquiry, Row
from vernost.report.voice import Voice

SLIPPING = ("cannot_lose", "at_risk")
"""RFM segments of customers who bought often and went quiet."""

GROUPS = ("vip", "regular", "new", "at_risk", "lost")
_TOP, _SILENT_DAYS = 0.2, 90
_BARS_WIDTH = 460


def customers(inquiry: Inquiry, voice: Voice) -> Chapter:
    """The chapter."""
    makers = (rfm, groups, concentration, silent)
    found = [part for make in makers if (part := make(inquiry, voice))]
    return Chapter(
        anchor="customers",
        title=voice.say("chapter.customers"),
        figures=tuple(figure for figure, _ in found),
        findings=tuple(finding for _, findings in found for finding in findings),
    )


# -- RFM --------------------------------------------------------------------------------------------------------------


def rfm(inquiry: Inquiry, voice: Voice) -> Part | None:
    """The RFM map."""
    cells = _rfm_cells(inquiry)
    total = sum(cell["customers"] for cell in cells)
    if total < LEAST_CUSTOMERS:
        return None
    sums = _by_segment(cells)
    largest = max(sums, key=lambda name: sums[name]["customers"])
    words = [
        voice.say(
            "rfm.sentence",
            name=_segment_name(voice, largest),
            customers=voice.count("kept.customers", sums[largest]["customers"]),
            share=voice.formats.share(sums[largest]["customers"] / total),
        )
    ]
    danger = _danger(voice, sums, total)
    figure = Figure(
        anchor="rfm",
        title=voice.say("figure.rfm"),
        text=" ".join([*words, *danger]),
        spec=maps.grid(
            [_rfm_cell(voice, cell, inquiry.href("rfm", cell)) for cell in cells],
            x_title=voice.say("axis.recency"),
            y_title=voice.say("axis.frequency"),
        ),
        table=_rfm_table(voice, sums, total),
        notes=(voice.say("note.bubble"),),
    )
    return figure, [Finding(text, "rfm", weight=68) for text in danger]


def _rfm_cells(inquiry: Inquiry) -> list[Row]:
    """Customers and their revenue by recency and frequency score, summed by the engine."""
    answer = inquiry.ask("rfm", lazily=True)
    if answer is None:
        return []
    table = answer.expression
    cells = table.group_by(["r", "f", "segment"]).agg(customers=table.count(), money=table.monetary.sum())
    found = inquiry.log.fetch(cells.order_by(["f", "r"])).to_pylist()
    return [cell | {"money": None if cell["money"] is None else float(cell["money"])} for cell in found]


def _segment_name(voice: Voice, name: str) -> str:
    return voice.quoted(rfm_segments()[name][voice.language])


def _by_segment(cells: Sequence[Row]) -> dict[str, Row]:
    sums: dict[str, Row] = {}
    for cell in cells:
        found = sums.setdefault(cell["segment"], {"customers": 0, "money": None})
        found["customers"] += cell["customers"]
        if cell["money"] is not None:
            found["money"] = (found["money"] or 0.0) + cell["money"]
    return {name: sums[name] for name in rfm_segments() if name in sums}


def _danger(voice: Voice, sums: dict[str, Row], total: int) -> list[str]:
    """The sentence on those who bought often and went quiet."""
    slipping = [name for name in SLIPPING if name in sums]
    heads = sum(sums[name]["customers"] for name in slipping)
    if not heads:
        return []
    money = sum(sums[name]["money"] or 0.0 for name in slipping)
    everything = sum(row["money"] or 0.0 for row in sums.values())
    gaps = {
        "customers": voice.count("kept.customers", heads),
        "names": voice.formats.listed([_segment_name(voice, name) for name in slipping]),
    }
    if money <= 0 or everything <= 0:
        return [voice.say("rfm.danger_bare", share=voice.formats.share(heads / total), **gaps)]
    share = voice.formats.share(money / everything)
    return [voice.say("rfm.danger", money=voice.formats.money(money), share=share, **gaps)]


def _rfm_cell(voice: Voice, cell: Row, href: str) -> Row:
    heads, money = cell["customers"], cell["money"]
    details = {
        voice.say("column.segment"): rfm_segments()[cell["segment"]][voice.language],
        voice.say("column.customers"): voice.formats.number(heads),
    }
    if money is not None:
        details[voice.say("axis.revenue_each")] = voice.formats.money(money / heads)
    each = None if money is None else money / heads
    return {
        "r": cell["r"],
        "f": cell["f"],
        "customers": heads,
        "value": each,
        "text": voice.formats.number(heads),
        "details": details,
        "href": href,
    }


def _rfm_table(voice: Voice, sums: dict[str, Row], total: int) -> Table:
    columns = [
        Column(voice.say("column.segment")),
        Column(voice.say("column.customers"), "count"),
        Column(voice.say("column.share"), "share"),
    ]
    has_money = any(row["money"] is not None for row in sums.values())
    everything = sum(row["money"] or 0.0 for row in sums.values())
    if has_money:
        columns += [Column(voice.say("column.revenue"), "money"), Column(voice.say("axis.revenue_share"), "share")]
    rows = []
    for name, row in sums.items():
        cells: tuple[Any, ...] = (rfm_segments()[name][voice.language], row["customers"], row["customers"] / total)
        money = (row["money"], row["money"] / everything if row["money"] is not None and everything > 0 else None)
        rows.append(cells + (money if has_money else ()))
    return Table(voice.say("figure.rfm"), tuple(columns), tuple(rows))


# -- ready segments ---------------------------------------------------------------------------------------------------


def groups(inquiry: Inquiry, voice: Voice) -> Part | None:
    """Ready segments by their size."""
    found = [(name, row) for name in GROUPS if (row := next(iter(inquiry.rows(name)), None)) and row["denominator"]]
    if not found or found[0][1]["denominator"] < LEAST_CUSTOMERS:
        return None
    text = _groups_text(voice, dict(found))
    dots = [
        maps.Dot(
            name=voice.name(name),
            value=row["value"],
            low=row["low"],
            high=row["high"],
            text=f"{voice.formats.number(row['numerator'])} · {voice.formats.share(row['value'])}",
            range=voice.formats.interval(row["low"], row["high"], "share"),
            is_marked=name in ("at_risk", "lost"),
            href=inquiry.href(name, row),
        )
        for name, row in found
    ]
    figure = Figure(
        anchor="groups",
        title=voice.say("figure.groups"),
        text=text,
        spec=maps.bars(voice, dots, "share", x_title=voice.say("axis.share")),
        table=_groups_table(voice, found),
        min_width=_BARS_WIDTH,
    )
    return figure, [Finding(text, "groups", weight=50)] if text else []


def _groups_text(voice: Voice, rows: Mapping[str, Row]) -> str:
    if "at_risk" not in rows or "lost" not in rows:
        return ""
    return voice.say(
        "groups.sentence",
        customers=voice.count("kept.customers", rows["lost"]["denominator"]),
        at_risk=voice.formats.share(rows["at_risk"]["value"]),
        lost=voice.formats.share(rows["lost"]["value"]),
    )


def _groups_table(voice: Voice, rows: Sequence[tuple[str, Row]]) -> Table:
    columns = (
        Column(voice.say("column.group")),
        Column(voice.say("column.customers"), "count"),
        Column(voice.say("column.base"), "count"),
        Column(voice.say("column.share"), "share"),
        Column(voice.say("column.meaning")),
    )
    cells = (
        (voice.name(name), row["numerator"], row["denominator"], row["value"], voice.meaning(name))
        for name, row in rows
    )
    return Table(voice.say("figure.groups"), columns, tuple(cells))


# -- concentration ----------------------------------------------------------------------------------------------------


def concentration(inquiry: Inquiry, voice: Voice) -> Part | None:
    """How much of the revenue the largest customers bring."""
    answer = inquiry.ask("concentration")
    row = (
        next((row for row in answer.rows if row["top"] == _TOP and row["value"] is not None), None) if answer else None
    )
    points = answer.summary.get("lorenz") if answer else None
    if answer is None or row is None or not points or row["customers"] < LEAST_CUSTOMERS:
        return None
    # The measure's curve begins with the poorest; people ask about the largest.
    largest = [(1 - point["customers"], 1 - point["revenue"]) for point in reversed(points)]
    text = sentences.concentration(voice, top=_TOP, value=row["value"], eighty=row["customers_for_80"])
    mark = voice.say("concentration.mark", top=voice.formats.share(_TOP, 0), value=voice.formats.share(row["value"]))
    figure = Figure(
        anchor="concentration",
        title=voice.say("figure.concentration"),
        text=text,
        spec=maps.lorenz(voice, largest, (_TOP, row["value"], mark), href=inquiry.href("concentration", row)),
        table=Table(
            voice.say("figure.concentration"),
            (
                Column(voice.say("column.top"), "share"),
                Column(voice.say("axis.revenue_share"), "share"),
                Column(voice.say("column.revenue"), "money"),
            ),
            tuple((found["top"], found["value"], found["numerator"]) for found in answer.rows),
        ),
        notes=(f"{voice.say('concentration.gini')}: {voice.formats.number(row['gini'], 2)}.",),
    )
    return figure, [Finding(text, "concentration", weight=48)]


# -- those who leave in silence ---------------------------------------------------------------------------------------


def silent(inquiry: Inquiry, voice: Voice) -> Part | None:
    """Those who leave without a word."""
    answer = inquiry.ask("silent_leaver_rate", by=inquiry.by)
    overall = next(iter(inquiry.rows("silent_leaver_rate")), None)
    if answer is None or overall is None or not overall["denominator"]:
        return None
    text = sentences.silent(voice, overall, now=voice.say("silent.ever"), days=_SILENT_DAYS)
    figure = over_time(
        inquiry,
        voice,
        "silent",
        [line(inquiry, voice, "silent_leaver_rate")],
        title=voice.say("figure.silent"),
        text=text,
        notes=[interval_note(voice, answer)],
    )
    return (figure, [Finding(text, "silent", weight=60)]) if figure else None
