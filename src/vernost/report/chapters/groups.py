"""Groups of customers as the chapters on the future name, draw and table them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from vernost.measure.rfm import segments as rfm_segments
from vernost.predict.worth import Group
from vernost.report import charts, maps
from vernost.report.chapters.segments import value_name
from vernost.report.document import Column, Kind, Table
from vernost.report.inquiry import LEAST_CUSTOMERS
from vernost.report.prospects import RFM, Scored
from vernost.report.voice import Voice

GroupColumn = tuple[str, Kind, Callable[[Group], Any]]
"""A column of a table of groups: key of its title, kind and value."""

MOST_DRAWN = 12
"""Groups that are drawn."""

BARS_WIDTH = 460


def group_name(voice: Voice, cut: str, group: Group) -> str:
    """A group as people read it."""
    if cut == RFM and group.name is not None:
        return rfm_segments()[group.name][voice.language]
    return value_name(voice, group.name)


def drift_notes(voice: Voice, scored: Scored) -> tuple[str, ...]:
    """That sums are corrected, where that shows."""
    times = voice.formats.number(scored.drift, 2)
    return () if times == voice.formats.number(1.0, 2) else (voice.say("value.drift", times=times),)


def solid(groups: Sequence[Group]) -> list[Group]:
    """Groups that are known and large enough for a conclusion."""
    return [group for group in groups if group.customers >= LEAST_CUSTOMERS and group.name not in (None, "")]


def money_bars(
    voice: Voice, cut: str, groups: Sequence[Group], of: Callable[[Group], float], *, x_title: str, marked: Any
) -> charts.Spec:
    """Groups by an amount of money, the greatest first."""
    shown = sorted(groups, key=of, reverse=True)[:MOST_DRAWN]
    dots = [
        maps.Dot(
            name=group_name(voice, cut, group),
            value=of(group),
            low=None,
            high=None,
            text=voice.formats.money(of(group)),
            range=voice.count("kept.customers", group.customers),
            is_marked=group is marked,
        )
        for group in shown
    ]
    return maps.bars(voice, dots, "money", x_title=x_title, range_title=voice.say("axis.customers"))


def group_table(
    voice: Voice,
    name: str,
    cuts: Mapping[str, Sequence[Group]],
    columns: Sequence[GroupColumn],
) -> Table:
    """All groups of all cuts in one table.

    Args:
        voice: the language.
        name: of the table.
        cuts: cut -> its groups.
        columns: what is told of each group.
    """
    titles = (Column(voice.say("column.attribute")), Column(voice.say("column.value")))
    return Table(
        name=name,
        columns=(*titles, *(Column(voice.say(f"column.{key}"), kind) for key, kind, _ in columns)),
        rows=tuple(
            (voice.say(f"attribute.{cut}"), group_name(voice, cut, group), *(value(group) for _, _, value in columns))
            for cut, groups in cuts.items()
            for group in groups
        ),
        first=60,
    )
