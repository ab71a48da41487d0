"""What whoever may not see personal data sees of it: that there is some, and of a telephone number its end."""

HIDDEN = "•••"
_SHOWN = 2
"""Digits of a telephone number by which somebody who knows it tells it from others."""


def masked_phone(phone: str) -> str:
    """A telephone number with its last two digits alone.

    >>> masked_phone("+79161234567"), masked_phone("")
    ('•••67', '')
    """
    return f"{HIDDEN}{phone[-_SHOWN:]}" if len(phone) > 2 * _SHOWN else masked(phone)


def masked(text: object) -> str:
    """That there is something.

    >>> masked("Anna"), masked(None)
    ('•••', '')
    """
    return HIDDEN if text else ""
