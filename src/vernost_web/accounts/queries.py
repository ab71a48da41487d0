"""Looking at people."""

from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import Exists, OuterRef, QuerySet

from vernost_web.accounts.models import Purpose, SignInLink, User
from vernost_web.accounts.permissions import Permission, Role, permissions


def people() -> QuerySet[User]:
    """Everybody who works here or did; ``is_protected`` tells who has a second factor."""
    return User.objects.annotate(is_protected=Exists(_second_factors(OuterRef("pk"))))


def has_second_factor(user: User) -> bool:
    """Whether a user signs in with a second factor."""
    return _second_factors(user.pk).exists()


def invitations() -> QuerySet[SignInLink]:
    """Invitations that nobody has used yet."""
    return SignInLink.objects.open().filter(purpose=Purpose.JOIN).select_related("made_by")


def link_of(secret: str) -> SignInLink | None:
    """The link that a secret opens; None when there is none, or it is over."""
    return SignInLink.objects.open().filter(digest=digest_of(secret)).first()


def digest_of(secret: str) -> str:
    """What is kept of a secret: enough to know it again, not enough to use it."""
    return sha256(secret.encode()).hexdigest()


def user_of(email: str) -> User | None:
    """The user who signs in with an address."""
    return User.objects.filter(email=email.strip().lower()).first()


def sessions(user: User) -> list[UserSession]:
    """Where a user is signed in, the last seen first."""
    found: Iterable[UserSession] = UserSession.objects.purge_and_list(user)
    return sorted(found, key=lambda session: session.last_seen_at, reverse=True)


def administrators() -> QuerySet[User]:
    """Administrators who may sign in."""
    return User.objects.filter(role=Role.ADMINISTRATOR, is_active=True)


def matrix() -> list[tuple[Permission, list[tuple[str, bool]]]]:
    """Each permission with each role, and whether the role has it."""
    return [
        (permission, [(str(role.label), permission.allows(role)) for role in Role])
        for permission in permissions().values()
    ]


def allowed(user: User) -> list[Permission]:
    """What a user may do."""
    return [permission for permission in permissions().values() if permission.allows(user.role)]


def _second_factors(user: Any) -> QuerySet[Authenticator]:
    found: QuerySet[Authenticator] = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP)
    return found
