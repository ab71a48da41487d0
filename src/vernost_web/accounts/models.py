from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vernost_web.accounts.permissions import Role, permissions

LANGUAGES = [("", _("that of the browser")), ("ru", "Русский"), ("en", "English")]
THEMES = [
    ("", _("as the system")),
    ("light", pgettext_lazy("theme", "light")),
    ("dark", pgettext_lazy("theme", "dark")),
]


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
    language = models.CharField(_("language"), max_length=2, blank=True, choices=LANGUAGES)
    theme = models.CharField(_("theme"), max_length=5, blank=True, choices=THEMES)
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


class LinkSet(models.QuerySet["SignInLink"]):
    """Links, and those of them that still work."""

    def open(self) -> "LinkSet":
        """Those that can be used now."""
        return self.filter(used_at=None, withdrawn_at=None, until__gt=timezone.now())


class Purpose(models.TextChoices):
    """What a link is for."""

    START = "start", _("first sign-in")
    JOIN = "join", _("invitation")
    PASSWORD = "password", _("new password")


class SignInLink(models.Model):
    """A link that works once: it lets somebody join, choose a new password, or sign in where the program was started.

    Attributes:
        purpose: what it is for.
        digest: of its secret part, which is shown only once.
        email: whom it is for.
        role: that a newcomer gets.
        made_by: who made it; None for the link that the start prints.
        made_at: when.
        until: when it ends.
        used_at: when it was used.
        withdrawn_at: when somebody took it back.
    """

    purpose = models.CharField(max_length=10, choices=Purpose.choices, default=Purpose.START)
    digest = models.CharField(max_length=64, unique=True)
    email = models.EmailField(db_index=True)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    made_by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(_("valid until"))
    used_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = LinkSet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-made_at"]

    def __str__(self) -> str:
        return self.email
