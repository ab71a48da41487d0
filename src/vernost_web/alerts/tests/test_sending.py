"""Alarms reach their receivers, signed, tried again, and never inside the network."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from vernost_web.alerts import sending
from vernost_web.alerts.delivering import PAUSES, deliver_due
from vernost_web.alerts.models import Alarm, Delivery, Receiver, Signal, Watch
from vernost_web.alerts.sending import NotSent, is_public, send_to_webhook, signature


class Listener:
    """A webhook on this machine that answers as it is told, and keeps what came."""

    def __init__(self, *answers: int) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.said = b"seen"
        left, got, listener = list(answers), self.got, self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                got.append((dict(self.headers), body))
                self.send_response(left.pop(0) if left else 200)
                self.send_header("Location", "http://127.0.0.1:9/")
                self.end_headers()
                self.wfile.write(listener.said)

            def log_message(self, *_: object) -> None:
                """Keep quiet."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://localhost:{self.server.server_address[1]}/hook?a=1"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def listener(settings: Any) -> Iterator[Listener]:
    settings.CONFIGURATION = replace(settings.CONFIGURATION, private_webhooks=1)
    found = Listener(500, 302)
    yield found
    found.server.shutdown()
    found.server.server_close()


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


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://localhost:8000/", "http://[::1]/", "http://10.1.2.3/", "http://192.168.0.1/",
        "http://169.254.169.254/latest/meta-data/", "http://0.0.0.0/", "http://[::ffff:127.0.0.1]/", "http://2130706433/",
        "http://0x7f.1/", "file:///etc/passwd", "http:///x", "ftp://8.8.8.8/", "http://user@127.0.0.1:80/",
    ],
)  # fmt: skip
def test_nothing_inside_the_network_is_reached(url: str, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.CONFIGURATION = replace(settings.CONFIGURATION, private_webhooks=0)
    monkeypatch.setattr("socket.create_connection", lambda *_: pytest.fail("it connected"))
    with pytest.raises(NotSent):
        send_to_webhook(url, "s", "1", {})


def test_a_name_that_changes_its_address_is_reached_where_it_was_checked(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CONFIGURATION = replace(settings.CONFIGURATION, private_webhooks=0)
    answers = iter(["93.184.216.34", "127.0.0.1"])
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: [(2, 1, 6, "", (next(answers), 80))])
    reached: list[tuple[str, int]] = []

    def connect(place: tuple[str, int], _timeout: float) -> None:
        reached.append(place)
        raise TimeoutError

    monkeypatch.setattr("socket.create_connection", connect)
    with pytest.raises(NotSent):
        send_to_webhook("http://rebound.example/", "s", "1", {})
    assert reached == [("93.184.216.34", 80)]


@pytest.mark.parametrize("address", ["224.0.0.1", "100.64.0.1", "fe80::1%eth0", "2002:7f00:1::", "64:ff9b::7f00:1"])
def test_odd_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.fixture
def dripping() -> Iterator[str]:
    """A webhook that answers a byte at a time, for ever."""
    door = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        line, _ = door.accept()
        with suppress(OSError), line:
            line.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
            while True:
                line.sendall(b"x")
                time.sleep(0.05)

    threading.Thread(target=drip, daemon=True).start()
    yield f"http://127.0.0.1:{door.getsockname()[1]}/"
    door.close()


def test_a_webhook_that_drips_holds_no_worker(dripping: str, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.CONFIGURATION = replace(settings.CONFIGURATION, private_webhooks=1)
    monkeypatch.setattr(sending, "LONGEST", 0.5)
    begun = time.monotonic()
    with suppress(NotSent):
        send_to_webhook(dripping, "s", "d", {})
    assert time.monotonic() - begun < sending.TIMEOUT


def test_an_address_in_other_letters_can_be_told(alarm: Alarm, listener: Listener) -> None:
    listener.url = listener.url.replace("/hook", "/приём")
    receiver = Receiver.objects.create(kind="webhook", address=listener.url, secret="s" * 64)
    Delivery.objects.create(alarm=alarm, receiver=receiver)
    assert deliver_due() == {"sent": 0, "failed": 1}, "it answered with 500"


def test_what_a_webhook_answers_can_be_kept_by_every_database(settings: Any, listener: Listener) -> None:
    listener.said = b"\0seen"
    with pytest.raises(NotSent, match="500 ␀seen"):
        send_to_webhook(listener.url, "s", "d", {})


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
