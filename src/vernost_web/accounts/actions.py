"""Letting people in."""

import secrets
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils import timezone

from vernost_web.accounts.models import INVITATION_DAYS, SignInLink, User
from vernost_web.accounts.permissions import Role
from vernost_web.audit import actions as audit


@transaction.atomic
def make_sign_in_link(
    email: str, role: str, *, by: Any = None, lasting: timedelta = timedelta(days=INVITATION_DAYS)
) -> str:
    """The secret part of a link that signs in once whoever has this address, joining them if they are new.

    Args:
        email: whom it is for.
        role: that a newcomer gets; somebody who is here keeps theirs.
        by: who invites.
        lasting: for how long.
    """
    secret = secrets.token_urlsafe(32)
    address = email.strip().lower()
    SignInLink.objects.create(
        digest=_digest(secret), email=address, role=Role(role), made_by=by, until=timezone.now() + lasting
    )
    audit.record("people.invite", by=by, thing=address, after={"role": role})
    return secret


@transaction.atomic
def use_sign_in_link(secret: str) -> User | None:
    """The user whom a link signs in, made when new; None when there is no such link or it is over. It works once."""
    link = SignInLink.objects.select_for_update().filter(digest=_digest(secret)).first()
    if link is None or not link.is_open:
        return None
    link.used_at = timezone.now()
    link.save(update_fields=["used_at"])
    user = User.objects.filter(email=link.email).first()
    if user is None:
        user = User.objects.create_user(link.email, role=link.role)
        audit.record("people.join", by=user, thing=user.email, after={"role": user.role})
    return user if user.is_active else None


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
