"""What is posted to addresses that people named: never inside the network, never held for long."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from listener import Listener
from vernost_web.webhooks import transport
from vernost_web.webhooks.transport import NotSent, is_public, post


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
        post(url, b"{}", {})


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
        post("http://rebound.example/", b"{}", {})
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
    monkeypatch.setattr(transport, "LONGEST", 0.5)
    begun = time.monotonic()
    with suppress(NotSent):
        post(dripping, b"{}", {})
    assert time.monotonic() - begun < transport.TIMEOUT


def test_what_a_webhook_answers_can_be_kept_by_every_database(settings: Any, listener: Listener) -> None:
    listener.said = b"\0seen"
    with pytest.raises(NotSent, match="500 ␀seen"):
        post(listener.url, b"{}", {})
