"""Pages of alarms, targets, watches and receivers."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from vernost_web.alerts.models import Alarm, Delivery, Receiver, Signal, Target, Watch
from vernost_web.alerts.queries import against_targets, alarm_of
from vernost_web.audit.queries import records
from vernost_web.company.actions import change_company

pytestmark = pytest.mark.django_db
Browser = Callable[..., Client]
JUNE = date(2025, 6, 1)


@pytest.fixture
def alarm(shop: Any) -> Alarm:
    found = Alarm.objects.create(opened_on=JUNE)
    watch = Watch.objects.create(measure="orders", by="day", cut="channel")
    Signal.objects.create(
        alarm=found, watch=watch, segment="<script>", unit="count", period=JUNE, value=50, expected=100, low=80,
        high=120, score=-6.0,
    )  # fmt: skip
    return found


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("name", ["alarms", "open", "targets", "watches", "receivers", "of_measure"])
def test_each_page_is_told_in_both_languages_with_and_without_data(
    name: str, language: str, browser: Browser, alarm: Alarm
) -> None:
    client = browser("administrator", language)
    full = client.get(reverse(f"alerts:{name}"))
    Alarm.objects.all().delete()
    Watch.objects.all().delete()
    empty = client.get(reverse(f"alerts:{name}"))
    assert (full.status_code, empty.status_code) == (200, 200)
    assert b"<script>&" not in full.content


def test_an_alarm_shows_its_course_and_its_words_are_escaped(browser: Browser, alarm: Alarm) -> None:
    signal = alarm.signals.get()
    signal.segment = "web"
    signal.save()
    assert b"data-chart" in browser().get(reverse("alerts:alarm", args=[alarm.pk])).content
    signal.segment = "<script>alert(1)</script>"
    signal.save()
    page = browser().get(reverse("alerts:alarm", args=[alarm.pk])).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize(("measure", "notes"), [("orders", 0), ("late_delivery_rate", 2)])
def test_an_alarm_says_how_what_ripens_is_judged(measure: str, notes: int, browser: Browser, alarm: Alarm) -> None:
    Watch.objects.update(measure=measure, cut="")
    Signal.objects.update(segment="")
    page = browser().get(reverse("alerts:alarm", args=[alarm.pk])).content
    assert b"Newer data have come in" in page
    assert (b"as it was known" in page) + (b"that is overdue" in page) == notes


def test_an_alarm_is_seen_assigned_and_muted(browser: Browser, alarm: Alarm, person: Callable[..., Any]) -> None:
    client, colleague = browser("support"), person("marketer")
    client.post(reverse("alerts:acknowledge", args=[alarm.pk]))
    client.post(reverse("alerts:assign", args=[alarm.pk]), {"to": colleague.pk})
    client.post(reverse("alerts:mute", args=[alarm.pk]), {"until": "2099-01-01"})
    found = alarm_of(alarm.pk)
    assert found is not None
    assert (found.acknowledged_by, found.assigned_to) == (person("support"), colleague)
    assert found.muted_until == date(2099, 1, 1)
    assert b"list-group-item" not in client.get(reverse("alerts:open")).content
    client.post(reverse("alerts:mute", args=[alarm.pk]), {"until": ""})
    assert b"list-group-item" in client.get(reverse("alerts:open")).content


@pytest.mark.parametrize("verb", ["acknowledge", "assign", "mute"])
def test_who_may_not_handle_alarms_is_refused(verb: str, browser: Browser, alarm: Alarm) -> None:
    assert browser("hr").post(reverse(f"alerts:{verb}", args=[alarm.pk])).status_code == 403


def test_a_target_is_set_changed_and_removed_and_each_is_written_down(browser: Browser) -> None:
    client, page = browser("director"), reverse("alerts:targets")
    for value in ("85", "87.5"):
        client.post(page, {"measure": "retention_rate", "by": "month", "period": "2025-06-17", "value": value})
    target = Target.objects.get()
    assert (target.period, target.value) == (JUNE, 0.875)
    assert "87.5" in client.get(page).content.decode()
    client.post(reverse("alerts:remove_target", args=[target.pk]))
    assert not Target.objects.exists()
    assert [each.action for each in records().order_by("pk")][-3:] == ["targets.set", "targets.set", "targets.remove"]


@pytest.mark.parametrize(
    ("measure", "value", "is_taken"),
    [("churn_rate", "-5", False), ("revenue", "-1", False), ("nps", "-20", True), ("nrr", "110", True)],
)
def test_a_target_that_cannot_be_is_refused(measure: str, value: str, browser: Browser, *, is_taken: bool) -> None:
    values = {"measure": measure, "by": "month", "period": "", "value": value}
    page = browser("director").post(reverse("alerts:targets"), values)
    assert (page.status_code == 302, Target.objects.exists()) == (is_taken, is_taken)


def test_targets_of_a_measure_can_be_set_only_by_those_who_may(browser: Browser) -> None:
    values = {"measure": "retention_rate", "by": "month", "value": "85"}
    assert browser("support").post(reverse("alerts:targets"), values).status_code == 403
    assert not Target.objects.exists()


@pytest.mark.parametrize(
    ("measure", "wished", "value", "is_met"),
    [("revenue", 100.0, 100.0, True), ("revenue", 100.0, 99.0, False), ("churn_rate", 0.1, 0.2, False),
     ("first_reply_time", 4.0, 3.0, True)],
)  # fmt: skip
def test_a_target_is_a_least_or_for_what_should_be_low_a_most(
    measure: str, wished: float, value: float, is_met: bool
) -> None:
    Target.objects.create(measure=measure, by="month", value=wished)
    (card,) = against_targets([{"name": measure, "number": value, "unit": "money"}], "month", JUNE, "en")
    assert card["target"]["is_met"] is is_met


def test_a_target_of_hours_that_are_no_longer_counted_is_not_in_force(browser: Browser) -> None:
    client = browser("director")
    for measure in ("first_reply_time", "revenue"):
        client.post(reverse("alerts:targets"), {"measure": measure, "by": "month", "value": "8"})
    cards = [{"name": name, "number": 1.0, "unit": "hours"} for name in ("first_reply_time", "revenue")]
    said = "only working ones are counted now"

    def in_force() -> list[bool]:
        return [bool(each["target"]) for each in against_targets(cards, "month", JUNE, "en")]

    assert (in_force(), said in client.get(reverse("alerts:targets")).content.decode()) == ([True, True], False)
    change_company(counts_working_hours=True, working_hours={"0": ["09:00", "18:00"]})
    assert (in_force(), said in client.get(reverse("alerts:targets")).content.decode()) == ([False, True], True)
    client.post(reverse("alerts:targets"), {"measure": "first_reply_time", "by": "month", "value": "2"})
    assert in_force() == [True, True]


def test_the_target_of_a_period_goes_before_that_of_every_period() -> None:
    Target.objects.create(measure="revenue", by="month", value=1.0)
    Target.objects.create(measure="revenue", by="month", value=9.0, period=JUNE)
    card = {"name": "revenue", "number": 5.0, "unit": "money"}
    for period, is_met in ((JUNE, False), (JUNE + timedelta(days=30), True)):
        assert against_targets([card], "month", period, "en")[0]["target"]["is_met"] is is_met
    assert against_targets([card], "week", JUNE, "en")[0]["target"] is None


def test_a_watch_is_added_once_and_switched(browser: Browser, shop: Any) -> None:
    client, page = browser("marketer"), reverse("alerts:watches")
    values = {"measure": "orders", "by": "day", "cut": "channel", "where": "amount > 100"}
    for _ in range(2):
        assert client.post(page, values).status_code == 302
    watch = Watch.objects.get()
    client.post(reverse("alerts:switch_watch", args=[watch.pk]))
    watch.refresh_from_db()
    assert not watch.is_on
    client.post(page, values)
    watch.refresh_from_db()
    assert watch.is_on


@pytest.mark.parametrize("where", ["nowhere = 'x'", "1; drop table orders", "amount >", "' or 1=1 --", "{{ 7 * 7 }}"])
def test_a_wrong_filter_is_refused_in_a_sentence(where: str, browser: Browser, shop: Any) -> None:
    answer = browser().post(reverse("alerts:watches"), {"measure": "orders", "by": "day", "where": where})
    assert answer.status_code == 200
    assert b'role="alert"' in answer.content
    assert not Watch.objects.exists()


@pytest.mark.parametrize(
    ("kind", "address", "is_taken"),
    [("mail", "a@example.com", True), ("mail", "https://x.com", False), ("webhook", "https://example.com/x", True),
     ("webhook", "javascript:alert(1)", False), ("webhook", "a@example.com", False),
     ("webhook", "http://127.0.0.1/x", False), ("webhook", "https://localhost:8000/x", False),
     ("webhook", "https://[::1]/x", False)],
)  # fmt: skip
def test_a_receiver_has_an_address_of_its_kind(kind: str, address: str, is_taken: bool, browser: Browser) -> None:
    client = browser("administrator")
    client.post(reverse("alerts:receivers"), {"kind": kind, "address": address})
    assert Receiver.objects.exists() == is_taken
    for receiver in Receiver.objects.all():
        assert bool(receiver.secret) == (kind == "webhook")
        client.post(reverse("alerts:remove_receiver", args=[receiver.pk]))
    assert not Receiver.objects.exists()


@pytest.mark.parametrize("is_set_up", [True, False])
def test_it_is_said_beside_receivers_when_no_mail_is_sent(is_set_up: bool, browser: Browser, settings: Any) -> None:
    settings.CONFIGURATION = replace(settings.CONFIGURATION, email_url="smtp://localhost" if is_set_up else "")
    text = browser("administrator", "en").get(reverse("alerts:receivers")).content.decode()
    assert ("alarms are mailed to nobody" in text) == (not is_set_up)


def test_the_log_of_deliveries_is_shown_to_those_who_manage(browser: Browser, alarm: Alarm) -> None:
    receiver = Receiver.objects.create(kind="webhook", address="https://example.com/x")
    Delivery.objects.create(alarm=alarm, receiver=receiver, answer="503 busy", attempts=2)
    page = reverse("alerts:alarm", args=[alarm.pk])
    assert b"503 busy" in browser("director").get(page).content
    assert b"503 busy" not in browser("marketer").get(page).content


def test_the_page_of_a_measure_has_a_place_for_its_targets(browser: Browser, shop: Any) -> None:
    Target.objects.create(measure="revenue", by="month", value=123_456.0)
    client = browser("director", "en")
    (link,) = re.findall(
        r'hx-get="(/alerts/[^"]+)"', client.get(reverse("metrics:measure", args=["revenue"])).content.decode()
    )
    assert "123,456" in client.get(link).content.decode()
    assert "123,456" not in client.get(link.replace("revenue", "aov")).content.decode()
