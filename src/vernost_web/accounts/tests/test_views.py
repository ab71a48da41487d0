"""Pages of people."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils.html import escape

from vernost_web.accounts.models import User
from vernost_web.accounts.permissions import permissions

CLARA = {"email": "clara@example.com", "role": "support"}


def link_in(answer: Any) -> str:
    return str(answer.context["link"])


def test_an_invitation_is_shown_once_and_listed_until_it_is_withdrawn(
    browser: Callable[..., Client], settings: Any
) -> None:
    client = browser("administrator")
    link = link_in(client.post("/people/invite/", CLARA))
    assert link.startswith(f"{settings.CONFIGURATION.address}/people/enter/")
    path = link.removeprefix(settings.CONFIGURATION.address)
    text = client.get("/people/").content.decode()
    assert "clara@example.com" in text
    assert path not in text
    assert Client().get(path).status_code == 200
    pk = client.get("/people/").context["invitations"].get().pk
    client.post(f"/people/invitations/{pk}/withdraw/")
    assert "clara@example.com" not in client.get("/people/").content.decode()
    assert Client().get(path).status_code == 410


def test_no_mail_is_sent_without_a_mail_server(browser: Callable[..., Client]) -> None:
    answer = browser("administrator").post("/people/invite/", CLARA)
    assert (answer.context["is_mailed"], mail.outbox) == (False, [])


@pytest.mark.parametrize(("language", "subject"), [("en", "Join Vernost"), ("ru", "Приглашение в Vernost")])
def test_an_invitation_is_mailed_where_there_is_a_mail_server(
    language: str, subject: str, browser: Callable[..., Client], settings: Any
) -> None:
    settings.CONFIGURATION = replace(settings.CONFIGURATION, email_url="smtp://mail.example.com:25")
    answer = browser("administrator", language).post("/people/invite/", CLARA)
    (message,) = mail.outbox
    assert (answer.context["is_mailed"], message.to, message.subject) == (True, ["clara@example.com"], subject)
    assert link_in(answer) in message.body


def test_an_invitation_stands_when_its_mail_cannot_be_sent(browser: Callable[..., Client], settings: Any) -> None:
    settings.CONFIGURATION = replace(settings.CONFIGURATION, email_url="smtp://127.0.0.1:1")
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    answer = browser("administrator").post("/people/invite/", CLARA)
    assert (answer.status_code, answer.context["is_mailed"]) == (200, False)
    assert "/people/enter/" in link_in(answer)


@pytest.mark.parametrize(
    "given", [{"email": "not an address", "role": "hr"}, {"email": "x@example.com", "role": "king"}]
)
def test_a_wrong_invitation_is_told(given: dict[str, str], browser: Callable[..., Client]) -> None:
    answer = browser("administrator").post("/people/invite/", given)
    assert (answer.status_code, len(answer.context["form"].errors)) == (200, 1)


def test_somebody_is_given_another_role_and_shut_out_and_let_in_again(
    browser: Callable[..., Client], person: Callable[..., Any]
) -> None:
    client, boris = browser("administrator"), person("analyst", name="Boris")
    page = f"/people/{boris.pk}/"
    assert "The role is changed." in client.post(f"{page}role/", {"role": "hr"}, follow=True).content.decode()
    client.post(f"{page}close/")
    boris.refresh_from_db()
    assert (boris.role, boris.is_active) == ("hr", False)
    assert "Open the access again" in client.get(page).content.decode()
    assert "Open it first" in client.post(f"{page}password-link/", follow=True).content.decode()
    client.post(f"{page}reopen/")
    boris.refresh_from_db()
    assert boris.is_active
    assert client.post(f"{page}role/", {"role": "king"}).context["form"].errors
    assert "/people/enter/" in link_in(client.post(f"{page}password-link/"))


def test_who_is_not_there_is_not_found(browser: Callable[..., Client]) -> None:
    client = browser("administrator")
    assert client.get("/people/9999/").status_code == 404
    for deed in ("role", "close", "reopen", "password-link", "drop-second-factor"):
        assert client.post(f"/people/9999/{deed}/", {"role": "hr"}).status_code == 404
    assert client.post("/people/invitations/9999/withdraw/").status_code == 404


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_matrix_shows_every_permission(language: str, browser: Callable[..., Client]) -> None:
    text = browser("support", language).get("/people/permissions/").content.decode()
    assert [each.name for each in permissions().values() if escape(each.title(language)) not in text] == []


def test_markup_in_names_stays_text(browser: Callable[..., Client], person: Callable[..., Any]) -> None:
    evil = '"><script>alert(1)</script>'
    client, boris = browser("administrator"), person("analyst", name=evil)
    for page in ("/people/", f"/people/{boris.pk}/"):
        assert evil not in client.get(page).content.decode()
    client.post("/people/me/", {"name": evil, "language": "en", "theme": ""})
    assert evil not in client.get("/people/me/").content.decode()


def test_ones_own_language_and_theme_hold_at_once(browser: Callable[..., Client]) -> None:
    client = browser("analyst")
    client.post("/people/me/", {"name": "Boris", "language": "ru", "theme": "dark"})
    text = client.get("/people/me/").content.decode()
    assert '<html lang="ru" data-theme="dark">' in text
    assert client.post("/people/me/", {"name": "Boris", "language": "de", "theme": ""}).context["form"].errors


def test_one_signs_out_elsewhere(browser: Callable[..., Client], person: Callable[..., Any]) -> None:
    here, there, third = browser("analyst"), browser("analyst"), browser("analyst")
    for client in (there, third, here):
        client.get("/people/me/")
    sessions = {each.session.session_key: each.session.pk for each in here.get("/people/me/").context["sessions"]}
    assert len(sessions) == 3
    here.post("/people/me/sessions/end/", {"session": sessions[there.session.session_key]})
    assert [each.get("/people/me/").status_code for each in (here, there, third)] == [200, 302, 200]
    here.post("/people/me/sessions/end-others/")
    assert [each.get("/people/me/").status_code for each in (here, third)] == [200, 302]


def test_nobody_ends_the_session_of_another(browser: Callable[..., Client]) -> None:
    anna, boris = browser("director"), browser("analyst")
    mine = anna.get("/people/me/").context["sessions"][0].session.pk
    boris.get("/people/me/")
    boris.post("/people/me/sessions/end/", {"session": mine})
    assert anna.get("/people/me/").status_code == 200


def test_the_page_of_people_costs_the_same_for_few_and_for_many(
    browser: Callable[..., Client], django_assert_max_num_queries: Any
) -> None:
    client = browser("administrator")
    client.get("/people/")
    for number in range(30):
        User.objects.create_user(f"user{number}@example.com")
    with django_assert_max_num_queries(8):
        client.get("/people/")
