"""Signing in with a second factor."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from vernost_web.accounts import actions, queries
from vernost_web.accounts.tests.entering import NEW, is_in, knock, shown, switch_on


@pytest.fixture
def protected(person: Callable[..., Any]) -> tuple[Any, str, list[str]]:
    """Somebody with a second factor, its secret, and their recovery codes."""
    boris = person("analyst")
    return boris, *switch_on(knock())


def test_the_password_alone_does_not_let_in(protected: Any) -> None:
    client = knock()
    assert not is_in(client)
    assert client.get("/two-factor/").status_code == 302
    client.post("/two-factor/authenticate/", {"code": "000000"})
    assert not is_in(client)


def test_a_recovery_code_lets_in_once(protected: Any) -> None:
    _, _, codes = protected
    assert len(codes) == 10
    first, second = knock(), knock()
    first.post("/two-factor/authenticate/", {"code": codes[0]})
    second.post("/two-factor/authenticate/", {"code": codes[0]})
    assert (is_in(first), is_in(second)) == (True, False)


def test_a_code_of_the_app_lets_in_once(protected: Any) -> None:
    _, secret, _ = protected
    first, second = knock(), knock()
    code = shown(secret)
    first.post("/two-factor/authenticate/", {"code": code})
    second.post("/two-factor/authenticate/", {"code": code})
    assert (is_in(first), is_in(second)) == (True, False)


def test_guesses_at_codes_are_stopped(protected: Any) -> None:
    _, _, codes = protected
    client = knock()
    for code in range(10):
        client.post("/two-factor/authenticate/", {"code": f"{code:06}"})
    client.post("/two-factor/authenticate/", {"code": codes[0]})
    assert not is_in(client)


def test_a_link_for_a_new_password_does_not_go_around_it(protected: Any, person: Callable[..., Any]) -> None:
    boris, _, codes = protected
    secret = actions.make_password_link(boris, by=person("administrator"))
    client = Client()
    answer = client.post(f"/people/enter/{secret}/", {"password": NEW, "again": NEW})
    assert (answer.url, is_in(client)) == ("/two-factor/authenticate/", False)
    client.post(answer.url, {"code": codes[0]})
    assert is_in(client)


def test_an_administrator_lets_in_who_lost_their_telephone(
    protected: Any, browser: Callable[..., Client], person: Callable[..., Any]
) -> None:
    boris, _, _ = protected
    browser("administrator").post(f"/people/{boris.pk}/drop-second-factor/")
    assert not queries.has_second_factor(boris)
    assert is_in(knock())


def test_the_pages_of_the_second_factor_work_in_both_languages(protected: Any) -> None:
    _, _, codes = protected
    for language in ("en", "ru"):
        client = knock(language=language)
        assert client.get("/two-factor/authenticate/").status_code == 200
        client.post("/two-factor/authenticate/", {"code": codes.pop()})
        for address in ("", "recovery-codes/", "recovery-codes/download/", "recovery-codes/generate/"):
            answer = client.get(f"/two-factor/{address}", follow=True)
            assert answer.status_code == 200, address
        client.post("/two-factor/reauthenticate/", {"code": codes.pop()})
        assert client.get("/two-factor/totp/deactivate/").status_code == 200


def test_a_copy_of_the_database_shows_no_secret(protected: Any) -> None:
    boris, secret, codes = protected
    kept = json.dumps(list(Authenticator.objects.filter(user=boris).values_list("data", flat=True)))
    assert "secret" in kept
    assert not [told for told in (secret, *codes) if told in kept]
