"""Coming, going and changing how one signs in is in the audit trail, and reads as words."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client

from vernost_web.audit.queries import records
from vernost_web.audit.telling import told

OLD = "correct horse battery"


def signed_in(email: str = "analyst@example.com", password: str = OLD, **headers: str) -> Client:
    client = Client(headers={"accept-language": "en", **headers})
    client.post("/login/", {"login": email, "password": password})
    return client


def totp(secret: str) -> str:
    """What the app shows now."""
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def switch_on(client: Client) -> tuple[str, list[str]]:
    """Set up the second factor: its secret and the recovery codes."""
    client.post("/reauthenticate/", {"password": OLD})
    secret = client.get("/two-factor/totp/activate/").context["form"].secret
    answer = client.post("/two-factor/totp/activate/", {"code": totp(secret)})
    assert answer.status_code == 302, answer.context["form"].errors
    return secret, client.get("/two-factor/recovery-codes/").context["unused_codes"]


def test_coming_and_going_is_written_down_with_its_address(person: Callable[..., Any]) -> None:
    boris = person("analyst")
    client = signed_in()
    client.post("/logout/")
    signed_in(password="guess")
    failed, went, came = records()
    assert [each.action for each in (came, went, failed)] == [
        "people.sign_in", "people.sign_out", "people.sign_in_failed",
    ]  # fmt: skip
    assert (came.actor, went.actor, failed.actor) == (boris, boris, None)
    assert {came.address, went.address, failed.address} == {"127.0.0.1"}
    assert (failed.thing, told(failed).who) == ("analyst@example.com", "somebody not signed in")
    assert "guess" not in str([failed.before, failed.after, failed.text])


@pytest.mark.django_db(transaction=True)
def test_a_new_password_and_the_second_factor_are_written_down(person: Callable[..., Any]) -> None:
    person("analyst")
    client = signed_in()
    new = {"oldpassword": OLD, "password1": "another horse battery", "password2": "another horse battery"}
    assert client.post("/password/change/", new).status_code == 302
    assert client.get("/people/me/").status_code == 200, "one stays signed in here"
    client.post("/reauthenticate/", {"password": "another horse battery"})
    secret = client.get("/two-factor/totp/activate/").context["form"].secret
    client.post("/two-factor/totp/activate/", {"code": totp(secret)})
    client.post("/two-factor/recovery-codes/generate/")
    client.post("/two-factor/totp/deactivate/")
    found = [(each.action, each.after) for each in records() if not each.action.startswith("people.sign_in")]
    assert found == [
        ("people.second_factor", {"second_factor": False}),
        ("people.recovery_codes", None),
        ("people.second_factor", {"second_factor": True}),
        ("people.password", None),
    ]
    (change,) = told(records(action="people.second_factor")[0]).changes
    assert (change.name, change.before, change.after) == ("Two-factor sign-in", "yes", "no")
    assert secret not in str([each.text for each in records()])


def test_a_wrong_code_is_written_down(person: Callable[..., Any]) -> None:
    person("analyst")
    switch_on(signed_in())
    client = signed_in()
    client.post("/two-factor/authenticate/", {"code": "000000"})
    assert records()[0].action == "people.second_factor_failed"


def test_ones_own_changes_are_written_down(browser: Callable[..., Client]) -> None:
    client = browser("analyst")
    client.post("/people/me/", {"name": "Boris", "language": "en", "theme": "dark"})
    (record,) = records(action="people.change")
    assert [(each.name, each.before, each.after) for each in told(record).changes] == [
        ("Name", "–", "Boris"), ("Theme", "–", "dark"),
    ]  # fmt: skip
