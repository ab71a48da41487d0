"""Looking at people."""

from django.db.models import QuerySet

from vernost_web.accounts.models import User


def people() -> QuerySet[User]:
    """Everybody who works here or did."""
    return User.objects.all()


def is_anybody_here() -> bool:
    """Whether somebody has joined yet."""
    return User.objects.exists()
