"""Events hour by hour, drawn."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from vernost.report.charts import finished, inline
from vernost.report.theme import BLUE, ORANGE

_HEIGHT = 120


def hours(counts: list[dict[str, Any]]) -> dict[str, Any]:
    """Bars of what came in each hour, what was refused above what was taken."""
    import altair as alt

    words = {"taken": _("taken"), "refused": _("refused")}
    rows = [
        {"hour": clock, "place": place, "what": word, "count": each[name], "level": level}
        for place, each in enumerate(counts)
        for clock in [f"{timezone.localtime(each['hour']):%H:%M}"]
        for level, (name, word) in enumerate(words.items())
    ]  # fmt: skip
    labels = [row["hour"] for row in rows[:: len(words)]]
    axis = alt.Axis(labelExpr=f"{labels!r}[datum.value]", labelOverlap=True, labelAngle=0, title=None, ticks=False)
    chart = (
        alt.Chart(inline(rows))
        .mark_bar()
        .encode(
            x=alt.X("place:O", axis=axis),
            y=alt.Y("count:Q", title=None, axis=alt.Axis(tickMinStep=1, tickCount=3)),
            color=alt.Color(
                "what:N", title=None, scale=alt.Scale(domain=list(words.values()), range=[BLUE, ORANGE]),
                legend=alt.Legend(orient="top"),
            ),
            order=alt.Order("level:Q"),
            tooltip=[
                alt.Tooltip("hour:N", title=_("Hour")), alt.Tooltip("what:N", title=_("What")),
                alt.Tooltip("count:Q", title=_("Events")),
            ],
        )
    )  # fmt: skip
    return finished(chart, height=_HEIGHT)
