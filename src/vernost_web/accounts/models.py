from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vernost_web.accounts.permissions import Role, permissions

INVITATION_DAYS = 7


class UserManager(BaseUserManager["User"]):
    """Makes users."""

    def create_user(self, email: str, password: str | None = None, **values: Any) -> "User":
        """A user with an address in lower case; without a password nobody can sign in with one."""
        user = self.model(email=email.strip().lower(), **values)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """Someone who works in the application.

    Attributes:
        email: by which they sign in.
        name: how colleagues call them.
        role: what they are responsible for, and so what they may see and do.
        is_active: whether they may sign in.
        language: of their pages; that of the browser when empty.
        theme: light, dark, or as the system does.
        joined_at: since when.
    """

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, default=Role.ANALYST)
    is_active = models.BooleanField(_("may sign in"), default=True)
    language = models.CharField(max_length=2, blank=True)
    theme = models.CharField(max_length=5, blank=True)
    joined_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        ordering: ClassVar[list[str]] = ["name", "email"]

    def __str__(self) -> str:
        return self.name or self.email

    def may(self, permission: str) -> bool:
        """Whether the user's role has a permission; KeyError when there is no such permission."""
        return self.is_active and permissions()[permission].allows(self.role)


class SignInLink(models.Model):
    """A link that signs in, or lets somebody join, once.

    Attributes:
        digest: of its secret part, which is shown only once.
        email: whom it is for.
        role: that a newcomer gets.
        made_by: who invited; None for the link that the start prints.
        made_at: when.
        until: when it ends.
        used_at: when it was used.
    """

    digest = models.CharField(max_length=64, unique=True)
    email = models.EmailField()
    role = models.CharField(max_length=20, choices=Role.choices)
    made_by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-made_at"]

    def __str__(self) -> str:
        return self.email

    @property
    def is_open(self) -> bool:
        """Whether it can still be used."""
        return self.used_at is None and self.until > timezone.now()
