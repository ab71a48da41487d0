"""An alarm in words: what moved, by how much, where, and what moved with it."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from vernost.measure.band import WEEK
from vernost.report import charts
from vernost.report.theme import BLUE, MUTED
from vernost.report.voice import Voice
from vernost_web.alerts.models import Alarm, Signal

MOST_POINTS = 120


@dataclass(frozen=True, slots=True)
class Line:
    """A signal in words.

    Attributes:
        title: the measure and whom it is of.
        text: what came and what was to be expected.
        period: when.
        is_up: whether it rose.
        is_out: whether it has not come back yet.
        is_judged: whether the last look found something to judge.
        measure: code name.
    """

    title: str
    text: str
    period: str
    is_up: bool
    is_out: bool
    is_judged: bool
    measure: str


def line(signal: Signal, voice: Voice) -> Line:
    """A signal in the voice's language."""
    watch, formats = signal.watch, voice.formats
    where = ", ".join(
        part for part in (f"{watch.cut}: {voice.quoted(signal.segment)}" if watch.cut else "", watch.where) if part
    )
    return Line(
        title=f"{voice.name(watch.measure)} ({where})" if where else voice.name(watch.measure),
        text=_("%(value)s instead of %(expected)s (from %(low)s to %(high)s is usual)")
        % {name: formats.value(getattr(signal, name), signal.unit) for name in ("value", "expected", "low", "high")},
        period=_when(signal, voice),
        is_up=signal.score > 0,
        is_out=signal.is_out,
        is_judged=signal.is_judged,
        measure=watch.measure,
    )


def _when(signal: Signal, voice: Voice) -> str:
    period = voice.formats.period(signal.period, signal.watch.by)
    if signal.watch.by != "day":
        return period
    return _("a day on average over the %(days)s days up to %(day)s") % {"days": WEEK, "day": period}


def headline(alarm: Alarm, voice: Voice) -> str:
    """What an alarm is about: the signal that the others follow from."""
    first = next(iter(alarm.signals.all()), None)
    if first is None:
        return _("The watch is gone")
    told = line(first, voice)
    pattern = _("%(title)s is higher than usual") if told.is_up else _("%(title)s is lower than usual")
    return pattern % {"title": told.title}


def lines(alarm: Alarm, voice: Voice) -> list[Line]:
    """All that moved, from the part to the whole."""
    return [line(signal, voice) for signal in alarm.signals.all()]


def plain(alarm: Alarm, voice: Voice, address: str) -> dict[str, Any]:
    """An alarm as a webhook gets it."""
    return {
        "id": str(alarm.pk),
        "opened_on": alarm.opened_on.isoformat(),
        "title": headline(alarm, voice),
        "url": address,
        "signals": [
            {
                "measure": signal.watch.measure,
                "by": signal.watch.by,
                "segment": {signal.watch.cut: signal.segment} if signal.watch.cut else {},
                "where": signal.watch.where,
                "period": signal.period.isoformat(),
                **{name: getattr(signal, name) for name in ("value", "expected", "low", "high", "score", "unit")},
            }
            for signal in alarm.signals.all()
        ],
    }


def chart(signal: Signal, judged: list[tuple[Any, Any]], voice: Voice) -> dict[str, Any] | None:
    """The course of a signal over its band; None while there is too little."""
    shown = [(row, band) for row, band in judged if band is not None][-MOST_POINTS:]
    if len(shown) < 2:
        return None

    def points(name: str, *, with_band: bool) -> list[dict[str, Any]]:
        return [
            {"period": row["period"], "complete": True, "value": getattr(band, name)}
            | ({"low": band.low, "high": band.high} if with_band else {})
            for row, band in shown
        ]

    courses = [
        charts.Course(_("usual"), points("expected", with_band=True), MUTED),
        charts.Course(voice.name(signal.watch.measure), points("value", with_band=False), BLUE),
    ]
    return charts.course(voice, courses, signal.unit, signal.watch.by)
