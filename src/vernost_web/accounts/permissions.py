"""Roles, permissions, and which role has which: read from ``permissions.toml``."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person is responsible for."""

    DIRECTOR = "director", _("Director")
    ANALYST = "analyst", _("Analyst")
    MARKETER = "marketer", _("Marketer")
    ACCOUNT_MANAGER = "account_manager", _("Account manager")
    PRODUCT = "product", _("Product manager")
    SUPPORT = "support", _("Support")
    HR = "hr", _("HR")
    ADMINISTRATOR = "administrator", _("Administrator")


@dataclass(frozen=True, slots=True)
class Permission:
    """Something that roles may do.

    Attributes:
        name: its code name.
        en: what it is, in English.
        ru: the same in Russian.
        roles: who may, the administrator left out, who may all.
    """

    name: str
    en: str
    ru: str
    roles: frozenset[str]

    def title(self, language: str) -> str:
        """What it is, in a language."""
        return self.ru if language == "ru" else self.en

    def allows(self, role: str) -> bool:
        """Whether a role has it."""
        return role == Role.ADMINISTRATOR or role in self.roles


@cache
def permissions() -> dict[str, Permission]:
    """All permissions by code name."""
    text = files("vernost_web.accounts").joinpath("permissions.toml").read_text(encoding="utf-8")
    return {
        name: Permission(name, each["en"], each["ru"], frozenset(each["roles"]))
        for name, each in tomllib.loads(text).items()
    }
