"""Alarms reach their receivers, signed, tried again, and never inside the network."""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from listener import Listener
from vernost_web.alerts import sending
from vernost_web.alerts.delivering import PAUSES, deliver_due
from vernost_web.alerts.models import Alarm, Delivery, Receiver, Signal, Watch
from vernost_web.alerts.sending import signature
from vernost_web.webhooks.queries import NotSent


@pytest.fixture
def alarm(db: None) -> Alarm:
    found = Alarm.objects.create(opened_on=date(2025, 6, 1))
    watch = Watch.objects.create(measure="orders", by="day", where="city = '<b>Perm'")
    Signal.objects.create(
        alarm=found, watch=watch, unit="count", period=date(2025, 6, 1), value=50, expected=100, low=80, high=120,
        score=-6.0,
    )  # fmt: skip
    return found


def due_now() -> None:
    Delivery.objects.update(due_at=timezone.now() - timedelta(seconds=1))


def test_a_webhook_is_tried_until_it_answers_well_and_can_check_who_sends(alarm: Alarm, listener: Listener) -> None:
    receiver = Receiver.objects.create(kind="webhook", address=listener.url, secret="s" * 64)
    delivery = Delivery.objects.create(alarm=alarm, receiver=receiver)
    for count, state in ((1, "waiting"), (2, "waiting"), (3, "sent")):
        due_now()
        deliver_due()
        delivery.refresh_from_db()
        assert (delivery.attempts, delivery.state) == (count, state)
    due_now()
    assert deliver_due() == {"sent": 0, "failed": 0}
    headers, body = listener.got[-1]
    assert headers[sending.SIGNATURE] == signature("s" * 64, body)
    assert {each["X-Vernost-Delivery"] for each, _ in listener.got} == {str(delivery.pk)}
    told = json.loads(body)
    assert told["signals"][0]["measure"] == "orders"
    assert told["url"].endswith(f"/alerts/{alarm.pk}/")


def test_pauses_grow_and_it_is_given_up_in_the_end(alarm: Alarm, settings: Any) -> None:
    receiver = Receiver.objects.create(kind="webhook", address="http://localhost:9/")
    delivery = Delivery.objects.create(alarm=alarm, receiver=receiver)
    waits = []
    for _ in range(len(PAUSES) + 1):
        due_now()
        begun = timezone.now()
        deliver_due()
        delivery.refresh_from_db()
        waits.append(delivery.due_at - begun)
    assert delivery.state == "failed"
    assert waits[:-1] == sorted(waits[:-1])
    assert waits[0] >= PAUSES[0]
    assert "VERNOST_PRIVATE_WEBHOOKS" in delivery.answer


def test_nothing_is_sent_before_it_is_due(alarm: Alarm) -> None:
    receiver = Receiver.objects.create(kind="mail", address="a@example.com")
    Delivery.objects.create(alarm=alarm, receiver=receiver, due_at=timezone.now() + timedelta(minutes=1))
    assert deliver_due() == {"sent": 0, "failed": 0}


def test_a_mail_says_what_moved(alarm: Alarm, settings: Any) -> None:
    settings.CONFIGURATION = replace(settings.CONFIGURATION, email_url="smtp://localhost")
    receiver = Receiver.objects.create(kind="mail", address="a@example.com")
    Delivery.objects.create(alarm=alarm, receiver=receiver)
    deliver_due()
    (found,) = mail.outbox
    assert found.to == ["a@example.com"]
    assert "city = '<b>Perm'" in found.body
    assert f"/alerts/{alarm.pk}/" in found.body


def test_a_mail_whose_worker_died_before_its_note_comes_again_as_the_same(alarm: Alarm, settings: Any) -> None:
    settings.CONFIGURATION = replace(settings.CONFIGURATION, email_url="smtp://localhost")
    for address in ("a@example.com", "b@example.com"):
        Delivery.objects.create(alarm=alarm, receiver=Receiver.objects.create(kind="mail", address=address))
    deliver_due()
    Delivery.objects.update(state="waiting")
    due_now()
    deliver_due()
    ids = [message.extra_headers["Message-ID"] for message in mail.outbox]
    assert (len(ids), len(set(ids))) == (4, 2)


def test_what_another_worker_sent_meanwhile_stays_sent(alarm: Alarm, monkeypatch: pytest.MonkeyPatch) -> None:
    receiver = Receiver.objects.create(kind="mail", address="a@example.com")
    delivery = Delivery.objects.create(alarm=alarm, receiver=receiver, attempts=len(PAUSES))

    def late(*_: object) -> str:
        Delivery.objects.update(state="sent", answer="OK")
        raise NotSent("too late")

    monkeypatch.setattr("vernost_web.alerts.delivering.send_by_mail", late)
    deliver_due()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.answer) == ("sent", "OK")


def test_without_a_mail_server_it_says_so(alarm: Alarm, settings: Any) -> None:
    settings.CONFIGURATION = replace(settings.CONFIGURATION, email_url="")
    Delivery.objects.create(alarm=alarm, receiver=Receiver.objects.create(kind="mail", address="a@example.com"))
    deliver_due()
    assert "EMAIL_URL" in Delivery.objects.get().answer


def test_an_address_in_other_letters_can_be_told(alarm: Alarm, listener: Listener) -> None:
    listener.url = listener.url.replace("/hook", "/приём")
    receiver = Receiver.objects.create(kind="webhook", address=listener.url, secret="s" * 64)
    Delivery.objects.create(alarm=alarm, receiver=receiver)
    assert deliver_due() == {"sent": 0, "failed": 1}, "it answered with 500"


def test_a_line_break_of_a_customer_begins_no_header(alarm: Alarm, settings: Any) -> None:
    settings.CONFIGURATION = replace(settings.CONFIGURATION, email_url="smtp://mail.example.com:25")
    Watch.objects.update(cut="city")
    Signal.objects.update(segment="Perm\r\nBcc: evil@example.com")
    receiver = Receiver.objects.create(kind="mail", address="ann@example.com")
    Delivery.objects.create(alarm=alarm, receiver=receiver)
    assert deliver_due() == {"sent": 1, "failed": 0}
    (message,) = mail.outbox
    assert message.recipients() == ["ann@example.com"]
    assert "\n" not in message.subject
