"""What the watches saw opens alarms, joins them and closes them."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from vernost.measure.band import Band
from vernost.measure.hindsight import RIPENING
from vernost.measure.measure import chapters
from vernost_web.alerts.models import Alarm, Delivery, Receiver, Watch
from vernost_web.alerts.queries import is_check_due
from vernost_web.alerts.watching import Seen, rows_of, seen, settle, standard, standard_watches
from vernost_web.metrics.queries import ask, is_course

pytestmark = pytest.mark.django_db
DAY = date(2025, 6, 1)


def saw(measure: str, score: float, *, cut: str = "", segment: str = "", where: str = "") -> Seen:
    watch, _ = Watch.objects.get_or_create(measure=measure, by="day", cut=cut, where=where)
    return Seen(watch, segment, "count", DAY, Band(50.0, 100.0, 80.0, 120.0, score))


def told(alarm: Alarm) -> list[str]:
    return [signal.watch.measure for signal in alarm.signals.all()]


def test_what_moves_together_is_one_alarm_that_begins_with_the_cause() -> None:
    opened = settle([saw("revenue", -6.0), saw("orders", -7.0), saw("new_customers", -5.0), saw("backlog", 5.0)], DAY)
    assert sorted(map(told, opened)) == [["backlog"], ["new_customers", "orders", "revenue"]]


def test_segments_join_the_alarm_of_the_whole() -> None:
    opened = settle([saw("orders", -6.0), saw("orders", -9.0, cut="city", segment="Perm")], DAY)
    assert [told(alarm) for alarm in opened] == [["orders", "orders"]]
    assert [signal.segment for signal in opened[0].signals.all()[:1]] == [""]


def test_two_watches_of_one_thing_are_one_alarm() -> None:
    weekly = Watch.objects.create(measure="orders", by="week")
    other = Seen(weekly, "", "count", DAY, Band(50.0, 100.0, 80.0, 120.0, -6.0))
    assert [told(alarm) for alarm in settle([saw("orders", -6.0), other], DAY)] == [["orders", "orders"]]


def test_what_moves_later_joins_and_does_not_ring_again() -> None:
    Receiver.objects.create(kind="mail", address="a@example.com")
    (alarm,) = settle([saw("orders", -6.0), saw("revenue", -1.0)], DAY)
    assert settle([saw("orders", -6.0), saw("revenue", -5.0)], DAY + timedelta(days=1)) == []
    assert told(alarm) == ["orders", "revenue"]
    assert Delivery.objects.count() == 1


def test_it_closes_by_itself_only_when_all_is_well_back() -> None:
    (alarm,) = settle([saw("orders", -6.0)], DAY)
    for score, is_open in ((-3.9, True), (-2.1, True), (-1.9, False)):
        settle([saw("orders", score)], DAY + timedelta(days=1))
        alarm.refresh_from_db()
        assert (alarm.closed_on is None) == is_open
    assert settle([saw("orders", -6.0)], DAY + timedelta(days=2)) != []


def test_a_muted_one_neither_closes_nor_rings_again() -> None:
    (alarm,) = settle([saw("orders", -6.0)], DAY)
    Alarm.objects.update(muted_until=DAY + timedelta(days=5))
    settle([saw("orders", 0.0)], DAY + timedelta(days=1))
    assert settle([saw("orders", -6.0)], DAY + timedelta(days=2)) == []
    settle([saw("orders", 0.0)], DAY + timedelta(days=6))
    alarm.refresh_from_db()
    assert alarm.closed_on == DAY + timedelta(days=6)


def test_a_watch_that_is_switched_off_keeps_no_alarm_open() -> None:
    (alarm,) = settle([saw("orders", -6.0)], DAY)
    Watch.objects.update(is_on=False)
    settle([], DAY + timedelta(days=1))
    alarm.refresh_from_db()
    assert alarm.closed_on is not None


def test_what_can_no_longer_be_judged_keeps_no_alarm_open() -> None:
    (alarm,) = settle([saw("orders", -6.0, cut="city", segment="Perm"), saw("orders", -6.0)], DAY)
    settle([saw("orders", -6.0)], DAY + timedelta(days=1))
    perm = alarm.signals.get(segment="Perm")
    assert (perm.is_out, perm.is_judged, perm.score) == (False, False, -6.0)
    settle([saw("orders", -6.0), saw("orders", -5.0, cut="city", segment="Perm")], DAY + timedelta(days=2))
    perm.refresh_from_db()
    assert (perm.is_out, perm.is_judged, perm.score) == (True, True, -5.0)
    settle([], DAY + timedelta(days=3))
    alarm.refresh_from_db()
    assert alarm.closed_on == DAY + timedelta(days=3)


def test_the_job_closes_what_nothing_speaks_for_any_more(empty_log: Any, done: Callable[[str], Any]) -> None:
    (alarm,) = settle([saw("orders", -6.0)], DAY)
    done("alerts.check")
    alarm.refresh_from_db()
    assert alarm.closed_on is not None


def test_standard_watches_are_there_once_and_stay_off_when_switched_off() -> None:
    standard_watches()
    Watch.objects.filter(measure="orders").update(is_on=False)
    standard_watches()
    assert Watch.objects.count() == len(standard())
    assert not Watch.objects.get(measure="orders").is_on


def test_the_job_looks_once_at_each_load_and_the_page_tells_when_it_has_not(
    shop: Any, done: Callable[[str], Any], browser: Callable[..., Client]
) -> None:
    client, newer = browser(), b"Newer data have come in"
    assert is_check_due()
    assert newer in client.get(reverse("alerts:alarms")).content
    assert done("alerts.check").result["watches"] == len(standard())
    assert not is_check_due()
    assert newer not in client.get(reverse("alerts:alarms")).content


def test_a_cut_is_judged_value_by_value(shop: Any) -> None:
    segments = {each.segment for each in seen(Watch.objects.create(measure="orders", by="day", cut="channel"))}
    assert len(segments) > 1


def test_a_watch_sees_what_was_known_at_the_time(shop: Any) -> None:
    groups, _ = rows_of(Watch.objects.create(measure="late_delivery_rate", by="day"))
    seven = groups[""][-14:-7]
    first, last = seven[0]["period"], seven[-1]["period"]
    assert seven == ask("late_delivery_rate", by="day", since=first, until=last, as_of=last).rows
    assert seven != ask("late_delivery_rate", by="day", since=first, until=last).rows


def test_no_other_measure_changes_when_more_becomes_known(shop: Any) -> None:
    grown = set()
    for measure in filter(is_course, chapters()):
        now = ask(measure.name, by="week")
        if now.rows and now.as_of:
            known = {row["period"]: row["value"] for row in now.rows}
            then = ask(measure.name, by="week", as_of=now.as_of - timedelta(days=60)).rows
            if any(row["value"] != known[row["period"]] for row in then if row["complete"]):
                grown.add(measure.name)
    assert set() < grown <= RIPENING


def test_a_filter_that_the_log_no_longer_knows_sees_nothing(shop: Any) -> None:
    assert not list(seen(Watch.objects.create(measure="orders", by="day", where="nowhere = 'x'")))


def test_nothing_is_due_without_data(empty_log: Any) -> None:
    assert not is_check_due()
