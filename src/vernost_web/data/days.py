"""Facts day by day as a calendar, in which days without facts where many are usual stand out."""

from collections.abc import Mapping, Set
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from vernost.report.charts import finished, inline
from vernost.report.theme import HEAT, ORANGE, PAPER
from vernost.report.voice import Voice

WEEKS = 104
"""Weeks that are shown: the last ones."""

MIN_WIDTH = 900
_HEIGHT = 150
_QUARTERS = "date(datum.value) <= 7 && month(datum.value) % 3 == 0 ? timeFormat(datum.value, '%b %y') : ''"


def calendar(voice: Voice, counts: Mapping[date, int], empty: Set[date]) -> dict[str, Any]:
    """A calendar of weeks by weekdays: the darker the more facts, suspiciously empty days framed."""
    import altair as alt

    days = [_day(voice, day, counts.get(day, 0), is_empty=day in empty) for day in _shown(counts)]
    weekdays = [_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")]
    base = alt.Chart(inline(days)).encode(
        x=alt.X(
            "yearmonthdate(week):O",
            title=None,
            axis=alt.Axis(
                labelExpr=_QUARTERS,
                labelAngle=0, labelOverlap=False, ticks=False, domain=False,
            ),
        ),
        y=alt.Y("weekday:O", title=None, sort=list(range(7)), axis=alt.Axis(
            labelExpr=f"{weekdays!r}[datum.value]", ticks=False, domain=False)),
        tooltip=[alt.Tooltip("day:N", title=_("Day")), alt.Tooltip("told:N", title=_("Rows"))],
    )  # fmt: skip
    top = max((each["count"] for each in days), default=1) or 1
    color = alt.Color("count:Q", scale=alt.Scale(domain=[0, top], range=list(HEAT), type="sqrt"), legend=None)
    layers = [base.mark_rect(stroke=PAPER, strokeWidth=1).encode(color=color)]
    # A layer without marks would be a picture without words to a screen reader.
    if any(each["empty"] for each in days):
        framed = base.transform_filter("datum.empty").mark_rect(filled=False, stroke=ORANGE, strokeWidth=2)
        layers.append(framed)
    return finished(alt.layer(*layers), height=_HEIGHT)


def _shown(counts: Mapping[date, int]) -> list[date]:
    last = max(counts)
    first = max(min(counts), last - timedelta(weeks=WEEKS))
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _day(voice: Voice, day: date, count: int, *, is_empty: bool) -> dict[str, Any]:
    return {
        "week": (day - timedelta(days=day.weekday())).isoformat(),
        "weekday": day.weekday(),
        "day": voice.formats.day(day),
        "count": count,
        "told": voice.formats.number(count),
        "empty": is_empty,
    }
