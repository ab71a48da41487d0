"""Sending alarms: by mail, or signed to a webhook that must not be inside the network unless that is allowed."""

import hmac
import http.client
import ipaddress
import json
import socket
import ssl
from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import send_mail
from django.utils.translation import gettext as _

TIMEOUT = 5.0
MOST_READ = 300
"""Bytes of an answer that are kept in the log."""

SIGNATURE = "X-Vernost-Signature"
"""``sha256=`` and the hex HMAC-SHA256 of the body, by the receiver's secret."""

_FINE = range(200, 300)


class NotSent(Exception):
    """It could not be sent; the text says why."""


def signature(secret: str, body: bytes) -> str:
    """What proves that a body comes from here.

    >>> signature("key", b"{}")[:14]
    'sha256=a777724'
    """
    return f"sha256={hmac.new(secret.encode(), body, sha256).hexdigest()}"


def send_to_webhook(url: str, secret: str, delivery: str, content: Mapping[str, Any]) -> str:
    """Post content to a webhook; what it answered. Redirects are not followed.

    Args:
        url: of the webhook.
        secret: signs the body.
        delivery: id of the delivery, the same for each attempt, by which the receiver knows repeats.
        content: plain data.

    Raises:
        NotSent: when it may not be reached, or did not answer with 2xx.
    """
    body = json.dumps(content, ensure_ascii=False).encode()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Vernost",
        "X-Vernost-Delivery": delivery,
        SIGNATURE: signature(secret, body),
    }
    parts = urlsplit(url)
    connection = _connection(url)
    try:
        connection.request("POST", f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}", body, headers)
        answer = connection.getresponse()
        text = f"{answer.status} {answer.read(MOST_READ).decode('utf-8', 'replace')}".strip()
    except (OSError, http.client.HTTPException) as error:
        raise NotSent(f"{type(error).__name__}: {error}") from error
    finally:
        connection.close()
    if answer.status not in _FINE:
        raise NotSent(text)
    return text


def _connection(url: str) -> http.client.HTTPConnection:
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
    if not settings.CONFIGURATION.private_webhooks and not all(is_public(each) for each in addresses):
        raise NotSent(_("%(host)s is inside the network. VERNOST_PRIVATE_WEBHOOKS=1 allows that.") % {
            "host": parts.hostname
        })  # fmt: skip
    kind = _Secure if parts.scheme == "https" else _Plain
    return kind(parts.hostname, port, addresses[0])


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

    def connect(self) -> None:
        """Connect to it."""
        self.sock = socket.create_connection((self._address, self.port), TIMEOUT)


class _Secure(_Plain):
    """The same, encrypted, with the host's certificate."""

    default_port = http.client.HTTPS_PORT

    def connect(self) -> None:
        """Connect to it."""
        super().connect()
        self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)


def send_by_mail(address: str, subject: str, text: str) -> str:
    """Send a mail.

    Raises:
        NotSent: when there is no mail server, or it refused.
    """
    if not settings.CONFIGURATION.email_url:
        raise NotSent(_("No mail server is named. Set EMAIL_URL."))
    try:
        send_mail(subject, text, None, [address])
    except OSError as error:
        raise NotSent(f"{type(error).__name__}: {error}") from error
    return "OK"
