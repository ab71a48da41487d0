"""Where a log in PostgreSQL is: what its URL says, the way in, and what the server says in plain words."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from vernost.errors import InvalidValue, LogBusy, UnusableLog

if TYPE_CHECKING:
    from psycopg import Connection

_LONGEST_NAME = 63


class Address:
    """What a URL of PostgreSQL says.

    Attributes:
        schema: where the log's tables are.
        conninfo: what libpq is told.
        shown: the URL without its password.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        asked = parse_qsl(parts.query, keep_blank_values=True)
        self.schema = _schema(dict(asked).get("schema", "vernost"))
        rest = [(name, value) for name, value in asked if name != "schema"]
        self.conninfo = urlunsplit(("postgresql", parts.netloc, parts.path, urlencode(rest), ""))
        self._secrets = [value for name, value in rest if name == "password"]
        host = parts.netloc
        login, at, server = parts.netloc.rpartition("@")
        user, colon, password = login.partition(":")
        if colon:
            self._secrets += [password, unquote(password)]
            host = f"{user}:***{at}{server}"
        shown = urlencode([(name, "***" if name == "password" else value) for name, value in asked], safe="*/")
        self.shown = urlunsplit(("postgresql", host, parts.path, shown, ""))

    def without_secrets(self, text: str) -> str:
        """The text with the password struck out."""
        for secret in self._secrets:
            text = text.replace(secret, "***") if secret else text
        return text


def connect(address: Address) -> "Connection[Any]":
    """A connection to the server; UnusableLog where there is none."""
    try:
        import psycopg
    except ImportError as error:
        raise UnusableLog("PostgreSQL needs a driver. Install it with: pip install 'vernost[postgres]'") from error
    try:
        return psycopg.connect(address.conninfo, autocommit=True)
    except psycopg.Error as error:
        why = " ".join(address.without_secrets(str(error)).split()).rstrip(".? ")
        raise UnusableLog(
            "{log} cannot be opened: {reason}. Check the address and that the server runs.",
            log=address.shown,
            reason=why,
        ) from None


@contextmanager
def explained(address: Address) -> Iterator[None]:
    """Turn what the server says into one sentence with the next step."""
    import psycopg

    try:
        yield
    except psycopg.errors.LockNotAvailable as error:
        raise LogBusy(
            "{log}: a table must change while others read it. Close open logs, then try again.", log=address.shown
        ) from error
    except psycopg.Error as error:
        why = address.without_secrets(str(error)).strip().splitlines()[0].rstrip(". ")
        raise UnusableLog(
            "{log}: {reason}. Nothing was changed; mend it and try again.", log=address.shown, reason=why
        ) from error


def _schema(name: str) -> str:
    """A name that a schema may have."""
    is_word = name.isidentifier() and len(name.encode()) <= _LONGEST_NAME
    if not is_word or name.startswith("pg_") or name == "information_schema":
        raise InvalidValue(
            "{name!r} cannot name a schema. Use letters, digits and _, such as ?schema=vernost.", name=name
        )
    return name
