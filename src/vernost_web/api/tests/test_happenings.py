"""What slices tell other programs, as it happens."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from vernost.measure.band import Band
from vernost_web.alerts.models import Watch
from vernost_web.alerts.watching import Seen, settle
from vernost_web.segments import working
from vernost_web.segments.models import Kind, Segment
from vernost_web.webhooks import actions
from vernost_web.webhooks.models import Happening

pytestmark = pytest.mark.django_db
DAY = date(2026, 1, 1)


@pytest.fixture(autouse=True)
def listening(person: Callable[..., Any]) -> None:
    """Somebody listens to everything."""
    actions.add_webhook(by=person("administrator"), url="http://93.184.216.34/", kinds=[])


def told() -> list[tuple[str, Any]]:
    """Kinds and contents, in the order in which they happened."""
    return [(each.kind, each.content) for each in Happening.objects.order_by("at")]


def test_an_alarm_is_told_when_it_opens_and_when_it_closes() -> None:
    watch = Watch.objects.create(measure="orders", by="day")

    def saw(score: float) -> Seen:
        return Seen(watch, "", "count", DAY, Band(50.0, 100.0, 80.0, 120.0, score))

    (alarm,) = settle([saw(-6.0)], DAY)
    settle([saw(-6.0)], DAY)
    settle([saw(0.0)], DAY)
    (opened, first), (closed, last) = told()
    assert (opened, closed) == ("alarms.opened", "alarms.closed")
    assert first["alarm"] == last["alarm"] == str(alarm.pk)
    assert [each["measure"] for each in first["signals"]] == ["orders"]


def test_who_comes_into_a_segment_and_leaves_it_is_told_once_it_was_worked_out(empty_log: Path) -> None:
    Segment.objects.create(key="vips", kind=Kind.LIST)
    for people in ({"ann", "bob"}, {"bob", "eve"}, {"bob", "eve"}):
        working.write(Segment.objects.get(key="vips"), people, on=DAY, load=1)
    ((kind, content),) = told()
    assert kind == "segments.changed"
    assert (content["segment"], content["entered"], content["left"]) == ("vips", ["eve"], ["ann"])
    assert actions.forget_customer(["eve"], "nobody") == 1
    assert told()[0][1]["entered"] == ["nobody"]
