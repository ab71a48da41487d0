"""People and what they may do, for programs."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Query, Router, Schema

from vernost_web.accounts import queries
from vernost_web.accounts.permissions import Permission, Role, permissions
from vernost_web.ui.access import requires, signed_in
from vernost_web.ui.endpoints import Listing, Span, page
from vernost_web.ui.language import spoken

router = Router()


class PersonOut(Schema):
    """Somebody who works here, or did."""

    id: int
    email: str
    name: str
    role: str
    is_active: bool
    is_protected: bool
    joined_at: datetime
    last_login: datetime | None


class PermissionOut(Schema):
    """Something that roles and keys may do."""

    name: str
    title: str
    roles: list[str]

    @staticmethod
    def resolve_title(permission: Permission) -> str:
        return permission.title(spoken())

    @staticmethod
    def resolve_roles(permission: Permission) -> list[str]:
        return [role.value for role in Role if permission.allows(role)]


@router.get("/people", response=Listing[PersonOut], summary=_("Everybody who works here or did"))
@requires("manage_people")
def list_people(request: HttpRequest, span: Query[Span]) -> Any:
    return page(request, queries.people(), span, ("pk",))


@router.get("/permissions", response=list[PermissionOut], summary=_("What roles and keys may do"))
@signed_in
def list_permissions(request: HttpRequest) -> Any:
    return list(permissions().values())
