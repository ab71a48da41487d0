"""Coming, going and changing how one signs in is in the audit trail, and reads as words."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from vernost_web.accounts.tests.entering import NEW, OLD, knock, switch_on
from vernost_web.audit.queries import records
from vernost_web.audit.telling import told


def test_coming_and_going_is_written_down_with_its_address(person: Callable[..., Any]) -> None:
    boris = person("analyst")
    client = knock()
    client.post("/logout/")
    knock("guess")
    failed, went, came = records()
    assert [each.action for each in (came, went, failed)] == [
        "people.sign_in", "people.sign_out", "people.sign_in_failed",
    ]  # fmt: skip
    assert (came.actor, went.actor, failed.actor) == (boris, boris, None)
    assert {came.address, went.address, failed.address} == {"10.0.0.1"}
    assert (failed.thing, told(failed).who) == ("analyst@example.com", "somebody not signed in")
    assert "guess" not in str([failed.before, failed.after, failed.text])


@pytest.mark.django_db(transaction=True)
def test_a_new_password_and_the_second_factor_are_written_down(person: Callable[..., Any]) -> None:
    person("analyst")
    client = knock()
    new = {"oldpassword": OLD, "password1": NEW, "password2": NEW}
    assert client.post("/password/change/", new).status_code == 302
    assert client.get("/people/me/").status_code == 200, "one stays signed in here"
    secret, _ = switch_on(client, NEW)
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
    switch_on(knock())
    client = knock()
    client.post("/two-factor/authenticate/", {"code": "000000"})
    assert records()[0].action == "people.second_factor_failed"


def test_ones_own_changes_are_written_down(browser: Callable[..., Client]) -> None:
    client = browser("analyst")
    client.post("/people/me/", {"name": "Boris", "language": "en", "theme": "dark"})
    (record,) = records(action="people.change")
    assert [(each.name, each.before, each.after) for each in told(record).changes] == [
        ("Name", "–", "Boris"), ("Theme", "–", "dark"),
    ]  # fmt: skip
