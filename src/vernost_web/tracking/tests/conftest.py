"""A door with a source behind it, and an inbox of its own."""

import base64
import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from vernost_web.tracking import entry
from vernost_web.tracking.inbox import Inbox, fetched, opened
from vernost_web.tracking.keys import digest_of
from vernost_web.tracking.models import Key, Source
from vernost_web.tracking.place import inbox as inbox_of

KEY = "vt_key-of-the-shop"


@dataclass
class Client:
    """A client that sends to the door.

    Attributes:
        door: what it sends to.
        inbox: what stands behind it.
        status: of the last answer.
        headers: of the last answer.
    """

    door: Any
    inbox: Inbox
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)

    def send(self, path: str, message: Any, *, key: str | None = KEY, method: str = "POST", **headers: str) -> Any:
        """Send something; what was answered."""
        body = message if isinstance(message, bytes) else json.dumps(message).encode()
        login = {"HTTP_AUTHORIZATION": "Basic " + base64.b64encode(f"{key}:".encode()).decode()} if key else {}
        environ = {
            "REQUEST_METHOD": method, "PATH_INFO": path, "CONTENT_LENGTH": str(len(body)), "wsgi.input": BytesIO(body),
            **login, **{f"HTTP_{name.upper()}": value for name, value in headers.items()},
        }  # fmt: skip

        def start(status: str, sent: Sequence[tuple[str, str]]) -> None:
            self.status, self.headers = int(status.split(maxsplit=1)[0]), dict(sent)

        return json.loads(b"".join(self.door(environ, start)))

    def batch(self, *messages: Any, **more: Any) -> Any:
        """Send several at once."""
        return self.send("/v1/batch", {"batch": messages, **more})

    def rows(self) -> list[dict[str, Any]]:
        """What is in the inbox."""
        with opened(self.inbox) as connection:
            return fetched(connection, "SELECT * FROM event ORDER BY number")


@pytest.fixture
def inbox(settings: Any, tmp_path: Path) -> Inbox:
    """The inbox of this test alone."""
    settings.CONFIGURATION = replace(settings.CONFIGURATION, data=tmp_path / "data")
    return inbox_of()


@pytest.fixture
def source(db: None) -> Source:
    """A source that has a key."""
    made = Source.objects.create(name="shop.example.com")
    Key.objects.create(source=made, digest=digest_of(KEY), hint=KEY[-4:])
    return made


@pytest.fixture
def client(inbox: Inbox, source: Source) -> Client:
    """A client that has the key of the source."""
    return Client(entry.guarded(lambda *_: [b'{"inside": true}']), inbox)


def packed(message: Any) -> bytes:
    """A message as gzip."""
    return gzip.compress(json.dumps(message).encode())
