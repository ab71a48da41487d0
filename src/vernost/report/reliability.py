"""The chart of how far chances come true: what was told beside what came."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from vernost.report.charts import Spec, finished, inline
from vernost.report.theme import BLUE, MUTED
from vernost.report.voice import Voice

if TYPE_CHECKING:
    from vernost.predict.evaluate.curves import Bin


def reliability(voice: Voice, bins: Sequence["Bin"]) -> Spec:
    """Groups of customers who were told about the same chance; on the diagonal chances come true."""
    import altair as alt

    share = voice.formats.share
    data = [
        {
            "told": each.told,
            "came": each.came,
            "low": each.low,
            "high": each.high,
            "t": share(each.told),
            "c": f"{share(each.came)} ({voice.formats.interval(each.low, each.high, 'share')})",
            "n": voice.formats.number(each.customers),
        }
        for each in bins
    ]
    top = max(max(each.told, each.high) for each in bins)
    scale = alt.Scale(domain=[0, min(1.0, 1.05 * top)], nice=False)
    axis = alt.Axis(format=".1~%", grid=True, tickCount=6)
    x = alt.X("told:Q", title=voice.say("axis.told"), axis=axis, scale=scale)
    base = alt.Chart(inline(data)).encode(x=x)
    y = alt.Y("came:Q", title=voice.say("axis.came"), axis=axis, scale=scale)
    even = alt.Chart(inline([{"told": 0, "came": 0}, {"told": min(1.0, top), "came": min(1.0, top)}]))
    seen = [
        alt.Tooltip("t:N", title=voice.say("axis.told")),
        alt.Tooltip("c:N", title=voice.say("axis.came")),
        alt.Tooltip("n:N", title=voice.say("axis.customers")),
    ]
    return finished(
        alt.layer(
            even.mark_line(color=MUTED, strokeWidth=1.2, strokeDash=[4, 4]).encode(x=x, y=y),
            base.mark_rule(strokeWidth=4, opacity=0.35, strokeCap="round", color=BLUE).encode(
                y=alt.Y("low:Q", scale=scale), y2="high"
            ),
            base.mark_point(filled=True, size=80, opacity=1, color=BLUE).encode(y=y, tooltip=seen),
        ),
        height=320,
    )
