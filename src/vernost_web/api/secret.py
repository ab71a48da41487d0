"""The text of a key: a beginning by which it is found, and a secret of which only a digest is kept."""

import hmac
import secrets
from dataclasses import dataclass
from hashlib import sha256

MARK = "vernost"
"""How every key begins, so that scanners for leaked secrets know it."""

_PREFIX_BYTES, _SECRET_BYTES = 5, 32


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that nobody has yet.

    Attributes:
        prefix: by which it is found.
        digest: what is kept of its secret: with 256 bits by chance, a plain hash cannot be searched.
        text: all of it, shown once.
    """

    prefix: str
    digest: str
    text: str


def new_key() -> NewKey:
    """A key by chance."""
    prefix, secret = secrets.token_hex(_PREFIX_BYTES), secrets.token_urlsafe(_SECRET_BYTES)
    return NewKey(prefix, _digest(secret), f"{MARK}_{prefix}_{secret}")


def parts(text: str) -> tuple[str, str]:
    """Prefix and secret of a key; both empty where it is none.

    >>> parts("vernost_0a1b2c3d4e_S_ec-ret"), parts("anything else")
    (('0a1b2c3d4e', 'S_ec-ret'), ('', ''))
    """
    mark, _, rest = text.partition("_")
    prefix, _, secret = rest.partition("_")
    return (prefix, secret) if mark == MARK and prefix and secret else ("", "")


def is_of(secret: str, digest: str) -> bool:
    """Whether a secret is the one of which a digest was kept."""
    return hmac.compare_digest(_digest(secret), digest)


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
