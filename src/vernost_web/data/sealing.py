"""Secrets that the application must be able to use, encrypted by the key of the installation."""

import base64
from functools import cache
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

from vernost.errors import InvalidValue


def seal(text: str) -> str:
    """A text encrypted."""
    return _fernet(settings.SECRET_KEY).encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """The text that was sealed."""
    try:
        return _fernet(settings.SECRET_KEY).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise InvalidValue(
            "The secret key of the installation has changed. Enter the address of the database again."
        ) from error


@cache
def _fernet(key: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(sha256(f"data {key}".encode()).digest()))
