"""Posting to addresses that people named: never inside the network unless that is allowed, never held for long."""

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from vernost_web.ui.words import storable

TIMEOUT, LONGEST = 5.0, 20.0
"""Seconds without a byte, and in all, after which an address is left: one that drips would hold a worker for ever."""

MOST_READ = 300
"""Bytes of an answer that are kept."""

_FINE = range(200, 300)


class NotSent(Exception):
    """It could not be sent; the text says why."""

    def __init__(self, text: str, status: int | None = None) -> None:
        super().__init__(text)
        self.status = status


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side said.

    Attributes:
        status: HTTP status.
        text: status and the beginning of the body, as any database can keep it.
    """

    status: int
    text: str


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Post JSON to an address. Redirects are not followed.

    Raises:
        NotSent: when it may not be reached, or did not answer with 2xx.
    """
    connection = _connection(url)
    limit = threading.Timer(LONGEST, connection.leave)
    limit.start()
    try:
        connection.request(
            "POST", _target(urlsplit(url)), body,
            {"Content-Type": "application/json", "User-Agent": "Vernost", **headers},
        )  # fmt: skip
        answer = connection.getresponse()
        text = storable(f"{answer.status} {answer.read(MOST_READ).decode('utf-8', 'replace')}".strip())
    except (OSError, http.client.HTTPException) as error:
        raise NotSent(storable(f"{type(error).__name__}: {error}")) from error
    finally:
        limit.cancel()
        connection.close()
    if answer.status not in _FINE:
        raise NotSent(text, answer.status)
    return Answer(answer.status, text)


def _target(parts: SplitResult) -> str:
    """What is asked of the host, in the letters that HTTP knows.

    >>> _target(urlsplit("https://example.com/приём?a=%20&b=я"))
    '/%D0%BF%D1%80%D0%B8%D1%91%D0%BC?a=%20&b=%D1%8F'
    """
    whole = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
    return quote(whole, safe="/?%:@!$&'()*+,;=~[]")


def _connection(url: str) -> "_Plain":
    """A connection to the very address that was checked: the name is not looked up a second time."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise NotSent(_("The address must begin with https:// or http://."))
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, ValueError, UnicodeError) as error:
        raise NotSent(_("%(host)s is not known.") % {"host": parts.hostname}) from error
    addresses = [str(each[4][0]) for each in found]
    _check_public(parts.hostname, addresses)
    kind = _Secure if parts.scheme == "https" else _Plain
    return kind(parts.hostname, port, addresses[0])


def _check_public(host: str, addresses: Sequence[str]) -> None:
    if not settings.CONFIGURATION.private_webhooks and not all(is_public(each) for each in addresses):
        text = _("%(host)s is inside the network. VERNOST_PRIVATE_WEBHOOKS=1 allows that.")
        raise NotSent(text % {"host": host})


def check_named(url: str) -> None:
    """Refuse what needs no look-up to be seen inside the network; names are looked up when something is sent.

    Raises:
        NotSent: when nothing would ever be sent there.
    """
    host = urlsplit(url).hostname or ""
    with suppress(ValueError):
        _check_public(host, ["127.0.0.1" if host == "localhost" else str(ipaddress.ip_address(host))])


def is_public(address: str) -> bool:
    """Whether an address is one of the public internet.

    >>> [is_public(each) for each in ("8.8.8.8", "127.0.0.1", "169.254.169.254", "::ffff:10.0.0.1", "64:ff9b::a00:1")]
    [True, False, False, False, False]
    """
    found = ipaddress.ip_address(address.split("%", maxsplit=1)[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo or (None, None))[1]
        if inner is not None:
            return is_public(str(inner))
        if found in ipaddress.ip_network("64:ff9b::/96"):
            return is_public(str(ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)))
    return found.is_global and not found.is_multicast


class _Plain(http.client.HTTPConnection):
    """A connection to one address of a host."""

    def __init__(self, host: str, port: int, address: str) -> None:
        super().__init__(host, port, timeout=TIMEOUT)
        self._address = address
        self._line: socket.socket | None = None

    def connect(self) -> None:
        """Connect to it."""
        self.sock = self._line = socket.create_connection((self._address, self.port), TIMEOUT)

    def leave(self) -> None:
        """Wait no longer, whatever the other side does; any thread may say so."""
        if self._line is not None:
            with suppress(OSError):
                self._line.shutdown(socket.SHUT_RDWR)


class _Secure(_Plain):
    """The same, encrypted, with the host's certificate."""

    default_port = http.client.HTTPS_PORT

    def connect(self) -> None:
        """Connect to it."""
        super().connect()
        context = ssl.create_default_context()
        self.sock = self._line = context.wrap_socket(self.sock, server_hostname=self.host)
