"""Where to look first: the groups that keep their customers worse, or better, than the others."""

from typing import Any

from vernost.report import maps, sentences
from vernost.report.comparison import LIKELY, Change
from vernost.report.document import Chapter, Column, Figure, Finding, Table
from vernost.report.inquiry import LEAST_CUSTOMERS, Inquiry
from vernost.report.segments import Search, Segment, find_segments
from vernost.report.voice import Voice

MOST_DRAWN = 15
"""Groups of one attribute that are drawn, the largest first."""


def segments(inquiry: Inquiry, voice: Voice) -> Chapter:
    """The chapter."""
    search = find_segments(inquiry)
    told, rest = _sorted(search)
    title = voice.say("chapter.segments")
    if not told:
        return Chapter(anchor="where", title=title)
    findings = _findings(inquiry, voice, search, told[0])
    figures = [_figure(voice, search, attribute) for attribute in told]
    return Chapter(
        anchor="where",
        title=title,
        lead=" ".join(finding.text for finding in findings),
        figures=(*figures, *([_others(voice, search, rest)] if rest else [])),
        findings=findings,
    )


def _sorted(search: Search) -> tuple[list[str], list[str]]:
    """Attributes that tell groups apart beyond noise, or else the likeliest one; and the rest."""
    least: dict[str, float] = {}
    for segment in search.segments:
        p_value = min(segment.p_value, 1.0 if segment.change_p is None else segment.change_p)
        least[segment.attribute] = min(p_value, least.get(segment.attribute, 1.0))
    order = sorted(least, key=lambda attribute: least[attribute])
    count = max(sum(least[attribute] < LIKELY for attribute in order), 1)
    return order[:count], order[count:]


def anchor_of(attribute: str) -> str:
    """Place of an attribute's figure."""
    return f"by-{attribute.replace('_', '-')}"


def _findings(inquiry: Inquiry, voice: Voice, search: Search, first: str) -> tuple[Finding, ...]:
    findings = []
    worst, best, moved = search.worst(), search.best(), search.most_changed()
    if worst:
        text = worst_sentence(voice, search, worst, each=_each(inquiry, search.days))
        findings.append(Finding(text, anchor_of(worst.attribute), weight=95, sure=worst.difference.sure))
    if moved and moved.change:
        text = moved_sentence(voice, search, moved, moved.change)
        findings.append(Finding(text, anchor_of(moved.attribute), weight=85, sure=moved.change.sure))
    if best:
        text = best_sentence(voice, search, best)
        findings.append(Finding(text, anchor_of(best.attribute), weight=55, sure=best.difference.sure))
    if not findings:
        text = voice.say("segment.none", tests=voice.count("segment.tests", search.tests))
        findings.append(Finding(text, anchor_of(first), weight=45, sure="noise"))
    return tuple(findings)


def _each(inquiry: Inquiry, days: int) -> float | None:
    """What a customer brings in the window, on average."""
    from datetime import timedelta

    rows = inquiry.rows("revenue_per_customer", since=inquiry.day - timedelta(days=days - 1), until=inquiry.day)
    return rows[0]["value"] if rows else None


def _gaps(voice: Voice, search: Search, segment: Segment) -> dict[str, str]:
    return {
        "attribute": voice.say(f"attribute.{segment.attribute}"),
        "value": voice.quoted(value_name(voice, segment.value)),
        "rate": voice.formats.share(segment.row["value"]),
        "customers": voice.count("kept.customers", segment.row["denominator"]),
        "rest": voice.formats.share(segment.rest["value"]),
        "days": voice.formats.number(search.days),
        "tests": voice.count("segment.tests", search.tests),
    }


def value_name(voice: Voice, value: Any) -> str:
    """A value of an attribute as people read it."""
    if value is None or value == "":
        return voice.say("attribute.unknown")
    if isinstance(value, bool):
        return voice.say("attribute.yes" if value else "attribute.no")
    return str(value)


def worst_sentence(voice: Voice, search: Search, segment: Segment, *, each: float | None) -> str:
    """The group to look at first, what it costs and how sure that is."""
    verdict = voice.say(f"difference.{segment.difference.sure}")
    words = [voice.say("segment.worst", verdict=verdict, **_gaps(voice, search, segment))]
    excess = round(segment.excess)
    if excess:
        words.append(voice.count("segment.excess", excess))
    if excess and each and each > 0:
        money = voice.formats.money
        cost = {"each": money(each), "total": money(each * excess), "days": voice.formats.number(search.days)}
        words.append(voice.say("segment.excess_cost", **cost))
    return " ".join(words)


def best_sentence(voice: Voice, search: Search, segment: Segment) -> str:
    """The group to learn from."""
    verdict = voice.say(f"difference.{segment.difference.sure}")
    return voice.say("segment.best", verdict=verdict, **_gaps(voice, search, segment))


def moved_sentence(voice: Voice, search: Search, segment: Segment, change: Change) -> str:
    """The group whose retention moved most."""
    return voice.say(
        "segment.rose" if change.difference > 0 else "segment.fell",
        before=voice.formats.share(change.before["value"]),
        verdict=sentences.verdict(voice, change),
        **_gaps(voice, search, segment),
    )


def _others(voice: Voice, search: Search, attributes: list[str]) -> Figure:
    """Attributes that tell nothing apart, as one table."""
    names = [voice.say(f"attribute.{attribute}") for attribute in attributes]
    groups = [segment for segment in search.segments if segment.attribute in attributes]
    return Figure(
        anchor="by-others",
        title=voice.say("figure.others"),
        text=voice.say("segment.others", names=voice.formats.listed(names)),
        table=_table(voice, voice.say("figure.others"), groups),
    )


def _figure(voice: Voice, search: Search, attribute: str) -> Figure:
    groups = search.by_attribute()[attribute]
    name = voice.say(f"attribute.{attribute}")
    drawn = sorted(groups[:MOST_DRAWN], key=lambda segment: segment.row["value"])
    row = groups[0]
    kept = row.row["numerator"] + row.rest["numerator"]
    overall = kept / (row.row["denominator"] + row.rest["denominator"])
    dots = [
        maps.Dot(
            name=value_name(voice, segment.value),
            value=segment.row["value"],
            low=segment.row["low"],
            high=segment.row["high"],
            text=voice.formats.share(segment.row["value"]),
            range=voice.formats.interval(segment.row["low"], segment.row["high"], "share"),
            is_marked=segment.difference.sure != "noise",
            note=voice.say(f"difference.{segment.difference.sure}"),
        )
        for segment in drawn
    ]
    notes = [voice.say("note.independent")]
    if len(drawn) < len(groups):
        notes.append(voice.say("note.drawn_groups", drawn=len(drawn), all=len(groups)))
    days, least = voice.formats.number(search.days), voice.formats.number(LEAST_CUSTOMERS)
    return Figure(
        anchor=anchor_of(attribute),
        title=voice.say("figure.segments", attribute=name),
        text=voice.say("segment.figure", days=days, attribute=name, least=least),
        spec=maps.dots(
            voice, dots, "share", x_title=voice.name("retention_rate"), reference=(overall, voice.say("axis.company"))
        ),
        table=_table(voice, voice.say("figure.segments", attribute=name), groups),
        notes=tuple(notes),
    )


def _table(voice: Voice, name: str, groups: list[Segment]) -> Table:
    return Table(
        name=name,
        columns=(
            Column(voice.say("column.attribute")),
            Column(voice.say("column.value")),
            Column(voice.say("column.retention"), "share"),
            Column(voice.say("column.low"), "share"),
            Column(voice.say("column.high"), "share"),
            Column(voice.say("column.kept"), "count"),
            Column(voice.say("column.base"), "count"),
            Column(voice.say("column.rest"), "share"),
            Column(voice.say("column.p_value"), "number"),
            Column(voice.say("column.sure")),
        ),
        rows=tuple(
            (
                voice.say(f"attribute.{segment.attribute}"),
                value_name(voice, segment.value),
                *(segment.row[key] for key in ("value", "low", "high", "numerator", "denominator")),
                segment.rest["value"],
                segment.p_value,
                voice.say(f"sure.{segment.difference.sure}"),
            )
            for segment in groups
        ),
    )
