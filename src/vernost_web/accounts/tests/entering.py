"""How tests come in: by password, by code, and how they see whether they are in."""

from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

OLD = "correct horse battery"
"""What everybody's password is at first."""

STEP = 59_300_000
"""The half minute in which all codes of the app are made and tried."""

NEW = "another horse battery"


class Knocking(Client):
    """A browser in which somebody tried to sign in.

    Attributes:
        answer: what came of it.
    """

    answer: Any = None


def knock(password: str = OLD, email: str = "analyst@example.com", *, language: str = "en", **extra: Any) -> Knocking:
    """Try to sign in."""
    client = Knocking(headers={"accept-language": language}, REMOTE_ADDR=extra.pop("ip", "10.0.0.1"))
    client.answer = client.post("/login/", {"login": email, "password": password}, **extra)
    return client


def is_in(client: Client) -> bool:
    """Whether somebody is signed in there."""
    return client.get("/people/me/").status_code == 200


def switch_on(client: Client, password: str = OLD) -> tuple[str, list[str]]:
    """Set up the second factor: its secret and the recovery codes."""
    assert client.get("/two-factor/totp/activate/").url.startswith("/reauthenticate/"), "the password is asked again"
    client.post("/reauthenticate/", {"password": password})
    secret = client.get("/two-factor/totp/activate/").context["form"].secret
    answer = client.post("/two-factor/totp/activate/", {"code": shown(secret)})
    assert answer.url == "/two-factor/recovery-codes/"
    return secret, client.get(answer.url).context["unused_codes"]


def shown(secret: str) -> str:
    """The code that the app shows, whose clock stands (`conftest.py`)."""
    return str(format_hotp_value(hotp_value(secret, STEP)))
