"""Letting people in, their roles, and closing their access."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone, translation

from vernost_web.accounts import actions, queries
from vernost_web.accounts.models import SignInLink, User
from vernost_web.audit.queries import records

LONG = "a-long-enough-one"
NEWCOMER = {"name": "Clara", "password": LONG, "language": "en"}


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def boss(person: Callable[..., Any]) -> User:
    return person("administrator", name="Ann")


def test_an_invitation_lets_one_person_join_once_in_the_role_that_it_names(boss: User) -> None:
    secret = actions.invite(" Clara@Example.com ", "support", by=boss)
    clara = actions.join(secret, **NEWCOMER)
    assert clara is not None
    assert (clara.email, clara.role, clara.name, clara.check_password(LONG)) == (
        "clara@example.com", "support", "Clara", True,
    )  # fmt: skip
    assert actions.join(secret, **NEWCOMER) is None
    assert [record.action for record in records()] == ["people.join", "people.invite"]


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda link: SignInLink.objects.update(until=timezone.now()), id="its time is over"),
        pytest.param(lambda link: SignInLink.objects.update(used_at=timezone.now()), id="it was used"),
        pytest.param(lambda link: actions.withdraw(link, by=link.made_by), id="it was withdrawn"),
        pytest.param(lambda link: User.objects.create_user(link.email), id="they are here by now"),
        pytest.param(lambda link: actions.invite(link.email, "hr", by=link.made_by), id="a newer one was made"),
    ],
)
def test_an_invitation_does_not_let_in_when(spoil: Callable[[SignInLink], Any], boss: User) -> None:
    secret = actions.invite("clara@example.com", "support", by=boss)
    spoil(queries.invitations().get())
    assert actions.join(secret, **NEWCOMER) is None


def test_a_link_serves_only_its_own_purpose(boss: User, person: Callable[..., Any]) -> None:
    invitation = actions.invite("clara@example.com", "support", by=boss)
    reset = actions.make_password_link(person("analyst"), by=boss)
    assert actions.start(invitation) is None
    assert actions.choose_password(invitation, LONG) is None
    assert actions.start(reset) is None
    assert actions.join(reset, **NEWCOMER) is None
    assert actions.join("x" * 43, **NEWCOMER) is None


def test_secrets_are_not_kept(boss: User) -> None:
    secret = actions.invite("clara@example.com", "support", by=boss)
    kept = [*SignInLink.objects.values_list(), *(each.text for each in records())]
    assert secret not in str(kept)


def test_somebody_who_is_here_is_not_invited(boss: User, person: Callable[..., Any]) -> None:
    with pytest.raises(ValidationError, match="here already"):
        actions.invite(person("analyst").email.upper(), "administrator", by=boss)


def test_a_role_is_changed_and_written_down(boss: User, person: Callable[..., Any]) -> None:
    boris = person("analyst")
    actions.change_role(boris, "director", by=boss)
    actions.change_role(boris, "director", by=boss)
    boris.refresh_from_db()
    (record,) = records(action="people.role")
    assert (boris.role, record.actor, record.before, record.after) == (
        "director", boss, {"role": "analyst"}, {"role": "director"},
    )  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda who, by: actions.change_role(who, "analyst", by=by), id="change the role"),
        pytest.param(lambda who, by: actions.close_access(who, by=by), id="close the access"),
    ],
)
def test_the_last_administrator_stays_and_nobody_changes_themselves(
    change: Callable[[User, User], None], boss: User, person: Callable[..., Any]
) -> None:
    with pytest.raises(ValidationError, match="Nobody changes their own access"):
        change(boss, boss)
    with pytest.raises(ValidationError, match="The last administrator stays"):
        change(boss, person("director"))
    User.objects.create_user("second@example.com", role="administrator", is_active=False)
    with pytest.raises(ValidationError, match="The last administrator stays"):
        change(boss, person("director"))
    boss.refresh_from_db()
    assert (boss.role, boss.is_active) == ("administrator", True)
    User.objects.create_user("third@example.com", role="administrator")
    change(boss, person("director"))


def test_closed_access_ends_sessions_and_links_and_can_be_opened_again(
    boss: User, person: Callable[..., Any], browser: Callable[..., Client]
) -> None:
    boris, client = person("analyst"), browser("analyst")
    assert client.get("/people/me/").status_code == 200
    secret = actions.make_password_link(boris, by=boss)
    actions.close_access(boris, by=boss)
    assert queries.sessions(boris) == []
    assert client.get("/people/me/").status_code == 302
    assert actions.choose_password(secret, LONG) is None
    boris.refresh_from_db()
    with pytest.raises(ValidationError, match="is closed"):
        actions.make_password_link(boris, by=boss)
    actions.reopen_access(boris, by=boss)
    boris.refresh_from_db()
    assert boris.is_active
    assert client.get("/people/me/").status_code == 302


def test_a_link_for_a_new_password_works_once_and_signs_out_everywhere(
    boss: User, person: Callable[..., Any], browser: Callable[..., Client]
) -> None:
    boris, client = person("analyst"), browser("analyst")
    client.get("/people/me/")
    secret = actions.make_password_link(boris, by=boss)
    assert actions.choose_password(secret, LONG) == boris
    assert actions.choose_password(secret, "another-long-one") is None
    boris.refresh_from_db()
    assert boris.check_password(LONG)
    assert client.get("/people/me/").status_code == 302


def test_the_link_of_the_start_makes_its_owner_once(db: None) -> None:
    secrets = [actions.make_sign_in_link("o@localhost", "administrator", lasting=timedelta(hours=1)) for _ in range(2)]
    assert actions.start(secrets[0]) is None, "a newer start ends the link of the one before"
    owner = actions.start(secrets[1])
    assert owner is not None
    assert (owner.role, owner.has_usable_password()) == ("administrator", False)
    again = actions.make_sign_in_link("o@localhost", "analyst", lasting=timedelta(hours=1))
    assert actions.start(again) == owner
    assert User.objects.get().role == "administrator"


def test_only_ones_own_sessions_are_ended(person: Callable[..., Any], browser: Callable[..., Client]) -> None:
    theirs, mine = browser("director"), browser("analyst")
    theirs.get("/people/me/")
    mine.get("/people/me/")
    assert actions.end_sessions(person("analyst"), lambda each: True) == 1
    assert (theirs.get("/people/me/").status_code, mine.get("/people/me/").status_code) == (200, 302)
