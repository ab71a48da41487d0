"""Secrets that the application must be able to use, encrypted by the key of the installation."""

import base64
from functools import cache
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

from vernost.errors import InvalidValue


def seal(text: str, *, of: str) -> str:
    """A text encrypted.

    Args:
        text: the secret.
        of: what it is a secret of; it can be read as nothing else.
    """
    return _fernet(settings.SECRET_KEY, of).encrypt(text.encode()).decode()


def unseal(sealed: str, *, of: str) -> str:
    """The text that was sealed as a secret of the same."""
    try:
        return _fernet(settings.SECRET_KEY, of).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise InvalidValue(
            "The secret key of the installation has changed, and what it kept secret cannot be read. Enter the address "
            "of the database again, or have the second factor reset."
        ) from error


@cache
def _fernet(key: str, of: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(sha256(f"{of} {key}".encode()).digest()))
