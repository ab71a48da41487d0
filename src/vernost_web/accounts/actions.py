"""Letting people in, saying what they may do, and closing their access."""

import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vernost_web.accounts import queries
from vernost_web.accounts.models import Purpose, SignInLink, User
from vernost_web.accounts.permissions import Role
from vernost_web.audit import actions as audit

INVITATION = timedelta(days=7)
NEW_PASSWORD = timedelta(hours=24)
ON = {"second_factor": True}
OFF = {"second_factor": False}


@transaction.atomic
def make_sign_in_link(email: str, role: str, *, lasting: timedelta) -> str:
    """The secret part of a link that signs in once whoever started the program, joining them if they are new.

    Args:
        email: whom it is for.
        role: that a newcomer gets; somebody who is here keeps theirs.
        lasting: for how long.
    """
    secret, link = _make_link(Purpose.START, email, role, by=None, lasting=lasting)
    audit.record("people.start", thing=link.email, after={"role": link.role})
    return secret


@transaction.atomic
def invite(email: str, role: str, *, by: User) -> str:
    """The secret part of a link by which somebody may join once; an earlier one for the same address ends."""
    if queries.user_of(email):
        raise ValidationError(_("Somebody with this address is here already."))
    secret, link = _make_link(Purpose.JOIN, email, role, by=by, lasting=INVITATION)
    audit.record("people.invite", by=by, thing=link.email, after={"role": link.role})
    return secret


@transaction.atomic
def withdraw(invitation: SignInLink, *, by: User) -> None:
    """Take an invitation back: its link works no more."""
    if SignInLink.objects.open().filter(pk=invitation.pk).update(withdrawn_at=timezone.now()):
        audit.record("people.withdraw", by=by, thing=invitation.email, before={"role": invitation.role})


@transaction.atomic
def start(secret: str) -> User | None:
    """The user whom the link of the start signs in, made when new; None when the link is over."""
    link = _use(secret, Purpose.START)
    if link is None:
        return None
    user = queries.user_of(link.email)
    if user is None:
        user = User.objects.create_user(link.email, role=link.role)
        audit.record("people.join", by=user, thing=user.email, after={"role": user.role})
    return user


@transaction.atomic
def join(secret: str, *, name: str, password: str, language: str) -> User | None:
    """The new user whom an invitation lets in; None when it is over."""
    link = _use(secret, Purpose.JOIN)
    if link is None or queries.user_of(link.email):
        return None
    user = User.objects.create_user(link.email, password, role=link.role, name=name, language=language)
    audit.record("people.join", by=user, thing=user.email, after={"name": name, "role": user.role})
    return user


@transaction.atomic
def make_password_link(person: User, *, by: User) -> str:
    """The secret part of a link by which somebody may choose a new password once."""
    if not person.is_active:
        raise ValidationError(_("The access of %(person)s is closed. Open it first.") % {"person": person})
    secret, link = _make_link(Purpose.PASSWORD, person.email, person.role, by=by, lasting=NEW_PASSWORD)
    audit.record("people.password_link", by=by, thing=link.email)
    return secret


@transaction.atomic
def choose_password(secret: str, password: str) -> User | None:
    """The user who chose a new password by a link, signed out everywhere; None when the link is over."""
    link = _use(secret, Purpose.PASSWORD)
    user = queries.user_of(link.email) if link else None
    if user is None or not user.is_active:
        return None
    user.set_password(password)
    user.save(update_fields=["password"])
    _end_all(user)
    audit.record("people.password", by=user, thing=user.email)
    return user


@transaction.atomic
def change_role(person: User, role: str, *, by: User) -> None:
    """Give somebody another role; nobody gives one to themselves."""
    person = _locked(person, by=by)
    _keep_one_administrator(person, stays=role == Role.ADMINISTRATOR)
    before, person.role = person.role, Role(role)
    if before != person.role:
        person.save(update_fields=["role"])
        audit.record("people.role", by=by, thing=person.email, before={"role": before}, after={"role": person.role})


@transaction.atomic
def close_access(person: User, *, by: User) -> None:
    """Let somebody in no more, and sign them out everywhere."""
    person = _locked(person, by=by)
    _keep_one_administrator(person, stays=False)
    _open(person, by=by, is_active=False)
    SignInLink.objects.open().filter(email=person.email).update(withdrawn_at=timezone.now())
    _end_all(person)


@transaction.atomic
def reopen_access(person: User, *, by: User) -> None:
    """Let somebody in again."""
    _open(_locked(person, by=by), by=by, is_active=True)


@transaction.atomic
def drop_second_factor(person: User, *, by: User) -> None:
    """Let somebody who lost their telephone sign in without it, and sign them out everywhere."""
    person = _locked(person, by=by)
    if queries.has_second_factor(person):
        Authenticator.objects.filter(user=person).delete()
        _end_all(person)
        audit.record("people.second_factor", by=by, thing=person.email, before=ON, after=OFF)


@transaction.atomic
def change_me(user: User, **values: str) -> None:
    """Change one's own name, language or theme."""
    before = {name: getattr(user, name) for name in values}
    for name, value in values.items():
        setattr(user, name, value)
    user.save(update_fields=list(values))
    old, new = audit.changes(before, values)
    if new:
        audit.record("people.change", by=user, thing=user.email, before=old, after=new)


@transaction.atomic
def end_sessions(user: User, which: Callable[[UserSession], bool]) -> int:
    """Sign a user out of those of their sessions that are asked for; how many there were."""
    found = [each for each in queries.sessions(user) if which(each)]
    for session in found:
        session.end()
        audit.record("people.end_session", by=user, thing=user.email, before={"address": session.ip})
    return len(found)


def _make_link(
    purpose: Purpose, email: str, role: str, *, by: User | None, lasting: timedelta
) -> tuple[str, SignInLink]:
    """A new link in place of those that were open for the same address and purpose."""
    secret, address, now = secrets.token_urlsafe(32), email.strip().lower(), timezone.now()
    SignInLink.objects.open().filter(email=address, purpose=purpose).update(withdrawn_at=now)
    link = SignInLink.objects.create(
        purpose=purpose, digest=queries.digest_of(secret), email=address, role=Role(role), made_by=by,
        until=now + lasting,
    )  # fmt: skip
    return secret, link


def _use(secret: str, purpose: Purpose) -> SignInLink | None:
    """The link, used up; None when it was not open. Of two who come at once, one gets it."""
    found = SignInLink.objects.open().filter(digest=queries.digest_of(secret), purpose=purpose)
    return SignInLink.objects.get(digest=queries.digest_of(secret)) if found.update(used_at=timezone.now()) else None


def _locked(person: User, *, by: User) -> User:
    """The person as they are now, held until the end of the transaction; somebody else than who asks."""
    if person.pk == by.pk:
        raise ValidationError(_("Nobody changes their own access. Ask another administrator."))
    # All administrators are held in one order, so that two cannot close each other's access at once.
    list(queries.administrators().select_for_update().order_by("pk"))
    return User.objects.select_for_update().get(pk=person.pk)


def _keep_one_administrator(person: User, *, stays: bool) -> None:
    if not stays and not queries.administrators().exclude(pk=person.pk).exists():
        raise ValidationError(_("The last administrator stays. Make somebody else an administrator first."))


def _open(person: User, *, by: User, is_active: bool) -> None:
    if person.is_active != is_active:
        before, person.is_active = person.is_active, is_active
        person.save(update_fields=["is_active"])
        audit.record(
            "people.reopen" if is_active else "people.close", by=by, thing=person.email,
            before={"is_active": before}, after={"is_active": is_active},
        )  # fmt: skip


def _end_all(user: Any) -> None:
    for session in UserSession.objects.filter(user=user):
        session.end()
