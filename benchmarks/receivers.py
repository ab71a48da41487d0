"""The other side of what is sent: a webhook and a mail server that count what comes, by its id."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any

DELAY = 2.0
"""Seconds before it is answered: time in which the sender may be killed, not knowing that it was heard."""


class Heard:
    """What came: how often, by id."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self.counts: Counter[tuple[str, str]] = Counter()

    def note(self, where: str, what: str) -> None:
        """Count one that came to an address."""
        with self._guard:
            self.counts[where, what] += 1


class _Patient:
    """A server that says nothing of those who are killed and hang up in the middle."""

    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Say nothing."""


class _HookServer(_Patient, ThreadingHTTPServer):
    """A server of webhooks."""


class _MailServer(_Patient, ThreadingTCPServer):
    """A server of mail."""


@contextmanager
def webhook(heard: Heard) -> Iterator[int]:
    """A receiver of webhooks, which are counted by path and id of the delivery; its port."""

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            heard.note(self.path, self.headers["X-Vernost-Delivery"])
            time.sleep(DELAY)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with _served(_HookServer(("127.0.0.1", 0), Hook)) as port:
        yield port


@contextmanager
def mail_server(heard: Heard) -> Iterator[int]:
    """A receiver of mail, which is counted by recipient and its Message-ID; its port."""

    class Box(StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 here")
            self._recipients: list[str] = []
            while word := self.rfile.readline().strip():
                match word[:4].upper():
                    case b"RCPT":
                        self._recipients.append(word.decode().partition("<")[2].partition(">")[0])
                        self._say("250 ok")
                    case b"DATA":
                        self._say("354 go on")
                        self._take()
                    case b"QUIT":
                        self._say("221 bye")
                        return
                    case _:
                        self._say("250 ok")

        def _take(self) -> None:
            lines = list(iter(self.rfile.readline, b".\r\n"))
            if b"" in lines[-1:]:
                return  # the sender died in the middle
            for each in self._recipients:
                heard.note(each, str(message_from_bytes(b"".join(lines))["Message-ID"]))
            time.sleep(DELAY)
            self._say("250 kept")

        def _say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

    with _served(_MailServer(("127.0.0.1", 0), Box)) as port:
        yield port


@contextmanager
def _served(server: _HookServer | _MailServer) -> Iterator[int]:
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
