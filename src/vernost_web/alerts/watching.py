"""Looking at every watch once after a load: what moved, and which alarms open, grow and close by it."""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from importlib.resources import files
from typing import Any

from django.db import transaction

from vernost.errors import VernostError
from vernost.measure.band import Band, newest
from vernost.measure.causes import Moved, causes
from vernost.measure.hindsight import RIPENING, without_hindsight
from vernost.measure.point import Row
from vernost_web.alerts.models import Alarm, Delivery, Receiver, Signal, Watch
from vernost_web.metrics.queries import ask
from vernost_web.webhooks.actions import tell

MOST_SEGMENTS = 200
"""Values of a cut that are watched; the rows of any more are passed over."""

Key = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a watch saw last, of all customers or of one value of its cut.

    Attributes:
        watch: which.
        segment: the value in words; empty without a cut.
        unit: of the values.
        period: the last one that is over.
        band: where its value was to be expected.
    """

    watch: Watch
    segment: str
    unit: str
    period: date
    band: Band

    @property
    def key(self) -> Key:
        """What it is of."""
        return (self.watch.pk, self.segment)

    @property
    def moved(self) -> Moved:
        """As the causes are looked for."""
        return Moved(self.watch.measure, self.band.score, narrowed(self.watch, self.segment))

    @property
    def values(self) -> dict[str, Any]:
        """As a signal keeps them."""
        band = self.band
        numbers = {name: getattr(band, name) for name in ("value", "expected", "low", "high", "score")}
        is_out = not band.is_back
        return {"period": self.period, "unit": self.unit, "is_out": is_out, "is_judged": True, **numbers}


def narrowed(watch: Watch, segment: str) -> frozenset[str]:
    """The conditions that narrow what is watched, each by itself."""
    wheres = [part.strip() for part in watch.where.split(" and ") if part.strip()]
    return frozenset([*wheres, *([f"{watch.cut} = '{segment}'"] if watch.cut else [])])


@cache
def standard() -> tuple[tuple[str, str], ...]:
    """Measure and length of periods of each watch of the standard list."""
    text = files("vernost_web.alerts").joinpath("watches.toml").read_text(encoding="utf-8")
    return tuple((name, by) for by, names in tomllib.loads(text).items() for name in names)


def standard_watches() -> None:
    """Have the standard list watched; what was switched off stays off."""
    for measure, by in standard():
        Watch.objects.get_or_create(measure=measure, by=by, cut="", where="", defaults={"is_standard": True})


def rows_of(watch: Watch) -> tuple[dict[str, list[Row]], str]:
    """The rows of a watch by segment, and their unit; none where the log cannot answer."""
    cut = [watch.cut] if watch.cut else []
    asked = partial(ask, watch.measure, by=watch.by, cut=cut, where=watch.where)
    try:
        told = asked()
    except VernostError:
        # A filter or a cut that the log has no column for any more; the page of watches tells it.
        return {}, ""
    rows: Sequence[Row] = told.rows
    if rows and told.as_of and watch.measure in RIPENING:
        rows = without_hindsight(lambda **window: asked(**window).rows, rows, watch.by, told.as_of, cut)
    groups: dict[str, list[Row]] = {}
    for row in rows:
        name = "" if not watch.cut else "–" if row[watch.cut] is None else str(row[watch.cut])[:200]
        if name in groups or len(groups) < MOST_SEGMENTS:
            groups.setdefault(name, []).append(row)
    return groups, told.unit


def seen(watch: Watch) -> Iterator[Seen]:
    """What a watch sees: the newest period that is over, where it can be judged."""
    groups, unit = rows_of(watch)
    for segment, rows in groups.items():
        done = [row for row in rows if row["complete"]]
        band = newest(done, unit, watch.by)
        if band is not None:
            yield Seen(watch, segment, unit, done[-1]["period"], band)


@transaction.atomic
def settle(all_seen: list[Seen], day: date) -> list[Alarm]:
    """Bring the alarms up to date with what was seen.

    Returns:
        The alarms that opened.
    """
    known = {each.key: each for each in all_seen}
    alarms = list(Alarm.objects.filter(closed_on__isnull=True).prefetch_related("signals__watch"))
    for alarm in alarms:
        _renew(alarm, known)
    held = {(signal.watch_id, signal.segment) for alarm in alarms for signal in alarm.signals.all()}
    fresh = [each for each in all_seen if each.band.is_out and each.key not in held]
    opened = _raise(fresh, alarms, day)
    for alarm in opened:
        _tell("alarms.opened", alarm)
    for alarm in alarms:
        _close(alarm, day)
    return opened


def _tell(kind: str, alarm: Alarm) -> None:
    moved = [
        {"measure": each.watch.measure, "by": each.watch.by, "cut": each.watch.cut, "segment": each.segment,
         "period": each.period.isoformat(), "value": each.value, "low": each.low, "high": each.high}
        for each in Signal.objects.filter(alarm=alarm).select_related("watch")
    ]  # fmt: skip
    tell(kind, {"alarm": str(alarm.pk), "signals": moved}, key=f"{kind} {alarm.pk}")


_GONE = {"is_out": False, "is_judged": False}
"""Of a signal whose watch sees nothing any more: what nobody can judge keeps no alarm open."""


def _renew(alarm: Alarm, known: dict[Key, Seen]) -> None:
    for signal in alarm.signals.all():
        found = known.get((signal.watch_id, signal.segment))
        Signal.objects.filter(pk=signal.pk).update(**(found.values if found else _GONE))


def _raise(fresh: list[Seen], alarms: list[Alarm], day: date) -> list[Alarm]:
    """One alarm a cause: what moves with an open alarm joins it."""
    homes: dict[Moved, Alarm] = {}
    for alarm in alarms:
        for signal in alarm.signals.all():
            homes[Moved(signal.watch.measure, signal.score, narrowed(signal.watch, signal.segment))] = alarm
    by_move: dict[Moved, list[Seen]] = {}
    for each in fresh:
        by_move.setdefault(each.moved, []).append(each)
    opened = []
    for group in causes([*homes, *(move for move in by_move if move not in homes)]):
        moves = [each for move in group for each in by_move.get(move, [])]
        home = next((homes[move] for move in group if move in homes), None)
        if moves and home is None:
            home = Alarm.objects.create(opened_on=day)
            opened.append(home)
            receivers = Receiver.objects.filter(is_on=True)
            Delivery.objects.bulk_create(Delivery(alarm=home, receiver=receiver) for receiver in receivers)
        if home is not None:
            first = home.signals.count()
            for place, each in enumerate(moves, first):
                Signal.objects.create(alarm=home, watch=each.watch, segment=each.segment, place=place, **each.values)
    return opened


def _close(alarm: Alarm, day: date) -> None:
    """An alarm closes by itself when all is back, unless it is muted: then it waits, and rings no second time."""
    is_muted = alarm.muted_until is not None and alarm.muted_until >= day
    if not is_muted and not Signal.objects.filter(alarm=alarm, is_out=True, watch__is_on=True).exists():
        Alarm.objects.filter(pk=alarm.pk).update(closed_on=day)
        _tell("alarms.closed", alarm)
