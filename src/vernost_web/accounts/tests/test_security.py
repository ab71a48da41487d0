"""What an intruder would try at the door."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from vernost_web.accounts import actions, entrance, queries
from vernost_web.accounts.models import User
from vernost_web.accounts.permissions import Role
from vernost_web.accounts.tests.entering import NEW, OLD, is_in, knock
from vernost_web.audit.queries import records

pytestmark = pytest.mark.django_db
CLOSED = ("/signup/", "/email/", "/confirm-email/", "/password/reset/confirm/", "/login/code/", "/social/connections/")
SIGNED_OUT = {
    "/login/", "/logout/", "/inactive/", "/password/reset/", "/password/reset/done/", "/password/reset/key/done/",
    "/password/reset/key/x-y/", "/two-factor/authenticate/",
}  # fmt: skip
ADDRESSES = [
    "/password/reset/key/x-y/" if "(?P" in str(each.pattern) else f"/{each.pattern}" for each in entrance.urlpatterns
]


@pytest.fixture
def mailing(settings: Any) -> None:
    """The installation knows a mail server."""
    settings.CONFIGURATION = replace(settings.CONFIGURATION, email_url="smtp://mail.example.com:25")


@pytest.mark.parametrize("address", ADDRESSES)
def test_allauths_addresses_as_nobody(address: str) -> None:
    answer = Client().get(address)
    if address in CLOSED:
        assert answer.status_code == 404
    elif address in SIGNED_OUT:
        assert answer.status_code in {200, 302}
        assert "/two-factor/" not in answer.headers.get("location", "")
    else:
        assert answer.status_code == 302
        assert answer.url.startswith("/login/")


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_allauths_addresses_as_somebody(address: str, language: str, browser: Callable[..., Client]) -> None:
    client = browser("analyst", language)
    answer = client.get(address)
    while answer.status_code == 302 and answer.url != "/":
        answer = client.get(answer.url)
    is_missing = address in CLOSED or "recovery-codes" in address or address.endswith("deactivate/")
    assert answer.status_code in ({404, 200} if is_missing else {200, 302})
    assert "Content-Security-Policy" in answer.headers
    assert b"<script>" not in answer.content
    assert b"style=" not in answer.content


@pytest.mark.parametrize("address", CLOSED)
@pytest.mark.parametrize("method", ["get", "post"])
def test_pages_that_are_not_wanted_are_not_there(address: str, method: str, browser: Callable[..., Client]) -> None:
    for role in (None, "administrator"):
        assert getattr(browser(role), method)(address).status_code == 404


@pytest.mark.parametrize("role", [role.value for role in Role if role != Role.ADMINISTRATOR])
def test_nobody_raises_their_own_role(role: str, browser: Callable[..., Client], person: Callable[..., Any]) -> None:
    client, me = browser(role), person(role)
    assert client.post(f"/people/{me.pk}/role/", {"role": "administrator"}).status_code == 403
    assert client.post("/people/invite/", {"email": "x@example.com", "role": "administrator"}).status_code == 403
    client.post("/people/me/", {"name": "x", "language": "", "theme": "", "role": "administrator", "is_active": "on"})
    me.refresh_from_db()
    assert (me.role, me.name) == (role, "x")


def test_an_administrator_does_not_change_their_own_access(browser: Callable[..., Client], person: Any) -> None:
    client, me = browser("administrator"), person("administrator")
    for deed in ("role", "close", "drop-second-factor"):
        client.post(f"/people/{me.pk}/{deed}/", {"role": "analyst"})
    me.refresh_from_db()
    assert (me.role, me.is_active) == ("administrator", True)


def test_no_answer_tells_whether_an_address_is_known(person: Callable[..., Any], mailing: None) -> None:
    person("analyst")

    def seen(answer: Any, email: str) -> str:
        text = answer.content.decode().replace(email, "")
        token = answer.context["csrf_token"]
        return text.replace(str(token), "") if token else text

    known, unknown = "analyst@example.com", "nobody@example.com"
    wrong = [knock("guess", email) for email in (known, unknown)]
    errors = [client.answer.context["form"].errors for client in wrong]
    assert errors[0] == errors[1]
    asked = [Client().post("/password/reset/", {"email": email}) for email in (known, unknown)]
    assert [(each.status_code, each.url) for each in asked] == [(302, "/password/reset/done/")] * 2
    assert [message.to for message in mail.outbox] == [[known], [unknown]], "the time that mail takes is the same too"


def test_guesses_at_one_account_are_stopped_wherever_they_come_from(person: Callable[..., Any]) -> None:
    person("analyst")
    for place in range(5):
        knock("guess", ip=f"10.0.0.{place}", SERVER_PORT=str(8000 + place), HTTP_HOST=f"h{place}.example.com")
    late = knock(OLD, ip="10.0.0.99", HTTP_HOST="new.example.com")
    assert not is_in(late)
    assert "Too many" in str(late.answer.context["form"].errors)
    assert len(records(action="people.sign_in_failed")) == 5


def test_guesses_from_one_place_are_stopped_whatever_account_they_try(person: Callable[..., Any]) -> None:
    person("analyst")
    for place in range(20):
        knock("guess", f"somebody{place}@example.com")
    assert not is_in(knock(OLD))
    assert is_in(knock(OLD, ip="10.0.0.2"))


def test_a_lie_about_where_one_comes_from_does_not_help(person: Callable[..., Any]) -> None:
    person("analyst")
    for place in range(20):
        knock("guess", f"somebody{place}@example.com", HTTP_X_FORWARDED_FOR=f"1.2.3.{place}")
    assert not is_in(knock(OLD, HTTP_X_FORWARDED_FOR="1.2.3.99"))


def test_the_session_is_another_after_signing_in(person: Callable[..., Any]) -> None:
    person("analyst")
    client = Client(headers={"accept-language": "en"})
    client.get("/login/")
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies["sessionid"] = planted = session.session_key
    client.post("/login/", {"login": "analyst@example.com", "password": OLD})
    assert is_in(client)
    assert client.cookies["sessionid"].value != planted


@pytest.mark.parametrize(
    "target",
    ["https://evil.example.com/", "//evil.example.com", "/\\evil.example.com", "javascript:alert(1)", "http:evil"],
)
def test_signing_in_leads_to_no_other_site(target: str, person: Callable[..., Any]) -> None:
    person("analyst")
    answer = Client().post("/login/", {"login": "analyst@example.com", "password": OLD, "next": target})
    assert (answer.status_code, answer.url) == (302, "/")


def test_signing_in_leads_where_one_was_going(person: Callable[..., Any]) -> None:
    person("analyst")
    answer = Client().post("/login/", {"login": "analyst@example.com", "password": OLD, "next": "/people/me/"})
    assert answer.url == "/people/me/"


@pytest.mark.parametrize(
    "address",
    ["/login/", "/logout/", "/password/reset/", "/people/invite/", "/people/1/role/", "/people/me/", "/settings/"],
)
def test_what_another_site_sends_is_refused(address: str, person: Callable[..., Any]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(person("administrator"), backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.post(address, {"role": "analyst"}).status_code == 403


def test_a_mailed_link_works_once_and_names_the_installations_own_address(
    person: Callable[..., Any], mailing: None, settings: Any
) -> None:
    boris = person("analyst")
    Client().post("/password/reset/", {"email": boris.email}, HTTP_HOST="evil.example.com")
    (message,) = mail.outbox
    assert "evil" not in message.body + message.subject
    link = next(word for word in message.body.split() if word.startswith(settings.CONFIGURATION.address))
    path = link.removeprefix(settings.CONFIGURATION.address)
    client = Client()
    form = client.get(path, follow=True)
    answer = client.post(form.redirect_chain[-1][0], {"password1": NEW, "password2": NEW})
    assert (answer.status_code, is_in(client)) == (302, True)
    other = Client().get(path, follow=True)
    assert other.context["token_fail"]
    boris.refresh_from_db()
    assert boris.check_password(NEW)


@pytest.mark.parametrize("key", ["1-set-password", "zz-abc", "1-c0ffee-0123456789abcdef0123456789abcdef"])
def test_a_forged_link_for_a_new_password_is_refused(key: str, person: Callable[..., Any]) -> None:
    person("analyst")
    answer = Client().get(f"/password/reset/key/{key}/", follow=True)
    assert answer.context.get("token_fail")


def test_a_link_of_one_does_not_serve_another(person: Callable[..., Any], mailing: None) -> None:
    boris, anna = person("analyst"), person("director")
    Client().post("/password/reset/", {"email": boris.email})
    path = next(word for word in mail.outbox[0].body.split() if "/key/" in word).split("/key/")[1]
    from allauth.account.utils import user_pk_to_url_str

    forged = path.replace(user_pk_to_url_str(boris), user_pk_to_url_str(anna), 1)
    assert Client().get(f"/password/reset/key/{forged}", follow=True).context.get("token_fail")


def test_looking_at_a_link_does_not_use_it(person: Callable[..., Any]) -> None:
    secret = actions.invite("clara@example.com", "support", by=person("administrator"))
    for _ in range(3):
        assert Client().get(f"/people/enter/{secret}/").status_code == 200
    given = {"name": "Clara", "password": NEW, "again": NEW, "language": "en"}
    client = Client()
    assert client.post(f"/people/enter/{secret}/", given).status_code == 302
    assert is_in(client)
    assert Client().post(f"/people/enter/{secret}/", given).status_code == 410


@pytest.mark.parametrize(
    ("given", "field"),
    [
        pytest.param({"password": "12345678901", "again": "12345678901"}, "password", id="a common password"),
        pytest.param({"password": "short", "again": "short"}, "password", id="a short one"),
        pytest.param({"password": NEW, "again": NEW + "x"}, "again", id="two different ones"),
        pytest.param({"password": "clara@example.com", "again": "clara@example.com"}, "password", id="the address"),
        pytest.param({"password": NEW, "again": NEW, "name": ""}, "name", id="no name"),
    ],
)
def test_a_newcomer_is_told_what_is_wrong(given: dict[str, str], field: str, person: Callable[..., Any]) -> None:
    secret = actions.invite("clara@example.com", "support", by=person("administrator"))
    answer = Client().post(f"/people/enter/{secret}/", {"name": "Clara", "language": "en", **given})
    assert list(answer.context["form"].errors) == [field]
    assert queries.link_of(secret) is not None
    assert not User.objects.filter(email="clara@example.com").exists()


def test_closed_access_does_not_let_in(person: Callable[..., Any]) -> None:
    person("analyst", is_active=False)
    assert not is_in(knock(OLD))


def test_ids_of_sessions_are_not_shown(browser: Callable[..., Client]) -> None:
    client = browser("analyst")
    answer = client.get("/people/me/")
    assert client.session.session_key not in answer.content.decode()


@pytest.mark.parametrize("address", ["/people/me/", "/measures/", "/people/permissions/"])
def test_nothing_between_keeps_a_page_of_somebody(address: str, browser: Callable[..., Client]) -> None:
    assert "no-store" in browser("support").get(address).headers["Cache-Control"]


def test_what_is_for_everybody_may_be_kept(browser: Callable[..., Client]) -> None:
    answer = browser("support").get("/charts.js")
    assert "public" in answer.headers["Cache-Control"]
    assert not answer.cookies
